"""A whole build as dbt ran it, kept: a build of the same code runs the same again, without dbt.

To import dbt, to parse, and to have its runner go from node to node takes longer than what DuckDB does in a
night. Graph, SQL, tests and events are dbt's own; from one build to the next only the month and two folders
are others. Where a step does not go well, dbt is asked, and says in its own words what is wrong.
"""

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from glob import escape
from graphlib import TopologicalSorter
from importlib.metadata import version
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from threading import current_thread
from time import monotonic
from typing import Any
from uuid import uuid4

import duckdb

from orchestration import dbt_build
from orchestration.common.code import code_of_checkout
from orchestration.common.files import write_json
from orchestration.common.settings import Settings
from orchestration.common.sql import identifier, literal
from orchestration.common.threads import one_for_few_rows
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import NodeEnded
from orchestration.home import CHECKOUT, Home
from orchestration.refreshing.plan import AS_OF_NODE, Plan, digest

# What writes dbt's SQL, and what runs it.
_PACKAGES = ("dbt-core", "dbt-common", "dbt-adapters", "dbt-duckdb", "jinja2", "duckdb")

AT_ONCE = 2
"""How many nodes are built at a time: as many as profiles.yml has threads."""

# Nobody else opens the build file, and what is left of a build that was killed is thrown away.
_FOR_NOBODY_ELSE = "storage_version 'latest', recovery_mode no_wal_writes"

# What dbt tells of a node's place among the others of that build.
_PLACE_IN_BUILD = {"index", "total", "num_models"}

_LOOKS = duckdb.StatementType.SELECT
_MAKES_NOTHING = {_LOOKS, duckdb.StatementType.TRANSACTION}

_PATIENCE_SECONDS = 0.1


class NotAsRecorded(Exception):
    """A step has not gone as it did when dbt took it; the message names its node."""


class FoundRows(NotAsRecorded):
    """The step is a test of severity error; what was built before it is sound."""


@dataclass(frozen=True)
class Step:
    """A seed, model or data test, as dbt built it."""

    event: Mapping[str, Any]
    """What dbt told of its end."""
    statements: tuple[str, ...]
    """The SQL that makes it, or the one query of a test; with dbt's vars in their places."""
    needs: tuple[str, ...]
    """The unique ids of what it reads."""
    severity: str
    """Of a data test: error or warn."""
    reads_a_view: bool
    """Whether it works on what a view is of, which may be as many rows as an export has."""

    @property
    def node(self) -> NodeEnded:
        """How it ended then."""
        return NodeEnded(self.event)

    @property
    def relation(self) -> tuple[str, str, str]:
        """The database, schema and name of what it makes."""
        found = self.event["data"]["node_info"]["node_relation"]
        return found["database"], found["schema"], found["alias"]

    @property
    def is_test(self) -> bool:
        """Whether it counts rows, and makes nothing."""
        return self.node.resource_type == "test"

    def event_now(
        self, info: Mapping[str, Any], data: Mapping[str, Any], node_info: Mapping[str, Any]
    ) -> NodeEnded:
        """What dbt would tell now: as it did, but for these."""
        told = {name: fact for name, fact in self.event["data"].items() if name not in _PLACE_IN_BUILD}
        data = {**told, **data, "node_info": {**told["node_info"], **node_info}}
        return NodeEnded({"info": {**self.event["info"], **info}, "data": data})


Steps = Mapping[str, Step]
"""By unique id, each behind what it needs."""


def keep(plan: Plan, nodes: Iterable[NodeEnded]) -> None:
    """Keep what dbt has run to build all of `plan`, in the place of what was kept before.

    Nothing where that could not be run again: the code was edited meanwhile, a node is no table, view or
    test of its own, or a folder would stay in the SQL. Raises OSError.
    """
    if dbt_build.parsed_code(plan.home) != code_of_checkout():
        return
    ended = {node.unique_id: node for node in nodes}
    graph = dbt_build.parse(plan.home).nodes
    steps = {
        name: {
            "event": node.event,
            "statements": [_with_places(sql, node, plan) for sql in _statements(node)],
            "needs": list(graph[name].depends_on_nodes),
            "severity": getattr(graph[name].config, "severity", "").lower(),
        }
        for name, node in ended.items()
    }
    if all(_is_whole(step, steps.keys(), plan) for step in steps.values()):
        is_landed = not plan.is_sample
        follows_from = _follows_from(is_landed=is_landed, in_parts=plan.landed_in_parts)
        record = {"follows_from": follows_from, "digest": digest(steps), "steps": steps}
        write_json(_file(plan.home, is_landed=is_landed), record)


