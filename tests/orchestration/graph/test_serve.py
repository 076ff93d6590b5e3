"""One night, with Dagster's own daemon: it ticks, waits its turn, survives a killed run, publishes, ends.

The home was left by a machine that died in mid-run. A snapshot lies in the inbox, the schedule is a minute
away, and meanwhile somebody refreshes by hand.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from orchestration.common.lock import hold, holder
from orchestration.common.settings import CRON_VARIABLE
from orchestration.graph import instance
from orchestration.home import CHECKOUT, HOME_VARIABLE, INBOX_VARIABLE, Home
from orchestration.publishing.release import Release, read_release
from tests.commands import Ran, gonghui

PATIENCE_SECONDS = 300
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
LEFT_BEHIND = "00000000-0000-0000-0000-000000000001"


@dataclass
class Night:
    """What is known of one night."""

    runs: dict[str, dg.DagsterRun]
    """By what started them: schedule, sensor, and the one that was left behind."""
    messages: dict[str, list[str]]
    """What each run's log says."""
    by_hand: Ran
    """The refresh that somebody tried while a run was at work."""
    release: Release | None
    ended_with: int
    """The exit code of `serve` when it was asked to end."""
    left: list[str]
    """The processes that outlived it."""
    dagster: dg.DagsterInstance

    def metadata(self, *key: str) -> dict[str, object]:
        """What the UI shows of an asset's latest materialization."""
        event = self.dagster.get_latest_materialization_event(dg.AssetKey(key))
        return {name: value.value for name, value in event.asset_materialization.metadata.items()}

    def check(self, name: str, *key: str) -> dg.AssetCheckEvaluation:
        """What the UI shows of an asset's check."""
        check = dg.AssetCheckKey(dg.AssetKey(key), name)
        records = self.dagster.event_log_storage.get_asset_check_execution_history(check, limit=10)
        events = (record.event.dagster_event for record in records)
        evaluated = dg.DagsterEventType.ASSET_CHECK_EVALUATION
        return next(event.event_specific_data for event in events if event.event_type == evaluated)

    @property
    def first(self) -> str:
        """The run that was killed."""
        return next(
            key for key in ("schedule", "sensor") if self.runs[key].status == dg.DagsterRunStatus.FAILURE
        )


def starter(run: dg.DagsterRun) -> str:
    kinds = {"dagster/schedule_name": "schedule", "dagster/sensor_name": "sensor"}
    return next((kind for tag, kind in kinds.items() if tag in run.tags), "left behind")


def until(true: Callable[[], object], served: subprocess.Popen[str], log: Path) -> object:
    """Wait for something to become true, as long as the server lives and patience lasts."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (value := true()):
        assert served.poll() is None and time.monotonic() < end, log.read_text()[-5000:]
        time.sleep(0.2)
    return value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of(home: Home) -> list[str]:
    """The processes that serve a home."""
    variable = f"{HOME_VARIABLE}={home.root}\0".encode()
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdecimal() and variable in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def _as_a_script_starts_it() -> None:
    """As `gonghui serve &`, but asked to end where the test is killed: a daemon must not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("night")
    home, inbox, log = Home(folder / "home"), folder / "inbox", folder / "serve.log"
    inbox.mkdir()
    (inbox / "工会干部_20210301.csv").write_text(
        "干部ID,所属机构编码,录入日期,离任日期\nG1,510300,2020-05-01,\nG2,no such code,2020-05-01,\n",
        encoding="utf-8",
    )
    storage = instance.prepare(home)
    with dg.DagsterInstance.from_config(str(storage)) as dagster:
        dagster.add_run(
            dg.DagsterRun(job_name="refresh", run_id=LEFT_BEHIND, status=dg.DagsterRunStatus.STARTED)
        )
        with log.open("w") as output:
            served = subprocess.Popen(
                [sys.executable, "-m", "orchestration.cli.main", "serve", "--port", str(free_port())],
                cwd=CHECKOUT,
                env=os.environ
                | {HOME_VARIABLE: str(home.root), INBOX_VARIABLE: str(inbox), CRON_VARIABLE: "* * * * *"},
                stdout=output,
                stderr=output,
                preexec_fn=_as_a_script_starts_it,
                start_new_session=True,
            )
        try:
            yield _live(dagster, home, served, log)
        finally:
            with suppress(ProcessLookupError):  # it has ended well
                os.killpg(served.pid, signal.SIGKILL)


