"""Takes text apart into records as RFC 4180 has them, strictly: no quote may swallow a row (contract §2).

Lines are read many at a time by Python's csv module; where a quote spans lines, or is amiss, by hand: csv
cannot tell on which line a quote opened.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import NoReturn

from orchestration.landing.cells import WHITE_SPACE, ZERO_WIDTH
from orchestration.landing.outcome import FileRefused
from orchestration.language import _

SEPARATORS = (",", "\t", ";", "|")

# A quote never closed swallows the rest of a file: this bounds what it can take in memory.
LONGEST_CELL = 1 << 26

_QUOTED = re.compile(r'(?:[^"]+|"")*')
_NEWLINE = re.compile(r"\r\n|\r|\n")
_BLANKS = "".join(set(WHITE_SPACE + ZERO_WIDTH) - {"\r", "\n"})


@dataclass(frozen=True)
class Record:
    """The cells of a row, the lines it begins and ends on, and the places of those cells that are quoted."""

    cells: list[str]
    line: int
    through: int
    quoted: dict[int, int]
    """Place of a cell -> the line on which its quote opened."""


@dataclass(frozen=True)
class Shape:
    """How many separators the rows of a file have: the header, and one up to its last required column."""

    header: int
    least: int


class Lines:
    """The lines of a text, which know how many of them were taken."""

    def __init__(self, lines: Iterator[str], taken: int = 0) -> None:
        self._lines = lines
        self.taken = taken

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken += 1
        return line


def records(lines: Lines, separator: str) -> Iterator[Record]:
    """Yield the records one by one. Raises FileRefused(unreadable) with the line on which a quote opened."""
    return map(_Reader(lines, separator).read, lines)


def batches(lines: Lines, separator: str, shape: Shape, at_a_time: int) -> Iterator[list[list[str]]]:
    """Yield the cells of all rows, about so many at a time. Raises FileRefused(unreadable).

    `shape` tells where a quoted cell has swallowed a row.
    """
    while batch := list(islice(lines, at_a_time)):
        try:
            rows = list(csv.reader(batch, delimiter=separator, strict=True))
        except csv.Error:
            rows = []
        if len(rows) != len(batch):
            rows = _by_hand(batch, lines, separator, shape)
        yield rows


def _by_hand(batch: list[str], lines: Lines, separator: str, shape: Shape) -> list[list[str]]:
    """The rows that begin in a batch already taken; the last may end in the lines after it."""
    end = lines.taken
    again = Lines(chain(batch, lines), end - len(batch))
    rows: list[list[str]] = []
    for record in records(again, separator):
        check_swallowed(record, separator, shape)
        rows.append(record.cells)
        if again.taken >= end:
            break
    return rows


def check_swallowed(record: Record, separator: str, shape: Shape) -> None:
    """Raise FileRefused(unreadable) where a quoted cell holds what must be a row of its own.

    That is a cell one of whose further lines has as many separators as the header; and one whose line break
    may end a row as well: the line before it is a row, no wider than the header, and so is the line after it,
    with what follows in the record. Quotes at the beginning of a cell and at the end of the same one in the
    next row do that.
    """
    if record.line == record.through:
        return
    for place, opened in record.quoted.items():
        further = _NEWLINE.split(record.cells[place])[1:]
        if any(line.count(separator) >= shape.header for line in further):
            _refuse_swallowed(opened)
    counts = [line.count(separator) for line in _NEWLINE.split(separator.join(record.cells))]
    enough = min(shape.header, len(record.cells) - 1)
    if any(
        shape.least <= before <= shape.header and enough <= after <= shape.header
        for before, after in pairwise(counts)
    ):
        _refuse_swallowed(
            next(line for place, line in record.quoted.items() if _NEWLINE.search(record.cells[place]))
        )


def _refuse_swallowed(line: int) -> NoReturn:
    raise FileRefused(
        "unreadable",
        _(
            "expected every quote to be closed in its row; one that opens on line {line} holds rows "
            "after it: delete that quote, or write it twice within quotes"
        ).format(line=line),
    )


class _Reader:
    def __init__(self, lines: Lines, separator: str) -> None:
        self._lines = lines
        self._separator = separator
        blanks = _BLANKS.replace(separator, "")
        self._after_quote = re.compile(rf"[{blanks}]*(?:({re.escape(separator)})|[\r\n]|\Z)")

    def read(self, line: str) -> Record:
        """The record that begins with a line just taken."""
        begin = self._lines.taken
        cells: list[str] = []
        quoted: dict[int, int] = {}
        if not line.strip("\r\n"):
            return Record(cells, begin, begin, quoted)
        place = 0
        goes_on = True
        while goes_on:
            if line.startswith('"', place):
                quoted[len(cells)] = self._lines.taken
                cell, line, place = self._quoted(line, place + 1)
                after = self._after_quote.match(line, place)
                if after is None:
                    raise FileRefused(
                        "unreadable",
                        _(
                            "expected a separator after a closing quote; text follows the quotes that open "
                            "on line {line}: write a quote within quotes twice"
                        ).format(line=quoted[len(cells)]),
                    )
                place, goes_on = after.end(), after[1] is not None
            else:
                end = line.find(self._separator, place)
                goes_on = end >= 0
                cell = line[place:end] if goes_on else line[place:].rstrip("\r\n")
                place = end + 1
            cells.append(cell)
        return Record(cells, begin, self._lines.taken, quoted)

    def _quoted(self, line: str, place: int) -> tuple[str, str, int]:
        """The cell whose quote has just opened, the line it ends on, and the place behind its last quote."""
        opened = self._lines.taken
        parts: list[str] = []
        size = 0
        while True:
            found = _QUOTED.match(line, place)
            end = found.end() if found else place
            parts.append(line[place:end])
            size += end - place
            if end < len(line):
                return "".join(parts).replace('""', '"'), line, end + 1
            following = next(self._lines, None) if size <= LONGEST_CELL else None
            if following is None:
                raise FileRefused(
                    "unreadable",
                    _(
                        "expected every quote to be closed; the one that opens on line {line} is not: "
                        "delete it, or close it"
                    ).format(line=opened),
                )
            line, place = following, 0
