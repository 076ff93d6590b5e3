"""Finds the header row among the first rows of a file or sheet (contract §2)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.landing.cells import half_width
from orchestration.landing.exports import Export
from orchestration.landing.outcome import FileRefused

ROWS_SEARCHED = 11

# A cell that strayed far to the right makes a file thousands of columns wide; DuckDB takes 0.7 MB for each.
_MOST_COLUMNS = 256


@dataclass(frozen=True)
class Header:
    """A header row: its index, landed column name -> cell index, and how many cells a row under it may have.

    `least` cells are due (up to the last header cell that is not blank); cells from `most` on have no header.
    """

    row: int
    positions: dict[str, int]
    least: int
    most: int


@dataclass(frozen=True)
class NoHeader:
    """Why there is none, and whether some row came close: half or more of the columns."""

    message: str
    came_close: bool


def find_header(export: Export, rows: Sequence[Sequence[str]]) -> Header | NoHeader:
    """The first of the first 11 rows that has every column of the export once (contract §2).

    Extra columns are allowed, personal ones may be absent but not stand twice. Raises FileRefused(unreadable)
    where the row has more cells than any export.
    """
    required = {column.header for column in export.landed}
    known = {column.header for column in export.columns}
    best: frozenset[str] = frozenset()
    doubled: list[str] = []
    for index, row in enumerate(rows[:ROWS_SEARCHED]):
        titles = [half_width(cell).strip() for cell in row]
        present = frozenset(required.intersection(titles))
        twice = [title for title, times in Counter(titles).items() if times > 1 and title in known]
        if present == required and not twice:
            if len(titles) > _MOST_COLUMNS:
                raise FileRefused(
                    "unreadable",
                    f"expected at most {_MOST_COLUMNS} columns; it has {len(titles)}: delete what stands far "
                    "to the right, and save it again",
                )
            positions = {column.name: titles.index(column.header) for column in export.landed}
            least = max(place for place, title in enumerate(titles) if title) + 1
            return Header(index, positions, least, len(titles))
        if len(present) > len(best):
            best, doubled = present, twice
    came_close = 2 * len(best) >= len(required)
    return NoHeader(_explain(export, best, doubled), came_close)


def _explain(export: Export, present: frozenset[str], doubled: list[str]) -> str:
    missing = [column.header for column in export.landed if column.header not in present]
    faults = []
    if missing:
        faults.append(f"missing: {'、'.join(missing)}")
    if doubled:
        faults.append(f"standing twice: {'、'.join(doubled)}")
    return (
        f"expected one row among the first {ROWS_SEARCHED} with every column of {export.chinese} once; "
        + "; ".join(faults)
    )
