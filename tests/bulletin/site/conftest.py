"""The sample's site, written once; what tests change is a copy of the published file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.bulletin import site
from orchestration.bulletin.site.pages import pages as rendered
from orchestration.bulletin.site.published import read
from tests.bulletin.site.asking import Changed, Rows


@pytest.fixture(scope="session")
def rows(published: Path) -> Rows:
    """The rows of a query over the published file."""

    def found(sql: str) -> list[tuple]:
        with duckdb.connect(published, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return found


@pytest.fixture(scope="session")
def pages(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample's site."""
    folder = tmp_path_factory.mktemp("pages") / "site"
    assert site.write(published, folder) == folder / "index.html"
    return folder


@pytest.fixture
def changed(published: Path, tmp_path: Path) -> Changed:
    """The pages of a published file in which some statements were run, each rendered when asked for."""

    def pages_of(*statements: str) -> Iterator[tuple[str, str]]:
        copy = tmp_path / "changed.duckdb"
        shutil.copyfile(published, copy)
        with duckdb.connect(copy) as connection:
            for statement in statements:
                connection.execute(statement)
            return rendered(read(connection))

    return pages_of
