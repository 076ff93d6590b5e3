"""Reads a text file into judged rows: DuckDB reads plain files itself, Python reads unusual ones."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from glob import escape
from pathlib import Path

import duckdb
import numpy as np

from orchestration.common.logs import detail, fields
from orchestration.common.sql import literal
from orchestration.common.watcher import Progress, Reading
from orchestration.landing.bench import (
    Bench,
    Columns,
    Form,
    Part,
    ReadFile,
    RowsAmiss,
    cell_tables,
    judge,
)
from orchestration.landing.checks import CellTable
from orchestration.landing.csv_text import CHUNK_BYTES, CsvScan, Head, find_head, read_rows, scan_csv
from orchestration.landing.encodings import UTF_8, Encoding, encoding_of
from orchestration.landing.inbox import InboxFile
from orchestration.landing.outcome import FileRefused, LandedFile

# Cells beyond the header that DuckDB reads of a plain file; a row with more has the file read in Python.
_BEYOND = 2


def read_csv(bench: Bench, file: InboxFile, reading: Reading) -> ReadFile:
    """Judge all rows of a text file (contract §2). Raises FileRefused: unreadable, missing_columns."""
    lines: list[int] = []
    size = file.path.stat().st_size
    with ThreadPoolExecutor(1) as beside:  # Python hashes the bytes while DuckDB reads the rows
        scanning = beside.submit(scan_csv, file.path, lines)
        begins = partial(reading.passes, lambda: _passed(bench, size, lines))
        found = _read_plain(bench, file, scanning, begins)
        scan = scanning.result()
    encoding = UTF_8
    if isinstance(found, str):
        detail.info(f"{file.name}: {found}, so Python reads it", extra=fields("reading", file=file.name))
        counts: list[int] = []
        reading.passes(lambda: Progress(sum(counts) / scan.lines, sum(counts)))
        encoding = encoding_of(file.path)
        found = _read_in_python(bench, file, encoding, counts)
    rows, head = found
    landed = LandedFile(file.name, scan.sha256, scan.size_bytes)
    form = Form("text", encoding, head.separator)
    return ReadFile(landed, form, (Part(file.name, None, rows, head.header),))


def _passed(bench: Bench, size_bytes: int, lines: list[int]) -> Progress:
    """How far DuckDB has come, in lines counted up to there."""
    share = max(0.0, bench.con.query_progress() / 100)
    counted = min(int(share * size_bytes / CHUNK_BYTES), len(lines))
    return Progress(share, lines[counted - 1] if counted else 0)


def _read_plain(
    bench: Bench, file: InboxFile, scanning: Future[CsvScan], begins: Callable[[], None]
) -> tuple[int, Head] | str:
    """Have DuckDB read the file, and count its rows; or say why it cannot, without a word out of the file.

    An empty line, which it would drop, or a newline in quotes shows in the number of rows; whatever else it
    cannot read alike, its strict mode refuses: cells that are not UTF-8 among them, for each is looked at.
    Raises duckdb.Error where something other than the text stops it: memory, the disk.
    """
    try:
        str(file.path).encode()
    except UnicodeEncodeError:
        return "DuckDB opens no file by a name that is not UTF-8"
    try:
        head = find_head(file.export, file.path, UTF_8)
    except UnicodeDecodeError:
        return "it is not UTF-8"
    except FileRefused:  # by its own encoding there may be a header
        return "it has no header as UTF-8"
    try:
        width = head.header.most + _BEYOND
        relation = _relation(file.path, head.separator, width, head.lines_before)
        first = bench.con.execute(f"SELECT * FROM {relation} LIMIT 1").fetchone()
        if first != (*(cell or None for cell in head.record.cells), *[None] * _BEYOND):
            return "DuckDB reads another header"
        cells = plain_cells(file.path, head)
        begins()
        rows = judge(
            bench, file, [cells], lambda rows: scanning.result().has_plain_rows(rows, head.lines_through)
        )
        return rows, head
    except duckdb.Error as error:
        if not _is_of_the_text(error):
            raise
        return "DuckDB's strict reader declines it"
    except RowsAmiss:
        return "its rows are not its lines"


def plain_cells(path: Path, head: Head) -> CellTable:
    """The cells of a plain file below its header, as DuckDB reads them itself."""
    width = head.header.most + _BEYOND
    relation = _relation(path, head.separator, width, head.lines_through)
    return CellTable(relation, width, head.header.positions, head.header.most)


def _is_of_the_text(error: duckdb.Error) -> bool:
    """Whether DuckDB declines what a file says; that quotes span lines it says by an error of no kind."""
    return isinstance(error, duckdb.InvalidInputException) or str(error).startswith("CSV Error on Line")


def _read_in_python(bench: Bench, file: InboxFile, encoding: Encoding, counts: list[int]) -> tuple[int, Head]:
    head = find_head(file.export, file.path, encoding)
    chunks = map(_columns, read_rows(file.path, encoding, head))
    cells = cell_tables(bench, chunks, head.header, counts, damaged=encoding.damaged)
    return judge(bench, file, cells), head


def _columns(rows: list[list[str | None]]) -> Columns:
    return Columns([np.array(cells, dtype=object) for cells in zip(*rows, strict=True)])


def _relation(path: Path, separator: str, width: int, lines_above: int) -> str:
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    options = [
        "auto_detect = false",
        "header = false",
        "compression = 'none'",
        f"delim = {literal(separator)}",
        "quote = '\"'",
        "escape = '\"'",
        "strict_mode = true",
        "null_padding = true",
        "hive_partitioning = false",
        f"skip = {lines_above}",
        f"columns = {{{columns}}}",
    ]
    return f"read_csv({literal(escape(str(path.absolute())))}, {', '.join(options)})"
