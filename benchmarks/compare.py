"""Whether floor and product say the same: verdicts, landed exports, refused rows, landed Parquet."""

from pathlib import Path

import duckdb

from benchmarks.generate import Refused

_COMPARED = {
    "compliance.fct_verdicts": "as_of_month, org_code, role, requirement_id, clause_id, numerator, "
    "denominator, observed, threshold, gap, status, is_final",
    "quality.landed_exports": "export_name, export_date, rows_read, rows_landed, rows_rejected",
    "quality.rejected_rows": "export_name, file_name, row_number, reason",
}


def differences(floor: Path, home: Path) -> list[str]:
    """Compare what the floor left in a folder with a home; a line per table that differs."""
    found = []
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{floor / 'floor.duckdb'}' AS floor (READ_ONLY)")
        con.execute(f"ATTACH '{home / 'warehouse' / 'gonghui.duckdb'}' AS product (READ_ONLY)")
        for table, columns in _COMPARED.items():
            ours, theirs = (f"SELECT {columns} FROM {side}.{table}" for side in ("floor", "product"))
            for first, second in ((ours, theirs), (theirs, ours)):
                rows = con.execute(f"{first} EXCEPT ALL {second} ORDER BY ALL").fetchall()
                if rows:
                    found.append(f"{table}: {len(rows)} rows on one side alone, such as {rows[0]}")
        for path in sorted((floor / "landed").glob("*.parquet")):
            twin = home / "landed" / "current" / path.name
            if _digest(con, path) != _digest(con, twin):
                found.append(f"landed {path.stem} differs")
    return found


def _digest(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[int, int]:
    """The rows of a Parquet file as their number and the sum of their hashes, whatever their order."""
    columns = [row[0] for row in con.execute(f"DESCRIBE FROM '{path}'").fetchall()]
    hashed = f"sum(CAST(hash({', '.join(sorted(columns))}) AS HUGEINT))"
    return con.execute(f"SELECT count(*), {hashed} FROM '{path}'").fetchone() or (0, 0)


def refused_rows(database: Path) -> set[Refused]:
    """Return the refused rows that a warehouse, or the floor's, lists."""
    with duckdb.connect(database, read_only=True) as con:
        rows = con.execute(
            "SELECT export_name, file_name, row_number, reason FROM quality.rejected_rows"
        ).fetchall()
    return {Refused(*row) for row in rows}
