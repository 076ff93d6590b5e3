"""A run of the daemon is kept and alerted as a refresh of the command line is."""

import fcntl
import os
from contextlib import AbstractContextManager
from pathlib import Path

import dagster as dg
import pytest

from orchestration.common.as_of import Month
from orchestration.common.logs import logger
from orchestration.errors import UsageFault
from orchestration.graph.run_request import RunRequest
from orchestration.home import INBOX_VARIABLE, Home
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
    monkeypatch.delenv(INBOX_VARIABLE, raising=False)
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


def test_what_has_failed_is_not_tried_again(home: Home) -> None:
    tried = []

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
    def step(run: RunRequest) -> None:
        with run.telling():
            tried.append(run)
            raise InputRefused([FAULT])

    assert not run(step)
    assert len(tried) == 1


def at_work(**asked: str) -> AbstractContextManager[RunRequest]:
    """A request as the steps of a run have it."""
    return RunRequest(**asked).yield_for_execution(dg.build_init_resource_context())


def test_a_run_that_is_stopped_is_kept_as_stopped(home: Home) -> None:
    with pytest.raises(KeyboardInterrupt), at_work() as run, run.telling():
        raise KeyboardInterrupt
    assert kept(home).exit_code == 130


def test_a_run_begins_when_the_refresh_at_work_has_ended(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.lock_file.parent.mkdir(parents=True)
    with home.lock_file.open("w") as other, monkeypatch.context() as patched:
        fcntl.flock(other, fcntl.LOCK_EX)
        patched.setattr(logger, "warning", lambda _: fcntl.flock(other, fcntl.LOCK_UN))
        with at_work():
            assert home.lock_file.read_text() == f"{os.getpid()}\n"


@pytest.mark.parametrize(("as_of", "months"), [("", (None,)), ("2020-03", (Month(2020, 3),))])
def test_a_run_is_asked_for_a_month(home: Home, as_of: str, months: tuple[Month | None]) -> None:
    with at_work(as_of=as_of) as run:
        assert run.request.months == months


def test_a_run_that_is_asked_for_two_months_says_how_to_get_them(home: Home) -> None:
    with at_work(as_of="2020-03..2020-04") as run, pytest.raises(UsageFault) as told:
        _ = run.request
    assert str(told.value) == (
        "a run builds one month, and 2020-03..2020-04 are several: start a run for each, or use gonghui "
        "refresh --as-of 2020-03..2020-04"
    )


def test_what_a_run_makes_a_release_of_is_settled_once(home: Home) -> None:
    with at_work() as run:
        assert run.plan.month == Month(2022, 12)
        assert run.plan is run.plan


def test_a_request_that_cannot_be_met_is_kept(home: Home, tmp_path: Path) -> None:
    assert not run(a_step_that_needs_the_inbox, inbox=str(tmp_path / "nowhere"))
    assert (kept(home).exit_code, "no inbox at" in kept(home).messages[0]) == (2, True)
