"""Dagster learns of a release that the command line published: once, with what it says of itself."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.common.lock import hold
from orchestration.graph.release_asset import RELEASE as ASSET
from orchestration.graph.releases_by_hand import releases_by_hand
from orchestration.home import HOME_VARIABLE, Home
from orchestration.publishing import releases
from orchestration.publishing.manifest import MANIFEST
from tests.publishing.small import RELEASE


@pytest.fixture
def home(home: Home, release: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with a release in force that no run has made."""
    monkeypatch.setenv(HOME_VARIABLE, str(home.root))
    release(RELEASE)
    return home


@pytest.fixture(scope="module")
def kept() -> Iterator[dg.DagsterInstance]:
    """Dagster's memory."""
    with dg.instance_for_test() as instance:
        yield instance


@pytest.fixture
def instance(kept: dg.DagsterInstance) -> dg.DagsterInstance:
    """Dagster's memory, empty."""
    kept.wipe_assets([ASSET])
    return kept


NOTHING_NEW = "没有命令行发布的新批次"


def look(instance: dg.DagsterInstance) -> dict[str, Any] | str | None:
    """Let the sensor look, and the daemon keep what it has seen: what is shown of it, or why nothing is."""
    outcome = releases_by_hand(dg.build_sensor_context(instance=instance))
    if isinstance(outcome, dg.SkipReason):
        return outcome.skip_message
    [event] = outcome.asset_events
    instance.report_runless_asset_event(event)
    assert event.asset_key == ASSET
    return {name: value.value for name, value in event.metadata.items()}


def test_a_release_made_by_hand_is_told_once(home: Home, instance: dg.DagsterInstance) -> None:
    told = look(instance)
    assert isinstance(told, dict) and len(told.pop("结论校验值")) == 64
    assert told == {
        "批次号": RELEASE.release_id,
        "截至月份": "2021-02",
        "样例数据": False,
        **{f"{status} 条数": 1 for status in ("FAIL", "IN_PROGRESS", "NO_DATA")},
    }
    assert look(instance) == NOTHING_NEW


def test_a_release_is_told_whether_it_is_newer_or_restored(
    home: Home, release: Callable[..., Path], instance: dg.DagsterInstance
) -> None:
    look(instance)
    release(newer := replace(RELEASE, release_id="20210302T020000-abcdef"))
    told = look(instance)
    releases.put_in_force(home, RELEASE.release_id)
    again = look(instance)
    assert [isinstance(each, dict) and each["批次号"] for each in (told, again)] == [
        newer.release_id,
        RELEASE.release_id,
    ]


def test_a_release_is_told_beside_what_somebody_has_reported_without_its_number(
    home: Home, instance: dg.DagsterInstance
) -> None:
    instance.report_runless_asset_event(dg.AssetMaterialization(ASSET))
    assert look(instance) != NOTHING_NEW


def test_a_release_of_a_run_at_work_is_left_to_the_run(home: Home, instance: dg.DagsterInstance) -> None:
    with hold(home.lock_file):
        assert look(instance) == "正在刷新"


def test_a_run_that_was_killed_is_not_waited_for(home: Home, instance: dg.DagsterInstance) -> None:
    home.lock_file.write_text("4194305\n", encoding="ascii")  # no system gives a process this number
    assert isinstance(look(instance), dict)


def test_a_release_that_cannot_be_read_is_a_sentence(home: Home, instance: dg.DagsterInstance) -> None:
    manifest = home.releases / RELEASE.release_id / MANIFEST
    manifest.unlink()
    manifest.write_text("{", encoding="utf-8")
    assert RELEASE.release_id in str(look(instance))


def test_a_home_without_a_release_has_nothing_to_tell(
    tmp_path: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert look(instance) == NOTHING_NEW
