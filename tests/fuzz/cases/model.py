"""What a case by hand is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.fuzz.oracle import Fault, File, Outcome

Refused = list[tuple[int, str]]
"""(row number, reason) of each row refused, in the order of files and rows."""


@dataclass(frozen=True)
class Case:
    """An inbox and what must come of it, after a sentence of the contract."""

    sentence: str
    files: Mapping[str, File]
    lands: Mapping[str, tuple[int, Refused]] = field(default_factory=dict)
    """By export: how many rows land, and which do not. Exports that are not named must not land."""
    faults: tuple[tuple[str, str], ...] = ()
    """(reason, file), if the inbox is refused."""
    before: Mapping[str, File] | None = None
    """An inbox that was landed in this home before."""
    accept: frozenset[str] = frozenset()


def one(count: int, *refused: tuple[int, str], export: str = "new_members") -> dict[str, tuple[int, Refused]]:
    """One export lands."""
    return {export: (count, [*refused])}


def summary(found: Outcome | list[Fault]) -> dict[str, tuple[int, Refused]] | list[tuple[str, str]]:
    """An outcome as the cases have it."""
    if isinstance(found, list):
        return sorted((fault.reason, fault.file) for fault in found)
    return {
        export: (len(landed.rows), [(row.row, row.reason) for row in landed.rejected])
        for export, landed in found.items()
    }


def expected(case: Case) -> dict[str, tuple[int, Refused]] | list[tuple[str, str]]:
    """What `summary` must be."""
    return sorted(case.faults) if case.faults else dict(case.lands)
