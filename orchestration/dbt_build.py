"""dbt, run inside this process: starting another one costs seconds more, and dbt is imported here anyway.

The project is parsed once per process, always with the same variables, so that dbt's partial parsing stays
alive from night to night; a build is handed that manifest, and the month and the landed data of the day.
"""

import gc
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

import duckdb

from orchestration.common.code import code_of_checkout
from orchestration.common.environment import close_the_door
from orchestration.common.files import hashes
from orchestration.common.lock import wait_for
from orchestration.common.settings import Settings
from orchestration.common.watcher import Watcher
from orchestration.errors import NothingPublished
from orchestration.home import DBT_PROJECT, Home
from orchestration.language import _, shaped
from orchestration.spark import REMOTE_VARIABLE, schema_prefix

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunExecutionResult, RunResult
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

# What profiles.yml asks the environment for.
BUILD_FILE_VARIABLE = "GONGHUI_BUILD_DB"
_MEMORY_VARIABLE = "GONGHUI_BUILD_MEMORY"
_THREADS_VARIABLE = "GONGHUI_BUILD_THREADS"
_SPARK_SCHEMA_VARIABLE = "GONGHUI_SPARK_SCHEMA"

# The outputs of profiles.yml; dbt loads the adapter of the one that is asked for.
DUCKDB, SPARK = "build", "spark"

# Parsing opens no database; and dbt would parse all anew whenever what the profile asks for has changed.
_NO_BUILD = {
    BUILD_FILE_VARIABLE: "gonghui.duckdb",
    _MEMORY_VARIABLE: "1GB",
    _THREADS_VARIABLE: "1",
    _SPARK_SCHEMA_VARIABLE: "gonghui",
}
# What pyspark and Sail look for, and pyspark sets.
_OF_SPARK = {REMOTE_VARIABLE: "", "SPARK_CONNECT_MODE_ENABLED": "1", "RUST_LOG": "off"}

# No option of dbt may come from the caller: DBT_EMPTY would build empty tables, DBT_SELECT a part.
close_the_door("DBT_")

# They are there before any thread is: to add a variable, glibc moves what getenv in another thread, one of
# DuckDB's say, may be reading, and the process dies of it; to change one, it moves nothing.
os.environ.update({**_OF_SPARK, **os.environ, **_NO_BUILD, "DO_NOT_TRACK": "1"})

# dbt's partial-parse cache. `make install` parses once, so that no home has to begin from nothing.
_CACHE = "partial_parse.msgpack"
# The macros and tests that it is of, by file.
_PARSED = "parsed_of.json"
INSTALLED = Home(Path(sys.prefix) / "share" / "gonghui")
"""What `make install` leaves for all homes: the parse cache, and what dbt ran (refreshing/recorded.py)."""

_NODE_ENDED = ("LogSeedResult", "LogModelResult", "LogTestResult")


@dataclass(frozen=True)
class NodeFailure:
    """A dbt node that failed: a test that found rows, or a seed or model that could not be built."""

    name: str
    resource_type: str
    message: str

    def __str__(self) -> str:
        return shaped(
            "{kind} {name}: {message}", kind=self.resource_type, name=self.name, message=self.message
        )


@dataclass(frozen=True)
class NodeEnded:
    """A dbt node that has ended, well or not."""

    event: Mapping[str, Any]
    """What dbt tells of it, `info` and `data`, as its JSON log has it: dagster-dbt reads this."""
    statements: tuple[str, ...] = ()
    """The SQL that dbt ran for it."""

    def __str__(self) -> str:
        return f"{self.resource_type} {self.name}"

    @property
    def _node(self) -> Mapping[str, Any]:
        return self.event["data"]["node_info"]

    @property
    def unique_id(self) -> str:
        """Its key in the manifest."""
        return self._node["unique_id"]

    @property
    def resource_type(self) -> str:
        """As dbt has it: seed, model, test."""
        return self._node["resource_type"]

    @property
    def name(self) -> str:
        """What the project calls it."""
        return self._node["node_name"]

    @property
    def status(self) -> str:
        """As dbt has it: success, pass, warn, fail, error, skipped."""
        return self._node["node_status"]

    @property
    def seconds(self) -> float:
        """How long it ran."""
        return self.event["data"]["execution_time"]

    @property
    def failures(self) -> int:
        """The rows that a data test found."""
        return self.event["data"]["num_failures"]

    @property
    def told(self) -> dict[str, Any]:
        """What a log keeps of it: resource_type, node, status, seconds."""
        return {
            "resource_type": self.resource_type,
            "node": self.name,
            "status": self.status,
            "seconds": round(self.seconds, 3),
        }


