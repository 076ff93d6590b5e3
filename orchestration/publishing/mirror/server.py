"""The published file once more, in PostgreSQL: readers of the server see the old release or the new one.

One transaction deletes every row and copies the new ones in. Whoever reads meanwhile, in a transaction of
minutes or hours, holds nothing up and is held up by nothing: rows, unlike tables, have versions. New tables
renamed into the place of the old would take the same time (140 000 rows: 1.5 s), wait for every reader that
has touched the old ones, keep later readers waiting behind itself, and show a transaction begun before the
swap no rows at all.

Where a table's columns or keys are others than before, all are made anew, once no transaction reads any of
them; rows are then copied in frozen, so that a transaction begun before finds all of them, too.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import duckdb
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from orchestration.common.logs import detail, fields, logger
from orchestration.errors import KnownFault
from orchestration.language import Sentence, _, listing
from orchestration.publishing.mirror import roles as mirror_roles
from orchestration.publishing.mirror.privileges import OWNER
from orchestration.publishing.mirror.tables import (
    Address,
    NotMirrorable,
    Table,
    published_comments,
    published_tables,
)
from orchestration.publishing.publish import PUBLISHED_SCHEMAS


class MirrorFailed(KnownFault):
    """The release is published, PostgreSQL has it not; the message says why, and what to do."""


PAUSES = (1.0, 4.0)
"""Seconds between attempts: a server that is being restarted is back by then."""

# What the URL does not say for itself. A server that vanishes in mid-load is given up after a minute.
_DEFAULTS = {
    "application_name": "gonghui mirror",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}

_LOCK_TIMEOUT = "2s"  # an autovacuum gives way after a second
# Of all the published tables together: readers wait behind it, and one that holds a table while it waits for
# another would be the one to fail once PostgreSQL looks for deadlocks, a second later.
_REPLACING_TIMEOUT = "500ms"

_ROWS_AT_ONCE = 10_000

# What each table was made with, in a schema that the reader does not see.
_OWN_SCHEMA = "gonghui_mirror"
_MADE = """
create table if not exists gonghui_mirror.made (
    schema_name text, table_name text, ddl text not null, primary key (schema_name, table_name)
)
"""


class _Unfit(Exception):
    """The database cannot be the mirror."""


class _Busy(Exception):
    """Somebody's transaction is in the way; it may have ended by the next attempt."""


@dataclass(frozen=True)
class Server:
    """The database that is the mirror; what may hold a password never shows."""

    parameters: dict[str, Any] = field(repr=False)
    """As libpq names them."""

    def __str__(self) -> str:
        told = self.parameters
        host = told.get("service") or told.get("host") or told.get("hostaddr") or "localhost"
        return f"{host}/{told.get('dbname', '')}"

    @classmethod
    def at(cls, url: str) -> Self:
        """Read a PostgreSQL URL that was taken as a setting."""
        return cls(conninfo_to_dict(url))


def mirror(published_file: Path, server: Server, pauses: Sequence[float] = PAUSES) -> None:
    """Have `server` hold the release of `published_file`, whole; nothing is done where it does already.

    What may pass (a server that restarts, a lock) is tried again after each of `pauses`, in seconds. Raises
    MirrorFailed; the server's readers then keep the release before.
    """
    with duckdb.connect(published_file, read_only=True) as file:
        [(release_id,)] = file.execute("select release_id from quality.release").fetchall()
        for pause in (*pauses, None):
            try:
                _mirror(file, release_id, server)
            except (psycopg.OperationalError, _Busy) as error:
                why = _sentence(error)
                if pause is None:
                    raise _failed(server, why) from None
                logger.warning(
                    _("the mirror {server} is not to be had ({why}): again in {pause:g} s").format(
                        server=server, why=why, pause=pause
                    )
                )
                time.sleep(pause)
            except (psycopg.Error, NotMirrorable, mirror_roles.RolesRefused, _Unfit) as error:
                raise _failed(server, _sentence(error)) from None
            else:
                break


def _mirror(file: duckdb.DuckDBPyConnection, release_id: str, server: Server) -> None:
    parameters = {**_DEFAULTS, **server.parameters, "client_encoding": "UTF8"}
    with psycopg.connect(**parameters, prepare_threshold=None) as connection:
        connection.read_only = False
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        connection.execute(sql.SQL("set local lock_timeout = {}").format(_LOCK_TIMEOUT))
        _refuse_unfit(connection)
        mirror_roles.act_as_owner(connection)
        for schema in (*PUBLISHED_SCHEMAS, _OWN_SCHEMA):
            connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
        _be_alone(connection)
        if _mirrored(connection) == release_id:
            mirror_roles.let_read(connection, PUBLISHED_SCHEMAS)
            detail.info(f"the mirror {server} holds release {release_id} already")
            return
        tables = published_tables(file)
        frozen = _empty(connection, tables)
        rows = sum(_fill(connection, table, file, frozen=frozen) for table in tables)
        connection.execute(published_comments(file))
        mirror_roles.let_read(connection, PUBLISHED_SCHEMAS)
    told = fields("mirrored", release=release_id, rows=rows)
    logger.info(
        _("mirrored release {release} in {server}: {rows} rows").format(
            release=release_id, server=server, rows=rows
        ),
        extra=told,
    )


