"""Exports that memory cannot hold are judged in a file: the same comes of them, and nothing is left."""

from pathlib import Path

import pytest

from orchestration.common.settings import Settings
from orchestration.landing import bench
from tests.landing.office import Office, row


def _landed(folder: Path) -> list[object]:
    office = Office(folder / "inbox", folder / "home")
    office.inbox.mkdir(parents=True)
    refused = row("cadres", "K3", 录入日期="昨天")
    late = row("cadres", "K4", 离任日期="2020-03-06 上午9:08")
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K2"), refused, late, suffix="_a")
    office.put_rows("cadres", row("cadres", "K1"), row("cadres", "K5"), suffix="_b")
    office.put_rows("articles", row("articles", "某1"), row("articles", "某1", 标题="另一篇"))
    office.land()
    columns = "file_name, row_number, reason, column_name"
    return [office.rows("cadres"), office.rows("articles"), office.rejected(columns)]


def test_what_is_judged_in_a_file_lands_as_what_is_judged_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = _landed(tmp_path / "small")
    places: list[Path] = []
    connect = bench.duckdb.connect

    def noted(place: str | Path = ":memory:", **settings: object) -> object:
        places.append(Path(place))
        return connect(place, **settings)

    monkeypatch.setattr(bench.duckdb, "connect", noted)
    monkeypatch.setattr(Settings, "memory_bytes", 96)
    assert _landed(tmp_path / "large") == in_memory
    assert [place.name for place in places if place.parent.name == "scratch"] == ["bench.duckdb"]
    assert not [path for path in (tmp_path / "large" / "home").rglob("*") if "bench" in path.name]
