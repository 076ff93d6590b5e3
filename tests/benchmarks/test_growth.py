"""Growth asks for room before it writes, and its slopes leave start-up out."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import growth
from benchmarks.generate import plans
from benchmarks.growth import DiskTooSmall, Landing, Measured
from benchmarks.measure import Run


def run(wall: float, mebibytes: int = 100) -> Run:
    return Run(0.0, wall, wall, mebibytes * 2**20, ())


def measured(scale: float, *, per_million: float, build: float) -> Measured:
    """A scale whose landings take a second and so much per million rows."""
    landings = tuple(
        Landing(plan.name, plan.rows, 80 * plan.rows, 10 * plan.rows, run(1 + plan.rows / 1e6 * per_million))
        for plan in plans(scale)
    )
    return Measured(scale, landings, run(build, 300))


def line(text: str, name: str) -> str:
    """The line of the table of ratios."""
    return [row for row in text.splitlines() if row.startswith(f"| {name} |")][-1]


def test_a_slope_leaves_start_up_out() -> None:
    text = growth.section([measured(s, per_million=2, build=10) for s in (0.1, 1, 10)])
    assert line(text, "办件") == "| 办件 | 10.0 | 8.20 | 1.00 | 2.00 | 10.0 | 9.78 | 1.00 | 2.00 |"
    assert line(text, "业务上网").count("–") == 2
    assert line(text, "build, audit, publish").startswith(
        "| build, audit, publish | 10.0 | 1.00 | 1.00 | 0.00 |"
    )


def test_one_scale_has_no_slopes() -> None:
    text = growth.section([measured(1, per_million=2, build=10)], "S = 10 was not measured: too big")
    assert "→" not in text
    assert text.endswith("\n\nS = 10 was not measured: too big.")


def test_no_room_is_said_before_anything_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=30 * 10**9))
    with pytest.raises(
        DiskTooSmall, match=r"办件 is some 15\.\d GB of CSV and needs 48\.\d GB .* has 30\.0 GB"
    ):
        growth.measure(10, tmp_path / "growth")
    assert not (tmp_path / "growth").exists()
