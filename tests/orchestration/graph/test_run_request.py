"""A run of the daemon is kept and alerted as a refresh of the command line is."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.graph.run_request import RunRequest
from orchestration.home import Home
from orchestration.landing import Fault, InputRefused
from orchestration.operating import last_refresh

FAULT = Fault("unreadable", "办件_20210301.csv", "expected .csv or .xlsx")


@dg.op
def a_step_that_fails(run: RunRequest) -> None:
    with run.telling():
        raise InputRefused([FAULT])


@dg.op
def a_step_that_needs_the_inbox(run: RunRequest) -> None:
    with run.telling():
        _ = run.request


@dg.op
def a_step_that_publishes(run: RunRequest) -> None:
    run.attempt.published()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("GONGHUI_HOME", str(tmp_path / "home"))
    return Home((tmp_path / "home").resolve())


def run(step: dg.OpDefinition, **request: str) -> bool:
    @dg.job(executor_def=dg.in_process_executor)
    def job() -> None:
        step()

    return job.execute_in_process(resources={"run": RunRequest(**request)}, raise_on_error=False).success


def kept(home: Home) -> last_refresh.LastRefresh:
    last = last_refresh.read(home)
    assert last is not None
    return last


def test_a_step_that_fails_is_kept_as_the_command_line_would_say_it(home: Home) -> None:
    assert not run(a_step_that_fails)
    assert (kept(home).exit_code, kept(home).messages[0]) == (2, str(FAULT))


def test_a_run_that_publishes_is_kept_as_a_success(home: Home) -> None:
    assert run(a_step_that_publishes)
    assert (kept(home).exit_code, kept(home).messages) == (0, ())


def test_a_request_that_cannot_be_met_is_kept(home: Home, tmp_path: Path) -> None:
    assert not run(a_step_that_needs_the_inbox, inbox=str(tmp_path / "nowhere"))
    assert (kept(home).exit_code, "no inbox at" in kept(home).messages[0]) == (2, True)
