"""Each export is read once per refresh after landing: its scans are counted in DuckDB's own profiles."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

from orchestration import dbt_build
from orchestration.common.watcher import Watcher
from orchestration.home import Home
from orchestration.landing import RAW_EXPORTS
from orchestration.refreshing.building import build
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.refresh import land
from orchestration.refreshing.request import Request


def operators(profile: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The operators of a query, those below included."""
    yield profile
    for child in profile.get("children", []):
        yield from operators(child)


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where each statement that dbt runs leaves its profile."""
    folder = tmp_path / "profiles"
    folder.mkdir()
    numbers = count()

    def execute(self: DuckDBCursorWrapper, sql: str, bindings: Any = None) -> Any:
        for statement in self._cursor.extract_statements(sql):
            self._cursor.execute("PRAGMA enable_profiling = 'json'")
            self._cursor.execute(f"PRAGMA profiling_output = '{folder / f'{next(numbers)}.json'}'")
            result = self._cursor.execute(statement, bindings)
        return result

    monkeypatch.setattr(DuckDBCursorWrapper, "execute", execute)
    monkeypatch.setattr(dbt_build, "INSTALLED", Home(tmp_path / "nowhere"))  # what it ran once has no profile
    return folder


def test_each_export_is_read_once_after_landing(inbox: Path, tmp_path: Path, profiles: Path) -> None:
    request = Request.of(home=str(tmp_path / "home"), inbox=str(inbox))
    land(request, Watcher())
    [plan] = Plan.all_of(request)
    for _ in build(plan, Watcher()):
        pass
    scans: Counter[str] = Counter()
    for profile in profiles.iterdir():
        for operator in operators(json.loads(profile.read_text(encoding="utf-8"))):
            if files := operator.get("extra_info", {}).get("Filename(s)"):
                scans[Path(files).stem] += 1
    assert {export.name: scans[export.name] for export in RAW_EXPORTS} == {
        export.name: 1 for export in RAW_EXPORTS
    }
