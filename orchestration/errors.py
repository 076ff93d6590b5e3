"""What ends a command with a sentence of its own: each with its exit code and its lines (contract §1)."""

from collections.abc import Sequence

from orchestration.language import N_, _, ngettext

DONE = 0
FAILED = 1
"""A refresh that did not publish, or a home that somebody should look at."""
REFUSED = 2
BUSY = 3
INTERRUPTED = 130
"""What a shell says of a command that Ctrl-C ended."""

OURS = frozenset({DONE, FAILED, REFUSED, BUSY, INTERRUPTED})

REMAINS = N_("nothing was published; what was published before stays")


class KnownFault(Exception):
    """What can go wrong and is foreseen; its text says why, and what to do, and never quotes an export."""

    exit_code = FAILED
    checks: tuple[str, ...] = ()
    """The dbt nodes that failed: `test NAME`, `model NAME`, `seed NAME`."""

    def __init__(self, *lines: str) -> None:
        self._lines = lines

    def __str__(self) -> str:
        match self._lines:
            case (line,):
                return line  # perhaps a sentence, which a join would make a mere text
            case lines:
                return "\n".join(lines)

    @property
    def lines(self) -> tuple[str, ...]:
        """What a person is told, a line each."""
        return self._lines


class NothingPublished(KnownFault):
    """A refresh that got as far as its build, and not to its release."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What a person is told, and that readers see what they saw."""
        return (*super().lines, _(REMAINS))


class UsageFault(KnownFault):
    """What was asked for cannot be done; the message says why, and what can."""

    exit_code = REFUSED


class FaultsFound(KnownFault):
    """Files that cannot be taken as they are; `faults` are all of the run, each a line."""

    exit_code = REFUSED

    def __init__(self, faults: Sequence[object]) -> None:
        self.faults = list(faults)
        super().__init__(*map(str, self.faults))

    @property
    def lines(self) -> tuple[str, ...]:
        """Each fault, and how many there are."""
        last = ngettext(
            "refused: {count} fault; nothing was landed, nothing published",
            "refused: {count} faults; nothing was landed, nothing published",
            len(self.faults),
        )
        return (*super().lines, last.format(count=len(self.faults)))


class RefreshDied(KnownFault):
    """A refresh that ended without a word: a signal ended it, or the C runtime gave up."""
