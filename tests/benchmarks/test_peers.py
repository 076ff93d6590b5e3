"""The peers do the whole job as the product does, or nothing is reported."""

from pathlib import Path

import duckdb
import pytest

from benchmarks import floor, peer_pandas, peer_polars, peers
from benchmarks.compare import differences, refused_rows
from benchmarks.generate import intended
from benchmarks.measure import Run
from tests.benchmarks.scale import SCALE


@pytest.fixture
def home(refreshed: tuple[Run, Path]) -> Path:
    """What the product makes of the exports."""
    return refreshed[1]


@pytest.fixture(
    scope="module",
    params=[floor.by_duckdb, peer_polars.land, peer_pandas.land],
    ids=["floor", "polars", "pandas"],
)
def out(request: pytest.FixtureRequest, inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one who does it by hand makes of the exports."""
    out = tmp_path_factory.mktemp("peer") / "out"
    floor.run(inbox, out, request.param)
    return out


def test_a_peer_lands_and_judges_the_same(out: Path, home: Path) -> None:
    assert differences(out, home) == []


def test_a_peer_refuses_what_was_made_to_be_refused(out: Path) -> None:
    assert refused_rows(out / "floor.duckdb") == set(intended(SCALE))


def test_a_peer_that_lands_another_row_is_found(inbox: Path, home: Path, tmp_path: Path) -> None:
    def forgetful(
        con: duckdb.DuckDBPyConnection, table: floor.Table, files: list[Path], landed: Path
    ) -> None:
        floor.by_duckdb(con, table, files, landed)
        if table.name == "cadres":
            path = landed / "cadres.parquet"
            con.execute(f"CREATE TABLE shorter AS FROM '{path}' OFFSET 1")
            con.execute(f"COPY shorter TO '{path}' (FORMAT parquet)")

    floor.run(inbox, tmp_path / "out", forgetful)
    assert differences(tmp_path / "out", home) == ["landed cadres differs"]


def test_the_section_sets_all_beside_ours() -> None:
    def run(wall: float) -> Run:
        return Run(0.0, wall, 2 * wall, int(wall * 2**20), ())

    text = peers.section(1, {"ours": [run(1), run(3), run(2)], "theirs": [run(5)]})
    assert "| ours | 2.00 | 4.00 | 3 | 0.0 | 1.00 | 1.00 | 1.00 |" in text
    assert "| theirs | 5.00 | 10.00 | 5 | 0.0 | 2.50 | 2.50 | 1.67 |" in text
