"""The release materialized by hand, in Dagster, demands what the whole refresh does."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.graph.release_asset import build_release_asset
from orchestration.graph.run_request import RunRequest
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, Home
from orchestration.operating import last_refresh
from orchestration.publishing.releases import folders


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
