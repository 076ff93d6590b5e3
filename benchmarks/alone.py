"""Lands what an inbox holds and does nothing else, as the product does or as the floor does.

    python -m benchmarks.alone product INBOX HOME [ACCEPT]
    python -m benchmarks.alone floor INBOX OUT

The floor lands 注册用户 alone, into OUT/registered_users.parquet, and lists the rows it refused in
OUT/rejected_rows.parquet.
"""

import sys
from pathlib import Path


def product(inbox: Path, home: Path, accept: str = "") -> None:
    """Land what is new in the inbox; raises what `orchestration.landing.land` raises."""
    from orchestration.landing import land
    from orchestration.reference import ReferenceSeeds, known_codes

    land(inbox, home, known_codes(ReferenceSeeds()), frozenset(accept.split()))


def floor(inbox: Path, out: Path) -> None:
    """Land 注册用户 into `out`, which is made, with the floor's settings and its flows."""
    import duckdb

    from benchmarks.floor import TABLES, land, prepare, settings

    out.mkdir(parents=True)
    users = next(table for table in TABLES if table.name == "registered_users")
    with duckdb.connect(config=settings(out)) as con:
        prepare(con)
        land(con, users, sorted(inbox.glob(f"{users.chinese}_*.csv")), out)
        con.execute(f"COPY rejected_rows TO '{out / 'rejected_rows.parquet'}' (FORMAT parquet)")


if __name__ == "__main__":
    {"product": product, "floor": floor}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])
