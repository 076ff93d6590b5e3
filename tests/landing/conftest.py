"""Fixtures of the landing room's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.landing.bench import Bench, clear, open_bench
from tests.landing.office import CODES, EXPORTS, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An empty inbox, and a home where nothing ever was landed."""
    (tmp_path / "inbox").mkdir()
    return Office(tmp_path / "inbox", tmp_path / "home")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench on which 工会干部 are judged; no row lies there yet."""
    opened = open_bench(tmp_path, CODES, [])
    clear(opened, EXPORTS["cadres"])
    with opened.con:
        yield opened
