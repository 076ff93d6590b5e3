"""The engines are compared over one landing, and only where their verdicts are the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import engines
from benchmarks.engines import DUCKDB, SAIL, Engine, Measured
from benchmarks.growth import Landing
from benchmarks.measure import Run

_RUN = Run(0.0, wall=10.0, cpu=12.0, peak_bytes=2**20, samples=())
_ONE = Measured(DUCKDB, 0.0, 0, _RUN, (0.1, 0.3, 0.2), "a", None)


def test_of_a_model_that_duckdb_takes_over_the_engines_seconds_count() -> None:
    ended = [("model a", 0.1), ("model b", 1.0), ("test a", 9.0), ("model a", 2.0), ("seed c", 3.0)]
    assert engines._of_models(ended) == (0.1, 1.0)


def test_a_slope_is_between_two_scales_of_one_engine() -> None:
    small, large = (
        replace(_ONE, scale=scale, rows=rows, run=replace(_RUN, wall=wall))
        for scale, rows, wall in ((0.1, 1_000_000, 10.0), (1.0, 11_000_000, 15.0))
    )
    found = [_ONE, small, large, *(replace(one, engine=SAIL) for one in (_ONE, small, large))]
    told = engines.section(found).splitlines()
    assert [line for line in told if "→" in line] == [
        "| DuckDB | S = 0.1 → 1 | 0.500 |",
        "| Sail, embedded | S = 0.1 → 1 | 0.500 |",
    ]


@pytest.mark.parametrize("of_sail, is_reported", [("a", True), ("b", False)])
def test_engines_with_other_verdicts_are_not_reported(
    of_sail: str, is_reported: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refreshed(engine: Engine, scale: float, rows: int, *_: object) -> Measured:
        digest = of_sail if engine == SAIL and scale else "a"
        return replace(_ONE, engine=engine, scale=scale, rows=rows, verdicts_sha256=digest)

    monkeypatch.setattr(engines, "refresh", refreshed)
    monkeypatch.setattr(
        engines, "land_each", lambda *_: (Landing("a", 5, 1, 1, _RUN), Landing("b", 7, 1, 1, _RUN))
    )
    if is_reported:
        found = engines.measure([0.1], [DUCKDB, SAIL], None, tmp_path / "work")
        assert [(one.engine, one.rows) for one in found] == [(DUCKDB, 0), (DUCKDB, 12), (SAIL, 0), (SAIL, 12)]
    else:
        with pytest.raises(SystemExit, match=r"S = 0\.1: the engines' verdicts differ"):
            engines.measure([0.1], [DUCKDB, SAIL], None, tmp_path / "work")
