"""One refresh, from its lock to what is known of it afterwards: the command line's and the daemon's alike."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from orchestration.common import logs
from orchestration.common.clock import now
from orchestration.common.lock import HomeBusy, hold
from orchestration.common.logs import logger
from orchestration.errors import REMAINS
from orchestration.home import Home
from orchestration.language import N_, _
from orchestration.operating import alerts, last_refresh
from orchestration.operating.last_refresh import LastRefresh
from orchestration.publishing.release import read_release
from orchestration.refreshing import leftovers
from orchestration.refreshing.failure import Failure

_STANDS = N_("the release is published, and stands; the next refresh does what is missing")


class Attempt:
    """A refresh at work: whoever runs it tells how it goes; the first failure is the last word."""

    def __init__(self, home: Home, began_at: datetime | None = None) -> None:
        self._home = home
        self._began_at = began_at or now()
        self._published = self._failed = False
        self.warnings = _Warnings()

    def published(self) -> None:
        """Say that a release is in force: unless what follows it fails, the refresh has succeeded."""
        self._published = True

    def ended(self) -> None:
        """Keep that a release was published, and that all is done; what was alerted before is over."""
        if self._published and not self._failed:
            self._keep(0, (), ())
            alerts.forget(self._home)

    def failed(self, error: BaseException) -> Failure:
        """Say what went wrong, keep it, alert it."""
        failure = Failure.of(error, remains=_(_STANDS if self._published else REMAINS))
        if not self._failed:
            self._failed = True
            for message in failure.messages:
                logger.error(message)
            self._keep(failure.exit_code, failure.messages, failure.checks)
            alerts.send(self._home, alerts.Alert.of_failure(failure.exit_code, failure.messages))
        return failure

    def _keep(self, exit_code: int, messages: tuple[str, ...], checks: tuple[str, ...]) -> None:
        release = read_release(self._home.published_file)
        ended = LastRefresh(
            began_at=self._began_at,
            ended_at=now(),
            exit_code=exit_code,
            release_id=release.release_id if release else None,
            messages=messages,
            checks=checks,
            warnings=tuple(self.warnings.lines),
        )
        try:
            last_refresh.write(self._home, ended)
        except OSError as error:
            logger.warning(
                _("what came of this refresh cannot be kept in {folder}: {reason}").format(
                    folder=self._home.state, reason=error.strerror
                )
            )


@contextmanager
def attempt(
    home: Home, *, in_turn: bool = False, of: int = 0, began_at: datetime | None = None
) -> Iterator[Attempt]:
    """Hold the home for one refresh, with its log open; `in_turn`: after the one now at work.

    `of`, `began_at`: not a new one, but that of a process that has died, of which the caller has to tell.

    An error of the block is its failure, and goes on. Raises HomeBusy, of which nothing is kept: the refresh
    at work has its own word to say.
    """
    made = Attempt(home, began_at)
    with ExitStack() as stack:
        try:
            stack.enter_context(logs.heard_by(made.warnings))
            stack.enter_context(hold(home.lock_file, in_turn=in_turn, tells_of=of))
            stack.enter_context(logs.to_file(home.log_file))
            leftovers.clear(home)
            yield made
            made.ended()
        except HomeBusy:
            raise
        except BaseException as error:
            made.failed(error)
            raise


class _Warnings(logging.Handler):
    """Keeps the warnings of a refresh, for its last word."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.WARNING:
            self.lines.append(record.getMessage())
