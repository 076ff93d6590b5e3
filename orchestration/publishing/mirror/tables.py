"""The tables of a published file in PostgreSQL's words: types, keys, indexes, comments, the order to load."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import NamedTuple

import duckdb
from psycopg import sql

from orchestration.language import _, listing

_TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double precision",
    "INTEGER": "integer",
    "TIMESTAMP": "timestamp",
    "VARCHAR": "text",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+,\d+)\)")
_NAME_BYTES = 63  # PostgreSQL cuts a longer name short, without an error


class NotMirrorable(Exception):
    """The published file holds what PostgreSQL cannot hold; the message names it, and what to do."""


class Address(NamedTuple):
    """A table's schema and name."""

    schema: str
    name: str

    @property
    def quoted(self) -> sql.Identifier:
        """As SQL."""
        return sql.Identifier(self.schema, self.name)

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Table:
    """A table of the published file, as PostgreSQL is to have it."""

    address: Address
    types: tuple[str, ...]
    """Of its columns, in their order, as binary COPY wants them named."""
    ddl: str
    """The statements that create it with its keys and indexes."""


def published_tables(file: duckdb.DuckDBPyConnection) -> list[Table]:
    """Read the tables of a published file, one that others refer to before those; raises NotMirrorable."""
    columns: dict[Address, list[tuple[str, str, bool]]] = {}
    for schema, table, column, type_, nullable in file.execute(
        """
        select schema_name, table_name, column_name, data_type, is_nullable from duckdb_columns()
        where database_name = current_database() and not internal
        order by schema_name, table_name, column_index
        """
    ).fetchall():
        name = f"{schema}.{table}.{column}"
        for part in (schema, table, column):
            if len(part.encode()) > _NAME_BYTES:
                raise NotMirrorable(
                    _("{name}: PostgreSQL cuts names at {most} bytes, shorten {part}").format(
                        name=name, most=_NAME_BYTES, part=part
                    )
                )
        columns.setdefault(Address(schema, table), []).append((column, _type(name, type_), nullable))
    constraints, references = _constraints(file)
    indexes = _indexes(file)
    order: TopologicalSorter[Address] = TopologicalSorter({at: references.get(at, ()) for at in columns})
    return [
        Table(
            address,
            tuple(type_.partition("(")[0] for _, type_, _ in columns[address]),
            _ddl(address, columns[address], constraints.get(address, []), indexes.get(address, [])),
        )
        for address in order.static_order()
    ]


def published_comments(file: duckdb.DuckDBPyConnection) -> sql.Composed:
    """Return the statements that set the comments of the published file's tables and columns."""
    rows = file.execute(
        """
        select 'table', schema_name, table_name, null, comment from duckdb_tables()
        where database_name = current_database()
        union all
        select 'column', schema_name, table_name, column_name, comment from duckdb_columns()
        where database_name = current_database() and not internal
        """
    ).fetchall()
    return sql.SQL(";\n").join(
        sql.SQL("comment on {} {} is {}").format(
            sql.SQL(kind), sql.Identifier(*filter(None, names)), sql.Literal(comment)
        )
        for kind, *names, comment in rows
    )


def _ddl(
    address: Address,
    columns: Sequence[tuple[str, str, bool]],
    constraints: Sequence[sql.Composed],
    indexes: Sequence[str],
) -> str:
    lines = [
        sql.SQL("{} {}{}").format(
            sql.Identifier(column), sql.SQL(type_), sql.SQL("" if nullable else " not null")
        )
        for column, type_, nullable in columns
    ]
    body = sql.SQL(", ").join([*lines, *constraints])
    create = sql.SQL("create table {} ({});").format(address.quoted, body)
    return "\n".join([create.as_string(), *indexes])


def _constraints(
    file: duckdb.DuckDBPyConnection,
) -> tuple[dict[Address, list[sql.Composed]], dict[Address, set[Address]]]:
    """Return keys as PostgreSQL words them, and which table refers to which other; checks stay behind.

    A check was kept when the build wrote the row; its expression is DuckDB's and may not be PostgreSQL's.
    """
    keys: dict[Address, list[sql.Composed]] = {}
    references: dict[Address, set[Address]] = {}
    for schema, table, kind, names, referenced, referenced_names in file.execute(
        """
        select schema_name, table_name, constraint_type, constraint_column_names,
            referenced_table, referenced_column_names
        from duckdb_constraints()
        where constraint_type in ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
            and database_name = current_database()
        order by all
        """
    ).fetchall():
        address = Address(schema, table)
        key = sql.SQL("{} ({})").format(sql.SQL(kind.lower()), _list(names))
        if referenced:
            # DuckDB's foreign keys stay within a schema; a table may well refer to itself.
            other = Address(schema, referenced)
            key += sql.SQL(" references {} ({})").format(other.quoted, _list(referenced_names))
            references.setdefault(address, set()).update({other} - {address})
        keys.setdefault(address, []).append(key)
    return keys, references


def _indexes(file: duckdb.DuckDBPyConnection) -> dict[Address, list[str]]:
    """Return the statements that create the indexes that are no key's: both engines word them alike."""
    indexes: dict[Address, list[str]] = {}
    for schema, table, statement in file.execute(
        """
        select schema_name, table_name, sql from duckdb_indexes()
        where database_name = current_database()
        order by all
        """
    ).fetchall():
        indexes.setdefault(Address(schema, table), []).append(statement)
    return indexes


def _type(column: str, duckdb_type: str) -> str:
    if decimal := _DECIMAL.fullmatch(duckdb_type):
        return f"numeric({decimal[1]})"
    if duckdb_type not in _TYPES:
        known = listing([*_TYPES, "DECIMAL"])
        raise NotMirrorable(
            _("{column} is {type}: cast it in its model to one of {known}").format(
                column=column, type=duckdb_type, known=known
            )
        )
    return _TYPES[duckdb_type]


def _list(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
