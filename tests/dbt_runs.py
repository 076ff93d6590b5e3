"""dbt in a process of its own, over the checkout or a copy of it that a test may spoil."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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


def copy_project(folder: Path) -> Path:
    """Copy what dbt reads, project, seeds and analyses, into `folder`; returns it."""
    for room in ("dbt_project", "seeds", "analyses"):
        shutil.copytree(
            CHECKOUT / room, folder / room, ignore=shutil.ignore_patterns("target", "logs", "*.duckdb*")
        )
    return folder
