"""Reads text files in Python: their first rows always, all rows where DuckDB would err.

Everything streams: a file is never in memory as a whole, and nothing of it is written.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import cast

import numpy as np  # before there are threads: it puts a variable into the environment

from orchestration.landing.cells import is_blank
from orchestration.landing.encodings import Encoding, is_utf_16, open_text
from orchestration.landing.exports import Export
from orchestration.landing.header import ROWS_SEARCHED, Header, NoHeader, find_header
from orchestration.landing.outcome import FileRefused
from orchestration.landing.quotes import SEPARATORS, Lines, Record, Shape, batches, check_swallowed, records
from orchestration.language import _

CHUNK_BYTES = 1 << 20
CHUNK_ROWS = 100_000

# DuckDB reads a quoted cell behind spaces, where by the contract a quote is text, and two with spaces between
# them as one.
_SPACES_BEFORE_QUOTE = re.compile(rb'(?:\A|[",;|\t\r\n]) +"')


@dataclass(frozen=True)
class CsvScan:
    """What one pass over the bytes tells. `lines` counts up to the last one that is not empty."""

    sha256: str
    size_bytes: int
    lines: int
    plain: bool

    def has_plain_rows(self, rows: int, lines_above: int) -> bool:
        """Whether DuckDB may read the file, and a row of it stands on each line below so many."""
        return self.plain and rows == self.lines - lines_above


def scan_csv(path: Path, counts: list[int]) -> CsvScan:
    """Hash a text file and count its lines; `counts` gets those that end in its first MiB, its first two, ….

    `plain` files have one kind of newline and no spaces before a quote: DuckDB may read them, if they are
    UTF-8. Raises FileRefused(unreadable): an empty file, NUL characters.
    """
    digest = sha256()
    size = newlines = returns = pairs = 0
    spaced_quote = False
    may_hold_nul = is_utf_16(path)
    before = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            size += len(chunk)
            digest.update(chunk)
            if not may_hold_nul and b"\0" in chunk:
                raise FileRefused("unreadable", _("expected text without NUL characters"))
            newlines += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord("\n")))
            counts.append(newlines)
            if returns or b"\r" in chunk:
                returns += chunk.count(b"\r")
                pairs += chunk.count(b"\r\n") + (before.endswith(b"\r") and chunk.startswith(b"\n"))
            # One byte is found sixty times as quickly as two.
            if b'"' in chunk and (before.endswith(b" ") or b' "' in chunk):
                spaced_quote = spaced_quote or bool(_SPACES_BEFORE_QUOTE.search(before + chunk))
            before = chunk[-256:]
    if size == 0:
        raise FileRefused("unreadable", _("expected a header row; the file is empty"))
    one_newline = returns == 0 or returns == pairs == newlines
    return CsvScan(
        sha256=digest.hexdigest(),
        size_bytes=size,
        lines=newlines - _newlines_at_end(path, size) + 1,
        plain=one_newline and not spaced_quote and not may_hold_nul,
    )


def _newlines_at_end(path: Path, size: int) -> int:
    with path.open("rb") as file:
        file.seek(max(0, size - CHUNK_BYTES))
        tail = file.read()
    return tail[len(tail.rstrip(b"\r\n")) :].count(b"\n")


@dataclass(frozen=True)
class Head:
    """Where the rows of a text file begin: its separator, its header, and the record that this is."""

    separator: str
    header: Header
    record: Record
    shape: Shape

    @property
    def lines_before(self) -> int:
        """The lines of the file above the header."""
        return self.record.line - 1

    @property
    def lines_through(self) -> int:
        """The lines of the file up to the header's last."""
        return self.record.through


def find_head(export: Export, path: Path, encoding: Encoding) -> Head:
    """Find the header with the first separator that finds one.

    Raises FileRefused: missing_columns; unreadable where a quote is amiss, up to the header or, where there
    is none, anywhere in the file.
    """
    nearest: NoHeader | None = None
    for separator in SEPARATORS:
        above = _first_records(path, encoding, separator)
        found = find_header(export, [record.cells for record in above])
        if isinstance(found, Header):
            head = _head(export, found, above[found.row], separator)
            for record in above[: found.row + 1]:
                check_swallowed(record, separator, head.shape)
            return head
        if nearest is None or found.present > nearest.present:
            nearest, nearest_by = found, separator
    assert nearest is not None
    with open_text(path, encoding) as text:
        for _ in records(_below_sep(text), nearest_by):
            pass
    raise FileRefused("missing_columns", nearest.message, nearest.miss)


def _head(export: Export, header: Header, record: Record, separator: str) -> Head:
    required = [header.positions[column.name] for column in export.landed if column.required]
    return Head(separator, header, record, Shape(header.most - 1, max(required)))


def _first_records(path: Path, encoding: Encoding, separator: str) -> list[Record]:
    """The rows a header is looked for in, up to one whose quotes are amiss: another separator may do."""
    found: list[Record] = []
    with open_text(path, encoding) as text, suppress(FileRefused):
        for record in islice(records(_below_sep(text), separator), ROWS_SEARCHED):
            found.append(record)
    return found


def _below_sep(text: Iterator[str]) -> Lines:
    """The lines of a text but for a first one that names a separator, as spreadsheets write it."""
    first = next(text, "")
    if first.lstrip('"').lower().startswith("sep="):
        return Lines(text, taken=1)
    return Lines(chain([first] if first else [], text))


def read_rows(path: Path, encoding: Encoding, head: Head) -> Iterator[list[list[str | None]]]:
    """Read the rows under the header, some thousands at a time; there may be none.

    The rows of one time have the same length: the header's; or, where some row is longer, one more.
    That cell is blank where all cells beyond the header are; absent cells are None.
    Raises FileRefused(unreadable) where a quote is amiss.
    """
    width = head.header.most
    with open_text(path, encoding) as text:
        lines = Lines(text)
        for _ in islice(lines, head.lines_through):
            pass
        for rows in batches(lines, head.separator, head.shape, CHUNK_ROWS):
            filled = cast("list[list[str | None]]", rows)
            if any(map(width.__ne__, map(len, rows))):
                for row, cells in zip(rows, filled, strict=True):
                    beyond = next((cell for cell in row[width:] if not is_blank(cell)), "")
                    cells[width:] = [*[None] * (width - len(row)), beyond]
            yield filled
