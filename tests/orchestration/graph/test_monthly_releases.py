"""A backfill makes a release of a month without landing; readers see only that of the newest month."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.as_of import Month
from orchestration.graph import monthly_releases
from orchestration.graph.landed_assets import landed_assets
from orchestration.graph.monthly_releases import build_monthly_releases
from orchestration.graph.run_request import RunRequest
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, Home
from orchestration.publishing.manifest import Inputs, Manifest, read_manifest
from orchestration.publishing.release import Release
from orchestration.publishing.releases import folders, in_force
from orchestration.request import Request
from orchestration.watcher import Watcher


def backfill(month: str) -> dg.ExecuteInProcessResult:
    asset = build_monthly_releases(landed_assets.keys)
    return dg.materialize([asset], partition_key=month, resources={"run": RunRequest()})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that has landed nothing: its releases are made of the sample, whose newest month is 2022-12."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setenv(INBOX_VARIABLE, str(tmp_path / "inbox"))
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "工会干部_20200331.csv").write_text(
        "干部ID,所属机构编码,录入日期,离任日期\nG1,510300,2020-03-01,\n", encoding="utf-8"
    )
    return Home(tmp_path / "home")


def test_an_earlier_month_gets_a_release_that_readers_do_not_see_and_nothing_lands(home: Home) -> None:
    [made] = backfill("2020-03").asset_materializations_for_node("publishing__monthly_release")
    [release] = [read_manifest(folder).release for folder in folders(home)]
    assert made.partition == "2020-03" and made.metadata["批次号"].value == release.release_id
    assert f"{release.as_of_month:%Y-%m}" == "2020-03" and release.is_sample
    assert in_force(home) is None


def test_readers_see_the_newest_month_and_no_earlier_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(request: Request, watcher: Watcher) -> Manifest:
        release = Release.now(request.month.first_day, is_sample=True)
        return Manifest(release, Inputs((), {}, "", {}), None, {}, "", {})

    seen: list[Month | Home] = []
    monkeypatch.setattr(monthly_releases, "made", made)
    monkeypatch.setattr(
        monthly_releases, "put_in_force", lambda home, release: seen.append(Month.of(release.as_of_month))
    )
    monkeypatch.setattr(monthly_releases, "mirrored", seen.append)
    for month in ("2022-11", "2022-12", "2022-10"):
        backfill(month)
    assert seen == [Month(2022, 12), home]
