"""A world's warehouse in memory: compiled once by dbt, its models run anew for each edit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from tests.dbt_runs import CHECKOUT, run_dbt, seed_rows
from tests.edits.edits import read
from tests.worlds.contract import World

VERDICTS = """
    select
        as_of_month, org_code, role, requirement_id,
        numerator, denominator, threshold, gap, status, is_final
    from compliance.fct_verdicts
"""


class Warehouse:
    """The landed rows of one world, and the models over them; a context that closes its database."""

    def __init__(self, folder: Path, world: World):
        self.world = world
        self.connection = duckdb.connect()
        variables = f"as_of_month: {world.as_of:%Y-%m}"
        compiled = run_dbt(CHECKOUT / "dbt_project", folder, "compile", "--quiet", "--vars", variables)
        assert compiled.returncode == 0, compiled.output[-4000:]
        nodes = {
            key: node
            for key, node in compiled.artifact("manifest")["nodes"].items()
            if node["resource_type"] in ("seed", "model")
        }
        order = TopologicalSorter({key: node["depends_on"].get("nodes", []) for key, node in nodes.items()})
        self.nodes = [nodes[key] for key in order.static_order()]
        self.connection.execute("attach ':memory:' as build")
        self.connection.execute("use build")
        for schema in sorted({node["schema"] for node in self.nodes}):
            self.connection.execute(f"create schema {schema}")
        for node in self._seeds("raw"):
            self._land(node)

    def __enter__(self) -> "Warehouse":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @contextmanager
    def built(self, reference: Path) -> Iterator[tuple[dict[tuple, tuple], World]]:
        """Build over these reference seeds; yields the verdicts by their key, and the world then."""
        self.connection.begin()
        try:
            for node in self._seeds("reference"):
                rows = seed_rows(node, reference / f"{node['name']}.csv")
                self.connection.execute(f"create table {node['relation_name']} as {rows}")
            world = self._known(read(reference))
            for node in self.nodes:
                if node["resource_type"] == "model":
                    self.connection.execute(
                        f"create table {node['relation_name']} as {node['compiled_code']}"
                    )
            yield {row[:4]: row[4:] for row in self.connection.execute(VERDICTS).fetchall()}, world
        finally:
            self.connection.rollback()

    def _seeds(self, schema: str) -> list[dict[str, Any]]:
        return [node for node in self.nodes if node["resource_type"] == "seed" and node["schema"] == schema]

    def _land(self, node: dict[str, Any]) -> None:
        types = node["config"]["column_types"]
        columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
        self.connection.execute(f"create table {node['relation_name']} ({columns})")
        rows = [tuple(row.get(name) for name in types) for row in self._landed(node["name"])]
        if rows:
            places = ", ".join("?" * len(types))
            self.connection.executemany(f"insert into {node['relation_name']} values ({places})", rows)

    def _landed(self, name: str) -> list[dict[str, Any]]:
        if name == "landed_exports":
            dates = self.world.export_dates.items()
            return [{"export_name": export, "export_date": day} for export, day in dates]
        return list(self.world.landed.get(name) or [])

    def _known(self, seeds: Mapping[str, list[dict[str, str]]]) -> World:
        """Leave out, here and in the database, the rows that landing refuses: those of unknown codes."""
        orgs = {row["org_code"] for row in seeds["organizations"] if row["org_type"] != "target_group"}
        modules = {row["module_code"] for row in seeds["modules"]}
        landed = {
            export: rows
            and [
                row
                for row in rows
                if row["org_code"] in orgs and row.get("module_code", next(iter(modules))) in modules
            ]
            for export, rows in self.world.landed.items()
        }
        for node in self._seeds("raw"):
            for column, known in (("org_code", orgs), ("module_code", modules)):
                if column in node["config"]["column_types"] and node["name"] in landed:
                    self.connection.execute(
                        f"delete from {node['relation_name']} where not list_contains(?, {column})",
                        [sorted(known)],
                    )
        return replace(self.world, seeds=seeds, landed=landed)
