"""Where rows are judged: a DuckDB in memory, of large exports in a file, with a scratch directory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.common.settings import Settings
from orchestration.landing.checks import REFUSAL, UNKNOWN, CellTable, enum, judged_rows, judged_types
from orchestration.landing.encodings import Encoding
from orchestration.landing.exports import Export
from orchestration.landing.header import Header
from orchestration.landing.inbox import InboxFile, InboxSnapshot
from orchestration.landing.kinds import Kind
from orchestration.landing.outcome import KnownCodes, LandedFile, Notice
from orchestration.landing.plain import UNREAD, plain_rows, unread_cells

if TYPE_CHECKING:
    import numpy as np

# The rows of the snapshot being checked, all parts in order: a row's rowid is its place, from 0. The landed
# columns, `refusal`, `unknown`, and `unread`, the cells that the quick reading left to the general one.
SNAPSHOT = "snapshot"

# Where more of a file's rows are not plain, all are read generally: updates cost more than that.
_MOST_UNREAD = 0.1


@dataclass(frozen=True)
class Bench:
    """Where the rows of a run are judged, in tables of `con`; no personal value ever gets into one."""

    con: duckdb.DuckDBPyConnection
    codes: KnownCodes


@dataclass(frozen=True)
class Part:
    """One text file, or one sheet, of a snapshot; its rows lie behind those of the parts before it."""

    file_name: str
    sheet_name: str | None
    rows: int
    header: Header


@dataclass(frozen=True)
class Form:
    """What a file is; of text and pages the encoding, of text the separator."""

    kind: Kind
    encoding: Encoding | None = None
    separator: str | None = None


@dataclass(frozen=True)
class ReadFile:
    """A file of a snapshot, read: what it was, its parts in order, and what the office should be told."""

    file: LandedFile
    form: Form
    parts: tuple[Part, ...]
    notices: tuple[Notice, ...] = ()


def open_bench(scratch: Path, codes: KnownCodes, due: Iterable[InboxSnapshot]) -> Bench:
    """Set up a bench in an existing, empty directory. The caller closes `con` and removes the directory.

    Rows that memory cannot hold lie better in a file than spilled out of memory: there they are packed, and
    what was read once need not be written again to make room. `due` tells how large a snapshot may be.
    """
    limits = Settings.read()
    is_large = any(_size(snapshot) > limits.memory_bytes for snapshot in due)
    settings = {
        **limits.duckdb(scratch / "spill"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "pandas_analyze_sample": "0",  # object columns hold text, whatever the first rows look like
    }
    place = scratch / "bench.duckdb" if is_large else ":memory:"
    bench = Bench(duckdb.connect(place, config=settings), codes)
    # Nobody opens the file again: what is not yet in it may stay in its log.
    bench.con.execute("SET wal_autocheckpoint = '1TB'")
    bench.con.execute("PRAGMA disable_checkpoint_on_shutdown")
    # Progress is kept for a watcher to ask for, and never shown.
    bench.con.execute("SET enable_progress_bar = true")
    bench.con.execute("SET enable_progress_bar_print = false")
    bench.con.execute("SET progress_bar_time = 0")
    for name, members in (("orgs", codes.orgs), ("modules", codes.modules)):
        bench.con.execute(f"CREATE TYPE {name} AS {enum(sorted(members))}")
    return bench


def _size(snapshot: InboxSnapshot) -> int:
    size = 0
    for file in snapshot.files:
        with suppress(OSError):  # it will be refused as unreadable
            size += file.path.stat().st_size
    return size


def clear(bench: Bench, export: Export) -> None:
    """Make room for the next snapshot, of `export`: the rows of the one before go."""
    types = {**judged_types(export), UNREAD: "VARCHAR[]"}
    columns = ", ".join(f"{name} {sql_type}" for name, sql_type in types.items())
    bench.con.execute(f"CREATE OR REPLACE TABLE {SNAPSHOT} ({columns})")


class RowsAmiss(Exception):
    """A relation does not hold just the rows that it should."""


def judge(
    bench: Bench,
    file: InboxFile,
    tables: Iterable[CellTable],
    is_whole: Callable[[int], bool] = lambda rows: True,
) -> int:
    """Judge every row of the tables by the row rules 1 to 7, add the rows to the snapshot's, and count them.

    Raises RowsAmiss where so many rows are not the whole of a table, duckdb.Error where DuckDB cannot read
    its cells: then none of it are added. The text of that error may quote a row: never let it through.
    """
    first = _count(bench, "*")
    rows = unread = 0
    widest: CellTable | None = None
    for cells in tables:
        of_these, of_them_unread = _add_quickly(bench, file, cells, first + rows, is_whole)
        rows, unread = rows + of_these, unread + of_them_unread
        widest = max(widest or cells, cells, key=lambda table: table.width)
    if widest and unread:
        _read_generally(bench, file, widest, first)
    return rows


def _add_quickly(
    bench: Bench, file: InboxFile, cells: CellTable, first: int, is_whole: Callable[[int], bool]
) -> tuple[int, int]:
    """Add the rows of a table from place `first` on; returns how many, and how many of them are unread."""
    con = bench.con
    con.begin()
    try:
        rows = _add(bench, plain_rows(file.export, cells, file.export_date))
        if not is_whole(rows):
            raise RowsAmiss
        # Rows not yet committed have rowids beyond all others.
        unread = _count(bench, UNREAD, f"WHERE rowid >= {first}")
        if unread > _MOST_UNREAD * rows:
            con.rollback()
            con.begin()
            _add(bench, f"SELECT *, NULL FROM ({judged_rows(file.export, cells, file.export_date)})")
            unread = 0
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return rows, unread


def _count(bench: Bench, what: str, where: str = "") -> int:
    [(count,)] = bench.con.execute(f"SELECT count({what}) FROM {SNAPSHOT} {where}").fetchall()
    return count


def _add(bench: Bench, query: str) -> int:
    [(rows,)] = bench.con.execute(f"INSERT INTO {SNAPSHOT} {query}").fetchall()
    return rows


def _read_generally(bench: Bench, file: InboxFile, cells: CellTable, first: int) -> None:
    """Put in place what the general reading makes of the rows from place `first` on that are unread."""
    # In tables of their own first: dispersed over vectors, each would cost as much as a vector full of them.
    bench.con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {UNREAD} AS
        SELECT rowid AS place, {UNREAD} FROM {SNAPSHOT} WHERE rowid >= {first} AND {UNREAD} IS NOT NULL"""
    )
    bench.con.execute(
        f"""CREATE OR REPLACE TEMP TABLE generally AS
        {judged_rows(file.export, unread_cells(cells), file.export_date, "place")}"""
    )
    # Apart, for most of them are refused, and of a row refused nothing matters but whose it is and why.
    refused, passed = [REFUSAL, UNKNOWN, "org_code"], [column.name for column in file.export.landed]
    for names, which in ((refused, "IS NOT NULL"), (passed, "IS NULL")):
        bench.con.execute(
            f"""UPDATE {SNAPSHOT} SET {", ".join(f"{name} = generally.{name}" for name in names)}
            FROM generally WHERE {SNAPSHOT}.rowid = place AND generally.{REFUSAL} {which}"""
        )


