"""Reads the tables of an HTML page into judged rows: what many systems call .xls (contract §2)."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from orchestration.common.files import sha256
from orchestration.common.watcher import Progress, Reading
from orchestration.landing.bench import Bench, Columns, Form, Part, ReadFile, cell_tables, judge
from orchestration.landing.encodings import Encoding, decoded, encoding_of
from orchestration.landing.header import ROWS_SEARCHED, Header, NoHeader, find_header
from orchestration.landing.inbox import InboxFile
from orchestration.landing.outcome import FileRefused, LandedFile, Notice
from orchestration.landing.page_tables import table_rows
from orchestration.landing.plain import MASK

_CHUNK_ROWS = 20_000
_MOST_TABLES = 1_000


def read_page(bench: Bench, file: InboxFile, reading: Reading) -> ReadFile:
    """Judge all rows of every table that has the header (contract §2).

    The page is read once to find the headers, and once for each table that has one: never more of it is in
    memory than some rows. Raises FileRefused: unreadable, missing_columns; OSError.
    """
    landed = LandedFile(file.name, sha256(file.path), file.path.stat().st_size)
    encoding = encoding_of(file.path)
    heads, counted = _heads(file.path, encoding)
    found = {number: find_header(file.export, head) for number, head in heads.items()}
    headers = {number: header for number, header in found.items() if isinstance(header, Header)}
    others = {number: header for number, header in found.items() if isinstance(header, NoHeader)}
    close = [
        FileRefused("missing_columns", f"table {number + 1}: {header.message}", header.miss)
        for number, header in others.items()
        if header.came_close
    ]
    if close or not headers:
        without = [FileRefused("missing_columns", other.message, other.miss) for other in others.values()]
        no_table = FileRefused("missing_columns", "expected a table with a header row")
        raise [*close, *without, no_table][0]
    parts = []
    for number, header in headers.items():
        # Rows may have more cells than the header: no column, but then they are not blank.
        wider = replace(header, most=header.most + 1)
        counts: list[int] = []
        reading.passes(partial(_passed, counts, counted[number]))
        rows = _rows_below(file.path, encoding, number, header)
        tables = cell_tables(bench, _chunks(rows, wider), wider, counts, damaged=encoding.damaged)
        parts.append(Part(file.name, f"table {number + 1}", judge(bench, file, tables), header))
    notices = [Notice(file.name, "table_without_header", str(number + 1)) for number in others]
    return ReadFile(landed, Form("page", encoding), tuple(parts), tuple(notices))


def _passed(counts: list[int], rows: int) -> Progress:
    return Progress(sum(counts) / max(1, rows), sum(counts))


def _heads(path: Path, encoding: Encoding) -> tuple[dict[int, list[list[str]]], dict[int, int]]:
    """The first rows of each table that has rows, and how many it has, by the table's number."""
    heads: dict[int, list[list[str]]] = {}
    counted: dict[int, int] = {}
    for number, row in table_rows(decoded(path, encoding)):
        counted[number] = counted.get(number, 0) + 1
        if counted[number] <= ROWS_SEARCHED:
            heads.setdefault(number, []).append(row)
        if len(heads) > _MOST_TABLES:
            raise FileRefused("unreadable", f"expected at most {_MOST_TABLES:,} tables on a page")
    return dict(sorted(heads.items())), counted


def _rows_below(path: Path, encoding: Encoding, table: int, header: Header) -> Iterator[list[str]]:
    rows = (row for number, row in table_rows(decoded(path, encoding)) if number == table)
    return islice(rows, header.row + 1, None)


def _chunks(rows: Iterator[list[str]], header: Header) -> Iterator[Columns]:
    """The rows column by column, as wide as `header`; its last column only tells whether there is more."""
    width = header.most - 1
    while some := list(islice(rows, _CHUNK_ROWS)):
        for row in some:
            beyond = MASK if any(row[width:]) else ""
            row[width:] = []
            row += [*[""] * (width - len(row)), beyond]
        columns = zip(*some, strict=True)
        yield Columns([np.array(cells, dtype=object) for cells in columns])
