"""What a rule is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from orchestration.reference.seeds import Row

Rows = dict[str, list[Row]]
"""The rows of each file that could be read, by its name without `.csv`."""

Broken = tuple[str, int, str]
"""File without `.csv`, line (1 for the file itself), what is wrong and what to do."""


@dataclass(frozen=True)
class Rule:
    """What must hold among rows, and the files that it needs; it looks at sound rows alone."""

    needs: tuple[str, ...]
    broken_by: Callable[[Rows], Iterator[Broken]]


def over(*files: str) -> Callable[[Callable[[Rows], Iterator[Broken]]], Rule]:
    """Make a rule over these files of a function."""
    return lambda function: Rule(files, function)


def sound(rows: Rows, name: str) -> list[Row]:
    """Return the rows of a file in which no cell is at fault."""
    return [row for row in rows[name] if row.sound]


def by(column: str, rows: list[Row]) -> dict[str, Row]:
    """Return the first row of each value of a column."""
    return {row[column]: row for row in reversed(rows)}


def grouped(rows: list[Row], *columns: str) -> dict[tuple[str, ...], list[Row]]:
    """Return the rows that agree in `columns`, by what these say, each group in the order of the file."""

    def key(row: Row) -> tuple[str, ...]:
        return tuple(row[column] for column in columns)

    return {said: list(group) for said, group in groupby(sorted(rows, key=key), key)}


def with_requirement(rows: Rows, name: str) -> list[tuple[Row, Row]]:
    """Return the sound rows of a file, each with its requirement, where that is sound."""
    requirements = by("requirement_id", sound(rows, "requirements"))
    found = ((row, requirements.get(row["requirement_id"])) for row in sound(rows, name))
    return [(row, requirement) for row, requirement in found if requirement]
