"""What keeps whoever reads the mirror from doing more: looked at in each refresh, mended where it is not so.

A role of PostgreSQL may do much to a database in which it may only read: write large objects, lock what is no
table, write into the log of changes, spill sorts to the disk, take back what was granted to a role it is a
member of. What of this cannot be forbidden, docs/operations.md lists, with what an administrator may do.
"""

from collections.abc import Iterator

import psycopg
from psycopg import sql

OWNER = "gonghui_refresh"
READER = "gonghui_reader"

_ATTRIBUTES = {
    "rolcanlogin": "nologin",
    "rolsuper": "nosuperuser",
    "rolcreatedb": "nocreatedb",
    "rolcreaterole": "nocreaterole",
    "rolreplication": "noreplication",
    "rolbypassrls": "nobypassrls",
}

# Functions that everybody may execute in a new database, and that write, or hold others up. NOTIFY is a
# command of its own: to take `pg_notify` away would bar nothing.
_FUNCTIONS = (
    "^(lo_.*|loread|lowrite)$",  # large objects: they need no table, and fill the disk
    "^pg_(try_)?advisory_.*lock.*$",  # any number of them: the server then has no memory for real locks
    "^pg_logical_emit_message$",  # writes ahead into the log of changes, whatever its size
    "^pg_export_snapshot$",  # a file each time
)

# Of the whole database, so that they hold for personal roles, too; a value that stands there already stays.
_SETTINGS = {
    # A transaction sees one release from its first statement to its last, and does not stay open for ever:
    # it would keep a table whose columns change from being replaced.
    "default_transaction_isolation": "repeatable read",
    "idle_in_transaction_session_timeout": "1h",
    # Only a superuser may set it, here or in a session.
    "temp_file_limit": "2GB",
}


def excess(connection: psycopg.Connection) -> Iterator[sql.Composed]:
    """Yield the statements that take from the reader what is more than reading; none where nothing is."""
    yield from _attributes(connection)
    yield from _password(connection)
    yield from _role_settings(connection)
    yield from _memberships(connection)
    yield from _database(connection)
    yield from _functions(connection)
    yield from _database_settings(connection)


def _attributes(connection: psycopg.Connection) -> Iterator[sql.Composed]:
    [held] = connection.execute(
        f"select {', '.join(_ATTRIBUTES)} from pg_roles where rolname = %s", [READER]
    ).fetchall()
    for holds, without in zip(held, _ATTRIBUTES.values(), strict=True):
        if holds:
            yield sql.SQL("alter role {} {}").format(sql.Identifier(READER), sql.SQL(without))


def _password(connection: psycopg.Connection) -> Iterator[sql.Composed]:
    """Whoever is a member of the reader may become it, and give it one; only a superuser sees that."""
    if _asked(connection, "has_table_privilege('pg_authid', 'select')") and _asked(
        connection, "exists (select from pg_authid where rolname = %s and rolpassword is not null)", READER
    ):
        yield sql.SQL("alter role {} password null").format(sql.Identifier(READER))


def _role_settings(connection: psycopg.Connection) -> Iterator[sql.Composed]:
    """Likewise for settings."""
    for (database,) in connection.execute(
        "select datname from pg_db_role_setting left join pg_database on pg_database.oid = setdatabase "
        "where setrole = to_regrole(%s)",
        [READER],
    ).fetchall():
        where = sql.SQL("in database {} ").format(sql.Identifier(database)) if database else sql.SQL("")
        yield sql.SQL("alter role {} {}reset all").format(sql.Identifier(READER), where)


def _memberships(connection: psycopg.Connection) -> Iterator[sql.Composed]:
    for (role,) in connection.execute(
        "select pg_get_userbyid(roleid) from pg_auth_members where member = to_regrole(%s)", [READER]
    ).fetchall():
        yield sql.SQL("revoke {} from {}").format(sql.Identifier(role), sql.Identifier(READER))


def _database(connection: psycopg.Connection) -> Iterator[sql.Composed]:
    database = sql.Identifier(connection.info.dbname)
    for privilege in ("temporary", "create"):
        if _asked(connection, "has_database_privilege(%s, current_database(), %s)", READER, privilege):
            yield sql.SQL("revoke {} on database {} from public, {}").format(
                sql.SQL(privilege), database, sql.Identifier(READER)
            )
    may_create = "coalesce(has_schema_privilege(%s, to_regnamespace('public')::oid, 'create'), false)"
    if _asked(connection, may_create, READER):
        yield sql.SQL("revoke create on schema public from public, {}").format(sql.Identifier(READER))


def _functions(connection: psycopg.Connection) -> Iterator[sql.Composed]:
    found = connection.execute(
        """
        select oid::regprocedure::text from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and proname ~ any(%s)
            and has_function_privilege(%s, oid, 'execute')
        order by 1
        """,
        [list(_FUNCTIONS), READER],
    ).fetchall()
    if found:
        names = sql.SQL(", ").join(sql.SQL(f"pg_catalog.{name}") for (name,) in found)
        yield sql.SQL("revoke execute on function {} from public, {}").format(names, sql.Identifier(READER))


def _database_settings(connection: psycopg.Connection) -> Iterator[sql.Composed]:
    database = sql.Identifier(connection.info.dbname)
    rows = connection.execute(
        """
        select split_part(unnest(setconfig), '=', 1) from pg_db_role_setting
        where setrole = 0 and setdatabase = (select oid from pg_database where datname = current_database())
        """
    ).fetchall()
    for name in _SETTINGS.keys() - {name for (name,) in rows}:
        yield sql.SQL("alter database {} set {} = {}").format(
            database, sql.Identifier(name), sql.Literal(_SETTINGS[name])
        )


def _asked(connection: psycopg.Connection, question: str, *values: str) -> bool:
    [[answer]] = connection.execute(f"select {question}", values).fetchall()
    return answer
