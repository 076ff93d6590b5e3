"""Lands 注册用户 with pandas: `python -m benchmarks.peer_pandas FILE OUT`.

Without pyarrow pandas cannot write Parquet: DuckDB does that for it.
"""

import sys
from io import BytesIO
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks import by_hand


def land(file: Path, out: Path) -> None:
    """Write OUT/registered_users.parquet and OUT/rejected_rows.parquet (row_number, reason)."""
    out.mkdir(parents=True)
    rows, reasons = _judged(file.read_bytes())
    passed = rows[reasons.isna()]
    repeated = _repeated(passed)
    refused = pd.concat([reasons.dropna(), repeated]).sort_index().rename("reason")
    _write(passed.drop(index=repeated.index), out / "registered_users.parquet")
    _write(refused.rename_axis("row_number").reset_index(), out / "rejected_rows.parquet")


def _judged(content: bytes) -> tuple[pd.DataFrame, pd.Series]:
    """The typed rows, by row number from 1, and the first reason to refuse each but for duplicates."""
    cells = pd.read_csv(
        BytesIO(content),
        encoding="utf-8-sig",
        dtype=str,
        usecols=list(by_hand.COLUMNS),
        keep_default_na=False,
        na_values=[""],
    ).rename(columns=by_hand.COLUMNS)[list(by_hand.COLUMNS.values())]
    cells.index += 1
    moments = {name: _moments(cells[name]) for name in by_hand.MOMENTS}
    rows = cells.assign(**moments)
    unread = [rows[name].isna() & cells[name].notna() for name in by_hand.MOMENTS]
    bad_format = np.logical_or.reduce(
        [cells["user_id"].str.contains(by_hand.SCIENTIFIC, na=False), *unread, by_hand.is_long(content)]
    )
    later = by_hand.MOMENTS[1:]
    refused = {
        "missing_required": cells[list(by_hand.REQUIRED)].isna().any(axis=1),
        "bad_format": bad_format,
        "unknown_code": ~cells["org_code"].isin(by_hand.org_codes()),
        "date_order": np.logical_or.reduce([rows[name] < rows["registered_at"] for name in later]),
        "future_date": np.logical_or.reduce([rows[name] >= by_hand.NEXT_DAY for name in by_hand.MOMENTS]),
    }
    reasons = np.select(list(refused.values()), list(refused), default="")
    return rows, pd.Series(reasons, index=rows.index).replace("", None)


def _moments(cells: pd.Series) -> pd.Series:
    first, *others = by_hand.SPELLINGS
    moments = pd.to_datetime(cells, format=first, errors="coerce")
    for spelling in others:
        unread = moments.isna() & cells.notna()
        moments[unread] = pd.to_datetime(cells[unread], format=spelling, errors="coerce")
    return moments


def _repeated(passed: pd.DataFrame) -> pd.Series:
    """The reasons of the rows whose key an earlier row has, by row number."""
    again = passed[passed.duplicated("user_id")]
    firsts = passed[passed["user_id"].isin(again["user_id"])].drop_duplicates("user_id").set_index("user_id")
    rest = list(by_hand.COLUMNS.values())[1:]
    first = firsts.loc[again["user_id"], rest].set_axis(again.index)
    is_same = ((again[rest] == first) | (again[rest].isna() & first.isna())).all(axis=1)
    return pd.Series(np.where(is_same, "duplicate_row", "duplicate_key"), index=again.index)


def _write(frame: pd.DataFrame, target: Path) -> None:
    with duckdb.connect() as con:
        con.register("frame", frame)
        con.execute(f"COPY frame TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


if __name__ == "__main__":
    land(Path(sys.argv[1]), Path(sys.argv[2]))
