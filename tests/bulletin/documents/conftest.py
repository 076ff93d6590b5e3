"""The sample's documents, written once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.bulletin import documents, feedback


@pytest.fixture(scope="session")
def written(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample's drafts."""
    folder = tmp_path_factory.mktemp("drafts")
    documents.write(published, folder)
    return folder


@pytest.fixture
def one_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the sheet of one organization alone: a hundred tell no more."""
    every = feedback.organizations
    monkeypatch.setattr(feedback, "organizations", lambda data: every(data).where(target_unit_code="510100"))


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