def _live(dagster: dg.DagsterInstance, home: Home, served: subprocess.Popen[str], log: Path) -> Night:
    def wait(true: Callable[[], object]) -> object:
        return until(true, served, log)

    def runs(*statuses: dg.DagsterRunStatus) -> list[dg.DagsterRun]:
        filters = dg.RunsFilter(statuses=statuses) if statuses else None
        return [run for run in dagster.get_runs(filters) if run.run_id != LEFT_BEHIND]

    def known() -> dict[str, dg.DagsterRun]:
        """The first run of each kind: the newest come first."""
        return {starter(run): run for run in dagster.get_runs()}

    def messages(run: dg.DagsterRun) -> list[str]:
        return [entry.user_message or entry.message for entry in dagster.all_logs(run.run_id)]

    wait(lambda: dagster.get_run_by_id(LEFT_BEHIND).is_finished)
    with hold(home.lock_file):
        [first] = wait(lambda: runs(dg.DagsterRunStatus.STARTED))
        wait(lambda: any(f"another refresh (process {os.getpid()})" in line for line in messages(first)))
        # What the first run lands starts the sensor no more: nothing may land until both runs are there.
        wait(lambda: known().keys() >= {"schedule", "sensor"})
    held = wait(lambda: (found := holder(home.lock_file)) and found.pid != str(os.getpid()) and found)
    by_hand = gonghui("refresh", "--home", home.root)
    os.kill(int(held.pid), signal.SIGKILL)
    [second_kind] = {"schedule", "sensor"} - {starter(first)}

    def second_succeeded() -> bool:
        wanted = {run.run_id for run in known().values()}
        for run in runs(dg.DagsterRunStatus.QUEUED):  # the schedule goes on, minute by minute
            if run.run_id not in wanted:
                dagster.report_run_canceled(run)
        second = known().get(second_kind)
        return second is not None and second.status == dg.DagsterRunStatus.SUCCESS

    wait(second_succeeded)
    release = read_release(home.published_file)
    served.terminate()
    ended_with = served.wait(PATIENCE_SECONDS)
    return Night(
        runs=known(),
        messages={kind: messages(run) for kind, run in known().items()},
        by_hand=by_hand,
        release=release,
        ended_with=ended_with,
        left=processes_of(home),
        dagster=dagster,
    )


def test_a_run_that_its_machine_left_behind_is_marked_as_failed(night: Night) -> None:
    assert night.runs["left behind"].status == dg.DagsterRunStatus.FAILURE


def test_the_schedule_and_the_inbox_each_start_a_run(night: Night) -> None:
    assert night.runs.keys() >= {"schedule", "sensor"}


def test_a_run_waits_for_the_refresh_at_work_and_says_so(night: Night) -> None:
    waiting = f"another refresh (process {os.getpid()}) is running"
    assert any(waiting in line for line in night.messages[night.first])


def test_a_refresh_by_hand_beside_a_run_exits_3(night: Night) -> None:
    assert night.by_hand.exit_code == 3


def test_a_run_that_was_killed_is_marked_as_failed(night: Night) -> None:
    assert night.runs[night.first].status == dg.DagsterRunStatus.FAILURE


def test_the_next_run_takes_over_from_the_one_that_was_killed(night: Night) -> None:
    [second] = {"schedule", "sensor"} - {night.first}
    assert any("died" in line and "its lock is taken over" in line for line in night.messages[second])


def test_the_next_run_publishes_what_lay_in_the_inbox(night: Night) -> None:
    assert night.release and not night.release.is_sample


def test_serve_ends_when_it_is_told_to_and_leaves_nothing(night: Night) -> None:
    assert (night.ended_with, night.left) == (0, [])


def test_an_export_shows_its_rows(night: Night) -> None:
    shown = night.metadata("landed", "cadres")
    assert [shown[name] for name in ("快照日期", "读入行数", "入库行数", "退回行数")] == [
        "2021-03-01",
        2,
        1,
        1,
    ]


def test_an_export_shows_why_rows_were_refused(night: Night) -> None:
    assert "| unknown_code | 1 |" in night.metadata("landed", "cadres")["退回原因"]


def test_an_old_export_fails_its_check(night: Night) -> None:
    check = night.check("snapshot_is_fresh", "landed", "cadres")
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.ERROR)


def test_an_export_that_never_came_is_a_warning(night: Night) -> None:
    check = night.check("snapshot_is_fresh", "landed", "articles")
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_a_data_test_is_a_check_of_its_table(night: Night) -> None:
    check = night.check("verdict_rows_equal_the_grid_fct_verdicts_", "compliance", "fct_verdicts")
    assert check.passed


def test_a_published_table_shows_its_size_and_first_rows(night: Night) -> None:
    shown = night.metadata("compliance", "fct_verdicts")
    assert shown["dagster/row_count"] > 0 and shown["预览"].startswith("| as_of_month |")


def test_the_release_shows_its_id_and_its_verdicts(night: Night) -> None:
    shown = night.metadata("publishing", "release")
    assert shown["批次号"] == night.release.release_id and shown["NO_DATA 条数"] > 0
