"""Values are written into SQL as DuckDB reads them."""

import ast
from datetime import date, datetime

import duckdb
import pytest

from orchestration.common.sql import Value, identifier, literal
from tests.dbt_runs import CHECKOUT

MIRROR = CHECKOUT / "orchestration" / "publishing" / "mirror"


@pytest.mark.parametrize(
    "value",
    [
        "it's a ''quote'' ${x} ? \\n \n",
        "",
        -12,
        2**62,
        True,
        None,
        date(2020, 2, 29),
        datetime(2020, 2, 29, 23, 59, 58, 7),
        ["a", None, "'"],
        [],
        [date(2020, 1, 1), date(2021, 1, 1)],
    ],
)
def test_a_value_comes_back_as_it_was(value: Value | list[Value]) -> None:
    assert duckdb.sql(f"select {literal(value)}").fetchall() == [(value,)]


def test_a_name_is_what_it_was_whatever_stands_in_it() -> None:
    names = ("of 'a'", "b.c", 'd"e""')
    table = identifier(*names[:2])
    with duckdb.connect() as connection:
        connection.execute(f"create schema {identifier(names[0])}")
        connection.execute(f"create table {table} as select 1 as {identifier(names[2])}")
        assert connection.execute(f"select {identifier(*names)} from {table}").fetchall() == [(1,)]
        kept = "select table_schema, table_name, column_name from information_schema.columns"
        assert connection.execute(kept).fetchall() == [names]


def test_no_value_is_bound_for_duckdb_which_would_import_pandas() -> None:
    bound = [
        f"{path.relative_to(CHECKOUT)}:{node.lineno}"
        for path in sorted((CHECKOUT / "orchestration").rglob("*.py"))
        if not path.is_relative_to(MIRROR)  # PostgreSQL's values are bound
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _binds(node)
    ]
    assert bound == []


def _binds(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return name == "executemany" or (name == "execute" and len(call.args) + len(call.keywords) > 1)
