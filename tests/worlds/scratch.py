"""A scratch copy of the dbt project and its seeds with a world written into it, and its build."""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml

from .contract import World

CHECKOUT = Path(__file__).resolve().parents[2]
SHIPPED_REFERENCE = CHECKOUT / "seeds" / "reference"


def write(world: World, scratch: Path) -> None:
    """Copy the project to `scratch` and write the world there: reference seeds, landed Parquet."""
    ignored = shutil.ignore_patterns("target", "logs", "*.duckdb*")
    for folder in ("dbt_project", "seeds", "analyses"):
        shutil.copytree(CHECKOUT / folder, scratch / folder, ignore=ignored)
    for name, rows in world.seeds.items():
        _write_seed(scratch / "seeds" / "reference" / f"{name}.csv", rows)
    (scratch / "landed").mkdir()
    for name, types in _raw_types(scratch).items():
        _write_parquet(scratch / "landed" / f"{name}.parquet", types, _landed(world, name))


def _write_seed(path: Path, rows: list[Mapping[str, str]]) -> None:
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _raw_types(scratch: Path) -> dict[str, dict[str, str]]:
    declared = yaml.safe_load((scratch / "seeds" / "raw" / "_raw__seeds.yml").read_text(encoding="utf-8"))
    return {seed["name"]: seed["config"]["column_types"] for seed in declared["seeds"]}


def _landed(world: World, name: str) -> list[Mapping[str, Any]]:
    if name == "rejected_rows":
        return []
    if name == "landed_exports":
        counts = {export: len(world.landed[export] or []) for export in world.export_dates}
        return [
            {
                "export_name": export,
                "export_date": day,
                "rows_read": counts[export],
                "rows_landed": counts[export],
                "rows_rejected": 0,
            }
            for export, day in world.export_dates.items()
        ]
    return list(world.landed[name] or [])


def _write_parquet(path: Path, types: Mapping[str, str], rows: list[Mapping[str, Any]]) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table t ({', '.join(f'{name} {kind}' for name, kind in types.items())})")
        places = ", ".join(["?"] * len(types))
        if rows:
            values = [[row[name] for name in types] for row in rows]
            connection.executemany(f"insert into t values ({places})", values)
        connection.execute(f"copy t to '{path}' (format parquet)")


def build(scratch: Path, as_of_month: str) -> subprocess.CompletedProcess[str]:
    """Run `dbt build` without unit tests in the scratch copy."""
    project = scratch / "dbt_project"
    arguments = ["build", "--exclude", "resource_type:unit_test", "--profiles-dir", str(project)]
    arguments += ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]
    variables = {"as_of_month": as_of_month, "landed_dir": str(scratch / "landed")}
    environment = {**os.environ, "GONGHUI_BUILD_DB": str(database(scratch)), "DO_NOT_TRACK": "1"}
    return subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *arguments, "--vars", yaml.safe_dump(variables)],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def database(scratch: Path) -> Path:
    """Return where the build writes."""
    return scratch / "build.duckdb"
