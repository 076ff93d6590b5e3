"""Fixtures of the landing room's tests."""

from pathlib import Path

import pytest

from tests.landing.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An empty inbox, and a home where nothing ever was landed."""
    (tmp_path / "inbox").mkdir()
    return Office(tmp_path / "inbox", tmp_path / "home")
