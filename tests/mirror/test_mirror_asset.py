"""The night's graph mirrors what it has published, or says what the command line would."""

import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from orchestration.graph.mirror_asset import mirror
from orchestration.graph.run_request import RunRequest
from orchestration.home import HOME_VARIABLE, Home
from orchestration.operating import last_refresh
from orchestration.publishing.mirrored import POSTGRES_VARIABLE
from tests.mirror.conftest import RELEASE, Database, file_contents, mirror_contents


@pytest.fixture
def home(tmp_path: Path, published: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with a release in force, and no mirror named."""
    home = Home(tmp_path / "home")
    home.warehouse.mkdir(parents=True)
    shutil.copy(published, home.published_file)
    monkeypatch.setenv(HOME_VARIABLE, str(home.root))
    monkeypatch.delenv(POSTGRES_VARIABLE, raising=False)
    return home


@pytest.fixture
def run(home: Home) -> Callable[[], dg.ExecuteInProcessResult]:
    return lambda: dg.materialize([mirror], resources={"run": RunRequest()}, raise_on_error=False)


def test_the_release_in_force_is_mirrored(
    run: Callable[[], dg.ExecuteInProcessResult],
    home: Home,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(POSTGRES_VARIABLE, database.url())
    [materialized] = run().asset_materializations_for_node("publishing__mirror")
    assert materialized.metadata["批次号"].value == RELEASE.release_id
    assert mirror_contents(database) == file_contents(home.published_file)


def test_where_no_mirror_is_named_nothing_is_materialized(
    run: Callable[[], dg.ExecuteInProcessResult], home: Home
) -> None:
    result = run()
    assert result.success
    assert result.asset_materializations_for_node("publishing__mirror") == []


def test_a_mirror_that_is_refused_fails_the_run_with_what_to_do(
    run: Callable[[], dg.ExecuteInProcessResult],
    home: Home,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database.run("create schema quality")
    monkeypatch.setenv(POSTGRES_VARIABLE, database.url())
    result = run()
    [failure] = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    assert "name a database of the mirror's own" in failure.message
    assert last_refresh.read(home).exit_code == 1
