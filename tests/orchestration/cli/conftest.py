"""A folder for exports."""

from pathlib import Path

import pytest


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An inbox in which nothing lies yet."""
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"
