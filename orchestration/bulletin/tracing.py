"""Every figure of a document knows the cell of the published file that it comes from.

A figure is a text that carries marks of its own through sentences, templates and XML. When the document is
done, the marks are taken out, and where each stood goes into the record beside the document.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from orchestration.bulletin import words

# Unicode keeps these for a program's own use: no text holds them.
_BEGIN, _BETWEEN, _END = "\ufdd0", "\ufdd1", "\ufdd2"
_MARKS = frozenset({_BEGIN, _BETWEEN, _END})
_FIGURE = re.compile(f"{_BEGIN}(\\d+){_BETWEEN}([^{_BEGIN}{_BETWEEN}{_END}]*){_END}", re.ASCII)
_UNPRINTABLE = _MARKS | {"\ufffe", "\uffff", "\x7f"}

FORMS: Mapping[str, Callable[..., str]] = {
    "text": str,
    "clause": words.clause,
    "count": words.count,
    "wan": words.wan,
    "size": words.size,
    "size_wan": lambda number: words.wan(abs(number)),
    "percent": words.percent,
    "points": words.points,
    "rate": words.rate,
    "per_thousand": words.per_thousand,
    "ratio": lambda above, below: words.ratio(above, below, is_share=False),
    "ratio_percent": lambda above, below: words.ratio(above, below, is_share=True),
    "sum": lambda *numbers: words.count(sum(number or 0 for number in numbers)),
    "day": words.day,
    "month": words.month,
    "month_end": words.month_end,
    "year": lambda moment: f"{moment.year}年",
}
"""How the value of a cell is written, or, for `ratio`, `ratio_percent` and `sum`, the values of several."""


@dataclass(frozen=True)
class Source:
    """Which cells a figure comes from: of `table`, the rows where each column of `key` is as it says.

    A value of `key` may be a list: any of these. Where `form` is `rows`, the figure is the number of rows.
    """

    table: str
    key: Mapping[str, Any]
    columns: tuple[str, ...]
    form: str

    def as_json(self) -> dict[str, Any]:
        """Return it for the record."""
        key = {column: _plain(value) for column, value in self.key.items()}
        return {"table": self.table, "key": key, "column": list(self.columns), "form": self.form}


@dataclass(frozen=True)
class Numbering:
    """A number that counts the document's own parts, and no data: of an annex, of a heading."""

    number: int

    def as_json(self) -> dict[str, Any]:
        """Return it for the record."""
        return {"numbering": self.number}


@dataclass(frozen=True)
class Given:
    """What a person said who issued the document: its number, its date, what it corrects."""

    what: str

    def as_json(self) -> dict[str, Any]:
        """Return it for the record."""
        return {"given": self.what}


@dataclass(frozen=True)
class Row:
    """A row of a published table, and the columns that tell it from the others."""

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


@dataclass(frozen=True)
class Rows(Sequence[Row]):
    """The rows of a table in which each column of `key` is as it says."""

    table: str
    key: Mapping[str, Any]
    found: Sequence[Row]
    _places: dict[str, dict[Any, list[Row]]] = field(default_factory=dict, compare=False, repr=False)
    _chosen: dict[Any, "Rows"] = field(default_factory=dict, compare=False, repr=False)

    def __getitem__(self, index: Any) -> Any:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)

    def where(self, **key: Any) -> "Rows":
        """Those of them in which each column is as `key` says; a tuple: any of its values."""
        asked_for = tuple(key.items())
        if asked_for not in self._chosen:
            self._chosen[asked_for] = Rows(self.table, {**self.key, **key}, self._choose(key))
        return self._chosen[asked_for]

    def _choose(self, key: Mapping[str, Any]) -> Sequence[Row]:
        found = self.found
        for column, asked in key.items():
            if found is self.found and not isinstance(asked, tuple):
                found = self._by(column).get(asked, [])
            else:
                found = [row for row in found if _is(row[column], asked)]
        return found

    def _by(self, column: str) -> dict[Any, list[Row]]:
        """The rows by their values of a column."""
        if column not in self._places:
            places: dict[Any, list[Row]] = {}
            for row in self.found:
                places.setdefault(row[column], []).append(row)
            self._places[column] = places
        return self._places[column]


@dataclass
class Ledger:
    """The figures of one document."""

    sources: list[Source | Numbering | Given] = field(default_factory=list)

    def figure(self, row: Row, columns: str | tuple[str, ...], form: str = "count") -> str:
        """Write the value of a row's column, or of several, in a form of FORMS.

        Where a value is missing it is the dash of an empty cell.
        """
        names = (columns,) if isinstance(columns, str) else columns
        values = [row[name] for name in names]
        if form != "sum" and None in values:
            return words.NOTHING
        return self._marked(FORMS[form](*values), Source(row.table, row.key, names, form))

    def text(self, row: Row, column: str) -> str:
        """Write a name, a label or a clause as the table has it."""
        return self.figure(row, column, "text")

    def rows(self, rows: Rows) -> str:
        """Write how many rows there are."""
        return self._marked(words.count(len(rows)), Source(rows.table, rows.key, (), "rows"))

    def numbering(self, number: int, write: Callable[[int], str] = str) -> str:
        """Write a number that counts the document's own parts."""
        return self._marked(write(number), Numbering(number))

    def given(self, text: str, what: str) -> str:
        """Write what the person said who issued the document."""
        return self._marked(text, Given(what))

    def _marked(self, text: str, source: Source | Numbering | Given) -> str:
        self.sources.append(source)
        return f"{_BEGIN}{len(self.sources) - 1}{_BETWEEN}{printable(text)}{_END}"


@dataclass(frozen=True)
class Span:
    """Where in an unmarked text a figure stands, and its number in the ledger."""

    start: int
    text: str
    figure: int


def unmarked(text: str) -> tuple[str, list[Span]]:
    """Take the marks out of a text; returns it as people read it, and the figures in it.

    Marks that are no longer whole, for somebody cut a figure in two, are left where they are.
    """
    read, spans, last = "", [], 0
    for found in _FIGURE.finditer(text):
        read += text[last : found.start()]
        spans.append(Span(len(read), found[2], int(found[1])))
        read += found[2]
        last = found.end()
    return read + text[last:], spans


def readable(text: str) -> str:
    """The text of a marked text."""
    return unmarked(text)[0]


def printable(text: str) -> str:
    """Leave out what XML cannot hold, and what marks a figure: names come from outside."""
    return "".join(letter for letter in text if letter >= " " and letter not in _UNPRINTABLE)


def is_marked(text: str) -> bool:
    """Whether there is any mark in a text."""
    return not _MARKS.isdisjoint(text)


def _is(value: Any, asked: Any) -> bool:
    return value in asked if isinstance(asked, tuple) else bool(value == asked)


def _plain(value: Any) -> Any:
    """A value of a key as JSON has it; a day as the file's SQL reads it."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
