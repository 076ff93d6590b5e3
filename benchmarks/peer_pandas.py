"""The whole job with pandas: `python -m benchmarks.peer_pandas INBOX OUT`; what is left is the floor's.

Without pyarrow pandas cannot write Parquet: DuckDB does that for it.
"""

import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks import by_hand, floor
from benchmarks.floor import Table

_LISTED = ("org", "module", "choice")
_SQL = {"timestamp": "TIMESTAMP", "date": "DATE", "bigint": "BIGINT"}


def land(con: duckdb.DuckDBPyConnection, table: Table, files: list[Path], landed: Path) -> None:
    """Land the files of an export in the folder `landed`, and hand its flows and refused rows over."""
    rows = pd.concat([_judged(table, file) for file in files], ignore_index=True)
    passed = rows[rows["reason"].isna()]
    repeated = _repeated(table, passed)
    reasons = pd.concat([rows["reason"].dropna(), repeated])
    refused = rows.loc[reasons.index, ["file_name", "row_number"]].assign(reason=reasons)
    kept = passed.drop(index=repeated.index)
    columns = ", ".join(
        f"CAST({name} AS {_SQL[kind.lower()]}) AS {name}" if kind.lower() in _SQL else name
        for _, name, kind in table.columns
    )
    con.register("kept", kept[table.names])
    con.execute(
        f"COPY (SELECT {columns} FROM kept) TO '{landed / f'{table.name}.parquet'}' "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    con.register("refused", refused)
    con.register("flows_found", _flows(table, kept))
    by_hand.hand_over(con, table, "flows_found", "refused", len(kept))
    for view in ("kept", "refused", "flows_found"):
        con.unregister(view)


def _judged(table: Table, file: Path) -> pd.DataFrame:
    """The typed rows with `file_name`, `row_number` from 1, and the first `reason` to refuse each."""
    listed = {f"c{cell}": "category" for cell, _, kind in table.columns if kind.lower() in _LISTED}
    cells = pd.read_csv(
        by_hand.with_a_cell_more(table, file),
        usecols=by_hand.cells(table),
        dtype={cell: listed.get(cell, "str") for cell in by_hand.cells(table)},
        keep_default_na=False,
        na_values=[""],
    )
    typed = {name: _typed(table, cells[f"c{cell}"], name, kind.lower()) for cell, name, kind in table.columns}
    reasons = _reasons(table, cells, typed)
    return pd.DataFrame(
        {
            "file_name": pd.Categorical.from_codes(np.zeros(len(cells), np.int8), [file.name]),
            "row_number": np.arange(1, len(cells) + 1),
            **typed,
            "reason": reasons,
        }
    )


def _typed(table: Table, cells: pd.Series, name: str, kind: str) -> pd.Series:
    match kind:
        case "org":
            return cells.cat.set_categories(by_hand.org_codes())
        case "module":
            return cells.cat.set_categories(by_hand.module_codes())
        case "choice":
            words = table.choices[name]
            return cells.cat.set_categories(list(words)).cat.rename_categories(dict(words))
        case "timestamp" | "date":
            return _moments(cells, *by_hand.SPELLINGS[kind])
        case "bigint":
            return pd.to_numeric(cells, errors="coerce").astype("Int64")
    return cells


def _moments(cells: pd.Series, first: str, *others: str) -> pd.Series:
    moments = pd.to_datetime(cells, format=first, errors="coerce")
    for spelling in others:
        unread = moments.isna() & cells.notna()
        moments[unread] = pd.to_datetime(cells[unread], format=spelling, errors="coerce")
    return moments


def _reasons(table: Table, cells: pd.DataFrame, typed: dict[str, pd.Series]) -> pd.Series:
    named = [(cells[f"c{cell}"], typed[name], kind) for cell, name, kind in table.columns]
    of = {kind: [each for each in named if each[2].lower() == kind] for kind in (*_LISTED, *_SQL)}
    first, _, first_kind = named[0]
    rules = {
        "missing_required": [cell.isna() for cell, _, kind in named if kind.isupper()],
        "bad_format": [
            cells[f"c{table.width}"].notna(),
            *([first.str.contains("+", regex=False, na=False)] if first_kind == "TEXT" else []),
            *(value.isna() & cell.notna() for cell, value, _ in of["date"] + of["timestamp"] + of["bigint"]),
        ],
        "bad_value": [
            *(value.isna() for _, value, _ in of["choice"]),
            *((value < 0).fillna(False) for _, value, _ in of["bigint"]),
        ],
        "unknown_code": [value.isna() for _, value, _ in of["org"] + of["module"]],
        "date_order": [typed[later] < typed[earlier] for earlier, later in table.orders],
        "future_date": [value >= by_hand.NEXT_DAY for _, value, _ in of["date"] + of["timestamp"]],
        "status_conflict": [_lacking(typed, *table.demanded)] if table.demanded else [],
    }
    found = {
        reason: np.logical_or.reduce([np.asarray(test, bool) for test in tests])
        for reason, tests in rules.items()
        if tests
    }
    codes = np.select(list(found.values()), list(range(len(found))), default=-1)
    return pd.Series(pd.Categorical.from_codes(codes, list(found))).astype("object")


def _lacking(typed: dict[str, pd.Series], needed: str, column: str, value: str | None) -> pd.Series:
    demands = typed[column].notna() if value is None else typed[column] == value
    return typed[needed].isna() & demands


def _repeated(table: Table, passed: pd.DataFrame) -> pd.Series:
    """The reasons of the rows whose key an earlier row has, by their place in `passed`."""
    again = passed[passed.duplicated(table.key)]
    keys = pd.MultiIndex.from_frame(again[table.key])
    of_those = passed[pd.MultiIndex.from_frame(passed[table.key]).isin(keys)]
    firsts = of_those.drop_duplicates(table.key).set_index(table.key)
    rest = table.names[table.keys :]
    first = firsts.loc[keys if table.keys > 1 else again[table.key[0]], rest].set_axis(again.index)
    is_same = ((again[rest] == first) | (again[rest].isna() & first.isna())).fillna(False).all(axis=1)
    return pd.Series(np.where(is_same, "duplicate_row", "duplicate_key"), index=again.index, dtype="object")


def _flows(table: Table, kept: pd.DataFrame) -> pd.DataFrame:
    keys = {name: kept[name] for name in ("org_code", *table.grouped)}
    for month, moment in table.months.items():
        keys[month] = (kept[moment].dt.year * 12 + kept[moment].dt.month).astype("Int16")
    groups = kept.groupby([each.rename(name) for name, each in keys.items()], dropna=False, observed=True)
    counted = {name: groups[column].sum() for name, column in table.sums.items()}
    return pd.DataFrame({**counted, "n": groups.size()}).reset_index()


if __name__ == "__main__":
    floor.run(Path(sys.argv[1]), Path(sys.argv[2]), land)
