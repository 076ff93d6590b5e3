"""What an operator sees of a table without opening it: its size and first rows."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

Relation = tuple[str, str]
"""Schema and name."""

ROWS, COLUMNS = 5, 8


def table_metadata(file: Path, relations: Iterable[Relation]) -> dict[Relation, dict[str, Any]]:
    """Return row count and preview of each of `relations` in a DuckDB file, without a file of none.

    Only for published schemas: they hold no personal column (contract §5).
    """
    if not file.exists():
        return {}
    with duckdb.connect(file, read_only=True) as connection:
        there = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        return {relation: _metadata(connection, *relation) for relation in relations if relation in there}


def markdown(header: Sequence[str], rows: Iterable[Sequence[object]]) -> dg.MarkdownMetadataValue:
    """Lay rows out as a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return dg.MetadataValue.md("\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines))


def _metadata(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> dict[str, Any]:
    relation = connection.table(f'"{schema}"."{name}"')
    shown = relation.columns[:COLUMNS]
    more = ["…"] if len(relation.columns) > COLUMNS else []
    first = relation.project(", ".join(f'"{column}"' for column in shown)).limit(ROWS).fetchall()
    rows = [[*row, *more] for row in first]
    [(count,)] = relation.aggregate("count(*)").fetchall()
    return {"dagster/row_count": count, "预览": markdown([*shown, *more], rows)}


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
