"""How a refresh fails: the exit code and the sentences of each error (contract §1)."""

import errno
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb

from orchestration.common import engine_faults
from orchestration.errors import FAILED, INTERRUPTED, REMAINS, KnownFault
from orchestration.home import CHECKOUT
from orchestration.language import N_, _, listing


@dataclass(frozen=True)
class Failure:
    """What a refresh that failed comes to."""

    exit_code: int
    messages: tuple[str, ...]
    """One line each, fit for a person; never a value out of an export."""
    checks: tuple[str, ...] = ()
    """The dbt nodes that failed: `test NAME`, `model NAME`, `seed NAME`."""

    @classmethod
    def of(cls, error: BaseException, *, remains: str | None = None) -> Self:
        """Tell what `error` means to whoever asked for the refresh; `remains` is what readers still have.

        Blank: that is not told; None: that nothing was published.
        """
        rest = tuple(filter(None, [_(REMAINS) if remains is None else remains]))
        match error:
            case KnownFault():
                return cls(error.exit_code, error.lines, error.checks)
            case duckdb.Error():
                return cls(FAILED, (engine_faults.sentence(error), *rest))
            case MemoryError():
                return cls(FAILED, (_("memory ran out: give the refresh more, then run it again"), *rest))
            case RuntimeError() if "can't start new thread" in str(error):
                return cls(
                    FAILED,
                    (
                        _(
                            "no thread could be started: memory ran out, or the processes that this user may "
                            "have (ulimit -u): give the refresh more, then run it again"
                        ),
                        *rest,
                    ),
                )
            case OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EFBIG):
                where = _(" at {place}").format(place=error.filename) if error.filename else ""
                return cls(
                    FAILED,
                    (
                        _("the disk is full{where}: free some space, then refresh again").format(where=where),
                        *rest,
                    ),
                )
            case OSError(strerror=str(reason)):
                where = _(": {place}").format(place=error.filename) if error.filename else ""
                return cls(
                    FAILED,
                    (_("the system refused{where}: {reason}").format(where=where, reason=reason), *rest),
                )
            case _ if error.__cause__:  # Dagster wraps what a step raises
                return cls.of(error.__cause__, remains=remains)
            case _ if not isinstance(error, Exception):
                return cls(INTERRUPTED, (listing([_("interrupted"), *rest], N_("; ")),))
            case _:
                return cls(FAILED, (_unexpected(error), *rest))


def _unexpected(error: BaseException) -> str:
    """Name the place and not the error's text, which may quote a cell."""
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(CHECKOUT / "orchestration")
    ]
    place = f"{Path(ours[-1].filename).relative_to(CHECKOUT)}:{ours[-1].lineno}" if ours else ""
    where = _(" at {place}").format(place=place) if place else ""
    return _("unexpected {error}{where}: a fault of the program, report this line").format(
        error=type(error).__name__, where=where
    )
