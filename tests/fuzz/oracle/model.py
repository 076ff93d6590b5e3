"""What goes into the oracle and what comes out of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


class Error:
    """A cell that shows an error, or a formula whose value nobody stored."""


@dataclass(frozen=True)
class Number:
    """A number cell of a workbook, as the workbook holds it."""

    value: int | float


ERROR = Error()
Cell = str | Number | datetime | Error | None
"""A cell: its text, its number, its moment where it is formatted as a date, an error, or nothing."""

IMPOSSIBLE = "\udbff"
"""Stands for a byte that the file's encoding does not have: no text that can be decoded holds it."""


@dataclass(frozen=True)
class Sheet:
    """A sheet, or a table of a page. Its name is None where nobody gave it one."""

    name: str | None
    rows: list[list[Cell]]
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """What a workbook or a page shows to whoever opens it."""

    sheets: list[Sheet]
    from_1904: bool = False
    """Whether bare serial numbers count the days from 1904."""


@dataclass(frozen=True)
class File:
    """A file of the inbox; what is seen in it, where that is a workbook or a page."""

    content: bytes
    seen: Book | None = None


@dataclass(frozen=True)
class Org:
    """A row of organizations.csv."""

    code: str
    name: str = ""
    short_name: str = ""
    type: str = "city"


@dataclass(frozen=True)
class Spelling:
    """A row of spellings.csv."""

    export: str
    column: str
    value: str
    spelling: str


@dataclass(frozen=True)
class Reference:
    """What the office's reference seeds say."""

    orgs: tuple[Org, ...]
    modules: tuple[tuple[str, str], ...]
    """(module_code, module_name)"""
    spellings: tuple[Spelling, ...] = ()


@dataclass(frozen=True, order=True)
class Fault:
    """A file, or a snapshot, that is refused."""

    file: str
    reason: str


@dataclass(frozen=True)
class Rejected:
    """A row that is refused. `columns` are those that may be named: the contract says which reason comes
    first, and not which column."""

    file: str
    row: int
    reason: str
    sheet: str | None
    columns: frozenset[str | None]
    org_code: str | None


Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Landed:
    """The snapshot in force of an export: its rows, values in the order of the export's columns."""

    day: date
    rows: Rows
    rejected: list[Rejected]
    unknown: dict[tuple[str, str], int] = field(default_factory=dict)
    """(column, spelling) → rows, of those that are told."""
    files: tuple[str, ...] = ()
    contents: frozenset[bytes] = frozenset()

    @property
    def rows_read(self) -> int:
        return len(self.rows) + len(self.rejected)


Outcome = dict[str, Landed]


class Refused(Exception):
    """A file that is refused; `args[0]` is the reason."""
