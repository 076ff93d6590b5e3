"""Where rows are judged: a DuckDB in memory, which spills what does not fit into a scratch directory."""

from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration import limits
from orchestration.landing.checks import REFUSAL, CellTable, enum, judged_rows
from orchestration.landing.header import Header
from orchestration.landing.inbox import InboxFile
from orchestration.landing.outcome import KnownCodes, LandedFile
from orchestration.landing.plain import UNREAD, plain_rows, unread_cells

if TYPE_CHECKING:
    import pandas as pd

# The schema that holds the parts of the snapshot being checked.
_SNAPSHOT = "snapshot"
_NUMBERS = count(1)

# Where more of a file's rows are not plain, all are read generally: updates cost more than that.
_MOST_UNREAD = 0.1

# An ENUM needs a member, and where no code is known, no cell may be one.
_NO_CELL = "\x01"


@dataclass(frozen=True)
class Bench:
    """Where the rows of a run are judged, in tables of `con`; no personal value ever gets into one."""

    con: duckdb.DuckDBPyConnection
    codes: KnownCodes


@dataclass(frozen=True)
class Part:
    """Judged rows of one CSV file or one sheet (None for CSV): a table, where a row's rowid is its place."""

    table: str
    file_name: str
    sheet_name: str | None
    rows: int


@dataclass(frozen=True)
class ReadFile:
    """A file of a snapshot, read: what it was, its parts in order, and what the office should be told."""

    file: LandedFile
    parts: tuple[Part, ...]
    notices: tuple[str, ...] = ()


def open_bench(scratch: Path, codes: KnownCodes) -> Bench:
    """Set up a bench in an existing, empty directory. The caller closes `con` and removes the directory."""
    settings = {
        **limits.settings(scratch / "spill"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "pandas_analyze_sample": "0",  # object columns hold text, whatever the first rows look like
    }
    bench = Bench(duckdb.connect(":memory:", config=settings), codes)
    # Progress is kept for a watcher to ask for, and never shown.
    bench.con.execute("SET enable_progress_bar = true")
    bench.con.execute("SET enable_progress_bar_print = false")
    bench.con.execute("SET progress_bar_time = 0")
    for name, members in (("orgs", codes.orgs), ("modules", codes.modules)):
        bench.con.execute(f"CREATE TYPE {name} AS {enum(sorted(members) or [_NO_CELL])}")
    return bench


def clear(bench: Bench) -> None:
    """Make room for the next snapshot: the parts of the one before go."""
    bench.con.execute(f"DROP SCHEMA IF EXISTS {_SNAPSHOT} CASCADE")
    bench.con.execute(f"CREATE SCHEMA {_SNAPSHOT}")


def judge(
    bench: Bench,
    file: InboxFile,
    cells: CellTable,
    *,
    sheet_name: str | None = None,
    after: Part | None = None,
) -> Part:
    """Judge every row of `cells` by the row rules 1 to 7 and set the rows aside, behind those of `after`.

    Raises duckdb.Error where DuckDB cannot read `cells`. Its text may quote a row: never let it through.
    """
    table = f"{_SNAPSHOT}.part_{next(_NUMBERS)}"
    rows = _fill(bench, table, plain_rows(file.export, cells, file.export_date))
    unread = bench.con.execute(f"SELECT count({UNREAD}) FROM {table}").fetchall()[0][0]
    if unread > _MOST_UNREAD * rows:
        bench.con.execute(f"DROP TABLE {table}")
        _fill(bench, table, judged_rows(file.export, cells, file.export_date))
    else:
        if unread:
            _read_generally(bench, file, cells, table)
        bench.con.execute(f"ALTER TABLE {table} DROP COLUMN {UNREAD}")
    if after:
        bench.con.execute(f"INSERT INTO {after.table} FROM {table}")
        bench.con.execute(f"DROP TABLE {table}")
        return replace(after, rows=after.rows + rows)
    return Part(table, file.name, sheet_name, rows)


def _fill(bench: Bench, table: str, query: str) -> int:
    return bench.con.execute(f"CREATE TABLE {table} AS {query}").fetchall()[0][0]


def _read_generally(bench: Bench, file: InboxFile, cells: CellTable, table: str) -> None:
    """Put in place what the general reading makes of the rows of `table` that are unread."""
    unread = unread_cells(table, cells, "rowid AS place")
    columns = [*(column.name for column in file.export.landed), REFUSAL]
    bench.con.execute(
        f"""UPDATE {table} SET {", ".join(f"{name} = generally.{name}" for name in columns)}
        FROM ({judged_rows(file.export, unread, file.export_date, "place")}) AS generally
        WHERE {table}.rowid = generally.place"""
    )


def judge_frame(
    bench: Bench,
    file: InboxFile,
    texts: "pd.DataFrame",
    header: Header,
    *,
    sheet_name: str | None = None,
    after: Part | None = None,
) -> Part:
    """Judge the rows of a frame of text cells c0, c1, …: str, or None for an absent cell."""
    # A sheet has no rows of their own width: what it lacks is blank, not absent.
    least = 0 if sheet_name is not None else header.least
    bench.con.register("texts", texts)
    try:
        cells = CellTable("texts", texts.shape[1], header.positions, least, header.most)
        return judge(bench, file, cells, sheet_name=sheet_name, after=after)
    finally:
        bench.con.unregister("texts")
