"""dbt over the checkout or a copy of it that a test may spoil: in a process of its own, or in this one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration import dbt_build
from orchestration.dbt_build import NodeEnded
from orchestration.home import Home

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


@dataclass(frozen=True)
class Ended(Build):
    """A build in this process."""

    nodes: tuple[NodeEnded, ...] = ()

    @property
    def warnings(self) -> dict[str, int]:
        """The data tests that warned, and how many rows each found."""
        return {node.unique_id.split(".")[2]: node.failures for node in self.nodes if node.status == "warn"}


@dataclass(frozen=True)
class InProcess:
    """dbt in this process, as a refresh has it: the checkout is parsed once, in `home`, for all builds."""

    home: Home

    def build(self, workdir: Path, *selection: str, variables: Mapping[str, str]) -> Ended:
        """Build the checkout, without unit tests, into a file in `workdir`; `selection` as dbt has it."""
        nodes: list[NodeEnded] = []
        output = ""
        try:
            nodes.extend(dbt_build.build(self.home, selection, json.dumps(variables)))
        except dbt_build.BuildFailed as failed:
            output = str(failed)
        database = workdir / self.home.build_file.name
        if self.home.build_file.exists():
            shutil.move(self.home.build_file, database)
        return Ended(database, self.home.dbt_run, int(bool(output)), output, tuple(nodes))


def seed_rows(node: dict[str, Any], file: Path) -> str:
    """The query that a seed's CSV is loaded with: the node of dbt's manifest says its types and lines.

    A declared column that the file lacks is null.
    """
    types = node["config"]["column_types"].items()
    there = file.read_text(encoding="utf-8-sig").partition("\n")[0].strip().split(",")
    columns = [f"cast({name if name in there else 'null'} as {kind}) as {name}" for name, kind in types]
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
