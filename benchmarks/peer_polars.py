"""The whole job with polars: `python -m benchmarks.peer_polars INBOX OUT`; what is left is the floor's."""

import sys
from pathlib import Path

import duckdb
import polars as pl

from benchmarks import by_hand, floor
from benchmarks.floor import Table


def land(con: duckdb.DuckDBPyConnection, table: Table, files: list[Path], landed: Path) -> None:
    """Land the files of an export in the folder `landed`, and hand its flows and refused rows over."""
    judged = pl.concat([_judged(table, file) for file in files]).collect()
    passed = judged.filter(pl.col("reason").is_null())
    repeated = _repeated(table, passed)
    place = ["file_name", "row_number"]
    kept = passed.join(repeated, on=place, how="anti", maintain_order="left")
    kept.select(table.names).write_parquet(landed / f"{table.name}.parquet", compression="zstd")
    refused = pl.concat([judged.filter(pl.col("reason").is_not_null()).select(*place, "reason"), repeated])
    # DuckDB reads no frame of polars' without pyarrow.
    work = landed.parent / table.name
    refused.write_parquet(f"{work}.refused")
    _flows(table, kept).write_parquet(f"{work}.flows")
    by_hand.hand_over(
        con, table, f"read_parquet('{work}.flows')", f"read_parquet('{work}.refused')", kept.height
    )


def _judged(table: Table, file: Path) -> pl.LazyFrame:
    """The typed rows with `file_name`, `row_number` from 1, and the first `reason` to refuse each."""
    rows = pl.scan_csv(
        by_hand.with_a_cell_more(table, file),
        infer_schema=False,
        truncate_ragged_lines=True,
        row_index_name="row_number",
        row_index_offset=1,
    ).select("row_number", *by_hand.cells(table))
    typed = {name: _typed(table, f"c{cell}", name, kind.lower()) for cell, name, kind in table.columns}
    rows = rows.with_columns(**typed)
    return rows.select(
        pl.lit(file.name).alias("file_name"), "row_number", *table.names, _reason(table).alias("reason")
    )


def _typed(table: Table, cell: str, name: str, kind: str) -> pl.Expr:
    match kind:
        case "org":
            return pl.col(cell).cast(pl.Enum(by_hand.org_codes()), strict=False)
        case "module":
            return pl.col(cell).cast(pl.Enum(by_hand.module_codes()), strict=False)
        case "choice":
            words = table.choices[name]
            codes = pl.Enum(list(words.values()))
            return pl.col(cell).replace_strict(words, default=None, return_dtype=codes)
        case "timestamp" | "date":
            to = pl.Date if kind == "date" else pl.Datetime("us")
            spellings = by_hand.SPELLINGS[kind]
            return pl.coalesce(pl.col(cell).str.strptime(to, how, strict=False) for how in spellings)
        case "bigint":
            return pl.col(cell).cast(pl.Int64, strict=False)
    return pl.col(cell)


def _reason(table: Table) -> pl.Expr:
    named = [(pl.col(f"c{cell}"), pl.col(name), kind) for cell, name, kind in table.columns]
    of = {kind: [each for each in named if each[2].lower() == kind] for kind in _KINDS}
    moments = [value for _, value, _ in of["date"] + of["timestamp"]]
    first, _, first_kind = named[0]
    rules = {
        "missing_required": [cell.is_null() for cell, _, kind in named if kind.isupper()],
        "bad_format": [
            pl.col(f"c{table.width}").is_not_null(),
            *([first.str.contains("+", literal=True)] if first_kind == "TEXT" else []),
            *(
                value.is_null() & cell.is_not_null()
                for cell, value, _ in of["date"] + of["timestamp"] + of["bigint"]
            ),
        ],
        "bad_value": [
            *(value.is_null() for _, value, _ in of["choice"]),
            *(value < 0 for _, value, _ in of["bigint"]),
        ],
        "unknown_code": [value.is_null() for _, value, _ in of["org"] + of["module"]],
        "date_order": [pl.col(later) < pl.col(earlier) for earlier, later in table.orders],
        "future_date": [moment >= by_hand.NEXT_DAY for moment in moments],
        "status_conflict": [_lacking(*table.demanded)] if table.demanded else [],
    }
    return pl.coalesce(
        pl.when(pl.any_horizontal(tests)).then(pl.lit(reason)) for reason, tests in rules.items() if tests
    )


_KINDS = ("text", "org", "module", "choice", "date", "timestamp", "bigint")


def _lacking(needed: str, column: str, value: str | None) -> pl.Expr:
    demands = pl.col(column).is_not_null() if value is None else pl.col(column) == value
    return pl.col(needed).is_null() & demands


def _repeated(table: Table, passed: pl.DataFrame) -> pl.DataFrame:
    """The rows whose key an earlier row has: file_name, row_number, reason."""
    again = passed.filter(~pl.struct(table.key).is_first_distinct())
    firsts = passed.join(again.select(table.key).unique(), on=table.key, how="semi")
    firsts = firsts.unique(table.key, keep="first", maintain_order=True)
    both = again.join(firsts, on=table.key, how="left", suffix="_first")
    rest = table.names[table.keys :]
    is_same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_first")) for name in rest)
    reason = pl.when(is_same).then(pl.lit("duplicate_row")).otherwise(pl.lit("duplicate_key"))
    return both.select("file_name", "row_number", reason.alias("reason"))


def _flows(table: Table, kept: pl.DataFrame) -> pl.DataFrame:
    months = [
        (pl.col(moment).dt.year() * 12 + pl.col(moment).dt.month()).cast(pl.Int16).alias(month)
        for month, moment in table.months.items()
    ]
    sums = [pl.col(column).sum().alias(name) for name, column in table.sums.items()]
    return kept.group_by("org_code", *table.grouped, *months).agg(*sums, pl.len().cast(pl.Int64).alias("n"))


if __name__ == "__main__":
    floor.run(Path(sys.argv[1]), Path(sys.argv[2]), land)
