"""Names and values as DuckDB reads them in SQL: what comes of files and of organizations may hold a quote.

Values are written into the SQL, never bound: to bind one, DuckDB imports pandas, which takes half a second.
"""

from collections.abc import Sequence
from datetime import date, datetime

Value = str | int | date | datetime | None
"""What a literal is of; a bool is an int."""


def literal(value: Value | Sequence[Value]) -> str:
    """Return a value, or a list of values, as a literal."""
    match value:
        case None:
            return "null"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case datetime():
            return f"timestamp '{value}'"
        case date():
            return f"date '{value}'"
    return f"[{', '.join(map(literal, value))}]"


def identifier(*names: str) -> str:
    """Return a name, or names from schema to column, quoted and joined by dots."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)
