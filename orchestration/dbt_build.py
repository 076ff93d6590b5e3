"""dbt, run inside this process: starting another one costs seconds more, and dbt is imported here anyway.

The project is parsed once per process, always with the same variables, so that dbt's partial parsing stays
alive from night to night; a build is handed that manifest, and the month and the landed data of the day.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from functools import cache
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from orchestration.home import DBT_PROJECT, Home
from orchestration.lock import wait_for

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

BUILD_FILE_VARIABLE = "GONGHUI_BUILD_DB"

_NODE_ENDED = ("LogSeedResult", "LogModelResult", "LogTestResult")


@dataclass(frozen=True)
class NodeFailure:
    """A dbt node that failed: a test that found rows, or a seed or model that could not be built."""

    name: str
    resource_type: str
    message: str

    def __str__(self) -> str:
        return f"{self.resource_type} {self.name}: {self.message}"


class BuildFailed(Exception):
    """dbt failed (exit code 1); `failures` are the nodes that did, empty where dbt did not get that far."""

    def __init__(self, message: str, failures: Sequence[NodeFailure] = ()):
        self.failures = tuple(failures)
        super().__init__("\n".join([message, *(f"  {failure}" for failure in failures)]))


@cache
def parse(home: Home) -> "Manifest":
    """Return dbt's manifest of the project, parsed once per process into `home`; raises BuildFailed."""
    # The home's lock may be held by a refresh in another process while Dagster's server loads the graph.
    with wait_for(home.dbt_parse / ".lock"):
        arguments = ["parse", "--target-path", str(home.dbt_parse)]
        result = _invoke(home, arguments)
        # dbt's cache keeps the folder of the seeds: after the checkout moved it would load the old ones.
        if result.success and _seed_folders(result.result) - {str(DBT_PROJECT)}:
            result = _invoke(home, [*arguments, "--no-partial-parse"])
    if not result.success:
        raise BuildFailed(f"the dbt project cannot be read: {_sentence(result.exception)}")
    return result.result


def _seed_folders(manifest: "Manifest") -> set[str | None]:
    return {node.root_path for node in manifest.nodes.values() if node.resource_type == "seed"}


def build(home: Home, selection: Sequence[str], variables: str) -> Iterator[dict[str, Any]]:
    """Run seeds, models and data tests; yields dbt's event of each node that ended, as `info` and `data`.

    `selection` are dbt's selection arguments, `variables` its vars as JSON. Unit tests are left to CI: they
    test the rules, not the night's data. Raises BuildFailed after the last event, naming the failed.
    """
    from dbt.cli.main import dbtRunnerResult
    from dbt_common.events.functions import msg_to_dict

    events: SimpleQueue[dict[str, Any] | dbtRunnerResult] = SimpleQueue()

    def note(event: Any) -> None:
        if event.info.name in _NODE_ENDED:
            events.put(msg_to_dict(event))

    arguments = [
        "build",
        "--exclude-resource-type",
        "unit_test",
        "--target-path",
        str(home.dbt_run),
        "--vars",
        variables,
        *selection,
    ]
    manifest = parse(home)
    home.build_file.parent.mkdir(parents=True, exist_ok=True)
    # A daemon: an interrupted refresh must not wait for dbt to finish; its build file is never published.
    Thread(target=lambda: events.put(_invoke(home, arguments, manifest, note)), daemon=True).start()
    while not isinstance(event := events.get(), dbtRunnerResult):
        yield event
    _raise_on_failure(event)


def _invoke(
    home: Home,
    arguments: list[str],
    manifest: "Manifest | None" = None,
    callback: Callable[[Any], None] | None = None,
) -> "dbtRunnerResult":
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ[BUILD_FILE_VARIABLE] = str(home.build_file)
    os.environ["DO_NOT_TRACK"] = "1"
    quiet = ["--log-level", "none", "--log-level-file", "none"]
    project = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    with chdir(DBT_PROJECT):
        result = dbtRunner(manifest, [callback] if callback else None).invoke([*quiet, *arguments, *project])
    # Publishing opens the build file read-only, which DuckDB refuses while dbt's own connection is open.
    DuckDBConnectionManager.close_all_connections()
    if isinstance(
        result.exception, KeyboardInterrupt
    ):  # dbt hands it over as if it were a fault of the project
        raise result.exception
    return result


def _raise_on_failure(result: "dbtRunnerResult") -> None:
    if result.success:
        return
    if result.exception is not None:
        raise BuildFailed(f"dbt could not build: {_sentence(result.exception)}")
    failures = [
        NodeFailure(node.node.name, node.node.resource_type, _sentence(node.message))
        for node in result.result.results
        if node.status in ("error", "fail", "runtime error")
    ]
    raise BuildFailed(f"build or audit failed in {len(failures)} dbt nodes", failures)


def _sentence(error: object) -> str:
    return " ".join(str(error).split())
