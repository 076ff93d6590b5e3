"""The check for lost keys is measured on a landing that makes it, beside one that does not."""

from pathlib import Path

import pytest

from benchmarks import lost_keys
from orchestration.landing import run


def test_the_exports_are_landed_over_themselves_a_day_later(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks import alone

    checked: list[str] = []
    monkeypatch.setattr(run, "keys_lost", lambda bench, export, before: checked.append(export.name) or 0)
    home = tmp_path / "home"
    alone.land_alone(inbox, home)
    later = lost_keys.a_day_later(inbox, tmp_path / "later")
    alone.land_alone(later, home, "shrunk")
    assert checked == []
    alone.land_alone(inbox, tmp_path / "other")
    alone.land_alone(later, tmp_path / "other")
    assert sorted(checked) == sorted(
        path.stem for path in (home / "landed" / "current").glob("*.parquet") if path.stem in run._EXPORTS
    )