class BuildFailed(NothingPublished):
    """dbt failed; `failures` are the nodes that did, empty where dbt did not get that far."""

    def __init__(self, message: str, failures: Sequence[NodeFailure] = ()):
        self.failures = tuple(failures)
        self.checks = tuple(f"{each.resource_type} {each.name}" for each in failures)
        super().__init__(message, *(shaped("  {failure}", failure=failure) for failure in failures))


def parse(home: Home, target: str = DUCKDB) -> "Manifest":
    """Return dbt's manifest of the project, parsed once per process into `home`; raises BuildFailed."""
    return _parsed(home, target)[0]


def parsed_code(home: Home) -> dict[str, str]:
    """Return of which code `parse` is: what a build compiles, whatever was edited since (common/code.py)."""
    return _parsed(home, DUCKDB)[1]


@cache
def _parsed(home: Home, target: str) -> tuple["Manifest", dict[str, str]]:
    code = code_of_checkout()
    folder = home.dbt_parse if target == DUCKDB else home.dbt_parse / target
    # The home's lock may be held by a refresh in another process while Dagster's server loads the graph.
    with wait_for(folder / ".lock"), _nothing_collected():
        shipped = INSTALLED.dbt_parse
        if target == DUCKDB and (shipped / _PARSED).exists() and not (folder / _CACHE).exists():
            for name in (_CACHE, _PARSED):
                shutil.copyfile(shipped / name, folder / name)
        arguments = ["parse", "--target", target, "--target-path", str(folder)]
        anew = [*arguments, "--no-partial-parse"]
        # The names of schemas are settled as it parses.
        environment = _NO_BUILD if target == DUCKDB else _NO_BUILD | _schemas(home)
        # Of a test that it parses again, because a macro has changed, dbt forgets the description.
        told, sources = folder / _PARSED, json.dumps(_macros_and_tests())
        is_of_them = told.exists() and told.read_bytes() == sources.encode()
        result = _invoke(arguments if is_of_them else anew, environment)
        # dbt's cache keeps the folder of the seeds: after the checkout moved it would load the old ones.
        if result.success and _seed_folders(cast("Manifest", result.result)) - {str(DBT_PROJECT)}:
            result = _invoke(anew, environment)
        if not result.success:
            raise BuildFailed(
                _("the dbt project cannot be read: {reason}").format(reason=_sentence(result.exception))
            )
        told.write_text(sources, encoding="utf-8")
    return cast("Manifest", result.result), code


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """What dbt imports and parses stays: to look for garbage in it takes a sixth of the time, ever again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _macros_and_tests() -> dict[str, str]:
    files = (path for room in ("macros", "tests") for path in (DBT_PROJECT / room).rglob("*.sql"))
    return hashes(DBT_PROJECT, files)


def _seed_folders(manifest: "Manifest") -> set[str | None]:
    from dbt.contracts.graph.nodes import SeedNode

    return {node.root_path for node in manifest.nodes.values() if isinstance(node, SeedNode)}


def build(
    home: Home,
    selection: Sequence[str],
    variables: str,
    watcher: Watcher | None = None,
    target: str = DUCKDB,
) -> Iterator[NodeEnded]:
    """Run seeds, models and data tests; yields each node that ended, and tells `watcher` of each that starts.

    `selection` are dbt's selection arguments, `variables` its vars as JSON. Unit tests are left to CI: they
    test the rules, not the night's data. Raises BuildFailed after the last event, naming the failed.
    """
    events: SimpleQueue[NodeEnded | dbtRunnerResult | BaseException] = SimpleQueue()
    statements: dict[str, list[str]] = {}

    def note(event: Any) -> None:
        if event.info.name == "SQLQuery":
            statements.setdefault(event.data.node_info.unique_id, []).append(event.data.sql)
        elif event.info.name in _NODE_ENDED:
            events.put(_ended(event, statements.pop(event.data.node_info.unique_id, ())))
        elif event.info.name == "LogStartLine" and watcher:
            watcher.starts(str(_ended(event)), event.data.index, event.data.total)

    def run() -> None:
        try:
            events.put(_invoke(arguments, _environment(home), manifest, note))
        except BaseException as error:  # whoever waits for an event would wait for ever
            events.put(error)

    arguments = [
        "build",
        "--target",
        target,
        "--exclude-resource-type",
        "unit_test",
        "--target-path",
        str(home.dbt_run),
        "--vars",
        variables,
        *selection,
    ]
    manifest = parse(home, target)
    home.build_file.parent.mkdir(parents=True, exist_ok=True)
    # A daemon: an interrupted refresh must not wait for dbt to finish; its build file is never published.
    Thread(target=run, daemon=True).start()
    while isinstance(event := events.get(), NodeEnded):
        yield event
    if isinstance(event, BaseException):
        raise event
    _raise_on_failure(event, home.build_file)


def _ended(event: Any, statements: Iterable[str] = ()) -> NodeEnded:
    from dbt_common.events.functions import msg_to_dict

    return NodeEnded(msg_to_dict(event), tuple(statements))


def _environment(home: Home) -> dict[str, str]:
    settings = Settings.read()
    return {
        BUILD_FILE_VARIABLE: str(home.build_file),
        _MEMORY_VARIABLE: settings.memory,
        _THREADS_VARIABLE: str(settings.threads),
        **_schemas(home),
    }


def _schemas(home: Home) -> dict[str, str]:
    return {_SPARK_SCHEMA_VARIABLE: schema_prefix(home.root)}


def _invoke(
    arguments: list[str],
    environment: Mapping[str, str],
    manifest: "Manifest | None" = None,
    callback: Callable[[Any], None] | None = None,
) -> "dbtRunnerResult":
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    close_the_door("DBT_")  # dbt reads it anew each time
    os.environ.update(environment)
    quiet = ["--log-level", "none", "--log-level-file", "none", "--no-write-json"]
    project = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    with chdir(DBT_PROJECT):
        result = dbtRunner(manifest, [callback] if callback else None).invoke([*quiet, *arguments, *project])
    # Publishing opens the build file read-only, which DuckDB refuses while dbt's own connection is open.
    DuckDBConnectionManager.close_all_connections()
    # dbt hands it over as if it were a fault of the project.
    if isinstance(result.exception, KeyboardInterrupt):
        raise result.exception
    return result


def _raise_on_failure(result: "dbtRunnerResult", build_file: Path) -> None:
    if result.success:
        return
    if result.exception is not None:
        raise BuildFailed(_("dbt could not build: {reason}").format(reason=_sentence(result.exception)))
    failures = [
        NodeFailure(node.node.name, node.node.resource_type, _told(node, build_file))
        for node in cast("RunExecutionResult", result.result).results
        if node.status in ("error", "fail", "runtime error")
    ]
    failed = _("build or audit failed in {count} dbt nodes").format(count=len(failures))
    raise BuildFailed(failed, failures)


def _told(result: "RunResult", build_file: Path) -> str:
    """What failed; of a data test with a column `message`, what its rows say is wrong and what to do."""
    message = _sentence(result.message)
    if result.status != "fail":  # which a data test alone does: the rest is in error
        return message
    with duckdb.connect(build_file, read_only=True) as connection:
        rows = connection.sql(cast("Any", result.node).compiled_code)
        told = (
            rows.select("message").distinct().order("message").fetchall() if "message" in rows.columns else []
        )
    return "; ".join([message, *(row for (row,) in told)])


def _sentence(error: object) -> str:
    return " ".join(str(error).split())
