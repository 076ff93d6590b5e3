"""The release materialized by hand, in Dagster, demands what the whole refresh does."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.graph import release_asset
from orchestration.graph.release_asset import build_release_asset
from orchestration.graph.run_request import RunRequest
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, Home
from orchestration.operating import last_refresh
from orchestration.publishing.releases import folders, in_force
from tests.publishing.small import RELEASE, make


def test_what_has_not_passed_its_audit_is_not_released_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.delenv(INBOX_VARIABLE, raising=False)
    home = Home(tmp_path)
    home.build_file.parent.mkdir()
    home.build_file.write_bytes(b"whatever somebody has built")
    with pytest.raises(dg.Failure, match="has not passed its audit whole"):
        dg.materialize([build_release_asset([])], resources={"run": RunRequest()})
    assert folders(home) == [] and not home.published_file.exists()
    last = last_refresh.read(home)
    assert last and last.exit_code == 1


def test_what_has_passed_is_what_readers_see_and_the_run_has_succeeded(
    tmp_path: Path, built_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.delenv(INBOX_VARIABLE, raising=False)
    monkeypatch.setattr(release_asset, "make_release", lambda plan: make(plan.home, built_once, RELEASE))
    night = dg.materialize([build_release_asset([])], resources={"run": RunRequest()})
    [shown] = night.asset_materializations_for_node("publishing__release")
    assert shown.metadata["批次号"].value == RELEASE.release_id
    assert in_force(Home(tmp_path)) == RELEASE
    last = last_refresh.read(Home(tmp_path))
    assert last and (last.exit_code, last.release_id) == (0, RELEASE.release_id)
