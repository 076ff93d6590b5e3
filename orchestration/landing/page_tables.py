"""The tables of an HTML page, row by row: lxml reads it as browsers do, and nothing of it is kept."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from orchestration.landing.outcome import FileRefused
from orchestration.language import _

# Tags that begin something new where text goes on: what stands on both sides of them are two words.
_BREAKS = frozenset({"br", "p", "div", "li", "hr"})
_NOT_SHOWN = frozenset({"script", "style", "template"})
_DIGITS = re.compile(r"\s*[0-9]{1,9}")
_SPACES = re.compile(r"[ \t\r\n\f]+")

# What HTML itself allows.
_MOST_COLUMNS_SPANNED, _MOST_ROWS_SPANNED = 1_000, 65_534
_MOST_CELLS = 16_384
_MOST_CHARACTERS = 1 << 20
# How much text all cells over several rows may come to, each counted for every row.
_MOST_REPEATED = 100_000_000


@dataclass
class _Cell:
    """A cell that is open. One that spans no column or row, as a page may say, still has its own."""

    columns: int = 1
    rows: int = 1
    texts: list[str] = field(default_factory=list)
    characters: int = 0


@dataclass
class _Table:
    """A table that is open. `spanned`: by column, for how many more rows which text stands there."""

    number: int
    row: list[str] | None = None
    cell: _Cell | None = None
    spanned: dict[int, tuple[int, str]] = field(default_factory=dict)


def table_rows(texts: Iterable[str]) -> Iterator[tuple[int, list[str] | None]]:
    """The rows of all tables of a page, each as it ends, with the number of its table, from 0.

    None in the place of a row is the table's end: until then only tables within it may come.
    A cell over several rows stands in each of them, over several columns in the first. Raises FileRefused
    (unreadable) for what no page of a program has: thousands of columns, a cell of a million characters.
    """
    target = _Target()
    parser = etree.HTMLParser(target=target, huge_tree=True)
    for text in texts:
        if "\0" in text:
            raise FileRefused("unreadable", _("expected a page without NUL characters"))
        parser.feed(text)
        yield from target.take()
    parser.close()
    yield from target.take()


class _Target:
    """Takes what the parser finds."""

    def __init__(self) -> None:
        self._open: list[_Table] = []
        self._tables = 0
        self._unseen = 0
        self._repeated = 0
        self._rows: list[tuple[int, list[str] | None]] = []

    def take(self) -> list[tuple[int, list[str] | None]]:
        """The rows that have ended since."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag begins."""
        if tag in _NOT_SHOWN:
            self._unseen += 1
        if tag == "table":
            self._open.append(_Table(self._tables))
            self._tables += 1
        elif not self._open:
            return
        elif tag == "tr":
            self._end_row(self._open[-1])
            self._open[-1].row = []
        elif tag in ("td", "th"):
            self._start_cell(self._open[-1], attributes)
        elif tag in _BREAKS:
            self.data(" ")

    def end(self, tag: str) -> None:
        """A tag ends."""
        if tag in _NOT_SHOWN:
            self._unseen -= 1
        if not self._open:
            return
        table = self._open[-1]
        if tag in ("td", "th"):
            self._end_cell(table)
        elif tag == "tr":
            self._end_row(table)
        elif tag == "table":
            self._end_row(table)
            self._rows.append((table.number, None))
            self._open.pop()

    def data(self, text: str) -> None:
        """Text stands here."""
        if not self._open or self._unseen > 0 or (cell := self._open[-1].cell) is None:
            return
        cell.texts.append(text)
        cell.characters += len(text)
        if cell.characters > _MOST_CHARACTERS:
            raise FileRefused(
                "unreadable",
                _("expected no cell of over {most:,} characters").format(most=_MOST_CHARACTERS),
            )

    def close(self) -> None:
        """The page ends, perhaps in the middle of a table."""
        while self._open:
            self.end("table")

    def _start_cell(self, table: _Table, attributes: dict[str, str]) -> None:
        self._end_cell(table)
        if table.row is None:
            table.row = []
        table.cell = _Cell()
        if attributes:
            table.cell.columns = _number(attributes.get("colspan"), _MOST_COLUMNS_SPANNED)
            table.cell.rows = _number(attributes.get("rowspan"), _MOST_ROWS_SPANNED)

    def _end_row(self, table: _Table) -> None:
        self._end_cell(table)
        if table.row is None:
            return
        while table.spanned and len(table.row) <= max(table.spanned):
            table.row.append(_from_above(table, len(table.row)))
        self._rows.append((table.number, table.row))
        table.row = None

    def _end_cell(self, table: _Table) -> None:
        cell, row = table.cell, table.row
        if cell is None or row is None:
            return
        while len(row) in table.spanned:
            row.append(_from_above(table, len(row)))
        text = _SPACES.sub(" ", "".join(cell.texts)).strip(" ")
        shown = [text] + [""] * (cell.columns - 1)
        if cell.rows > 1:
            self._repeated += cell.rows * len(text)
            if self._repeated > _MOST_REPEATED:
                raise FileRefused("unreadable", _("expected less text in cells over several rows"))
            table.spanned |= {len(row) + place: (cell.rows - 1, each) for place, each in enumerate(shown)}
        row += shown
        if len(row) > _MOST_CELLS:
            raise FileRefused(
                "unreadable",
                _("expected at most {most:,} cells in a row of a table").format(most=_MOST_CELLS),
            )
        table.cell = None


def _from_above(table: _Table, column: int) -> str:
    rows, text = table.spanned.pop(column, (0, ""))
    if rows > 1:
        table.spanned[column] = (rows - 1, text)
    return text


def _number(said: str | None, most: int) -> int:
    digits = _DIGITS.match(said or "")
    return min(int(digits[0]), most) if digits else 1
