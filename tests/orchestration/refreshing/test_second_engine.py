"""Rows that are not where they are said to be are no empty table, on either engine's way."""

from pathlib import Path

import duckdb
import pytest

from orchestration.refreshing import second_engine
from orchestration.refreshing.second_engine import Node
from orchestration.spark import EngineFault

TABLE = Node("compliance", "fct_verdicts")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Where an engine has built one table, of three rows in two files."""
    folder = tmp_path / TABLE.room / TABLE.name
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"copy (select 1 as a) to '{folder}/part-1.parquet'")
        connection.execute(f"copy (from range(2) as t (a)) to '{folder}/part-2.parquet'")
    return tmp_path


def test_the_files_of_a_table_are_those_with_its_rows(tables: Path) -> None:
    assert second_engine.files_of(tables, TABLE, 3).endswith("compliance/fct_verdicts/*.parquet")


def test_a_table_without_rows_may_be_without_files(tmp_path: Path) -> None:
    assert second_engine.files_of(tmp_path, TABLE, 0) == ""


@pytest.mark.parametrize("rows", [2, 4])
def test_other_rows_than_the_engine_tells_of_are_refused(tables: Path, rows: int) -> None:
    said = f"compliance.fct_verdicts has {rows} rows on the engine, and 3 in .*: have each of its nodes write"
    with pytest.raises(EngineFault, match=said):
        second_engine.files_of(tables, TABLE, rows)


def test_files_that_another_node_has_kept_to_itself_are_missed(tmp_path: Path) -> None:
    with pytest.raises(EngineFault, match="has 3 rows on the engine, and 0 in"):
        second_engine.files_of(tmp_path, TABLE, 3)
