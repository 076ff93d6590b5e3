"""From the build file to a release's DuckDB file: the contract's schemas alone, whole and described (§5)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from orchestration.common.settings import Settings
from orchestration.common.sql import identifier, literal
from orchestration.common.threads import one_for_few_rows
from orchestration.errors import NothingPublished
from orchestration.language import _
from orchestration.publishing.order import Order
from orchestration.publishing.release import Release
from orchestration.publishing.revised import RevisedVerdict, write_revised

PUBLISHED_SCHEMAS = ("compliance", "indicators", "quality")
_IS_PUBLISHED = f"database_name = 'build' and list_contains({literal(PUBLISHED_SCHEMAS)}, schema_name)"

CONTRACT_TABLES = frozenset(
    {
        "compliance.fct_verdicts",
        "compliance.fct_outlook",
        "compliance.fct_rankings",
        "compliance.fct_requirement_totals",
        "compliance.dim_requirements",
        "compliance.dim_clauses",
        "compliance.dim_thresholds",
        "compliance.dim_readings",
        "compliance.rpt_local_bulletin",
        "compliance.rpt_department_assessment",
        "indicators.dim_organizations",
        "indicators.fct_indicator_values",
        "indicators.fct_module_rates",
        "quality.landed_exports",
        "quality.questions",
        "quality.rejected_rows",
        "quality.unknown_spellings",
    }
)


class PublishingRefused(NothingPublished):
    """What was built may not be published; the message lists every fault."""


@dataclass(frozen=True)
class _Table:
    schema: str
    name: str
    ddl: str
    """The statement that creates it, without its primary key."""
    primary_key: str | None
    """As DDL spells it."""
    comment: str | None

    @property
    def address(self) -> str:
        return identifier(self.schema, self.name)


def publish(
    build_file: Path,
    warehouse: Path,
    release: Release,
    ask_revised: Callable[[], Sequence[RevisedVerdict]] = tuple,
) -> None:
    """Write the published schemas of `build_file` into the new DuckDB file `warehouse`.

    Tables come with constraints, comments and rows in a fixed order; `quality.release` and
    `quality.revised_verdicts` are added; `ask_revised` is called once the tables are copied. Raises
    PublishingRefused for a view, where a table of the contract is missing or something lacks its comment.
    """
    with _written(warehouse) as connection:
        connection.execute(f"attach {literal(str(build_file))} as build (read_only)")
        one_for_few_rows(connection, "build")
        connection.begin()  # each statement for itself would wait for the disk
        _refuse_views(connection)
        _copy(connection)
        release.write(connection)
        write_revised(connection, ask_revised())
        _refuse_unfit(connection)
        connection.commit()


def renew(warehouse: Path, release: Release, revised: Sequence[RevisedVerdict] = ()) -> None:
    """Have the DuckDB file of one release say that it is another, `release`, with the same tables.

    What is revised depends on the releases between the two, and is written anew.
    """
    with _written(warehouse) as connection:
        connection.begin()
        release.rewrite(connection)
        write_revised(connection, revised)
        connection.commit()


@contextmanager
def _written(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that writes `warehouse`; nothing but that file is left of it, DuckDB removes its spill."""
    spill = warehouse.with_name(f"{warehouse.name}.spill")
    with duckdb.connect(warehouse, config=Settings.read().duckdb(spill)) as connection:
        yield connection
        connection.execute("checkpoint")
    if warehouse.with_name(f"{warehouse.name}.wal").exists():
        raise PublishingRefused(
            _("{file} was not written out in full: run the refresh again").format(file=warehouse.name)
        )


def _refuse_views(connection: duckdb.DuckDBPyConnection) -> None:
    views = connection.execute(
        f"""
        select schema_name || '.' || view_name as what from duckdb_views()
        where {_IS_PUBLISHED}
        order by what
        """
    ).fetchall()
    if views:
        raise PublishingRefused(
            *(_("{view} is a view: materialize it as a table").format(view=view) for (view,) in views)
        )


def _copy(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in PUBLISHED_SCHEMAS:
        connection.execute(f"create schema {schema}")
    order = Order.of(connection, "build")
    for table in _tables(connection):
        connection.execute(table.ddl)
        rows = order.rows(table.schema, table.name)
        connection.execute(
            f"insert into {table.address} select source.* from {rows.tables} order by {rows.keys}"
        )
        if table.primary_key:  # after the rows: then its index costs a quarter
            connection.execute(f"alter table {table.address} add {table.primary_key}")
        if table.comment:
            connection.execute(f"comment on table {table.address} is {literal(table.comment)}")
    indexes = connection.execute(
        f"""
        select sql from duckdb_indexes() where {_IS_PUBLISHED}
        """
    ).fetchall()
    for (statement,) in indexes:
        connection.execute(statement)
    columns = connection.execute(
        f"""
        select schema_name, table_name, column_name, comment
        from duckdb_columns()
        where {_IS_PUBLISHED} and comment is not null
        """
    ).fetchall()
    # At once: between two statements, Python may have to wait for another thread.
    connection.execute(
        ";".join(
            f"comment on column {identifier(schema, table, column)} is {literal(comment)}"
            for schema, table, column, comment in columns
        )
    )


def _tables(connection: duckdb.DuckDBPyConnection) -> list[_Table]:
    """List what is to be copied, a table that others refer to before those others."""
    rows = connection.execute(
        f"""
        with tables as (
            select * from duckdb_tables()
            where {_IS_PUBLISHED}
        ),
        keys as (  -- but for one that stands with its column
            select tables.table_oid, constraint_text
            from tables inner join duckdb_constraints() using (database_name, table_oid)
            where constraint_type = 'PRIMARY KEY' and contains(sql, ', ' || constraint_text)
        )
        select
            schema_name,
            table_name,
            coalesce(replace(sql, ', ' || constraint_text, ''), sql) as ddl,
            constraint_text,
            comment
        from tables left join keys using (table_oid)
        order by all
        """
    ).fetchall()
    tables = {(schema, name): _Table(schema, name, *rest) for schema, name, *rest in rows}
    references = connection.execute(
        """
        select schema_name, table_name, referenced_table from duckdb_constraints()
        where database_name = 'build' and constraint_type = 'FOREIGN KEY'
        """
    ).fetchall()
    order: TopologicalSorter[tuple[str, str]] = TopologicalSorter(dict.fromkeys(tables, ()))
    for schema, name, referenced in references:
        # DuckDB's foreign keys stay within a schema; a table may well refer to itself.
        if (schema, name) in tables and referenced != name:
            order.add((schema, name), (schema, referenced))
    return [tables[key] for key in order.static_order()]


def _refuse_unfit(connection: duckdb.DuckDBPyConnection) -> None:
    published = "database_name = current_database() and not internal"
    tables = {f"{schema}.{name}" for schema, name in connection.execute(
        f"select schema_name, table_name from duckdb_tables() where {published}"
    ).fetchall()}  # fmt: skip
    faults = [
        _("{table} is missing: the contract promises it").format(table=table)
        for table in sorted(CONTRACT_TABLES - tables)
    ]
    uncommented = connection.execute(
        f"""
        select schema_name || '.' || table_name as what from duckdb_tables()
        where {published} and coalesce(comment, '') = ''
        union all
        select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()
        where {published} and coalesce(comment, '') = ''
        order by what
        """
    ).fetchall()
    faults += [
        _("{what} has no comment: describe it in its YAML").format(what=what) for (what,) in uncommented
    ]
    if faults:
        raise PublishingRefused(*faults)
