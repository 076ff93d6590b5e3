"""Who may do what in the mirror: one role owns the published schemas, one reads them and nothing else."""

from collections.abc import Iterable

import psycopg
from psycopg import sql

from orchestration.common.logs import logger

OWNER = "gonghui_refresh"
READER = "gonghui_reader"

# Neither has a password: an administrator sets one, or grants the role to people's own.
_ROLES = {
    OWNER: "create role gonghui_refresh login",
    # A reader's transaction sees one release from its first statement to its last, and does not stay open
    # for ever: it would keep a table whose columns change from being replaced.
    READER: """
        create role gonghui_reader login;
        alter role gonghui_reader set default_transaction_isolation = 'repeatable read';
        alter role gonghui_reader set default_transaction_read_only = on;
        alter role gonghui_reader set idle_in_transaction_session_timeout = '1h';
    """,
}


# What a new database lets everybody do, and what takes it away.
_OPEN_TO_ALL = (
    (
        "has_database_privilege(%s, current_database(), 'temporary')",
        "revoke temporary on database {database} from public",
    ),
    (
        "coalesce(has_schema_privilege(%s, to_regnamespace('public')::oid, 'create'), false)",
        "revoke create on schema public from public",
    ),
)


class RolesRefused(Exception):
    """The role that connects may not prepare the roles; the message says what an administrator runs."""


def act_as_owner(connection: psycopg.Connection) -> None:
    """Create the roles where they are missing, and go on as the owner until the transaction ends.

    Raises RolesRefused where that takes more than the connecting role may do.
    """
    existing = connection.execute("select array_agg(rolname::text) from pg_roles").fetchone()[0]
    for role, statements in _ROLES.items():
        if role not in existing:
            _must(connection, statements)
    database = sql.Identifier(connection.info.dbname).as_string()
    may_create = "has_database_privilege(%s, current_database(), 'create')"
    if not _holds(connection, may_create, OWNER):
        grant = f"grant create on database {database} to {OWNER}"
        _must(connection, grant)
        if not _holds(connection, may_create, OWNER):  # to grant what is not yours is a warning, no error
            raise _refused(connection, grant)
    for privilege, revocation in _OPEN_TO_ALL:
        statement = revocation.format(database=database)
        if _holds(connection, privilege, READER):
            _may(connection, statement)
        if _holds(connection, privilege, READER):
            logger.warning(f"{READER} may do more than read: have the database's owner run: {statement}")
    become = f"set local role {OWNER}"
    if not _may(connection, become):
        user = sql.Identifier(connection.info.user).as_string()
        _must(connection, f"grant {OWNER} to {user}")
        _must(connection, become)


def let_read(connection: psycopg.Connection, schemas: Iterable[str]) -> None:
    """Let the reader, and nobody else, select from every table of the owner's `schemas`."""
    for schema in map(sql.Identifier, schemas):
        for statement in (
            "revoke all on schema {} from public",
            "revoke all on all tables in schema {} from public",
            "grant usage on schema {} to {}",
            "grant select on all tables in schema {} to {}",
        ):
            connection.execute(sql.SQL(statement).format(schema, sql.Identifier(READER)))


def _holds(connection: psycopg.Connection, privilege: str, role: str) -> bool:
    return connection.execute(f"select {privilege}", [role]).fetchone()[0]


def _may(connection: psycopg.Connection, statement: str) -> bool:
    try:
        _must(connection, statement)
    except RolesRefused:
        return False
    return True


def _must(connection: psycopg.Connection, statement: str) -> None:
    try:
        with connection.transaction():
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        raise _refused(connection, statement) from None


def _refused(connection: psycopg.Connection, statement: str) -> RolesRefused:
    return RolesRefused(
        f"{connection.info.user} may not prepare it: "
        f"have an administrator of the server run once: {' '.join(statement.split())}"
    )
