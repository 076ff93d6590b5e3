"""A refresh's request as the config of a Dagster run, which is one attempt: held, logged, kept, alerted."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from pydantic import PrivateAttr

from orchestration.errors import UsageFault
from orchestration.home import Home, home_at
from orchestration.language import _
from orchestration.refreshing.attempt import Attempt, attempt
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.request import Request


class RunRequest(dg.ConfigurableResource):
    """The command line's options (contract §1); a blank one takes its default, as it does there.

    The home is always GONGHUI_HOME: an instance lies in its home, and queues the runs of no other.
    """

    inbox: str = ""
    as_of: str = ""
    accept: list[str] = []  # noqa: RUF012 (pydantic copies defaults)

    reference: str = ""

    _attempt: Attempt = PrivateAttr()
    _plan: Plan | None = PrivateAttr(None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["RunRequest"]:
        """Make the whole run one attempt, after whatever refresh is now at work in the home."""
        with attempt(self.home, in_turn=True) as self._attempt:
            yield self

    @property
    def home(self) -> Home:
        """Where the run writes."""
        return home_at(None)

    @property
    def attempt(self) -> Attempt:
        """The attempt that the run is."""
        return self._attempt

    @property
    def request(self) -> Request:
        """The request itself; raises UsageFault."""
        request = Request.of("", self.inbox, self.as_of, self.accept, self.reference)
        if len(request.months) > 1:
            raise UsageFault(
                _(
                    "a run builds one month, and {as_of} are several: start a run for each, or use gonghui "
                    "refresh --as-of {as_of}"
                ).format(as_of=self.as_of)
            )
        return request

    @property
    def plan(self) -> Plan:
        """What the run makes a release of, settled when first asked for: once landing is done."""
        if self._plan is None:
            [self._plan] = Plan.all_of(self.request)
        return self._plan

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Let what fails in the block fail the run with the lines that the command line would print.

        A run that is stopped in the block has not succeeded either.
        """
        try:
            yield
        except BaseException as error:
            failure = self._attempt.failed(error)
            if not isinstance(error, Exception):
                raise
            raise dg.Failure("\n".join(failure.messages), allow_retries=False) from None
