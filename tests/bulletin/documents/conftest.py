"""One home of the sample, refreshed once, and its documents, written once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.bulletin import documents

MONTH = "2022-12"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's published file."""
    home = tmp_path_factory.mktemp("sample")
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", "refresh", "--home", str(home)],
        capture_output=True,
        text=True,
        env=os.environ | {"GONGHUI_BULLETIN_MONTHS": "0"},
    )
    assert done.returncode == 0, done.stderr
    return home / "warehouse" / "gonghui.duckdb"


@pytest.fixture(scope="session")
def written(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample's drafts."""
    folder = tmp_path_factory.mktemp("drafts")
    documents.write(published, folder)
    return folder


@pytest.fixture
def changed(published: Path, tmp_path: Path) -> Callable[..., Path]:
    """Make a copy of the published file, changed by SQL."""

    def change(*statements: str) -> Path:
        copy = tmp_path / "changed.duckdb"
        shutil.copy(published, copy)
        copy.chmod(0o644)
        with duckdb.connect(copy) as connection:
            for statement in statements:
                connection.execute(statement)
        return copy

    return change
