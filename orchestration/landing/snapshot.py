"""Checks one snapshot: reads its files, finds duplicates, counts, writes what passed (contract §2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb

from orchestration.landing.bench import Bench, Part, ReadFile
from orchestration.landing.checks import NO_DATA_ROW, REFUSAL, SEPARATOR, quote
from orchestration.landing.csv_file import read_csv
from orchestration.landing.exports import Export
from orchestration.landing.inbox import READABLE, InboxFile, InboxSnapshot
from orchestration.landing.outcome import Fault, FileRefused, LandedSnapshot, LandingFailed
from orchestration.landing.workbook import read_workbook

BEIJING = timezone(timedelta(hours=8))

# The rows of the snapshot being checked: part, row_number, the landed columns, refusal.
_JUDGED = "judged"
# Its refused rows: part, row_number, refusal. All reasons, duplicates too.
_REFUSED = "refused"

_READERS: dict[str, Callable[[Bench, InboxFile], ReadFile]] = {"csv": read_csv, "xlsx": read_workbook}


@dataclass(frozen=True)
class CheckedSnapshot:
    """A snapshot whose files could all be read; its rows lie in scratch until the next one is checked."""

    landed: LandedSnapshot
    parts: tuple[Part, ...]
    reasons: dict[str, int]
    notices: tuple[str, ...]


def check_snapshot(bench: Bench, snapshot: InboxSnapshot) -> CheckedSnapshot | list[Fault]:
    """Read and judge all files of a snapshot; the faults of its files, if any.

    Raises LandingFailed where DuckDB fails for a reason other than the input (a full disk).
    """
    read: list[ReadFile] = []
    faults: list[Fault] = []
    for file in snapshot.files:
        try:
            read.append(_read(bench, file))
        except FileRefused as refused:
            faults.append(Fault(refused.reason, file.name, refused.message))
    if faults:
        return faults
    parts = tuple(part for file in read for part in file.parts)
    export = snapshot.export
    _gather(bench, export, parts)
    rows_read = _count(
        bench, f"SELECT count(*) FROM {_JUDGED} WHERE {REFUSAL} IS DISTINCT FROM {quote(NO_DATA_ROW)}"
    )
    reasons = dict(
        bench.con.execute(
            f"""SELECT split_part({REFUSAL}, {quote(SEPARATOR)}, 1) AS reason, count(*) FROM {_REFUSED}
            GROUP BY reason ORDER BY count(*) DESC, reason"""
        ).fetchall()
    )
    rejected = sum(reasons.values())
    landed = LandedSnapshot(
        export_name=export.name,
        export_date=snapshot.export_date,
        rows_read=rows_read,
        rows_landed=rows_read - rejected,
        rows_rejected=rejected,
        files=tuple(file.file for file in read),
        landed_at=datetime.now(BEIJING).replace(microsecond=0),
        codes_digest=bench.codes.digest,
    )
    return CheckedSnapshot(landed, parts, reasons, tuple(notice for file in read for notice in file.notices))


def _read(bench: Bench, file: InboxFile) -> ReadFile:
    if file.extension not in READABLE:
        raise FileRefused("unreadable", f"expected {' or '.join(f'.{extension}' for extension in READABLE)}")
    try:
        return _READERS[file.extension](bench, file)
    except OSError as error:
        raise FileRefused("unreadable", f"it cannot be read: {error.strerror}") from None
    except duckdb.Error as error:  # its text may quote a row
        raise LandingFailed(f"{file.name}: DuckDB failed with {type(error).__name__}") from None


def _count(bench: Bench, query: str) -> int:
    return bench.con.execute(query).fetchall()[0][0]


def _gather(bench: Bench, export: Export, parts: tuple[Part, ...]) -> None:
    """All parts as one relation in order, and its refused rows."""
    union = " UNION ALL ".join(
        f"""SELECT
            {index} AS part, file_row_number + {part.first_row + 1} AS row_number, * EXCLUDE (file_row_number)
        FROM read_parquet({quote(str(part.path))}, file_row_number = true)"""
        for index, part in enumerate(parts)
    )
    bench.con.execute(f"CREATE OR REPLACE TEMP VIEW {_JUDGED} AS {union}")
    bench.con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {_REFUSED} AS
        SELECT part, row_number, {REFUSAL} FROM {_JUDGED} WHERE {REFUSAL} <> {quote(NO_DATA_ROW)}"""
    )
    bench.con.execute(f"INSERT INTO {_REFUSED} {_duplicates(export)}")


