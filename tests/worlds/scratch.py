"""A scratch copy of the dbt project and its seeds with a world written into it, and its build."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.dbt_runs import CHECKOUT, Build, copy_project, run_dbt

from .contract import World

SHIPPED_REFERENCE = CHECKOUT / "seeds" / "reference"


def write(world: World, scratch: Path) -> None:
    """Copy the project to `scratch` and write the world there: reference seeds, landed Parquet."""
    copy_project(scratch)
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
        return [row for export in world.export_dates for row in _rejected(world, export)]
    if name == "landed_exports":
        return [
            {
                "export_name": export,
                "export_date": day,
                "rows_read": len(world.landed[export]) + len(world.refused[export]),
                "rows_landed": len(world.landed[export]),
                "rows_rejected": len(world.refused[export]),
            }
            for export, day in world.export_dates.items()
        ]
    if name == "unknown_spellings":
        return []  # worlds are of landed rows: no cell is left that nobody knows
    return list(world.landed[name] or [])


def _rejected(world: World, export: str) -> list[Mapping[str, Any]]:
    return [
        {
            "export_name": export,
            "file_name": f"{export}.csv",
            "row_number": number,
            "reason": "missing_required" if org else "unknown_code",
            "sheet_name": None,
            "column_name": None if org else "org_code",
            "org_code": org,
        }
        for number, org in enumerate(world.refused[export], start=1)
    ]


def _write_parquet(path: Path, types: Mapping[str, str], rows: list[Mapping[str, Any]]) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table t ({', '.join(f'{name} {kind}' for name, kind in types.items())})")
        places = ", ".join(["?"] * len(types))
        if rows:
            values = [[row[name] for name in types] for row in rows]
            connection.executemany(f"insert into t values ({places})", values)
        connection.execute(f"copy t to '{path}' (format parquet)")


def build(scratch: Path, as_of_month: str) -> Build:
    """Run `dbt build` without unit tests in the scratch copy."""
    variables = yaml.safe_dump({"as_of_month": as_of_month, "landed_dir": str(scratch / "landed")})
    arguments = ("build", "--exclude", "resource_type:unit_test", "--vars", variables)
    return run_dbt(scratch / "dbt_project", scratch, *arguments)
