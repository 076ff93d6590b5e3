"""Reads a CSV file into judged rows: DuckDB reads plain files itself, Python reads unusual ones."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from glob import escape
from pathlib import Path

import duckdb

from orchestration.landing.bench import Bench, Columns, Part, ReadFile, RowsAmiss, cell_tables, judge
from orchestration.landing.checks import CellTable, quote
from orchestration.landing.csv_text import (
    ABSENT,
    CHUNK_BYTES,
    CsvScan,
    check_quotes,
    encoding_of,
    head_rows,
    read_rows,
    scan_csv,
)
from orchestration.landing.header import Header, NoHeader, find_header
from orchestration.landing.inbox import InboxFile
from orchestration.landing.outcome import FileRefused, LandedFile
from orchestration.watcher import Progress, Reading

# Cells beyond the header that DuckDB reads of a plain file; a row with more has the file read in Python.
_BEYOND = 2


def read_csv(bench: Bench, file: InboxFile, reading: Reading) -> ReadFile:
    """Judge all rows of a CSV file (contract §2). Raises FileRefused: unreadable, missing_columns."""
    lines: list[int] = []
    size = file.path.stat().st_size
    with ThreadPoolExecutor(1) as beside:  # Python hashes the bytes while DuckDB reads the rows
        scanning = beside.submit(scan_csv, file.path, lines)
        begins = partial(reading.passes, lambda: _passed(bench, size, lines))
        rows = _read_plain(bench, file, scanning, begins)
        scan = scanning.result()
    if rows is None:
        counts: list[int] = []
        reading.passes(lambda: Progress(sum(counts) / scan.lines, sum(counts)))
        rows = _read_in_python(bench, file, encoding_of(file.path), counts)
    landed = LandedFile(file.name, scan.sha256, scan.size_bytes)
    return ReadFile(landed, (Part(file.name, None, rows),))


def _passed(bench: Bench, size_bytes: int, lines: list[int]) -> Progress:
    """How far DuckDB has come, in lines counted up to there."""
    share = max(0.0, bench.con.query_progress() / 100)
    counted = min(int(share * size_bytes / CHUNK_BYTES), len(lines))
    return Progress(share, lines[counted - 1] if counted else 0)


def _read_plain(
    bench: Bench, file: InboxFile, scanning: Future[CsvScan], begins: Callable[[], None]
) -> int | None:
    """Have DuckDB read the file; None where it is not plain, or DuckDB does not find our header, or an error.

    An empty line, which it would drop, or a newline in quotes shows in the number of rows; whatever else it
    cannot read alike, its strict mode refuses: cells that are not UTF-8 among them, for each is looked at.
    """
    try:
        head = head_rows(file.path, "utf-8")
        header = find_header(file.export, [row.cells for row in head])
        if isinstance(header, NoHeader):
            return None
        above = head[header.row]
        width = header.most + _BEYOND
        relation = _relation(file.path, width, above.lines_before)
        first = bench.con.execute(f"SELECT * FROM {relation} LIMIT 1").fetchone()
        if first != (*above.cells, *[None] * _BEYOND):
            return None
        relation = _relation(file.path, width, above.lines_through)
        cells = CellTable(relation, width, header.positions, header.most)
        begins()
        return judge(
            bench, file, [cells], lambda rows: scanning.result().has_plain_rows(rows, above.lines_through)
        )
    except (duckdb.Error, UnicodeError, FileRefused, RowsAmiss):
        return None


def _read_in_python(bench: Bench, file: InboxFile, encoding: str, counts: list[int]) -> int:
    header = find_header(file.export, [row.cells for row in head_rows(file.path, encoding)])
    if isinstance(header, NoHeader):
        check_quotes(file.path, encoding)  # unreadable comes first
        raise FileRefused("missing_columns", header.message)
    chunks = (_columns(rows, header) for rows in read_rows(file.path, encoding, header))
    return judge(bench, file, cell_tables(bench, chunks, header, counts))


def _columns(rows: list[list[str | None]], header: Header) -> Columns:
    import numpy as np

    columns = list(zip(*rows, strict=True)) or [()] * header.most
    return Columns([np.array(cells, dtype=object) for cells in columns])


def _relation(path: Path, width: int, lines_above: int) -> str:
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    options = [
        "auto_detect = false",
        "header = false",
        "compression = 'none'",
        "delim = ','",
        "quote = '\"'",
        "escape = '\"'",
        "strict_mode = true",
        "null_padding = true",
        "hive_partitioning = false",
        f"nullstr = {quote(ABSENT)}",
        f"skip = {lines_above}",
        f"columns = {{{columns}}}",
    ]
    return f"read_csv({quote(escape(str(path.absolute())))}, {', '.join(options)})"
