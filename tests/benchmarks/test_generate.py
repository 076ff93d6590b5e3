"""The benchmark's exports at their smallest: refused as intended, by the floor and by the product alike."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks import floor
from benchmarks.compare import refused_rows
from benchmarks.generate import expected_bytes, generate, intended, plans
from orchestration.landing import LandingResult, land, landed_dir
from orchestration.reference import ReferenceSeeds, known_codes
from tests.benchmarks.scale import SCALE


@pytest.fixture(scope="module")
def floored(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("floored") / "floor"
    floor.run(inbox, out)
    return out


@pytest.fixture(scope="module")
def landed(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LandingResult]:
    home = tmp_path_factory.mktemp("landed")
    return home, land(inbox, home, known_codes(ReferenceSeeds()))


def test_the_same_bytes_every_time(inbox: Path, tmp_path: Path) -> None:
    generate(SCALE, tmp_path)
    names = sorted(path.name for path in inbox.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert names and all((inbox / name).read_bytes() == (tmp_path / name).read_bytes() for name in names)


def test_one_export_alone_is_the_same_bytes(inbox: Path, tmp_path: Path) -> None:
    size = generate(SCALE, tmp_path, ["workflow_items", "cadres"])
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {
        name: (inbox / name).read_bytes()
        for name in ("办件_20230103_1.csv", "办件_20230103_2.csv", "工会干部_20230103.csv")
    }
    assert size == sum(map(len, written.values()))


def test_an_unknown_export_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no exports: 办件; there are registered_users"):
        generate(SCALE, tmp_path / "out", ["办件"])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("plan", plans(SCALE), ids=lambda plan: plan.name)
def test_the_bytes_are_foreseen(inbox: Path, plan: Any) -> None:
    size = sum((inbox / name).stat().st_size for name, _, _ in plan.files)
    assert expected_bytes(SCALE, plan.name) == pytest.approx(size, rel=0.05)


def test_every_reason_occurs() -> None:
    assert {row.reason for row in intended(SCALE)} == {
        "missing_required",
        "bad_format",
        "bad_value",
        "unknown_code",
        "date_order",
        "future_date",
        "status_conflict",
        "duplicate_row",
        "duplicate_key",
    }


def test_a_thousandth_is_bad_at_any_scale() -> None:
    rows = sum((6_481_000, 20_000_000, 2_000_000, 60_000, 150_000, 250_000, 100_000, 20_000, 40_000))
    assert len(intended(1)) == pytest.approx(rows / 1000, rel=0.01)


def test_the_floor_refuses_what_was_intended(floored: Path) -> None:
    assert refused_rows(floored / "floor.duckdb") == set(intended(SCALE))


def test_the_product_refuses_and_lands_what_the_floor_does(
    floored: Path, landed: tuple[Path, LandingResult]
) -> None:
    home, result = landed
    with duckdb.connect(floored / "floor.duckdb", read_only=True) as con:
        counted = con.execute("SELECT * FROM quality.landed_exports").fetchall()
        refused = con.execute("SELECT * FROM quality.rejected_rows ORDER BY ALL").fetchall()
        same = con.execute(
            f"""SELECT export_name, file_name, row_number, reason
            FROM '{landed_dir(home) / "rejected_rows.parquet"}' ORDER BY ALL"""
        ).fetchall()
        assert same == refused
        for path in (floored / "landed").iterdir():
            twin = landed_dir(home) / path.name
            assert con.execute(f"FROM '{path}'").fetchall() == con.execute(f"FROM '{twin}'").fetchall()
    assert {row[0]: row[2:] for row in counted} == {
        one.export_name: (one.rows_read, one.rows_landed, one.rows_rejected)
        for one in result.in_force.values()
    }
