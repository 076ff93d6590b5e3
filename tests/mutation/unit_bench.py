"""The unit tests on a warm bench: fixtures and expected rows are made once, each mutant is one query."""

from collections.abc import Mapping

import duckdb

from tests.mutation import mutators, sql_mutants
from tests.mutation.mutators import Mutation
from tests.mutation.project import Project, UnitTest


class UnitBench:
    """The unit tests of a project; those of a model are set up when it is first asked about."""

    def __init__(self, project: Project, neighbours: Mapping[str, str]):
        self._project = project
        self._neighbours = neighbours
        self._connection = duckdb.connect(config={"threads": 1})
        self._mutations: dict[str, list[Mutation | None]] = {}

    def notice(self, model: str, index: int | None) -> str | None:
        """The unit test of `model` that fails under its `index`-th mutation (None: as it is), if one does."""
        for test in self._project.unit_tests.get(model, ()):
            mutations = self._set_up(test)
            mutation = None if index is None else mutations[index]
            if index is not None and mutation is None:
                continue
            if self._fails(test, mutators.render(test.tree, mutation)):
                return test.name
        return None

    def _set_up(self, test: UnitTest) -> list[Mutation | None]:
        if test.name not in self._mutations:
            self._connection.execute(f"create schema {test.name}")
            self._connection.execute(f"set schema = '{test.name}'")
            for name, sql in test.fixtures.items():
                self._connection.execute(f"create table {name} as {sql}")
            self._connection.execute(f"create table expected as {test.expected}")
            self._mutations[test.name] = self._same_as_the_model(test)
        self._connection.execute(f"set schema = '{test.name}'")
        return self._mutations[test.name]

    def _same_as_the_model(self, test: UnitTest) -> list[Mutation | None]:
        """The mutations of the model in the unit test, one for one those of the model itself.

        A test that overrides a macro has other columns than the model: there a column that the macro writes
        alike stands for another, and None for what the test does not have.
        """
        tree = sql_mutants.parse(self._project.nodes[test.model])
        own, models = (mutators.mutations(t, self._neighbours) for t in (test.tree, tree))
        if [(m.node, m.edit.label) for m in own] == [(m.node, m.edit.label) for m in models]:
            return list(own)
        if not test.overrides_macros:
            raise ValueError(f"{test.name} compiles its model to SQL of another shape")
        alike = {mutators.shape(test.tree, mutation): mutation for mutation in reversed(own)}
        return [alike.get(mutators.shape(tree, mutation)) for mutation in models]

    def _fails(self, test: UnitTest, sql: str) -> bool:
        """Whether the SQL errs, or its rows differ from those expected, in any order (as dbt compares)."""
        differing = f"""
            with actual as materialized (select {test.columns} from ({sql}) as model)
            (from actual except all select {test.columns} from expected)
            union all
            (select {test.columns} from expected except all from actual)
            limit 1
        """
        try:
            return bool(self._connection.execute(differing).fetchall())
        except duckdb.Error:
            return True
