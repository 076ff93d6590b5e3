"""Reads a CSV file into judged rows: DuckDB reads plain files itself, Python reads unusual ones."""

from pathlib import Path

import duckdb
import pandas as pd

from orchestration.landing.bench import Bench, Part, ReadFile, judge, judge_frame
from orchestration.landing.checks import CellTable, quote
from orchestration.landing.csv_text import (
    CsvScan,
    HeadRow,
    check_quotes,
    head_rows,
    read_rows,
    scan_csv,
)
from orchestration.landing.header import Header, NoHeader, find_header
from orchestration.landing.inbox import InboxFile
from orchestration.landing.outcome import FileRefused, LandedFile

# Tells an absent cell (null, by padding) from an empty one: no cell ever reads like this.
_ABSENT = "\x01absent\x01"

# Cells beyond the header that DuckDB reads of a plain file; a row with more has the file read in Python.
_BEYOND = 2


def read_csv(bench: Bench, file: InboxFile) -> ReadFile:
    """Judge all rows of a CSV file (contract §2). Raises FileRefused: unreadable, missing_columns."""
    scan = scan_csv(file.path)
    head = head_rows(file.path, scan.encoding)
    header = find_header(file.export, [row.cells for row in head])
    if isinstance(header, NoHeader):
        check_quotes(file.path, scan.encoding)  # unreadable comes first
        raise FileRefused("missing_columns", header.message)
    part = _read_plain(bench, file, scan, head[header.row], header) if scan.plain else None
    parts = (part,) if part else _read_in_python(bench, file, scan, header)
    return ReadFile(LandedFile(file.name, scan.sha256, scan.size_bytes), parts)


def _read_plain(bench: Bench, file: InboxFile, scan: CsvScan, head: HeadRow, header: Header) -> Part | None:
    """Have DuckDB read the file; None where it does not do so faithfully.

    Faithful means: it sees our header, and then a row for every line. So an empty line, which it would drop,
    or a newline in quotes is noticed; whatever else it cannot read alike, its strict mode refuses.
    """
    width = header.most + _BEYOND
    relation = _relation(file.path, width, head.lines_before)
    try:
        first = bench.con.execute(f"SELECT * FROM {relation} LIMIT 1").fetchone()
        if first != (*head.cells, *[None] * _BEYOND):
            return None
        relation = _relation(file.path, width, head.lines_through)
        part = judge(bench, file, CellTable(relation, width, header.positions, header.least, header.most))
    except (duckdb.Error, UnicodeEncodeError):
        return None
    if part.rows == scan.lines - head.lines_through:
        return part
    part.path.unlink()
    return None


def _read_in_python(bench: Bench, file: InboxFile, scan: CsvScan, header: Header) -> tuple[Part, ...]:
    parts: list[Part] = []
    first_row = 0
    for rows in read_rows(file.path, scan.encoding, header):
        width = len(rows[0]) if rows else header.most
        texts = pd.DataFrame(rows, columns=[f"c{place}" for place in range(width)], dtype=object)
        part = judge_frame(bench, file, texts, header, first_row=first_row)
        parts.append(part)
        first_row += part.rows
    return tuple(parts)


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
        f"nullstr = {quote(_ABSENT)}",
        f"skip = {lines_above}",
        f"columns = {{{columns}}}",
    ]
    return f"read_csv({quote(str(path.absolute()))}, {', '.join(options)})"
