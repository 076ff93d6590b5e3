"""Each published table as a Parquet file, for programs without a driver for DuckDB."""

import json
from pathlib import Path

import duckdb

from orchestration.common.settings import Settings
from orchestration.common.sql import literal
from orchestration.common.threads import one_for_few_rows
from orchestration.publishing.catalog import OF_THE_RELEASE, tables
from orchestration.publishing.order import Order
from orchestration.publishing.publish import PUBLISHED_SCHEMAS

PARQUET = "parquet"
"""The folder of the Parquet files in that of the release; a file is called `<schema>.<table>.parquet`."""


def write_parquet(database: Path, folder: Path) -> None:
    """Write the published tables of `database`, the build file or a published one, into `folder`/parquet.

    With every row, and the comments as key-value metadata (`gonghui.comment`, and `gonghui.columns` as JSON).
    What tells of the release itself is left out: equal tables give equal files, to the byte. `folder` exists.
    Raises duckdb.Error or OSError where the disk will not take them; what is half written is the caller's to
    throw away.
    """
    (folder / PARQUET).mkdir()
    spill = folder / f"{PARQUET}.spill"  # which DuckDB removes
    with duckdb.connect(config=Settings.read().duckdb(spill)) as connection:
        connection.execute(f"attach {literal(str(database))} as published (read_only)")
        one_for_few_rows(connection, "published")
        connection.execute("use published")
        order = Order.of(connection)
        for table in tables(connection):
            if table.schema not in PUBLISHED_SCHEMAS or str(table) in OF_THE_RELEASE:
                continue
            columns = json.dumps(
                {column.name: column.comment for column in table.columns}, ensure_ascii=False
            )
            words = f"{{'gonghui.comment': {literal(table.comment)}, 'gonghui.columns': {literal(columns)}}}"
            ordered = order.rows(table.schema, table.name)
            connection.execute(
                f"""
                copy (select source.* from {ordered.tables} order by {ordered.keys})
                to {literal(str(folder / PARQUET / f"{table}.parquet"))}
                (format parquet, compression zstd, kv_metadata {words})
                """
            )
