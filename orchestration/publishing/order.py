"""In which order the rows of a published table stand: as the regulation lists what they are about."""

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


def in_order(connection: duckdb.DuckDBPyConnection, schema: str, name: str, database: str = "") -> InOrder:
    """Order the rows of a table by their columns, from left to right, and codes by their places.

    The table, and those that list the places, are of `database`, blank for the file that is open; where none
    is listed, codes are ordered as they are spelled.
    """
    columns = _columns(connection, database)
    prefix = f"{identifier(database)}." if database else ""
    tables, keys = [f"{prefix}{identifier(schema, name)} as source"], []
    for column in columns.get(f"{schema}.{name}", []):
        quoted = f"source.{identifier(column)}"
        listing, place = _PLACES.get(column, ("", ""))
        if place in columns.get(listing, []):
            tables.append(f"left join {prefix}{listing} as of_{column} on {quoted} = of_{column}.{column}")
            keys.append(f"of_{column}.{place}")
        keys.append(quoted)
    return InOrder(" ".join(tables), ", ".join(keys))


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    """The columns of each table of a database."""
    columns: dict[str, list[str]] = {}
    for table, column in connection.execute(
        f"""
        select schema_name || '.' || table_name, column_name from duckdb_columns()
        where database_name = coalesce(nullif({literal(database)}, ''), current_database())
        order by column_index
        """
    ).fetchall():
        columns.setdefault(table, []).append(column)
    return columns
