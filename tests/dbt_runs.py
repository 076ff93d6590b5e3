"""dbt in a process of its own, over the checkout or a copy of it that a test may spoil."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

CHECKOUT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Build:
    """A finished dbt invocation: where its database and artifacts lie, and what it said."""

    database: Path
    target: Path
    returncode: int
    output: str

    def artifact(self, name: str) -> dict:
        """A dbt artifact (manifest, run_results) as a dict."""
        return json.loads((self.target / f"{name}.json").read_text(encoding="utf-8"))

    def rows(self, sql: str) -> list[tuple]:
        """The rows of a query over the database built."""
        with duckdb.connect(self.database, read_only=True) as connection:
            return connection.execute(sql).fetchall()


def run_dbt(project: Path, workdir: Path, *arguments: str) -> Build:
    """Run dbt over `project` in its own process; database, target and logs go to `workdir`."""
    target = workdir / "target"
    database = workdir / "build.duckdb"
    process = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", *arguments),
            *("--project-dir", str(project), "--profiles-dir", str(project)),
            *("--target-path", str(target), "--log-path", str(workdir / "logs")),
        ],
        env=os.environ | {"GONGHUI_BUILD_DB": str(database)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Build(database, target, process.returncode, process.stdout + process.stderr)


def seed_rows(node: dict[str, Any], file: Path) -> str:
    """The query that a seed's CSV is loaded with: the node of dbt's manifest says its types and lines."""
    types = node["config"]["column_types"].items()
    columns = [f"cast({name} as {data_type}) as {name}" for name, data_type in types]
    lines = [name for name, column in node["columns"].items() if column["meta"].get("is_line")]
    columns += [f"row_number() over () as {name}" for name in lines]
    options = "header = true, all_varchar = true, nullstr = ''"
    return f"select {', '.join(columns)} from read_csv('{file}', {options})"


def copy_project(folder: Path) -> Path:
    """Copy what dbt reads, project, seeds and analyses, into `folder`; returns it."""
    for room in ("dbt_project", "seeds", "analyses"):
        shutil.copytree(
            CHECKOUT / room, folder / room, ignore=shutil.ignore_patterns("target", "logs", "*.duckdb*")
        )
    return folder
