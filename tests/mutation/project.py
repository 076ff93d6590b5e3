"""The dbt project, built once by dbt itself: its compiled models, data tests and unit tests."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from pathlib import Path

import sqlglot
from sqlglot import exp

from tests.dbt_runs import CHECKOUT, Build, run_dbt

DIALECT = "duckdb"
FIXTURE = "__dbt__cte__"


@dataclass(frozen=True)
class Node:
    """A model or seed: where it lies in the database, what it is made of, its compiled SQL (a seed: none)."""

    name: str
    file: str
    relation: str
    raw_code: str
    sql: str
    is_view: bool
    is_contracted: bool
    parents: frozenset[str]


@dataclass(frozen=True)
class DataTest:
    """A compiled data test; it notices something where `fail_calc` over its rows is not zero."""

    name: str
    sql: str
    fail_calc: str
    parents: frozenset[str]


@dataclass(frozen=True)
class UnitTest:
    """A unit test as dbt ran it: fixtures by table name, the model over them, the rows expected of it."""

    name: str
    model: str
    fixtures: dict[str, str]
    tree: exp.Expression
    columns: str
    expected: str
    overrides_macros: bool = False


@dataclass(frozen=True)
class Macro:
    """A macro of this project: its file, and its body as numbered lines."""

    name: str
    file: str
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Project:
    """Everything that a build left behind; nodes stand in the order of their building."""

    database: Path
    nodes: dict[str, Node]
    data_tests: tuple[DataTest, ...]
    unit_tests: dict[str, tuple[UnitTest, ...]]
    macros: dict[str, Macro]

    def models(self) -> dict[str, Node]:
        """The nodes that are SQL."""
        return {key: node for key, node in self.nodes.items() if node.sql}

    def node(self, name: str) -> str:
        """The key of the node called `name`."""
        return next(key for key, node in self.nodes.items() if node.name == name)


def build(workdir: Path) -> Project:
    """Build the sample with all its tests in `workdir`: only tests that pass can judge mutants."""
    return of(run_dbt(CHECKOUT / "dbt_project", workdir, "build", "--quiet"))


def of(finished: Build) -> Project:
    """Read the artifacts of a finished build; raises RuntimeError where it has failed."""
    if finished.returncode != 0:
        raise RuntimeError(f"dbt build fails before anything was mutated\n{finished.output[-4000:]}")
    manifest = finished.artifact("manifest")
    found = manifest["nodes"]
    nodes = {key: _node(value) for key, value in found.items() if value["resource_type"] in ("model", "seed")}
    order = TopologicalSorter({key: node.parents for key, node in nodes.items()}).static_order()
    return Project(
        database=finished.database,
        nodes={key: nodes[key] for key in order},
        data_tests=tuple(_data_test(value) for value in found.values() if value["resource_type"] == "test"),
        unit_tests=_unit_tests(manifest["unit_tests"].values(), finished.target, nodes),
        macros={
            value["name"]: _macro(value)
            for value in manifest["macros"].values()
            if value["package_name"] == "gonghui" and "endmacro" in value["macro_sql"]
        },
    )


def _node(value: dict) -> Node:
    config = value["config"]
    return Node(
        name=value["name"],
        file=_file(value["original_file_path"]),
        relation=value["relation_name"],
        raw_code=value["raw_code"],
        sql=value.get("compiled_code") or "",
        is_view=config["materialized"] == "view",
        is_contracted=bool(value.get("contract", {}).get("enforced")),
        parents=frozenset(value.get("depends_on", {}).get("nodes", ())),
    )


def _file(path: str) -> str:
    return path.removeprefix("../") if path.startswith("../") else f"dbt_project/{path}"


def _data_test(value: dict) -> DataTest:
    parents = frozenset(value["depends_on"]["nodes"])
    return DataTest(value["name"], value["compiled_code"], value["config"]["fail_calc"], parents)


def _macro(value: dict) -> Macro:
    file = _file(value["original_file_path"])
    lines = (CHECKOUT / file).read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if re.search(rf"{{%-? macro {value['name']}\(", line))
    end = next(n for n in range(start, len(lines)) if "endmacro" in lines[n])
    return Macro(value["name"], file, tuple((n + 1, lines[n]) for n in range(start + 1, end)))


def _unit_tests(
    values: Iterable[dict], target: Path, nodes: dict[str, Node]
) -> dict[str, tuple[UnitTest, ...]]:
    found: dict[str, list[UnitTest]] = {}
    for value in values:
        model = next(key for key in value["depends_on"]["nodes"] if nodes[key].name == value["model"])
        executed = next((target / "run").rglob(f"*.yml/**/{value['name']}.sql"))
        test = _unit_test(value["name"], model, executed.read_text(encoding="utf-8"))
        test = replace(test, overrides_macros=bool((value.get("overrides") or {}).get("macros")))
        found.setdefault(model, []).append(test)
    return {model: tuple(tests) for model, tests in found.items()}


def _unit_test(name: str, model: str, executed: str) -> UnitTest:
    # What dbt executes: with actual as (select ... from (with fixtures ... model)), expected as (...) ...
    actual, expected = (cte.this for cte in sqlglot.parse_one(executed, dialect=DIALECT).ctes[:2])
    columns = [quoted(column.alias_or_name) for column in actual.expressions[:-1]]
    tree = actual.find(exp.Subquery).this.copy()
    fixtures = {cte.alias: cte for cte in tree.ctes if cte.alias.startswith(FIXTURE)}
    for cte in fixtures.values():
        cte.pop()
    if not tree.ctes:
        tree.args["with_"].pop()
    return UnitTest(
        name=name,
        model=model,
        fixtures={alias: cte.this.sql(DIALECT) for alias, cte in fixtures.items()},
        tree=tree,
        columns=", ".join(columns),
        expected=_expected(expected.find(exp.Subquery).this, tree),
    )


def _expected(rows: exp.Expression, tree: exp.Expression) -> str:
    """The rows expected, as SQL; where none are, dbt writes no row of the model itself."""
    if any(table.name == "dbt_internal_unit_test_actual" for table in rows.find_all(exp.Table)):
        return f"select * from ({tree.sql(DIALECT)}) as model limit 0"
    return rows.sql(DIALECT)


def quoted(name: str) -> str:
    """`name` as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'
