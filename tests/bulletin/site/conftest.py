"""The sample's site, written once; what tests change is a copy of the published file."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.bulletin import site
from orchestration.bulletin.site.pages import pages as rendered
from orchestration.bulletin.site.published import read
from orchestration.publishing.publish import publish
from orchestration.publishing.release import Release
from tests.dbt_runs import CHECKOUT, run_dbt

Rows = Callable[[str], list[tuple]]
Changed = Callable[..., Iterator[tuple[str, str]]]


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, built and published."""
    kinds = ("--resource-type", "seed", "--resource-type", "model")
    built = run_dbt(CHECKOUT / "dbt_project", tmp_path_factory.mktemp("built"), "build", "--quiet", *kinds)
    assert built.returncode == 0, built.output[-4000:]
    [[month]] = built.rows("select max(as_of_month) from compliance.fct_verdicts")
    path = tmp_path_factory.mktemp("published") / "gonghui.duckdb"
    publish(built.database, path, Release("20230105T020000-abcdef", datetime(2023, 1, 5, 2), month, True))
    return path


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
