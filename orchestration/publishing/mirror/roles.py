"""Who may do what in the mirror: one role owns the published schemas, one reads them and nothing else.

Nobody logs in as the reader: it is granted to people's own roles, none of which may end another's sessions.
"""

from collections.abc import Iterable

import psycopg
from psycopg import sql

from orchestration.common.logs import logger
from orchestration.language import _
from orchestration.publishing.mirror import privileges
from orchestration.publishing.mirror.privileges import OWNER, READER

# The owner has no password: an administrator sets one.
_ROLES = {OWNER: f"create role {OWNER} login", READER: f"create role {READER} nologin"}


class RolesRefused(Exception):
    """The role that connects may not prepare the roles; the message says what an administrator runs."""


def act_as_owner(connection: psycopg.Connection) -> None:
    """Create the roles where they are missing, and go on as the owner until the transaction ends.

    What lets the reader do more than read is taken away; where the connecting role may not, a warning has the
    statement for an administrator. Raises RolesRefused where the owner takes more than it may do.
    """
    existing = [name for [name] in connection.execute("select rolname::text from pg_roles").fetchall()]
    for role, statement in _ROLES.items():
        if role not in existing:
            _must(connection, statement)
    database = sql.Identifier(connection.info.dbname).as_string()
    if not _owner_may_create(connection):
        grant = f"grant create on database {database} to {OWNER}"
        _must(connection, grant)
        if not _owner_may_create(connection):  # to grant what is not yours is a warning, no error
            raise _refused(connection, grant)
    _hold_to_reading(connection)
    become = f"set local role {OWNER}"
    if not _may(connection, become):
        user = sql.Identifier(connection.info.user).as_string()
        _must(connection, f"grant {OWNER} to {user}")
        _must(connection, become)


def let_read(connection: psycopg.Connection, schemas: Iterable[str]) -> None:
    """Let the reader, and nobody else, select from every table of the owner's `schemas`, and do nothing else.

    At each refresh: a member of the reader may take away what the reader was granted (`drop owned`).
    """
    for schema in map(sql.Identifier, schemas):
        for statement in (
            "revoke all on schema {} from public, {}",
            "revoke all on all tables in schema {} from public, {}",
            "grant usage on schema {} to {}",
            "grant select on all tables in schema {} to {}",
        ):
            connection.execute(sql.SQL(statement).format(schema, sql.Identifier(READER)))


def _hold_to_reading(connection: psycopg.Connection) -> None:
    for statement in privileges.excess(connection):
        _may(connection, statement.as_string())
    for statement in privileges.excess(connection):
        logger.warning(
            _("{role} may do more than read: have an administrator of the server run: {statement}").format(
                role=READER, statement=statement.as_string()
            )
        )


def _owner_may_create(connection: psycopg.Connection) -> bool:
    question = "select has_database_privilege(%s, current_database(), 'create')"
    [[answer]] = connection.execute(question, [OWNER]).fetchall()
    return answer


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
        _("{user} may not prepare it: have an administrator of the server run once: {statement}").format(
            user=connection.info.user, statement=" ".join(statement.split())
        )
    )
