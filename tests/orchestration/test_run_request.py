"""A run of the daemon is kept and alerted as a refresh of the command line is."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration import last_refresh
from orchestration.home import Home
from orchestration.landing import Fault, InputRefused
from orchestration.lock import hold
from orchestration.run_request import RunRequest, say_what_failed

FAULT = Fault("unreadable", "办件_20210301.csv", "expected .csv or .xlsx")


@dg.op(required_resource_keys={"run"})
def a_step_that_fails() -> None:
    raise InputRefused([FAULT])


@dg.op(required_resource_keys={"run"})
def a_step_that_publishes(context: dg.OpExecutionContext) -> None:
    context.resources.run.attempt.succeeded()


@dg.job(hooks={say_what_failed}, executor_def=dg.in_process_executor)
def failing() -> None:
    a_step_that_fails()


@dg.job(hooks={say_what_failed}, executor_def=dg.in_process_executor)
def publishing() -> None:
    a_step_that_publishes()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def run(job: dg.JobDefinition, **request: str) -> dg.ExecuteInProcessResult:
    return job.execute_in_process(resources={"run": RunRequest(**request)}, raise_on_error=False)


def test_a_step_that_fails_is_kept_as_the_command_line_would_say_it(home: Home) -> None:
    assert not run(failing, home=str(home.root)).success
    last = last_refresh.read(home)
    assert last is not None
    assert (last.exit_code, last.messages[0]) == (2, str(FAULT))


def test_a_run_that_publishes_is_kept_as_a_success(home: Home) -> None:
    assert run(publishing, home=str(home.root)).success
    last = last_refresh.read(home)
    assert last is not None
    assert (last.exit_code, last.messages) == (0, ())


def test_a_request_that_cannot_be_met_is_kept(home: Home, tmp_path: Path) -> None:
    assert not run(publishing, home=str(home.root), inbox=str(tmp_path / "nowhere")).success
    last = last_refresh.read(home)
    assert last is not None
    assert (last.exit_code, "no inbox at" in last.messages[0]) == (2, True)


def test_a_run_that_finds_a_refresh_at_work_leaves_no_trace(home: Home) -> None:
    with hold(home.lock_file), pytest.MonkeyPatch.context() as patch:
        patch.setattr("orchestration.lock._held_here", set())  # as another process would see it
        assert not run(publishing, home=str(home.root)).success
    assert not home.state.exists()
