"""Files for people without a driver: each published table as Parquet, and two workbooks (per release)."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from orchestration.common.sql import literal
from orchestration.publishing.catalog import Table, tables
from orchestration.publishing.excel_pages import write_pages
from orchestration.publishing.excel_tables import write_tables
from orchestration.publishing.order import Order
from orchestration.publishing.publish import PUBLISHED_SCHEMAS
from orchestration.publishing.release import Release

PARQUET = "parquet"
"""The folder of the Parquet files in that of the release; a file is called `<schema>.<table>.parquet`."""

_OF_THE_RELEASE = {"quality.release", "quality.revised_verdicts"}


def write_files(database: Path, folder: Path, release: Release) -> None:
    """Write the tables of a release into `folder`, which exists, as Parquet and in workbooks.

    They are read out of `database`, the build file or a published one. Parquet holds every row, with the
    comments as its key-value metadata (`gonghui.comment`, and `gonghui.columns` as JSON); the workbooks hold
    the as-of month: one has pages to read and print, one the tables. All follows from the tables alone, what
    tells of the release itself is left out: equal tables give equal files, to the byte. Raises duckdb.Error
    or OSError where the disk will not take them; what is half written is the caller's to throw away.
    """
    with duckdb.connect(database, read_only=True) as connection:
        published = [
            table
            for table in tables(connection)
            if table.schema in PUBLISHED_SCHEMAS and str(table) not in _OF_THE_RELEASE
        ]
        # DuckDB leaves Python to the workbooks while it writes.
        with ThreadPoolExecutor(1) as beside:
            writing = beside.submit(_write_parquet, connection.cursor(), published, folder / PARQUET)
            write_pages(connection, folder, release.as_of_month, is_sample=release.is_sample)
            write_tables(connection, published, folder, release.as_of_month, is_sample=release.is_sample)
            writing.result()


def _write_parquet(connection: duckdb.DuckDBPyConnection, published: list[Table], folder: Path) -> None:
    folder.mkdir()
    order = Order.of(connection)
    for table in published:
        columns = json.dumps({column.name: column.comment for column in table.columns}, ensure_ascii=False)
        ordered = order.rows(table.schema, table.name)
        words = f"{{'gonghui.comment': {literal(table.comment)}, 'gonghui.columns': {literal(columns)}}}"
        connection.execute(
            f"""
            copy (select source.* from {ordered.tables} order by {ordered.keys})
            to {literal(str(folder / f"{table}.parquet"))}
            (format parquet, compression zstd, kv_metadata {words})
            """
        )