def _duplicates(export: Export) -> str:
    """The rows that passed, but whose key an earlier row has: rules 8 and 9.

    Only rows whose key's hash occurs twice are looked at closely: grouping hashes is cheaper than keys.
    """
    keys = ", ".join(column.name for column in export.keys)
    columns = ", ".join(column.name for column in export.landed)
    same_row = f"row({columns}) IS NOT DISTINCT FROM first_value(row({columns})) OVER in_order"
    return f"""
        WITH twice AS (
            SELECT hash({keys}) AS digest FROM {_JUDGED} WHERE {REFUSAL} IS NULL
            GROUP BY digest HAVING count(*) > 1
        ),
        ranked AS (
            SELECT part, row_number, row_number() OVER in_order AS place, {same_row} AS is_same
            FROM {_JUDGED} WHERE {REFUSAL} IS NULL AND hash({keys}) IN (SELECT digest FROM twice)
            WINDOW in_order AS (PARTITION BY {keys} ORDER BY part, row_number)
        )
        SELECT part, row_number, CASE
            WHEN is_same THEN {quote("duplicate_row" + SEPARATOR)}
            ELSE {quote("duplicate_key" + SEPARATOR + export.keys[0].header)}
        END
        FROM ranked WHERE place > 1"""


def write_landed(bench: Bench, export: Export, checked: CheckedSnapshot, target: Path) -> None:
    """Write the rows kept, in (file name, sheet, row) order, and free the scratch space they took."""
    columns = ", ".join(column.name for column in export.landed)
    kept = f"SELECT {columns} FROM {_JUDGED} WHERE {REFUSAL} IS NULL"
    if any(reason.startswith("duplicate") for reason in checked.reasons):
        # A join gives up the order of the rows, so it has to be asked for.
        kept += f" AND (part, row_number) NOT IN (SELECT (part, row_number) FROM {_REFUSED})"
        kept += " ORDER BY part, row_number"
    write_parquet(bench, kept, target)
    for part in checked.parts:
        part.path.unlink()


def write_empty(bench: Bench, export: Export, target: Path) -> None:
    """The typed Parquet without rows of an export that never was landed."""
    columns = ", ".join(f"CAST(NULL AS {column.sql_type}) AS {column.name}" for column in export.landed)
    write_parquet(bench, f"SELECT {columns} WHERE false", target)


def write_parquet(bench: Bench, query: str, target: Path) -> None:
    """Write a query's rows as Parquet, in their order."""
    bench.con.execute(f"COPY ({query}) TO {quote(str(target))} (FORMAT parquet, COMPRESSION zstd)")


def list_refused(bench: Bench, checked: CheckedSnapshot, into: str) -> None:
    """Add the refused rows to table `into`.

    Its columns: export_name, part, file_name, row_number, reason, sheet_name, column_name.
    """
    reason, header = (f"split_part({REFUSAL}, {quote(SEPARATOR)}, {place})" for place in (1, 2))
    bench.con.execute(
        f"""INSERT INTO {into}
        SELECT ?, part, (?)[part + 1], row_number, {reason}, (?)[part + 1], nullif({header}, '')
        FROM {_REFUSED}""",
        [
            checked.landed.export_name,
            [part.file_name for part in checked.parts],
            [part.sheet_name for part in checked.parts],
        ],
    )
