"""A run that fails says in Dagster what the command line would print."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.graph.definitions import build_definitions
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, Home
from tests.commands import gonghui


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    monkeypatch.setenv(INBOX_VARIABLE, str(folder))
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return folder


def test_a_refused_inbox_is_told_as_on_the_command_line(tmp_path: Path, inbox: Path) -> None:
    (inbox / "工资表_20210301.csv").write_text("姓名\n", encoding="utf-8")
    (inbox / "办件_20210301.csv").write_text("", encoding="utf-8")
    job = build_definitions(Home(tmp_path / "home")).resolve_job_def("refresh")
    with dg.instance_for_test() as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    [failure] = [event for event in result.all_node_events if event.is_step_failure]
    told = failure.step_failure_data.user_failure_data.description
    by_hand = gonghui("refresh", "--inbox", inbox, "--home", tmp_path / "home")
    assert told.splitlines() == by_hand.stderr.splitlines()
    assert "unknown_export\t工资表_20210301.csv" in told and "unreadable\t办件_20210301.csv" in told
