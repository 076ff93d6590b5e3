"""What both engines make of the sample and of a world: python -m tests.second_engine.everything FOLDER.

A process of its own, for dbt keeps the adapter of each engine as long as its process lives. FOLDER/home is
refreshed from the sample by the second engine, which runs the unit tests and data tests, too; what each node
came to goes to FOLDER/nodes.json. FOLDER/world/duckdb.duckdb and spark.duckdb are builds of one world.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from orchestration import dbt_build
from orchestration.cli.main import main
from orchestration.common.watcher import Watcher
from orchestration.home import Home
from orchestration.refreshing import second_engine
from tests.second_engine import world

# The node's key: its status, the rows that it found where it is a test, the SQL that the engine ran.
Nodes = dict[str, tuple[str, int | None, str]]

_LEFT_OUT = "--exclude-resource-type"


def refresh_sample(home: Home) -> Nodes:
    """Refresh with all the tests that the project has, and not the audit's own alone."""
    nodes: Nodes = {}
    invoke = dbt_build._invoke

    def invoke_with_tests(arguments: list[str], *rest: Any) -> Any:
        if arguments[0] != "build" or dbt_build.SPARK not in arguments:
            return invoke(arguments, *rest)
        pairs = zip(["", *arguments], arguments, strict=False)
        asked = [word for before, word in pairs if _LEFT_OUT not in (before, word)]
        result = invoke(asked, *rest)
        for each in result.result:
            status, sql = str(each.status), getattr(each.node, "compiled_code", None)
            nodes[each.node.unique_id] = (status, each.failures, sql or "")
        return result

    dbt_build._invoke = invoke_with_tests
    try:
        exit_code = main(["refresh", "--home", str(home.root), "--engine", "spark"])
    finally:
        dbt_build._invoke = invoke
    if exit_code:
        raise SystemExit(exit_code)
    return nodes


def build_world(home: Home, folder: Path) -> None:
    """Build the world on both engines, with the data tests of either audit."""
    variables = world.write(folder)
    for _ in dbt_build.build(home, [], json.dumps(variables)):
        pass
    shutil.move(home.build_file, folder / "duckdb.duckdb")
    for _ in second_engine.build(home, [], variables, Watcher()):
        pass
    shutil.move(home.build_file, folder / "spark.duckdb")


if __name__ == "__main__":
    into = Path(sys.argv[1])
    told = refresh_sample(Home(into / "home"))
    (into / "nodes.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    # A home of its own for the builds; the project was parsed in the sample's.
    build_world(Home(into / "builds"), into / "world")
