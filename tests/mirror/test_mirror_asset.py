"""The night's graph mirrors what it has published, or says what the command line would."""

import shutil
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from orchestration.common.settings import POSTGRES_VARIABLE
from orchestration.graph.mirror_asset import mirror
from orchestration.graph.release_asset import build_release_asset
from orchestration.graph.run_request import RunRequest
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, Home
from orchestration.operating import last_refresh
from orchestration.publishing import releases
from tests.mirror.databases import RELEASE, Database, file_contents, mirror_contents
from tests.webhook import Webhook


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


@pytest.fixture
def night(sample_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """The last two steps of a night's run: whether they succeed. Each run makes a release of its own."""
    shutil.copytree(sample_home.root, tmp_path / "home", symlinks=True)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.delenv(INBOX_VARIABLE, raising=False)
    monkeypatch.delenv(POSTGRES_VARIABLE, raising=False)
    steps = [build_release_asset([]), mirror]
    return lambda: dg.materialize(steps, resources={"run": RunRequest()}, raise_on_error=False).success


def test_a_mirror_that_is_refused_night_after_night_is_alerted_once(
    night: Callable[[], bool], database: Database, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run("create schema quality")
    monkeypatch.setenv(POSTGRES_VARIABLE, database.url())
    assert [night(), night()] == [False, False]
    assert ["its mirror" in body["messages"][0] for body in webhook.bodies] == [True]


def test_a_mirror_that_is_made_is_the_end_of_a_success(
    night: Callable[[], bool], tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    before = releases.in_force(home)
    monkeypatch.setenv(POSTGRES_VARIABLE, database.url())
    assert night()
    assert last_refresh.read(home).exit_code == 0
    assert before.release_id != releases.in_force(home).release_id
    assert mirror_contents(database) == file_contents(home.published_file)


def test_without_a_mirror_the_release_is_the_end_of_a_success(
    night: Callable[[], bool], tmp_path: Path
) -> None:
    assert night()
    assert last_refresh.read(Home(tmp_path / "home")).exit_code == 0
