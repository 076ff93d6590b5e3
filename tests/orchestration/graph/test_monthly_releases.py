"""A backfill makes a release of a month without landing; readers see only that of the newest month."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from orchestration.common.as_of import Month
from orchestration.common.watcher import Watcher
from orchestration.errors import UsageFault
from orchestration.graph import monthly_releases
from orchestration.graph.landed_assets import landed_assets
from orchestration.graph.monthly_releases import build_monthly_releases
from orchestration.graph.run_request import RunRequest
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, REFERENCE_SEEDS, REFERENCE_VARIABLE, Home
from orchestration.operating import last_refresh
from orchestration.publishing.manifest import Manifest, read_manifest
from orchestration.publishing.releases import folders, following, in_force
from orchestration.refreshing.attempt import attempt
from orchestration.refreshing.plan import Plan
from tests.checkouts import Seeds
from tests.publishing.small import make


def backfill(month: str) -> dg.ExecuteInProcessResult:
    asset = build_monthly_releases(landed_assets.keys)
    return dg.materialize([asset], partition_key=month, resources={"run": RunRequest()})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that has landed nothing: its releases are made of the sample, whose newest month is 2022-12."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.delenv(INBOX_VARIABLE, raising=False)
    return Home(tmp_path / "home")


def test_an_earlier_month_gets_a_release_that_readers_do_not_see_and_nothing_lands(home: Home) -> None:
    [made] = backfill("2020-03").asset_materializations_for_node("publishing__monthly_release")
    [release] = [read_manifest(folder).release for folder in folders(home)]
    assert made.partition == "2020-03" and made.metadata["批次号"].value == release.release_id
    assert f"{release.as_of_month:%Y-%m}" == "2020-03" and release.is_sample
    assert in_force(home) is None


def test_where_an_inbox_is_named_no_release_is_made_of_the_sample(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(INBOX_VARIABLE, str(tmp_path))
    with pytest.raises(dg.Failure, match="none was ever landed"):
        backfill("2022-12")
    assert folders(home) == []


@pytest.fixture
def made(built_once: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Releases are made at once, of tables small enough to know by heart."""

    def made(plan: Plan, watcher: Watcher) -> Manifest:
        release = following(plan.home, plan.month.first_day, is_sample=True)
        return make(plan.home, built_once, release)

    monkeypatch.setattr(monthly_releases, "made", made)


@pytest.mark.usefixtures("made")
def test_readers_see_the_newest_month_and_no_earlier_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, followed = [], []
    monkeypatch.setattr(monthly_releases, "follow", lambda home, templates: followed.append(home))
    for month in ("2022-11", "2022-12", "2022-10", "2023-01"):  # the last is later than what landed
        backfill(month)
        released = in_force(home)
        seen.append(released and Month.of(released.as_of_month))
    assert seen == [None, *[Month(2022, 12)] * 3]
    assert followed == [home]


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(("month", "is_newest"), [("2022-11", False), ("2022-12", True)])
def test_dagster_shows_which_release_was_made_and_whether_readers_see_it(
    home: Home, month: str, is_newest: bool
) -> None:
    [shown] = backfill(month).asset_materializations_for_node("publishing__monthly_release")
    [folder] = folders(home)
    assert (shown.metadata["批次号"].value, shown.metadata["截至月份"].value) == (folder.name, month)
    assert shown.metadata["已换入发布文件"].value is is_newest


@pytest.mark.usefixtures("made")
def test_no_release_is_made_by_reference_seeds_that_are_wrong(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = Seeds(Path(shutil.copytree(REFERENCE_SEEDS, tmp_path / "reference")))
    seeds.edit("readings", "annual_new,true", "annual_new,false")
    monkeypatch.setenv(REFERENCE_VARIABLE, str(seeds.folder))
    with pytest.raises(dg.Failure, match=r"readings\.csv"):
        backfill("2022-12")
    assert folders(home) == []


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(("month", "last_word"), [("2022-12", 0), ("2022-11", 2)])
def test_the_month_that_is_published_is_the_last_word_and_no_other(
    home: Home, month: str, last_word: int
) -> None:
    with pytest.raises(UsageFault, match="no inbox"), attempt(home):
        raise UsageFault("no inbox at /inbox")
    backfill(month)
    assert last_refresh.read(home).exit_code == last_word


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("month", ["2022-11", "2022-12"])
def test_releases_that_need_not_be_kept_are_removed(
    home: Home, month: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_RELEASE_DAYS", "0")
    old = home.releases / "20200301T000000-000000"
    old.mkdir(parents=True)
    backfill(month)
    [made] = folders(home)
    assert made != old
