"""Lands 注册用户 with polars: `python -m benchmarks.peer_polars FILE OUT`."""

import sys
from io import BytesIO
from pathlib import Path

import polars as pl

from benchmarks import by_hand


def land(file: Path, out: Path) -> None:
    """Write OUT/registered_users.parquet and OUT/rejected_rows.parquet (row_number, reason)."""
    out.mkdir(parents=True)
    judged = _judged(file.read_bytes())
    passed = judged.filter(pl.col("reason").is_null())
    repeated = _repeated(passed)
    refused = pl.concat(
        [judged.filter(pl.col("reason").is_not_null()).select("row_number", "reason"), repeated]
    )
    landed = passed.join(repeated, on="row_number", how="anti", maintain_order="left")
    landed.select(by_hand.COLUMNS.values()).write_parquet(
        out / "registered_users.parquet", compression="zstd"
    )
    refused.sort("row_number").write_parquet(out / "rejected_rows.parquet", compression="zstd")


def _judged(content: bytes) -> pl.DataFrame:
    """The typed rows with `row_number`, from 1, and the first `reason` to refuse them but for duplicates."""
    cells = pl.scan_csv(
        BytesIO(content),
        infer_schema=False,
        row_index_name="row_number",
        row_index_offset=1,
        truncate_ragged_lines=True,
    ).select("row_number", *(pl.col(header).alias(name) for header, name in by_hand.COLUMNS.items()))
    texts = {name: pl.col(name) for name in by_hand.COLUMNS.values()}
    typed = {name: pl.col(f"{name}_typed") for name in by_hand.MOMENTS}
    long = pl.Series("is_long", by_hand.is_long(content))
    bad_format = pl.any_horizontal(
        texts["user_id"].str.contains(by_hand.SCIENTIFIC),
        *(typed[name].is_null() & texts[name].is_not_null() for name in by_hand.MOMENTS),
        pl.col("is_long"),
    )
    reason = (
        pl.when(pl.any_horizontal(texts[name].is_null() for name in by_hand.REQUIRED))
        .then(pl.lit("missing_required"))
        .when(bad_format)
        .then(pl.lit("bad_format"))
        .when(~texts["org_code"].is_in(by_hand.org_codes()))
        .then(pl.lit("unknown_code"))
        .when(pl.any_horizontal(typed[name] < typed["registered_at"] for name in by_hand.MOMENTS[1:]))
        .then(pl.lit("date_order"))
        .when(pl.any_horizontal(typed[name] >= by_hand.NEXT_DAY for name in by_hand.MOMENTS))
        .then(pl.lit("future_date"))
    )
    return (
        cells.with_columns(long, *(_moment(name).alias(f"{name}_typed") for name in by_hand.MOMENTS))
        .select(
            "row_number",
            *(typed[name].alias(name) if name in typed else text for name, text in texts.items()),
            reason.alias("reason"),
        )
        .collect()
    )


def _moment(name: str) -> pl.Expr:
    spellings = (pl.col(name).str.strptime(pl.Datetime("us"), how, strict=False) for how in by_hand.SPELLINGS)
    return pl.coalesce(spellings)


def _repeated(passed: pl.DataFrame) -> pl.DataFrame:
    """The rows whose key an earlier row has, as `row_number` and `reason`."""
    again = passed.filter(~pl.col("user_id").is_first_distinct())
    firsts = passed.filter(pl.col("user_id").is_in(again["user_id"].implode())).unique(
        "user_id", keep="first"
    )
    both = again.join(firsts, on="user_id", how="left", suffix="_first")
    rest = list(by_hand.COLUMNS.values())[1:]
    is_same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_first")) for name in rest)
    return both.select(
        "row_number",
        pl.when(is_same).then(pl.lit("duplicate_row")).otherwise(pl.lit("duplicate_key")).alias("reason"),
    )


if __name__ == "__main__":
    land(Path(sys.argv[1]), Path(sys.argv[2]))