def kept(home: Home, *, is_landed: bool, in_parts: Collection[str]) -> Steps | None:
    """Return what was run to build all of landed exports, or of the sample, with the code as it is.

    `in_parts` are the exports that lie in folders. What was kept in `home` is returned, or at installation;
    None where that is damaged, or was other code's.
    """
    follows_from = _follows_from(is_landed=is_landed, in_parts=in_parts)
    for folder in (home, dbt_build.INSTALLED):
        try:
            record = json.loads(_file(folder, is_landed=is_landed).read_text(encoding="utf-8"))
            steps = record["steps"]
            if (record["follows_from"], record["digest"]) == (follows_from, digest(steps)):
                views = {name for name, step in steps.items() if _is_view(step)}
                return {name: _step(**step, views=views) for name, step in steps.items()}
        except (OSError, ValueError, TypeError, KeyError):
            continue
    return None


def following(steps: Steps, names: Collection[str]) -> Steps:
    """Return those of `steps` that follow from the seeds and models called `names`, which are among them."""
    found: dict[str, Step] = {}
    for key, step in steps.items():
        if (step.node.name in names and not step.is_test) or found.keys() & {*step.needs}:
            found[key] = step
    return found


def run(plan: Plan, steps: Steps, watcher: Watcher) -> Iterator[NodeEnded]:
    """Take `steps` in the build file of `plan`; yields each that ended.

    Tells `watcher` of each that starts. Raises FoundRows where a test of severity error finds rows, and
    NotAsRecorded where DuckDB refuses: then the build file is of no use.
    """
    try:
        with _opened(plan.home) as connection:
            _make_room(connection, steps)
            yield from _run_all(plan, connection, steps, watcher)
    except duckdb.Error as error:
        raise NotAsRecorded(type(error).__name__) from error


def _opened(home: Home) -> duckdb.DuckDBPyConnection:
    spill = home.build_file.with_name(f"{home.build_file.name}.spill")
    connection = duckdb.connect(config=Settings.read().duckdb(spill))
    name = identifier(home.build_file.stem)  # as dbt calls it
    connection.execute(f"attach {literal(str(home.build_file))} as {name} ({_FOR_NOBODY_ELSE})")
    return connection


def _make_room(connection: duckdb.DuckDBPyConnection, steps: Steps) -> None:
    """Have the schemas of `steps`, and nothing in them of what these will make; the last made goes first."""
    relations = [step.relation for step in steps.values() if not step.is_test]
    for database, schema in sorted({relation[:2] for relation in relations}):
        connection.execute(f"create schema if not exists {identifier(database, schema)}")
    there = {
        tuple(names): kind
        for *names, kind in connection.execute(
            "select table_catalog, table_schema, table_name, table_type from information_schema.tables"
        ).fetchall()
    }
    for relation in reversed(relations):
        if kind := there.get(relation):
            connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {identifier(*relation)}")


def _run_all(
    plan: Plan, connection: duckdb.DuckDBPyConnection, steps: Steps, watcher: Watcher
) -> Iterator[NodeEnded]:
    """Take each step once what it needs is there; yields how it ended.

    Until the last that is made of a view is there, DuckDB has the threads that are set; then each cursor has
    one, where rows are few.
    """
    invocation_id = str(uuid4())
    cursors = [connection.cursor() for _ in range(AT_ONCE)]
    free = SimpleQueue[duckdb.DuckDBPyConnection]()
    for cursor in cursors:
        free.put(cursor)

    def run_one(step: Step) -> NodeEnded:
        cursor = free.get()
        try:
            return _run_one(step, plan, cursor, invocation_id)
        finally:
            free.put(cursor)

    order = TopologicalSorter({name: steps.keys() & {*step.needs} for name, step in steps.items()})
    order.prepare()
    large = {name for name, step in steps.items() if step.reads_a_view and not step.is_test}
    is_fit = False
    ready: list[str] = []
    running: dict[Future[NodeEnded], str] = {}
    started = count(1)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        try:
            while order.is_active():
                if not large and not is_fit:
                    one_for_few_rows(connection, plan.home.build_file.stem)
                    is_fit = True
                # Nothing waits for a test.
                ready = sorted([*ready, *order.get_ready()], key=lambda name: steps[name].is_test)
                while ready and len(running) < AT_ONCE:
                    name = ready.pop(0)
                    watcher.starts(str(steps[name].node), next(started), len(steps))
                    running[threads.submit(run_one, steps[name])] = name
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    name = running.pop(future)
                    large.discard(name)
                    order.done(name)
                    yield future.result()
        except BaseException:  # nobody waits for what is thrown away
            while wait(running, _PATIENCE_SECONDS).not_done:
                for cursor in cursors:
                    cursor.interrupt()  # which a cursor that is about to begin does not heed
            raise


