"""The benchmark's workbook holds what its CSV holds, and lands like it."""

from pathlib import Path

import duckdb

from benchmarks import alone, workbook
from benchmarks.measure import Run
from orchestration.landing import landed_dir

SOURCE = "注册用户_20230103.csv"


def test_a_workbook_lands_the_rows_of_its_csv(inbox: Path, tmp_path: Path) -> None:
    rows = 500
    workbook.write_book(inbox / SOURCE, tmp_path / "book" / "注册用户_20230103.xlsx", rows)
    (tmp_path / "csv").mkdir()
    with (inbox / SOURCE).open("rb") as given:
        (tmp_path / "csv" / SOURCE).write_bytes(b"".join(given.readline() for _ in range(rows + 1)))
    for kind in ("book", "csv"):
        alone.land_alone(tmp_path / kind, tmp_path / f"home-{kind}")
    book, text = (
        landed_dir(tmp_path / f"home-{kind}") / "registered_users.parquet" for kind in ("book", "csv")
    )
    assert duckdb.sql(f"SELECT count(*) FROM '{book}'").fetchone()[0] > 0.9 * rows
    assert duckdb.sql(f"FROM '{book}' EXCEPT ALL FROM '{text}'").fetchall() == []


def test_the_section_sets_landing_beside_the_reader() -> None:
    def run(wall: float) -> Run:
        return Run(0.0, wall, 2 * wall, int(wall * 2**20), ())

    text = workbook.section([(run(2), run(3)), (run(2), run(3))], 5_000_000, 7)
    assert "| python-calamine reads every row | 2.00 | 4.00 | 2 | 0.0 |" in text
    assert "Landing takes 1.50 × the wall time of the reader, 1.50 × its CPU time." in text
