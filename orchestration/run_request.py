"""A refresh's request as the config of a Dagster run; the home is held while the run lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration import logs
from orchestration.lock import hold
from orchestration.request import Request


class RunRequest(dg.ConfigurableResource):
    """The command line's options (contract §1); a blank one takes its default, as it does there."""

    home: str = ""
    inbox: str = ""
    as_of: str = ""
    accept: list[str] = []  # noqa: RUF012 (pydantic copies defaults)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["RunRequest"]:
        """Hold the home's lock and write its log for the whole run; raises HomeBusy."""
        home = self.request.home
        with hold(home.lock_file), logs.to_file(home.log_file):
            yield self

    @property
    def request(self) -> Request:
        """The request itself; raises UsageFault."""
        return Request.of(self.home, self.inbox, self.as_of, self.accept)
