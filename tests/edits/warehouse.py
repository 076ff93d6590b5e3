"""A world's warehouse in memory: dbt's models, compiled for the sample, run anew for each edit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from tests.dbt_runs import seed_rows
from tests.edits.edits import read
from tests.worlds.contract import World

SAMPLE_MONTH = "2022-12"

VERDICTS = """
    select
        as_of_month, org_code, role, requirement_id,
        numerator, denominator, threshold, gap, status, is_final
    from compliance.fct_verdicts
"""


class Warehouse:
    """The landed rows of one world, and the models over them; a context that closes its database."""

    def __init__(self, manifest: Mapping[str, Any], world: World):
        self.world = world
        self.connection = duckdb.connect()
        nodes = {
            key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("seed", "model")
        }
        order = TopologicalSorter({key: node["depends_on"].get("nodes", []) for key, node in nodes.items()})
        self.nodes = [nodes[key] for key in order.static_order()]
        self.connection.execute("attach ':memory:' as build")
        self.connection.execute("use build")
        for schema in sorted({node["schema"] for node in self.nodes}):
            self.connection.execute(f"create schema {schema}")
        for node in self._seeds("raw"):
            self._land(node)
        for node in self._seeds("sample"):  # nothing invented beside a world's own rows
            types = node["config"]["column_types"].items()
            columns = ", ".join(f"{name} {kind}" for name, kind in types)
            self.connection.execute(f"create table {node['relation_name']} ({columns})")

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
                    sql = self._as_of_the_world(node)
                    self.connection.execute(f"create table {node['relation_name']} as {sql}")
            yield {row[:4]: row[4:] for row in self.connection.execute(VERDICTS).fetchall()}, world
        finally:
            self.connection.rollback()

    def _seeds(self, schema: str) -> list[dict[str, Any]]:
        return [node for node in self.nodes if node["resource_type"] == "seed" and node["schema"] == schema]

    def _as_of_the_world(self, node: Mapping[str, Any]) -> str:
        """The SQL of a model. One reads the month that dbt is told, which is another than the sample's."""
        sql = str(node["compiled_code"])
        if node["name"] != "int_as_of_months":
            return sql
        before, after = sql.split(SAMPLE_MONTH)
        return f"{before}{self.world.as_of:%Y-%m}{after}"

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
