"""In how many threads DuckDB works on few rows."""

import duckdb

from orchestration.common.sql import literal

FEW_ROWS = 1_000_000
"""In fewer, threads wait for each other longer than one takes. Measured up to 300,000; here are eight of
DuckDB's row groups, which threads share among them."""


def one_for_few_rows(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    """Have DuckDB work in one thread where no table of the attached `database` has more than FEW_ROWS."""
    [(most,)] = connection.execute(
        f"""
        select coalesce(max(estimated_size), 0) from duckdb_tables()
        where database_name = {literal(database)}
        """
    ).fetchall()
    if most <= FEW_ROWS:
        connection.execute("set threads = 1")
