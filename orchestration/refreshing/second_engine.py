"""A build whose models the second engine runs: DuckDB hands it the seeds, and takes over the tables it made.

    seeds, loaded by DuckDB ─► Parquet ─► models, on Spark ─► Parquet ─► tables, audited by DuckDB as ever

Landed exports are read where they lie. Of what is not there, or not seen by every node, an engine makes an
empty table and says nothing: so rows are counted before the models run, as they run, and after.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from orchestration import dbt_build, landing, spark
from orchestration.common import engine_faults
from orchestration.common.logs import logger
from orchestration.common.sql import literal
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed, NodeEnded
from orchestration.home import Home
from orchestration.language import _
from orchestration.spark import Engine, EngineFault

# The seeds, and what must hold before an engine reckons with them that would not say so in a sentence.
_FIRST = ("--select", "resource_type:seed", "+tag:before_the_models", "--indirect-selection", "empty")


@dataclass(frozen=True)
class Node:
    """A seed or table of the project: the schema and name that it has in DuckDB."""

    room: str
    name: str

    @property
    def path(self) -> str:
        """As DuckDB calls it, `schema.name`."""
        return f"{self.room}.{self.name}"


def build(
    home: Home, selection: Sequence[str], variables: Mapping[str, Any], watcher: Watcher
) -> Iterator[NodeEnded]:
    """Build all models on the second engine, and audit them with DuckDB; yields each node that ended.

    `selection` and `variables` are those of the audit. Raises BuildFailed, and EngineFault where the engine
    is not there, ends before its work does, or its files are not what it says.
    """
    # Each build has a folder of its own: on a cluster a task of one that was killed may still be writing.
    folder = home.build_engine / uuid4().hex[:12]
    folder.mkdir(parents=True)
    try:
        yield from dbt_build.build(home, _FIRST, json.dumps(variables), watcher)
        landed = {name: each.rows_landed for name, each in landing.in_force(home.root).items()}
        seeds = handed_over(home, folder / "seeds", variables["landed_dir"], landed)
        with spark.engine() as engine:
            logger.info(
                _("the models run on Spark {version} at {address}").format(
                    version=engine.session.version, address=engine.address
                )
            )
            asked = {**variables, "seeds": seeds, "built_dir": str(folder / "tables")}
            yield from _models(home, engine, json.dumps(asked), watcher)
            counts = _counted(home, engine)
            _forget(home, engine)
        built = {node.path: files_of(folder / "tables", node, rows) for node, rows in counts.items()}
        yield from dbt_build.build(home, selection, json.dumps({**variables, "built": built}), watcher)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def handed_over(
    home: Home, folder: Path, landed_dir: str, landed: Mapping[str, int]
) -> dict[str, dict[str, object]]:
    """The path and the rows of each seed's Parquet, by seed; what was not landed is written to `folder`.

    `landed` is how many rows of each export were. Raises EngineFault where its file holds others.
    """
    folder.mkdir()
    seeds: dict[str, dict[str, object]] = {}
    with duckdb.connect(home.build_file, read_only=True) as connection:
        for node in _nodes(home, "seed"):
            [(rows,)] = connection.execute(f"select count(*) from {node.path}").fetchall()
            if landed_dir and node.room == "raw":
                path = (Path(landed_dir) / f"{node.name}.parquet").resolve()
                if landed.get(node.name, rows) != rows:
                    raise EngineFault(
                        _(
                            "{path} holds {rows} rows, and {landed} were landed: restore it from a backup, "
                            "or put the newest files of that export in the inbox"
                        ).format(path=path, rows=rows, landed=landed[node.name])
                    )
            else:
                path = folder / f"{node.name}.parquet"
                connection.execute(f"copy {node.path} to {literal(str(path))} (format parquet)")
            seeds[node.name] = {"path": str(path), "rows": rows}
    return seeds


def _models(home: Home, engine: Engine, variables: str, watcher: Watcher) -> Iterator[NodeEnded]:
    _forget(home, engine)  # of a build that was killed
    without_tests = ["--exclude-resource-type", "test"]
    try:
        yield from dbt_build.build(home, without_tests, variables, watcher, dbt_build.SPARK)
    except BuildFailed as failed:
        if not engine.answers():
            raise EngineFault(
                _(
                    "the engine at {address} ended before its work did: see there why, then refresh again"
                ).format(address=engine.address)
            ) from None
        with suppress(Exception):
            _forget(home, engine)
        if any(engine_faults.is_of_a_full_disk(failure.message) for failure in failed.failures):
            raise EngineFault(
                _(
                    "the disk is full where the engine at {address} builds: free some space, "
                    "then refresh again"
                ).format(address=engine.address)
            ) from None
        raise


def _forget(home: Home, engine: Engine) -> None:
    """Remove this home's schemas from the engine; their files are in the build's own folder."""
    prefix = spark.schema_prefix(home.root)
    engine.clear(sorted({f"{prefix}_{node.room}" for node in _nodes(home, "seed", "model")}))


def _counted(home: Home, engine: Engine) -> dict[Node, int]:
    prefix = spark.schema_prefix(home.root)
    counts = engine.row_counts(f"{prefix}_{node.path}" for node in _nodes(home, "table"))
    return {node: counts[f"{prefix}_{node.path}"] for node in _nodes(home, "table")}


def files_of(tables: Path, node: Node, rows: int) -> str:
    """The pattern of a table's files, blank where a table without rows has none.

    Raises EngineFault where they hold other rows than the engine says that the table has.
    """
    files, held = escape(str(tables / node.room / node.name)) + "/*.parquet", 0
    if there := any((tables / node.room / node.name).glob("*.parquet")):
        with duckdb.connect() as connection:
            held = connection.read_parquet(files, hive_partitioning=False).shape[0]
    if held != rows:
        raise EngineFault(
            _(
                "{table} has {rows} rows on the engine, and {held} in {folder}: have each of its nodes write "
                "to the home under this path"
            ).format(table=node.path, rows=rows, held=held, folder=tables)
        )
    return files if there else ""


def _nodes(home: Home, *kinds: str) -> list[Node]:
    """The nodes of some kinds: seed, model, table, which is a model that is stored."""
    nodes = dbt_build.parse(home).nodes.values()
    return [
        Node(node.schema, node.alias)
        for node in nodes
        if node.resource_type in kinds or ("table" in kinds and node.config.materialized == "table")
    ]
