"""The built sample kept warm: each change is made, what depends on it built and tested, and all undone."""

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tests.mutation.project import DataTest, Node, Project

PATIENCE = 30  # seconds for one statement; a mutant that makes it run longer would not pass unnoticed

RELATION = """'"' || database_name || '"."' || schema_name || '"."' || table_name || '"'"""
COLUMNS = """string_agg('"' || column_name || '"', ', ' order by column_index)"""


class Warehouse:
    """One process's own copy of the build."""

    def __init__(self, project: Project, folder: Path):
        self._project = project
        self._connection = duckdb.connect(
            shutil.copy(project.database, folder / project.database.name),
            config={"threads": 1, "memory_limit": "2GB"},
        )
        self._ddl = dict(self._rows(f"select {RELATION}, sql from duckdb_tables()"))
        self._columns = dict(self._rows(f"select {RELATION}, {COLUMNS} from duckdb_columns() group by all"))
        self._prints = {key: self._print(node) for key, node in project.nodes.items()}

    def _rows(self, sql: str) -> list[tuple]:
        """Run a statement; one that runs out of patience is interrupted, which is an error."""
        timer = threading.Timer(PATIENCE, self._connection.interrupt)
        timer.start()
        try:
            return self._connection.execute(sql).fetchall()
        finally:
            timer.cancel()

    def _print(self, node: Node) -> tuple:
        """A fingerprint of a relation's rows, whatever their order."""
        return self._rows(f"select count(*), sum(hash(r)), bit_xor(hash(r)) from {node.relation} as r")[0]

    @contextmanager
    def _undone(self) -> Iterator[None]:
        self._connection.begin()
        try:
            yield
        finally:
            self._connection.rollback()

    def notice_model(self, model: str, sql: str) -> str | None:
        """The data test (or the error) that notices `model` made by other SQL, if one does."""
        with self._undone():
            return self._notice({model}, {model: sql})

    def notice_update(self, seed: str, update: str) -> str | None:
        """The data test (or the error) that notices an update of `seed`, if one does."""
        with self._undone():
            self._rows(update)
            if self._print(self._project.nodes[seed]) == self._prints[seed]:
                raise ValueError(f"this changes nothing: {update}")
            return self._notice({seed}, {})

    def failing_test(self) -> str | None:
        """A data test that fails as things are, if one does."""
        return next((test.name for test in self._project.data_tests if self._fails(test)), None)

    def _notice(self, changed: set[str], sql: Mapping[str, str]) -> str | None:
        """Build what depends on the changed nodes in order, and run each test as soon as its inputs stand."""
        pending = self._downstream(changed)
        differing: set[str] = set()
        for key, node in self._project.nodes.items():
            if key not in pending:
                continue
            pending.discard(key)
            if key in sql or (node.sql and node.parents & differing):
                if error := self._build(node, sql.get(key, node.sql)):
                    return error
            elif key not in changed:
                continue
            if self._print(node) == self._prints[key]:
                continue
            differing.add(key)
            if failing := self._failing(key, differing, pending):
                return failing
        return None

    def _downstream(self, changed: set[str]) -> set[str]:
        found = set(changed)
        for key, node in self._project.nodes.items():
            if node.parents & found:
                found.add(key)
        return found

    def _build(self, node: Node, sql: str) -> str | None:
        try:
            if node.is_view:
                self._rows(f"create or replace view {node.relation} as {sql}")
                self._print(node)  # a view errs when it is read
            elif node.is_contracted:
                self._rows(self._ddl[node.relation].replace("CREATE TABLE", "CREATE OR REPLACE TABLE", 1))
                columns = self._columns[node.relation]
                self._rows(f"insert into {node.relation} ({columns}) select {columns} from ({sql}) as model")
            else:
                self._rows(f"create or replace table {node.relation} as {sql}")
        except duckdb.Error as error:
            return f"error: {node.name}: {str(error).splitlines()[0]}"
        return None

    def _failing(self, key: str, differing: set[str], pending: set[str]) -> str | None:
        """A failing test of `key` whose other inputs stand as well."""
        for test in self._project.data_tests:
            if key in test.parents and not test.parents & pending and self._fails(test):
                return test.name
        return None

    def _fails(self, test: DataTest) -> bool:
        try:
            return self._rows(f"select {test.fail_calc} from ({test.sql}) as test")[0][0] != 0
        except duckdb.Error:
            return True
