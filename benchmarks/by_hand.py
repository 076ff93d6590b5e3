"""What an engineer who does the job by hand writes down first, whatever the library.

The exports, their columns and rules are floor.py's. Like the floor the peers read what generate.py writes and
no more: no other encoding, header, blank, width or date than its. They read, type, refuse and group; the few
thousand rows that are left are judged by the floor's SQL.
"""

import csv
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import duckdb

from benchmarks.floor import EXPORT_DATE, SEEDS, Table

SPELLINGS = {
    "timestamp": ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d"),
    "date": ("%Y-%m-%d", "%Y/%m/%d"),
}
NEXT_DAY = datetime.fromisoformat(EXPORT_DATE) + timedelta(1)


def org_codes() -> list[str]:
    """Return the codes that an export may name."""
    with (SEEDS / "organizations.csv").open(encoding="utf-8-sig", newline="") as seed:
        return [row["org_code"] for row in csv.DictReader(seed) if row["org_type"] != "target_group"]


def module_codes() -> list[str]:
    """Return the codes of the modules."""
    with (SEEDS / "modules.csv").open(encoding="utf-8-sig", newline="") as seed:
        return [row["module_code"] for row in csv.DictReader(seed)]


def with_a_cell_more(table: Table, file: Path) -> BytesIO:
    """Return a file with the header c0, c1, … that has a cell more than its own.

    Readers pass over what stands beyond the header's last cell, and could not tell rows too long.
    """
    header = ",".join(f"c{place}" for place in range(table.width + 1))
    content = file.read_bytes()
    return BytesIO(header.encode() + content[content.index(b"\n") :])


def cells(table: Table) -> list[str]:
    """Return the cells that are read: none with a personal value, and that beyond the last."""
    return [*(f"c{cell}" for cell, _, _ in table.columns), f"c{table.width}"]


def hand_over(con: duckdb.DuckDBPyConnection, table: Table, flows: str, refused: str, kept: int) -> None:
    """Give the floor's SQL the flows of an export and the rows refused: what DuckDB can select from.

    `refused` has file_name, row_number and reason; `kept` is the number of the other rows.
    """
    con.execute(f"CREATE TABLE {table.name}_flows AS FROM {flows}")
    [[count]] = con.execute(
        f"INSERT INTO rejected_rows SELECT '{table.name}', file_name, row_number, reason FROM {refused}"
    ).fetchall()
    con.execute(
        f"INSERT INTO landed_exports VALUES ('{table.name}', DATE '{EXPORT_DATE}', ?, ?, ?)",
        [kept + count, kept, count],
    )