def _be_alone(connection: psycopg.Connection) -> None:
    """Keep other refreshes out until the transaction ends; raises _Busy.

    By a table that the reader does not see: an advisory lock it could take itself, and keep.
    """
    connection.execute(_MADE)
    try:
        with connection.transaction():
            connection.execute("lock table gonghui_mirror.made in exclusive mode nowait")
    except psycopg.errors.LockNotAvailable:
        raise _Busy(_("another refresh is at work in it")) from None


def _refuse_unfit(connection: psycopg.Connection) -> None:
    """Refuse a database that cannot hold Chinese, or whose schemas of these names are somebody else's."""
    name, encoding = connection.info.dbname, connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise _Unfit(
            _(
                "database {name} is encoded {encoding}, which cannot hold every Chinese character: "
                "create one with encoding 'UTF8' template template0, and name that one"
            ).format(name=name, encoding=encoding)
        )
    others = connection.execute(
        "select nspname, nspowner::regrole::text from pg_namespace "
        "where nspname = any(%s) and nspowner::regrole::text <> %s order by nspname",
        [[*PUBLISHED_SCHEMAS, _OWN_SCHEMA], OWNER],
    ).fetchall()
    if others:
        owned = listing(
            _("{schema} of {owner}").format(schema=schema, owner=owner) for schema, owner in others
        )
        raise _Unfit(
            _(
                "database {name} has schemas that are not {role}'s ({owned}): name a database of the "
                "mirror's own"
            ).format(name=name, role=OWNER, owned=owned)
        )


def _mirrored(connection: psycopg.Connection) -> str | None:
    """Return the release that the mirror holds; None where it holds none."""
    if connection.execute("select to_regclass('quality.release')").fetchone() == (None,):
        return None
    row = connection.execute("select release_id from quality.release").fetchone()
    return row[0] if row else None


def _empty(connection: psycopg.Connection, tables: Sequence[Table]) -> bool:
    """Leave exactly `tables`, without rows; returns whether they were made anew."""
    made = {
        Address(schema, name): ddl
        for schema, name, ddl in connection.execute(
            "select schema_name, table_name, ddl from gonghui_mirror.made "
            "where to_regclass(format('%I.%I', schema_name, table_name)) is not null"
        ).fetchall()
    }
    if made == {table.address: table.ddl for table in tables}:
        for table in reversed(tables):
            connection.execute(sql.SQL("delete from {}").format(table.address.quoted))
        return False
    if made:
        _drop(connection, made)
    connection.execute("delete from gonghui_mirror.made")
    for table in tables:
        connection.execute(table.ddl)
        connection.execute("insert into gonghui_mirror.made values (%s, %s, %s)", [*table.address, table.ddl])
    return True


def _drop(connection: psycopg.Connection, addresses: Iterable[Address]) -> None:
    """Drop tables, all or, where a transaction reads one of them, none; raises _Busy."""
    tables = sql.SQL(", ").join(address.quoted for address in addresses)
    try:
        with connection.transaction():
            connection.execute(f"set local statement_timeout = '{_REPLACING_TIMEOUT}'")
            connection.execute(sql.SQL("lock table {} in access exclusive mode").format(tables))
    except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable):
        raise _Busy(_readers(connection)) from None
    connection.execute("set local statement_timeout to default")
    connection.execute(sql.SQL("drop table {}").format(tables))


def _readers(connection: psycopg.Connection) -> str:
    """Say whose transactions hold a published table."""
    rows = connection.execute(
        """
        select distinct a.pid, a.usename, a.application_name
        from pg_locks as l
        join pg_class as c on c.oid = l.relation
        join pg_namespace as n on n.oid = c.relnamespace
        join pg_stat_activity as a on a.pid = l.pid and a.datname = current_database()
        where n.nspname = any(%s) and l.granted and l.pid <> pg_backend_pid()
        order by a.pid
        """,
        [list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    readers = listing(
        _("process {pid} of {user} ({application})").format(pid=pid, user=user, application=application)
        for pid, user, application in rows
    )
    return _("columns have changed, and a transaction still reads the old tables: {readers}").format(
        readers=readers or _("gone by now")
    )


def _fill(
    connection: psycopg.Connection, table: Table, file: duckdb.DuckDBPyConnection, *, frozen: bool
) -> int:
    """Copy the rows of `table`; returns their number."""
    rows = file.execute(sql.SQL("select * from {}").format(table.address.quoted).as_string())
    options = "format binary, freeze" if frozen else "format binary"
    statement = sql.SQL("copy {} from stdin ({})").format(table.address.quoted, sql.SQL(options))
    number = 0
    with connection.cursor().copy(statement) as copy:
        copy.set_types(table.types)
        while some := rows.fetchmany(_ROWS_AT_ONCE):
            for row in some:
                copy.write_row(row)
            number += len(some)
    return number


def _failed(server: Server, why: str) -> MirrorFailed:
    return MirrorFailed(
        _(
            "the release is published, but its mirror {server} stays as it was: {why}; the next "
            "refresh tries again"
        ).format(server=server, why=why)
    )


def _sentence(error: Exception) -> str:
    """Return what went wrong in one line."""
    text = str(error)
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        text = "; ".join(filter(None, (error.diag.message_primary, error.diag.message_detail)))
    return text if isinstance(text, Sentence) else " ".join(text.split())
