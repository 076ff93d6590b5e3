"""The benchmark's what-if is asked about one threshold, which is lower."""

from pathlib import Path

from benchmarks.fixed import other_threshold
from orchestration.home import REFERENCE_SEEDS


def lines(folder: Path) -> set[tuple[str, str]]:
    return {
        (seed.name, line)
        for seed in folder.glob("*.csv")
        for line in seed.read_text(encoding="utf-8").splitlines()
    }


def test_one_threshold_is_lower_and_nothing_else_is_changed(tmp_path: Path) -> None:
    changed = lines(other_threshold(tmp_path / "seeds")) ^ lines(REFERENCE_SEEDS)
    assert sorted(changed) == [
        ("thresholds.csv", f"8.2.external_meetings,2022,,{threshold},8.2") for threshold in ("0.8", "0.9")
    ]
