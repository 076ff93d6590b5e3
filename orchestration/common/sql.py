"""Names and values as DuckDB reads them in SQL: what comes of files and of organizations may hold a quote."""


def literal(text: str) -> str:
    """Return `text` as a string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(*names: str) -> str:
    """Return a name, or names from schema to column, quoted and joined by dots."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)
