"""Where rows are judged: one DuckDB connection and one scratch directory per run, gone when the run ends."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb
import pandas as pd

from orchestration.landing.checks import CellTable, judged_rows, quote
from orchestration.landing.header import Header
from orchestration.landing.inbox import InboxFile
from orchestration.landing.outcome import KnownCodes, LandedFile

# What does not fit spills into the scratch directory, so an export may be larger than memory.
MEMORY_LIMIT = "2GB"


@dataclass(frozen=True)
class Bench:
    """The tools of one run. Nothing in `scratch` outlives it, and no personal value ever gets there."""

    con: duckdb.DuckDBPyConnection
    scratch: Path
    codes: KnownCodes

    def scratch_file(self, extension: str) -> Path:
        """Return a path in scratch that nothing uses yet."""
        return self.scratch / f"{uuid4().hex}.{extension}"


@dataclass(frozen=True)
class Part:
    """Judged rows of one CSV file or one sheet, as Parquet, in order.

    `first_row` rows of the same file or sheet are in parts before it; `sheet_name` is None for CSV.
    """

    path: Path
    file_name: str
    sheet_name: str | None
    first_row: int
    rows: int


@dataclass(frozen=True)
class ReadFile:
    """A file of a snapshot, read: what it was, its parts in order, and what the office should be told."""

    file: LandedFile
    parts: tuple[Part, ...]
    notices: tuple[str, ...] = ()


def open_bench(scratch: Path, codes: KnownCodes) -> Bench:
    """Set up a bench in an existing, empty directory. The caller closes `con` and removes the directory."""
    settings = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(scratch / "spill"),
        "autoinstall_known_extensions": "false",
        "pandas_analyze_sample": "0",  # object columns hold text, whatever the first rows look like
        "autoload_known_extensions": "false",
    }
    return Bench(duckdb.connect(":memory:", config=settings), scratch, codes)


def judge(
    bench: Bench, file: InboxFile, table: CellTable, *, sheet_name: str | None = None, first_row: int = 0
) -> Part:
    """Judge every row of `table` by the row rules 1 to 7 and set the rows aside.

    Raises duckdb.Error where DuckDB cannot read `table`. Its text may quote a row: never let it through.
    """
    path = bench.scratch_file("parquet")
    query = judged_rows(file.export, table, file.export_date, bench.codes)
    copied = bench.con.execute(f"COPY ({query}) TO {quote(str(path))} (FORMAT parquet, COMPRESSION lz4_raw)")
    return Part(path, file.name, sheet_name, first_row, rows=copied.fetchall()[0][0])


def judge_frame(
    bench: Bench,
    file: InboxFile,
    texts: pd.DataFrame,
    header: Header,
    *,
    sheet_name: str | None = None,
    first_row: int = 0,
) -> Part:
    """Judge the rows of a frame of text cells c0, c1, …: str, or None for an absent cell."""
    # A sheet has no rows of their own width: what it lacks is blank, not absent.
    least = 0 if sheet_name is not None else header.least
    bench.con.register("texts", texts)
    try:
        table = CellTable("texts", texts.shape[1], header.positions, least, header.most)
        return judge(bench, file, table, sheet_name=sheet_name, first_row=first_row)
    finally:
        bench.con.unregister("texts")
