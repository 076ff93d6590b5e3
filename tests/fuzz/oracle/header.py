"""Where the header stands, and which column is found where (contract §2, "Header")."""

import re
from dataclasses import dataclass

from tests.fuzz.oracle.cells import ZERO_WIDTH, half_width, plain, trimmed
from tests.fuzz.oracle.model import Cell, Reference
from tests.fuzz.spec import Column, Spec

ROWS_SEARCHED = 11


@dataclass(frozen=True)
class Header:
    """The header row: its place, how many cells it has, and the place of each landed column by its name."""

    at: int
    width: int
    places: dict[str, int]


def find_header(spec: Spec, rows: list[list[Cell]], reference: Reference) -> Header | None:
    """The first row that has every column once."""
    for at, row in enumerate(rows[:ROWS_SEARCHED]):
        found = {column.name: places(spec, column, row, reference) for column in spec.landed}
        if any(len(where) != 1 for where in found.values()):
            continue
        personal = [column for column in spec.columns if column.kind == "personal"]
        if any(len(places(spec, column, row, reference)) > 1 for column in personal):
            continue
        return Header(at, len(row), {name: where[0] for name, where in found.items()})
    return None


def has_half(spec: Spec, rows: list[list[Cell]], reference: Reference) -> bool:
    """Whether one of the first rows has half or more of the columns that are not personal."""
    for row in rows[:ROWS_SEARCHED]:
        found = [column for column in spec.landed if places(spec, column, row, reference)]
        if 2 * len(found) >= len(spec.landed):
            return True
    return False


def places(spec: Spec, column: Column, row: list[Cell], reference: Reference) -> list[int]:
    """Where a column's header stands in a row: the exact ones, else all that fit."""
    titles = [column.header] + [
        each.spelling
        for each in reference.spellings
        if each.export in ("", spec.name) and column.name == each.column and not each.value
    ]
    fitting = [
        place
        for place, cell in enumerate(row)
        if isinstance(cell, str) and folded(cell) in [folded(title) for title in titles]
    ]
    exact = [place for place in fitting if trimmed(str(row[place])) in titles]
    return exact or fitting


def folded(title: str) -> str:
    """A header cell as it is compared."""
    title = half_width(plain(title)).lower().replace("*", "")
    title = "".join(char for char in title if not char.isspace() and char not in ZERO_WIDTH)
    return re.sub(r"\([^()]*\)$", "", title)
