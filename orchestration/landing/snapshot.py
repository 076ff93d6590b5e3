"""Checks one snapshot: reads its files, finds duplicates, counts, writes what passed (contract §2)."""

import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import duckdb

from orchestration.common import clock, engine_faults
from orchestration.common.sql import literal
from orchestration.common.watcher import Reading, Watcher
from orchestration.landing.bench import SNAPSHOT, Bench, Part, ReadFile, clear
from orchestration.landing.checks import (
    BETWEEN,
    NO_DATA_ROW,
    REFUSAL,
    SEPARATOR,
    UNKNOWN,
    spelled_columns,
)
from orchestration.landing.csv_file import read_csv
from orchestration.landing.duplicates import refuse_duplicates
from orchestration.landing.exports import Export
from orchestration.landing.header import Header
from orchestration.landing.inbox import EXTENSIONS, InboxFile, InboxSnapshot
from orchestration.landing.kinds import Kind, kind_of
from orchestration.landing.outcome import Fault, FileRefused, LandedSnapshot, LandingFailed, Notice
from orchestration.landing.parquet import rows_of, write_parquet
from orchestration.language import _, listing, shaped

# The same, with the column `place`.
_JUDGED = f"(SELECT rowid AS place, * FROM {SNAPSHOT})"


# pandas, calamine and lxml cost a second; most nights bring text.
def _read_workbook(bench: Bench, file: InboxFile, reading: Reading) -> ReadFile:
    from orchestration.landing.workbook import read_workbook

    return read_workbook(bench, file, reading)


def _read_page(bench: Bench, file: InboxFile, reading: Reading) -> ReadFile:
    from orchestration.landing.page import read_page

    return read_page(bench, file, reading)


_READERS: dict[Kind, Callable[[Bench, InboxFile, Reading], ReadFile]] = {
    "text": read_csv,
    "page": _read_page,
    "xlsx": _read_workbook,
    "xlsb": _read_workbook,
    "xls": _read_workbook,
    "ods": _read_workbook,
}


# A file that went away, or that we may not read.
_THE_OFFICES_FAULT = (errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR)

# How many rows a program can hold, of a sheet or an old one, with its header or without.
_FULL = frozenset({65_535, 65_536, 1_048_575, 1_048_576})

# What is told of cells that nobody knows: often said, short, and nobody's number.
_FEWEST_ROWS, _LONGEST_SPELLING = 3, 30
_SOMEBODYS_NUMBER = r"(^|\D)((86)?1[3-9]\d{9}|\d{15}|\d{17}[\dXx])($|\D)"


@dataclass(frozen=True)
class Refused:
    """The rows of a snapshot refused for one reason in one column (landed name, blank for the whole row)."""

    reason: str
    column: str
    rows: int
    first: tuple[tuple[str, str | None, int], ...]
    """File, sheet and row number of the first three."""


@dataclass(frozen=True)
class CheckedSnapshot:
    """A snapshot as it was read; its rows lie on the bench until the next one is checked.

    Where it has `faults`, `landed` and `files` are of its other files.
    """

    landed: LandedSnapshot
    files: tuple[ReadFile, ...]
    parts: tuple[Part, ...]
    """All that rows lie on the bench of, in order."""
    refused: tuple[Refused, ...]
    notices: tuple[Notice, ...]
    faults: tuple[Fault, ...]