def _run_one(step: Step, plan: Plan, cursor: duckdb.DuckDBPyConnection, invocation_id: str) -> NodeEnded:
    began_at, began, of_a_test = _now(), monotonic(), {}
    statements = [_with_values(sql, plan) for sql in step.statements]
    try:
        if step.is_test:
            [query] = statements
            [(failures, should_warn, should_error)] = cursor.execute(query).fetchall()
            status = "warn" if should_warn else "pass"
            of_a_test = {"status": status, "num_failures": failures}
            if step.severity == "error" and (should_warn or should_error):
                raise FoundRows(str(step.node))
        else:
            cursor.begin()
            for sql in statements:
                cursor.execute(sql)
            cursor.commit()
            status = "success"
    except duckdb.Error as error:
        raise NotAsRecorded(f"{step.node}, {type(error).__name__}") from error
    seconds, ended_at = monotonic() - began, _now()
    info = {
        "msg": f"{step.node.name}: {status} in {seconds:.2f} s",
        "level": "warn" if status == "warn" else "info",
        "invocation_id": invocation_id,
        "pid": os.getpid(),
        "thread": current_thread().name,
        "ts": f"{ended_at.isoformat()}Z",
    }
    node_info = {
        "node_status": status,
        "node_started_at": began_at.isoformat(),
        "node_finished_at": ended_at.isoformat(),
    }
    return step.event_now(info, {"execution_time": seconds, **of_a_test}, node_info)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)  # as dbt writes it


def _step(
    event: dict[str, Any], statements: list[str], needs: list[str], severity: str, views: Set[str]
) -> Step:
    return Step(event, tuple(statements), tuple(needs), severity, bool(views & {*needs}))


def _is_view(step: Mapping[str, Any]) -> bool:
    return bool(step["event"]["data"]["node_info"].get("materialized") == "view")


def _statements(node: NodeEnded) -> list[str]:
    """Of what dbt ran for a node what makes it, or of a test the query that counts: dbt looks around, too."""
    kinds = [({each.type for each in duckdb.extract_statements(sql)}, sql) for sql in node.statements]
    if node.resource_type == "test":
        return [sql for kind, sql in kinds if _LOOKS in kind][-1:]
    return [sql for kind, sql in kinds if kind - _MAKES_NOTHING]


def _is_whole(step: Mapping[str, Any], known: Set[str], plan: Plan) -> bool:
    """Whether a step could be taken in another home: it reads what is `known`, and names no folder."""
    folders = [folder for folder in (plan.landed_dir, str(plan.home.root)) if folder]
    statements = "\n".join(step["statements"])
    return bool(statements and known >= {*step["needs"]} and not any(each in statements for each in folders))


def _vars(plan: Plan) -> dict[str, str]:
    """The vars of dbt_project.yml that are others in another build, as SQL has them; without the blank."""
    paths = {"landed_dir": plan.landed_dir, "reference_dir": str(plan.home.build_reference)}
    return {"as_of_month": str(plan.month), **{name: _in_sql(path) for name, path in paths.items() if path}}


def _in_sql(path: str) -> str:
    """A path within the quotes of a text, as the macro `without_marks` has it."""
    return literal(escape(path)).removeprefix("'").removesuffix("'")


def _place(name: str) -> str:
    return f"{{{{ var('{name}') }}}}"


def _with_places(sql: str, node: NodeEnded, plan: Plan) -> str:
    for name, value in _vars(plan).items():
        if name != "as_of_month" or node.name == AS_OF_NODE:
            sql = sql.replace(value, _place(name))
    return sql


def _with_values(sql: str, plan: Plan) -> str:
    for name, value in _vars(plan).items():
        sql = sql.replace(_place(name), value)
    return sql


def _file(home: Home, *, is_landed: bool) -> Path:
    return home.dbt_recorded / f"{'landed' if is_landed else 'sample'}.json"


def _follows_from(*, is_landed: bool, in_parts: Collection[str]) -> str:
    """A digest of all that dbt's SQL follows from, but for `_vars`."""
    versions = [version(package) for package in _PACKAGES]
    return digest(str(CHECKOUT), code_of_checkout(), versions, is_landed, sorted(in_parts))
