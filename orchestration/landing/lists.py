"""The lists over all snapshots in force: what landed, what was refused, and spellings that nobody knows."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.common.sql import literal
from orchestration.landing.outcome import LandedSnapshot
from orchestration.landing.parquet import rows_of, write_parquet

LANDED, REJECTED, UNKNOWN = "landed_exports", "rejected_rows", "unknown_spellings"

# The columns of a list while it is made, and what is written of it; `part` is the order of an export's.
_LISTS = {
    REJECTED: (
        "export_name VARCHAR, part BIGINT, file_name VARCHAR, row_number BIGINT, reason VARCHAR, "
        "sheet_name VARCHAR, column_name VARCHAR, org_code VARCHAR",
        f"SELECT * EXCLUDE (part) FROM {REJECTED} ORDER BY export_name, part, row_number",
    ),
    UNKNOWN: (
        "export_name VARCHAR, column_name VARCHAR, spelling VARCHAR, rows BIGINT",
        f"""SELECT export_name, column_name, spelling, CAST(sum(rows) AS BIGINT) AS rows FROM {UNKNOWN}
        GROUP BY ALL ORDER BY export_name, column_name, rows DESC, spelling""",
    ),
}


def open_lists(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the lists that snapshot by snapshot is added to."""
    for name, (columns, _query) in _LISTS.items():
        connection.execute(f"CREATE TEMP TABLE {name} ({columns})")


def are_in(folder: Path) -> bool:
    """Whether a generation has the lists: not where an earlier version landed it."""
    return all(_file(folder, name).exists() for name in _LISTS)


def carry_lists_over(
    connection: duckdb.DuckDBPyConnection, folder: Path, without: Iterable[str] = (), called: str = ""
) -> None:
    """Add the rows that the generation in `folder` has, but for those of some exports.

    The files get `called` before their names. What an earlier version lacks stays null.
    """
    kept = f"export_name NOT IN ({', '.join(map(literal, without)) or literal('')})"
    connection.execute(
        f"""INSERT INTO {REJECTED} BY NAME
        SELECT (SELECT coalesce(max(part), 0) + 1 FROM {REJECTED}) + file_row_number AS part,
            {literal(called)} || file_name AS file_name, * EXCLUDE (file_row_number, file_name)
        FROM {rows_of(_file(folder, REJECTED), numbered=True)} WHERE {kept}"""
    )
    if _file(folder, UNKNOWN).exists():
        connection.execute(
            f"INSERT INTO {UNKNOWN} BY NAME FROM {rows_of(_file(folder, UNKNOWN))} WHERE {kept}"
        )


def write_lists(
    connection: duckdb.DuckDBPyConnection, snapshots: Iterable[LandedSnapshot], generation: Path
) -> None:
    """Write the lists of a generation that holds these snapshots, at least one."""
    for name, (_columns, query) in _LISTS.items():
        write_parquet(connection, query, _file(generation, name))
    rows = ", ".join(
        f"({literal(one.export_name)}, DATE {literal(one.export_date.isoformat())}, "
        f"{one.rows_read}, {one.rows_landed}, {one.rows_rejected})"
        for one in snapshots
    )
    write_parquet(
        connection,
        f"""SELECT export_name, export_date, CAST(rows_read AS BIGINT) AS rows_read,
            CAST(rows_landed AS BIGINT) AS rows_landed, CAST(rows_rejected AS BIGINT) AS rows_rejected
        FROM (VALUES {rows}) AS landed (export_name, export_date, rows_read, rows_landed, rows_rejected)
        ORDER BY export_name""",
        _file(generation, LANDED),
    )


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"
