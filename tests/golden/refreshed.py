"""The golden inbox, refreshed as its users do, and read back."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.home import Home

GOLDEN = Path(__file__).parent
INPUTS = ("--inbox", str(GOLDEN / "inbox"), "--reference", str(GOLDEN / "reference"))


@dataclass(frozen=True)
class Refreshed:
    """What one `gonghui refresh` published and said."""

    home: Home
    tables: dict[str, list[tuple]]
    columns: dict[str, list[str]]
    output: str


def refresh(home: Path, *arguments: str) -> Refreshed:
    process = subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", "refresh", "--home", str(home), *arguments],
        env={name: value for name, value in os.environ.items() if not name.startswith("GONGHUI_")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-3000:]
    tables, columns = {}, {}
    with duckdb.connect(home / "warehouse" / "gonghui.duckdb", read_only=True) as connection:
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() order by all"
        ).fetchall():
            result = connection.execute(f"select * from {schema}.{table}")
            columns[f"{schema}.{table}"] = [column[0] for column in result.description]
            tables[f"{schema}.{table}"] = result.fetchall()
    return Refreshed(Home(home), tables, columns, process.stderr)
