"""Nothing that the second engine reads otherwise, or not at all, stands in a model or data test."""

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.home import RAW_SEEDS, Home
from tests.second_engine import traps
from tests.second_engine.everything import Nodes

# Each trap, and a query that has it.
OF_SPARK = [
    (traps.windowed_filter, "select max(a) filter (where b) over (partition by c) from t"),
    (
        traps.windowed_bool_or,
        "select bool_or(a) over (order by b rows between 1 preceding and current row) from t",
    ),
    (traps.union_by_name, "select a from t union all by name select a from u"),
    (traps.whole_division, "select a // b from t"),
    (traps.whole_division, "select a div b from t"),
    (traps.generated_series, "select * from generate_series(1, 3)"),
    (traps.text_of_a_length, "select cast(a as varchar) from t"),
    (traps.ordered_arguments, "select string_agg(a, ' ' order by a) from t"),
    (
        traps.value_out_of_two,
        "select 1 from a cross join y join t on t.k = case when y.f then a.x else a.z end",
    ),
]
OF_DUCKDB = [(traps.escape_in_a_pattern, r"select regexp_extract(a, '(\d+)%', 1) from t")]

SCHEMA = {"s": {"t": {"a": "bigint", "b": "bigint"}}}


@pytest.mark.parametrize(("trap", "query"), [*OF_SPARK, *OF_DUCKDB])
def test_a_trap_is_found_where_it_is(trap: Callable[[str], Iterator[str]], query: str) -> None:
    assert list(trap(query))


def test_a_sum_that_wraps_is_found_where_it_is() -> None:
    query = "with v as (select * from s.t) select sum(a), sum(b), sum(cast(a as decimal(38, 0))) from v"
    assert len(list(traps.sum_that_wraps(query, SCHEMA, frozenset("a")))) == 1


@pytest.mark.parametrize("trap", dict.fromkeys(trap for trap, _ in OF_SPARK))
def test_no_query_that_spark_is_sent_has_the_trap(nodes: Nodes, trap: Callable[[str], Iterator[str]]) -> None:
    found = {name: said for name, (_, _, sql) in nodes.items() if sql and (said := list(trap(sql)))}
    assert not found, trap.__doc__


@pytest.mark.parametrize("trap", [trap for trap, _ in OF_DUCKDB])
def test_no_query_that_duckdb_is_sent_has_the_trap(
    manifest: dict[str, Any], trap: Callable[[str], Iterator[str]]
) -> None:
    queries = {name: node.get("compiled_code") for name, node in manifest["nodes"].items()}
    found = {name: said for name, sql in queries.items() if sql and (said := list(trap(sql)))}
    assert not found, trap.__doc__


def test_what_an_office_has_written_is_summed_where_no_sum_wraps(nodes: Nodes, sample_home: Home) -> None:
    schema: traps.Schema = {}
    with duckdb.connect(sample_home.build_file, read_only=True) as connection:
        for room, table, column, kind in connection.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall():
            schema.setdefault(room, {}).setdefault(table, {})[column] = kind
    seeds = yaml.safe_load((RAW_SEEDS / "_raw__seeds.yml").read_text(encoding="utf-8"))["seeds"]
    written = frozenset(
        column
        for seed in seeds
        for column, kind in seed["config"]["column_types"].items()
        if kind == "bigint"
    )  # fmt: skip
    found = {
        name: said
        for name, (_, _, sql) in nodes.items()
        if sql and (said := list(traps.sum_that_wraps(sql, schema, written)))
    }
    assert written
    assert not found, traps.sum_that_wraps.__doc__
