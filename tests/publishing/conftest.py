"""Releases of the small build file."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from orchestration.common.logs import logger
from orchestration.home import Home
from tests.publishing.small import put_in_force


@pytest.fixture
def build_file(tmp_path: Path, built_once: Path) -> Path:
    """What dbt would have built."""
    return shutil.copy(built_once, tmp_path / "build.duckdb")


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Where a release's DuckDB file is to be written."""
    return tmp_path / "gonghui.duckdb"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which nothing was published yet."""
    return Home(tmp_path / "home")


@pytest.fixture
def release(build_file: Path, home: Home) -> Callable[..., Path]:
    """Write a release of what is built, following from some inputs, and put it in force."""

    return partial(put_in_force, home, build_file)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What is said to whoever is there."""
    monkeypatch.setattr(logger, "propagate", True)
    return caplog
