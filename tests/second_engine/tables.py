"""Whether two DuckDB files hold the same tables."""

from pathlib import Path

import duckdb

_TABLES = "select schema_name, table_name from duckdb_tables() where database_name = ?"
_COLUMNS = """
    select schema_name, table_name, list((column_name, data_type) order by column_index) as columns
    from duckdb_columns() where database_name = ? group by all
"""


def compared(one: Path, other: Path) -> tuple[int, list[str]]:
    """How many tables there are, and what differs: names, columns with their types, rows `except all`.

    What is said of the release itself is left out: when it was made is another moment.
    """
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")

        def rows(query: str, *values: str) -> set[tuple]:
            return {tuple(map(str, row)) for row in connection.execute(query, values).fetchall()}

        tables = rows(_TABLES, "one")
        differing = sorted(".".join(table) for table in tables ^ rows(_TABLES, "other"))
        differing += [f"columns of {schema}.{table}: {columns}" for schema, table, columns in sorted(
            rows(_COLUMNS, "one") ^ rows(_COLUMNS, "other")
        )]  # fmt: skip
        for schema, table in sorted(tables - {("quality", "release")}) if not differing else []:
            for here, there in (("one", "other"), ("other", "one")):
                name = f"{schema}.{table}"
                alone = f"from {here}.{name} except all from {there}.{name}"
                if count := len(connection.execute(alone).fetchall()):
                    differing.append(f"{name}: {count} rows of {here} alone")
    return len(tables), differing
