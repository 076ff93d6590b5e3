"""A folder with a world written into it, landed exports and reference seeds, and what dbt builds of it."""

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.dbt_runs import CHECKOUT, Build, InProcess

from .contract import World

SHIPPED_REFERENCE = CHECKOUT / "seeds" / "reference"


def write(world: World, scratch: Path) -> None:
    """Write the world to `scratch`: its reference seeds among those shipped, its rows as landed Parquet."""
    shutil.copytree(SHIPPED_REFERENCE, scratch / "reference", ignore=shutil.ignore_patterns("*.yml"))
    for name, rows in world.seeds.items():
        _write_seed(scratch / "reference" / f"{name}.csv", rows)
    (scratch / "landed").mkdir()
    for name, types in _raw_types().items():
        _write_parquet(scratch / "landed" / f"{name}.parquet", types, _landed(world, name))


def _write_seed(path: Path, rows: list[Mapping[str, str]]) -> None:
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _raw_types() -> dict[str, dict[str, str]]:
    declared = yaml.safe_load((CHECKOUT / "seeds" / "raw" / "_raw__seeds.yml").read_text(encoding="utf-8"))
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


def build(dbt: InProcess, scratch: Path, as_of_month: str) -> Build:
    """Build the world with all its data tests, those of what landing proves too."""
    folders = {f"{name}_dir": str(scratch / name) for name in ("landed", "reference")}
    return dbt.build(scratch, variables={"as_of_month": as_of_month, **folders})
