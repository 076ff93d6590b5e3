"""Landed Parquet in DuckDB's SQL: how its files are read, and written."""

from glob import escape
from pathlib import Path

import duckdb

from orchestration.common.sql import literal


def rows_of(*files: Path, numbered: bool = False) -> str:
    """The rows of Parquet files, to stand after `from`; `numbered`: also `file_row_number`, from 0."""
    paths = literal([escape(str(file)) for file in files])
    number = ", file_row_number = true" if numbered else ""
    return f"read_parquet({paths}, hive_partitioning = false{number})"


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """Write a query's rows as Parquet, in their order."""
    # Version 2 writes moments as differences: quicker than to compress them, and smaller.
    how = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd"
    connection.execute(f"COPY ({query}) TO {literal(str(target))} ({how})")
