"""A refresh's request as the config of a Dagster run, which is one attempt: held, logged, kept, alerted."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from pydantic import PrivateAttr

from orchestration.attempt import Attempt, attempt
from orchestration.home import home_at
from orchestration.request import Request


class RunRequest(dg.ConfigurableResource):
    """The command line's options (contract §1); a blank one takes its default, as it does there."""

    home: str = ""
    inbox: str = ""
    as_of: str = ""
    accept: list[str] = []  # noqa: RUF012 (pydantic copies defaults)

    _attempt: Attempt = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["RunRequest"]:
        """Make the whole run one attempt; raises HomeBusy, UsageFault."""
        with attempt(home_at(self.home)) as self._attempt:
            _ = self.request
            yield self

    @property
    def attempt(self) -> Attempt:
        """The attempt that the run is."""
        return self._attempt

    @property
    def request(self) -> Request:
        """The request itself; raises UsageFault."""
        return Request.of(self.home, self.inbox, self.as_of, self.accept)


@dg.failure_hook(name="say_what_failed", required_resource_keys={"run"})
def say_what_failed(context: dg.HookContext) -> None:
    """Say, keep and alert the failure of a step as the command line does."""
    if error := context.op_exception:
        context.resources.run.attempt.failed(error)
