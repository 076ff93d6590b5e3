"""What a published file holds, by its own words: tables, columns, types, comments, and the labels in them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import duckdb

from orchestration.common.sql import identifier, literal

OF_THE_RELEASE = frozenset({"quality.release", "quality.revised_verdicts"})
"""The tables that tell of the release itself: files that leave them out are equal for equal tables."""

_MARKS = re.compile(r"(?<=[：，；。])(?![^（]*）)")  # those outside brackets
_TRAILING = re.compile(r"(?:（[^（）]*）)?[：，；。]*$")


@dataclass(frozen=True)
class Column:
    """A column as readers see it; `type` as DuckDB spells it."""

    name: str
    type: str
    comment: str
    label: str


@dataclass(frozen=True)
class Table:
    """A published table as readers see it."""

    schema: str
    name: str
    comment: str
    label: str
    columns: tuple[Column, ...]
    rows: int

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def has(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the open file has `table`, as SCHEMA.NAME: a release may be older than it."""
    found = connection.execute(
        f"select 1 from duckdb_tables() where schema_name || '.' || table_name = {literal(table)}"
    ).fetchall()
    return bool(found)


def tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """List the tables of the file that `connection` has open, by schema and name, columns in their order."""
    here = "database_name = current_database() and not internal"
    found = connection.execute(
        f"""
        select schema_name, table_name, coalesce(comment, '') from duckdb_tables()
        where {here} order by schema_name, table_name
        """
    ).fetchall()
    columns = connection.execute(
        f"""
        select schema_name, table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns()
        where {here} order by schema_name, table_name, column_index
        """
    ).fetchall()
    table_labels = labels([comment for _, _, comment in found])
    result = []
    for (schema, name, comment), label in zip(found, table_labels, strict=True):
        own = [(column, kind, said) for *table, column, kind, said in columns if table == [schema, name]]
        own_labels = labels([said for _, _, said in own])
        described = tuple(
            Column(column, kind, said, own_label or column)
            for (column, kind, said), own_label in zip(own, own_labels, strict=True)
        )
        # DuckDB's own estimate still counts what was deleted.
        [(rows,)] = connection.execute(f"select count(*) from {identifier(schema, name)}").fetchall()
        result.append(Table(schema, name, comment, label or name, described, rows))
    return result


def labels(comments: Sequence[str]) -> list[str]:
    """Return the Chinese label with which each comment begins.

    It goes up to the first mark (：，；。), without what is in brackets before it, and is as long as it takes
    to tell it from its neighbours: of
    `注册用户数量（9.1）：完成值` and `注册用户数量（9.1）：差额，达标为 0` each keeps what follows the colon,
    `截至月份（当月第一天）；数字截至该月月末` is `截至月份`.
    """
    beginnings = [[_TRAILING.sub("", part) for part in accumulate(_MARKS.split(text))] for text in comments]
    common = Counter(part for parts in beginnings for part in dict.fromkeys(parts))
    return [next((part for part in parts if common[part] == 1), parts[-1]) for parts in beginnings]
