"""Workbooks and pages to write: what stands in a cell, and what the oracle is to see there."""

from dataclasses import dataclass
from typing import Literal

from tests.fuzz.oracle import ERROR, Book, Number, Sheet
from tests.fuzz.oracle import Cell as Seen
from tests.fuzz.oracle.cells import is_a_day, of_serial

TEXTS = ("shared", "inline", "formula")
Kind = Literal["shared", "inline", "formula", "number", "computed", "date", "error", "unstored"]


@dataclass(frozen=True)
class Cell:
    """A cell: how it is written, and its text.

    Texts: shared, inline, or what a formula came to. Numbers: number, or what a formula came to (computed);
    date is a serial number formatted as a date. An error, and a formula whose value nobody stored.
    """

    kind: Kind
    text: str


Row = list[Cell | None]


@dataclass(frozen=True)
class SheetToWrite:
    """A sheet, or a table of a page."""

    name: str
    rows: list[Row]
    hidden: bool = False


@dataclass(frozen=True)
class BookToWrite:
    """A workbook, and what no reader may heed but for the year that it counts days from."""

    sheets: list[SheetToWrite]
    from_1904: bool = False
    hides: bool = False
    """Whether every other row and the first column are hidden."""
    after: str = ""
    """XML that follows the rows of each sheet of an xlsx."""
    layout: Literal["usual", "root", "backslash", "absolute"] = "usual"
    """Where the parts of an xlsx lie and how they are named."""


def seen(book: BookToWrite, named: bool = True) -> Book:
    """What whoever opens it sees. `named`: whether its sheets have names.

    Tables of a page have none, and the contract leaves open what they are called: this is landing's choice.
    """
    sheets = [
        Sheet(
            sheet.name if named else f"table {number}",
            [[_seen(cell, book.from_1904) for cell in row] for row in sheet.rows],
            sheet.hidden,
        )
        for number, sheet in enumerate(book.sheets, 1)
    ]
    return Book(sheets, book.from_1904)


def _seen(cell: Cell | None, from_1904: bool) -> Seen:
    if cell is None:
        return None
    match cell.kind:
        case "number" | "computed":
            number = float(cell.text)
            return Number(int(number) if number == int(number) else number)
        case "date":
            number = float(cell.text)
            return of_serial(number, from_1904) if is_a_day(number, from_1904) else ERROR
        case "error" | "unstored":
            return ERROR
    return cell.text
