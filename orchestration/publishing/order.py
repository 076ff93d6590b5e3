"""In which order the rows of a published table stand: as the regulation lists what they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.common.sql import identifier, literal

# What is listed in an order of its own: clauses by number, organizations as the annexes have them.
_PLACES = {
    "clause_id": ("compliance.dim_clauses", "clause_order"),
    "org_code": ("indicators.dim_organizations", "org_order"),
    "requirement_id": ("compliance.dim_requirements", "requirement_order"),
}


@dataclass(frozen=True)
class InOrder:
    """Parts of a query: a table called `source`, with what tells the places, and the keys to order it by."""

    tables: str
    keys: str


@dataclass(frozen=True)
class Order:
    """The order of the rows of all tables of a database: by their columns, from left to right.

    Codes are ordered by their places; where none is listed, as they are spelled.
    """

    database: str
    """As DuckDB calls it; blank for the file that is open."""
    columns: Mapping[str, Sequence[str]]
    """Of each table, `schema.name`."""

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, database: str = "") -> "Order":
        """Read which columns there are."""
        columns: dict[str, list[str]] = {}
        for table, column in connection.execute(
            f"""
            select schema_name || '.' || table_name, column_name from duckdb_columns()
            where database_name = coalesce(nullif({literal(database)}, ''), current_database())
            order by column_index
            """
        ).fetchall():
            columns.setdefault(table, []).append(column)
        return cls(database, columns)

    def rows(self, schema: str, name: str) -> InOrder:
        """The rows of one table."""
        prefix = f"{identifier(self.database)}." if self.database else ""
        tables, keys = [f"{prefix}{identifier(schema, name)} as source"], []
        for column in self.columns.get(f"{schema}.{name}", []):
            quoted = f"source.{identifier(column)}"
            listing, place = _PLACES.get(column, ("", ""))
            if place in self.columns.get(listing, []):
                tables.append(
                    f"left join {prefix}{listing} as of_{column} on {quoted} = of_{column}.{column}"
                )
                keys.append(f"of_{column}.{place}")
            keys.append(quoted)
        return InOrder(" ".join(tables), ", ".join(keys))