@dataclass(frozen=True)
class Columns:
    """Rows in memory, column by column: texts are str, or None for a blank cell.

    A moment (datetime64, NaT where there is none), by place, stands instead of the text of its cell.
    """

    texts: "list[np.ndarray]"
    moments: "Mapping[int, np.ndarray]" = field(default_factory=dict)


def cell_tables(
    bench: Bench, chunks: Iterable[Columns], header: Header, counts: list[int], *, damaged: bool = False
) -> Iterator[CellTable]:
    """Let DuckDB see rows in memory, each chunk until the next is asked for; then `counts` gets its rows."""
    for chunk in chunks:
        cells = [
            f"coalesce(CAST(m{place} AS VARCHAR), t{place}) AS c{place}"
            if place in chunk.moments
            else f"t{place} AS c{place}"
            for place in range(len(chunk.texts))
        ]
        texts = {f"t{place}": column for place, column in enumerate(chunk.texts)}
        moments = {f"m{place}": column for place, column in chunk.moments.items()}
        bench.con.register("chunk", {**texts, **moments})
        relation = f"(SELECT {', '.join(cells)} FROM chunk)"
        yield CellTable(relation, len(texts), header.positions, header.most, damaged)
        bench.con.unregister("chunk")
        counts.append(len(chunk.texts[0]))
