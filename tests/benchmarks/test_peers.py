"""The peers do the same work as landing; what differs is found."""

import shutil
from pathlib import Path

import duckdb
import pytest

from benchmarks import alone, by_hand, peer_pandas, peer_polars, peers
from benchmarks.generate import Refused, intended
from benchmarks.measure import Run
from tests.benchmarks.scale import SCALE


@pytest.fixture(scope="module")
def users(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inbox with 注册用户 alone."""
    folder = tmp_path_factory.mktemp("users")
    shutil.copy(inbox / peers.EXPORT, folder)
    return folder


@pytest.fixture(scope="module")
def landed(users: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Where landing and its peers left what they read."""
    work = tmp_path_factory.mktemp("landed")
    alone.product(users, work / "home")
    alone.floor(users, work / "floor")
    peer_polars.land(users / peers.EXPORT, work / "polars")
    peer_pandas.land(users / peers.EXPORT, work / "pandas")
    ours = {"ours": work / "home" / "landed" / "current"}
    return ours | {name: work / name for name in ("floor", "polars", "pandas")}


def test_they_do_the_same_work(landed: dict[str, Path]) -> None:
    assert peers.differences(landed) == []


@pytest.mark.parametrize("who", ["ours", "floor", "polars", "pandas"])
def test_they_refuse_what_was_intended(landed: dict[str, Path], who: str) -> None:
    path = landed[who] / "rejected_rows.parquet"
    refused = duckdb.sql(f"SELECT row_number, reason FROM '{path}'").fetchall()
    wanted = [row for row in intended(SCALE) if row.export_name == peers.SEED]
    assert {Refused(peers.SEED, peers.EXPORT, *row) for row in refused} == set(wanted)
    assert len(refused) == len(wanted)


def test_no_personal_column_is_written(landed: dict[str, Path]) -> None:
    assert landed
    for folder in landed.values():
        columns = duckdb.sql(f"DESCRIBE FROM '{folder / 'registered_users.parquet'}'").fetchall()
        assert [row[0] for row in columns] == list(by_hand.COLUMNS.values())


def test_another_row_is_found(landed: dict[str, Path], tmp_path: Path) -> None:
    spoilt = Path(shutil.copytree(landed["floor"], tmp_path / "spoilt"))
    users = spoilt / "registered_users.parquet"
    duckdb.sql(f"COPY (FROM '{landed['floor'] / users.name}' OFFSET 1) TO '{users}'")
    (found,) = peers.differences({"ours": landed["ours"], "spoilt": spoilt})
    assert found.startswith("spoilt: registered_users has ")


def test_the_first_rows_are_taken(users: Path, tmp_path: Path) -> None:
    peers.first_rows(users / peers.EXPORT, 10, tmp_path / "inbox" / peers.EXPORT)
    lines = (users / peers.EXPORT).read_bytes().splitlines(keepends=True)
    assert (tmp_path / "inbox" / peers.EXPORT).read_bytes() == b"".join(lines[:11])


def test_the_stock_seed_has_every_row_whole(users: Path, tmp_path: Path) -> None:
    peers.stock_project(users / peers.EXPORT, tmp_path / "stock")
    given = (users / peers.EXPORT).read_bytes().splitlines()
    seed = (tmp_path / "stock" / "seeds" / "registered_users.csv").read_bytes().splitlines()
    assert len(seed) == len(given)
    assert {line.count(b",") for line in seed} == {7}
    assert (
        sum(a != b for a, b in zip(given, seed, strict=True))
        == by_hand.is_long((users / peers.EXPORT).read_bytes()).sum()
    )


def test_the_section_sets_all_beside_ours() -> None:
    def run(wall: float) -> Run:
        return Run(0.0, wall, 2 * wall, int(wall * 2**20), ())

    text = peers.section({"ours": [run(1), run(3), run(2)], "theirs": [run(5)]})
    assert "| ours | 2.00 | 4.00 | 3 | 0.0 | 1.00 | 1.00 | 1.00 |" in text
    assert "| theirs | 5.00 | 10.00 | 5 | 0.0 | 2.50 | 2.50 | 1.67 |" in text
