"""Where a release is written, and what is said of it."""

from pathlib import Path

import pytest

from orchestration.common.logs import logger


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Where a release's DuckDB file is to be written."""
    return tmp_path / "gonghui.duckdb"


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What is said to whoever is there."""
    monkeypatch.setattr(logger, "propagate", True)
    return caplog
