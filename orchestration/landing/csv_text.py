"""Reads CSV files in Python: their encoding and first rows always, all rows where DuckDB would err.

Everything streams: a file is never in memory as a whole, and nothing of it is written.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from orchestration.landing.cells import BLANKS
from orchestration.landing.header import ROWS_SEARCHED, Header
from orchestration.landing.outcome import FileRefused

CHUNK_BYTES = 1 << 20
CHUNK_ROWS = 100_000
ENCODINGS = ("utf-8", "gb18030")

# What an absent cell reads as where DuckDB reads: it leaves files that hold it to Python.
ABSENT = "\x01"

# A quote never closed swallows the rest of a file: this bounds what it can take in memory.
LONGEST_CELL = 1 << 26

# DuckDB skips spaces before a quote and reads a quoted cell; by the contract such a quote is text.
_SPACES_BEFORE_QUOTE = re.compile(rb'(?:\A|[,\r\n]) +"')

# Comes after the last line: two cells, unless a quote still open swallows them. No file can hold it, for NUL
# is refused.
_END = ["\0", "\0"]


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
    """Hash a CSV file and count its lines; `counts` gets those that end in its first MiB, its first two, ….

    `plain` files have one kind of newline, no spaces before a quote, and no ABSENT: DuckDB may read them, if
    they are UTF-8. Raises FileRefused(unreadable): nothing but a BOM, NUL characters.
    """
    digest = sha256()
    size = newlines = returns = pairs = 0
    spaced_quote = holds_absent = False
    seam = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            size += len(chunk)
            digest.update(chunk)
            if b"\0" in chunk:
                raise FileRefused("unreadable", "expected text without NUL characters")
            holds_absent = holds_absent or ABSENT.encode() in chunk
            window = seam + chunk
            newlines += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord("\n")))
            counts.append(newlines)
            if b"\r" in window:
                returns += chunk.count(b"\r")
                pairs += window.count(b"\r\n") - seam.count(b"\r\n")
            if b'"' in chunk and b' "' in window:
                spaced_quote = spaced_quote or bool(_SPACES_BEFORE_QUOTE.search(window))
            seam = chunk[-256:]
    if size == 0 or (size == len(codecs.BOM_UTF8) and seam == codecs.BOM_UTF8):
        raise FileRefused("unreadable", "expected a header row; the file is empty")
    one_newline = returns == 0 or returns == pairs == newlines
    return CsvScan(
        sha256=digest.hexdigest(),
        size_bytes=size,
        lines=newlines - _newlines_at_end(path, size) + 1,
        plain=one_newline and not spaced_quote and not holds_absent,
    )


def encoding_of(path: Path) -> str:
    """Settle a file's encoding: UTF-8, else GB18030, both strictly (contract §2).

    Raises FileRefused(unreadable) where it is neither.
    """
    for encoding in ENCODINGS:
        try:
            decoder = codecs.getincrementaldecoder(encoding)()
            with path.open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
            return encoding
        except UnicodeDecodeError:
            continue
    raise FileRefused("unreadable", "expected UTF-8 or GB18030 text")


def _newlines_at_end(path: Path, size: int) -> int:
    with path.open("rb") as file:
        file.seek(max(0, size - CHUNK_BYTES))
        tail = file.read()
    return tail[len(tail.rstrip(b"\r\n")) :].count(b"\n")


@dataclass(frozen=True)
class HeadRow:
    """One of the first rows, and the lines of the file that end before and with it."""

    cells: list[str]
    lines_before: int
    lines_through: int


def head_rows(path: Path, encoding: str) -> list[HeadRow]:
    """Read the rows a header is looked for in. Raises FileRefused(unreadable) where a cell never ends."""
    rows: list[HeadRow] = []
    with _reading(path, encoding) as reader:
        before = 0
        for cells in islice(reader, ROWS_SEARCHED):
            if _is_end(cells):
                break
            rows.append(HeadRow(cells, before, reader.line_num))
            before = reader.line_num
    return rows


def check_quotes(path: Path, encoding: str) -> None:
    """Read to the end. Raises FileRefused(unreadable) where a quote is never closed."""
    with _reading(path, encoding) as reader:
        for row in reader:
            _is_end(row)


def read_rows(path: Path, encoding: str, header: Header) -> Iterator[list[list[str | None]]]:
    """Read the rows under the header, some thousands at a time; the last time may bring none.

    The rows of one time have the same length: the header's; or, where some row has another, one more.
    That cell is blank where all cells beyond the header are; absent cells are None.
    Raises FileRefused(unreadable) where a quote is never closed.
    """
    width = header.most
    with _reading(path, encoding) as reader:
        rows = islice(reader, header.row + 1, None)
        ended = False
        while not ended:
            chunk = list(islice(rows, CHUNK_ROWS))
            if ended := _is_end(chunk[-1]):
                chunk.pop()
            if any(map(width.__ne__, map(len, chunk))):
                for row in chunk:
                    beyond = next((cell for cell in row[width:] if cell.strip() not in BLANKS), "")
                    row[width:] = [*[None] * (width - len(row)), beyond]
            yield chunk


@contextmanager
def _reading(path: Path, encoding: str) -> Iterator[Any]:
    """Open a csv reader whose last row is the one after the last: see _is_end."""
    previous = csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=encoding, newline="") as file:
            first = file.readline().removeprefix("\ufeff")
            yield csv.reader(chain([first] if first else [], file, [",".join(_END)]))
    except csv.Error as error:
        if "field limit" in str(error):
            raise FileRefused(
                "unreadable",
                f"expected no cell of over {LONGEST_CELL:,} characters; is a quote never closed?",
            ) from None
        raise _unclosed() from None
    finally:
        csv.field_size_limit(previous)


def _is_end(row: list[str]) -> bool:
    if not row or not row[-1].endswith("\0"):
        return False
    if row != _END:
        raise _unclosed()
    return True


def _unclosed() -> FileRefused:
    return FileRefused("unreadable", "expected every quote to be closed")
