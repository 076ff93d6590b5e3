"""Releases of the small build file."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.publishing import releases
from orchestration.publishing.manifest import Inputs, Manifest
from orchestration.publishing.publish import publish
from orchestration.publishing.release import Release
from tests.publishing.small import INPUTS


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

    def written(release: Release, inputs: Inputs = INPUTS) -> Path:
        with releases.assembled(home, release) as folder:
            publish(build_file, folder / releases.WAREHOUSE, release)
            (folder / "files").mkdir()
            (folder / "files" / "verdicts.parquet").write_bytes(b"for people")
            Manifest.of(release, inputs, None, folder / releases.WAREHOUSE).write(folder)
        releases.put_in_force(home, release.release_id)
        return home.releases / release.release_id

    return written
