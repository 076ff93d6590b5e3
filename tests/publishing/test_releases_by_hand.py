"""Dagster learns of a release that the command line published: once, with what it says of itself."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.common.lock import hold
from orchestration.graph.release_asset import RELEASE as ASSET
from orchestration.graph.releases_by_hand import releases_by_hand
from orchestration.home import HOME_VARIABLE, Home
from orchestration.publishing import releases
from orchestration.publishing.manifest import Inputs, Manifest
from orchestration.publishing.publish import publish
from tests.publishing.small import RELEASE


@pytest.fixture
def home(tmp_path: Path, build_file: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with a release in force that no run has made."""
    home = Home(tmp_path / "home")
    monkeypatch.setenv(HOME_VARIABLE, str(home.root))
    with releases.assembled(home, RELEASE) as folder:
        warehouse = folder / releases.WAREHOUSE
        publish(build_file, warehouse, RELEASE)
        Manifest.of(RELEASE, Inputs((), {}, "", {}), None, warehouse).write(folder)
    releases.put_in_force(home, RELEASE.release_id)
    return home


def look(instance: dg.DagsterInstance) -> list[dg.AssetMaterialization]:
    """Let the sensor look, and the daemon keep what it has seen."""
    outcome = releases_by_hand(dg.build_sensor_context(instance=instance))
    seen = outcome.asset_events if isinstance(outcome, dg.SensorResult) else []
    for event in seen:
        instance.report_runless_asset_event(event)
    return [*seen]


def test_a_release_made_by_hand_is_told_once(home: Home) -> None:
    with dg.instance_for_test() as instance:
        [told] = look(instance)
        assert (told.asset_key, told.metadata["批次号"].value) == (ASSET, RELEASE.release_id)
        assert look(instance) == []


def test_a_release_of_a_run_at_work_is_left_to_the_run(home: Home) -> None:
    with dg.instance_for_test() as instance, hold(home.lock_file):
        assert look(instance) == []


def test_a_home_without_a_release_has_nothing_to_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    with dg.instance_for_test() as instance:
        assert look(instance) == []