def check_snapshot(bench: Bench, snapshot: InboxSnapshot, watcher: Watcher) -> CheckedSnapshot:
    """Read and judge all files of a snapshot.

    Raises LandingFailed where DuckDB fails for a reason other than the input (a full disk).
    """
    clear(bench, snapshot.export)
    read: list[ReadFile] = []
    parts: list[Part] = []
    faults: list[Fault] = []
    notices: list[Notice] = []
    for file in snapshot.files:
        try:
            read.append(_read(bench, file, watcher))
            parts += read[-1].parts
        except FileRefused as refused:
            faults.append(Fault(refused.reason, file.name, refused.message, refused.miss))
            notices += refused.notices
            parts += _passed_over(bench, file, sum(part.rows for part in parts))
    export = snapshot.export
    with watcher.writes(snapshot.label, sum(part.rows for part in parts)):
        refuse_duplicates(bench, export)
    rows_read = _count(
        bench, f"SELECT count(*) FROM {_JUDGED} WHERE {REFUSAL} IS DISTINCT FROM {literal(NO_DATA_ROW)}"
    )
    refused_rows = _refused(bench, parts)
    rejected = sum(one.rows for one in refused_rows)
    landed = LandedSnapshot(
        export_name=export.name,
        export_date=snapshot.export_date,
        rows_read=rows_read,
        rows_landed=rows_read - rejected,
        rows_rejected=rejected,
        files=tuple(file.file for file in read),
        landed_at=clock.now(),
        codes_digest=bench.codes.digest,
    )
    notices += [notice for file in read for notice in file.notices]
    if not _FULL.isdisjoint({rows_read, *(part.rows for part in parts)}):
        notices.append(Notice(snapshot.label, "perhaps_cut_off"))
    return CheckedSnapshot(
        landed, tuple(read), tuple(parts), refused_rows, tuple(notices), faults=tuple(faults)
    )


def _passed_over(bench: Bench, file: InboxFile, first: int) -> list[Part]:
    """Have the rows from place `first` on, of a file that was refused midway, count for nothing."""
    rows = _count(bench, f"UPDATE {SNAPSHOT} SET {REFUSAL} = {literal(NO_DATA_ROW)} WHERE rowid >= {first}")
    return [Part(file.name, None, rows, Header(0, {}, 0, {}))] if rows else []


def _refused(bench: Bench, parts: Sequence[Part]) -> tuple[Refused, ...]:
    """What the rows of the snapshot are refused for, the most frequent first."""
    found = bench.con.execute(
        f"""SELECT CAST({REFUSAL} AS VARCHAR) AS why, count(*), min(place, 3) FROM {_JUDGED}
        WHERE {REFUSAL} <> {literal(NO_DATA_ROW)} GROUP BY why ORDER BY count(*) DESC, why"""
    ).fetchall()
    refused = []
    for why, rows, places in found:
        reason, column = why.split(SEPARATOR)
        refused.append(Refused(reason, column, rows, tuple(_place(parts, place) for place in places)))
    return tuple(refused)


def _place(parts: Sequence[Part], place: int) -> tuple[str, str | None, int]:
    for part in parts:
        if place < part.rows:
            return part.file_name, part.sheet_name, place + 1
        place -= part.rows
    raise ValueError(place)


def _read(bench: Bench, file: InboxFile, watcher: Watcher) -> ReadFile:
    if file.extension not in EXTENSIONS:
        listed = listing(f".{extension}" for extension in EXTENSIONS)
        raise FileRefused(
            "unreadable", _("expected one of the extensions {extensions}").format(extensions=listed)
        )
    try:
        before = file.path.stat()
        reading = Reading()
        with watcher.reads(file.name, before.st_size, reading):
            read = _READERS[kind_of(file.path)](bench, file, reading)
        if _version(file.path.stat()) != _version(before):  # it is read more than once: to hash it, say
            raise FileRefused("unreadable", _("it changed while it was read: refresh when it is complete"))
        return read
    except OSError as error:
        if error.errno not in _THE_OFFICES_FAULT:  # a full disk, a bad sector
            raise
        raise FileRefused(
            "unreadable", _("it cannot be read: {reason}").format(reason=error.strerror)
        ) from None
    except duckdb.Error as error:  # its text may quote a row
        raise LandingFailed(
            shaped("{file}: {fault}", file=file.name, fault=engine_faults.sentence(error))
        ) from None


def _version(status: os.stat_result) -> tuple[int, ...]:
    """What changes whenever a file is written to, or another one takes its name."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _count(bench: Bench, query: str) -> int:
    [(count,)] = bench.con.execute(query).fetchall()
    return count


def write_landed(bench: Bench, export: Export, target: Path) -> None:
    """Write the rows kept, in (file name, sheet, row) order."""
    columns = ", ".join(column.name for column in export.landed)
    write_parquet(bench.con, f"SELECT {columns} FROM {_JUDGED} WHERE {REFUSAL} IS NULL", target)


def write_empty(bench: Bench, export: Export, target: Path) -> None:
    """The typed Parquet without rows of an export that never was landed."""
    columns = ", ".join(f"CAST(NULL AS {column.sql_type}) AS {column.name}" for column in export.landed)
    write_parquet(bench.con, f"SELECT {columns} WHERE false", target)


def keys_lost(bench: Bench, export: Export, before: Path, one_in: int = 1) -> int:
    """How many keys of the Parquet file `before` no row kept has, among those whose hash `one_in` divides."""
    keys = ", ".join(f"CAST({column.name} AS {column.sql_type})" for column in export.keys)
    return _count(
        bench,
        f"""SELECT count(*) FROM (
            SELECT hash({keys}) AS digest FROM {rows_of(before)} WHERE digest % {one_in} = 0
        ) ANTI JOIN (
            SELECT hash({keys}) AS digest FROM {SNAPSHOT} WHERE {REFUSAL} IS NULL AND digest % {one_in} = 0
        ) USING (digest)""",
    )


def rows_read(bench: Bench, checked: CheckedSnapshot) -> list[int]:
    """How many rows each part of a snapshot has, without blank and total ones."""
    ends = list(accumulate(part.rows for part in checked.parts))
    found = bench.con.execute(
        f"""SELECT len(list_filter({literal(ends)}, lambda ended: ended <= place)) AS part, count(*)
        FROM {_JUDGED} WHERE {REFUSAL} IS DISTINCT FROM {literal(NO_DATA_ROW)} GROUP BY part"""
    ).fetchall()
    counts = dict(found)
    return [counts.get(part, 0) for part in range(len(ends))]


def list_refused(bench: Bench, checked: CheckedSnapshot, into: str) -> None:
    """Add the refused rows to table `into`.

    Its columns: export_name, part, file_name, row_number, reason, sheet_name, column_name, org_code.
    """
    reason, column = (f"split_part({REFUSAL}, {literal(SEPARATOR)}, {place})" for place in (1, 2))
    firsts = literal([0, *accumulate(part.rows for part in checked.parts)][:-1])
    files = literal([part.file_name for part in checked.parts])
    sheets = literal([part.sheet_name for part in checked.parts])
    bench.con.execute(
        f"""INSERT INTO {into}
        SELECT {literal(checked.landed.export_name)}, part, {files}[part], place - {firsts}[part] + 1,
            {reason}, {sheets}[part], nullif({column}, ''), org_code
        FROM (
            SELECT *, len(list_filter({firsts}, lambda first: first <= place)) AS part
            FROM {_JUDGED} WHERE {REFUSAL} <> {literal(NO_DATA_ROW)}
        )"""
    )


def list_unknown(bench: Bench, export: Export, into: str) -> None:
    """Add what cells of codes and listed values say that nobody knows to table `into`.

    Its columns: export_name, column_name, spelling, rows; nothing rare, long or like a person's number.
    """
    columns = literal([column.name for column in spelled_columns(export)])
    bench.con.execute(
        rf"""INSERT INTO {into}
        SELECT {literal(export.name)}, column_name, spelling, count(*) AS rows
        FROM (
            SELECT unnest({columns}) AS column_name, unnest(string_split({UNKNOWN}, {BETWEEN})) AS spelling
            FROM {SNAPSHOT} WHERE {UNKNOWN} IS NOT NULL AND {REFUSAL} <> {literal(NO_DATA_ROW)}
        )
        WHERE spelling <> '' AND length(spelling) <= {_LONGEST_SPELLING}
            AND NOT regexp_matches(regexp_replace(spelling, '[\s-]', '', 'g'), {literal(_SOMEBODYS_NUMBER)})
        GROUP BY column_name, spelling HAVING count(*) >= {_FEWEST_ROWS}"""
    )
