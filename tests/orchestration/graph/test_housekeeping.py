"""A home does not grow without bound: runs, logs and what killed refreshes leave all go in time."""

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import freeze_time

from orchestration.common import logs
from orchestration.common.logs import logger
from orchestration.errors import UsageFault
from orchestration.graph import instance as instances
from orchestration.graph.housekeeping import housekeeping, nightly_housekeeping, prune_runs
from orchestration.home import Home
from orchestration.refreshing.attempt import attempt


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("GONGHUI_HOME", str(tmp_path / "home"))
    for variable in ("DAGSTER_HOME", "DO_NOT_TRACK"):
        monkeypatch.setenv(variable, "1")  # what `prepare` sets is undone with the test
    return Home((tmp_path / "home").resolve())


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    """Dagster's own instance, as `gonghui serve` makes it."""
    with dg.DagsterInstance.from_config(str(instances.prepare(home))) as made:
        yield made


@dg.op
def speaks() -> None:
    print("a line that Dagster keeps")


@dg.job(executor_def=dg.in_process_executor)
def speaking() -> None:
    speaks()


def run(instance: dg.DagsterInstance, days_ago: float) -> str:
    with freeze_time(datetime.now(UTC) - timedelta(days=days_ago)):
        return speaking.execute_in_process(instance=instance).run_id


def traces(home: Home, run_id: str) -> list[Path]:
    return [path for path in home.dagster.rglob("*") if run_id in path.name]


def test_old_runs_go_with_their_events_and_what_they_printed(
    home: Home, instance: dg.DagsterInstance
) -> None:
    old, young = run(instance, 31), run(instance, 29)
    assert traces(home, old)
    assert prune_runs(instance, home) == 1
    assert [each.run_id for each in instance.get_runs()] == [young]
    assert traces(home, old) == []
    assert traces(home, young) and instance.all_logs(young)


def test_the_days_that_runs_are_kept_can_be_set(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(instance, 3)
    monkeypatch.setenv("GONGHUI_RUN_DAYS", "2")
    assert prune_runs(instance, home) == 1


def test_a_run_that_has_not_ended_stays(home: Home, instance: dg.DagsterInstance) -> None:
    with freeze_time(datetime.now(UTC) - timedelta(days=99)):
        waiting = instance.create_run_for_job(speaking, status=dg.DagsterRunStatus.STARTED)
    assert prune_runs(instance, home) == 0
    assert instance.get_run_by_id(waiting.run_id) is not None


def test_a_run_that_has_stored_nothing_goes_too(home: Home, instance: dg.DagsterInstance) -> None:
    with freeze_time(datetime.now(UTC) - timedelta(days=99)):
        instance.create_run_for_job(speaking, status=dg.DagsterRunStatus.CANCELED)
    assert prune_runs(instance, home) == 1


def test_the_settings_of_an_instance_are_written_only_where_they_differ(home: Home) -> None:
    settings = instances.prepare(home) / "dagster.yaml"
    written = settings.read_text(encoding="utf-8")
    os.utime(settings, (0, 0))
    instances.prepare(home)
    assert settings.stat().st_mtime == 0
    settings.write_text("telemetry: {enabled: true}\n", encoding="utf-8")
    assert instances.prepare(home) == home.dagster
    assert settings.read_text(encoding="utf-8") == written


def test_days_that_are_no_number_are_a_sentence(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_RUN_DAYS", "-1")
    with pytest.raises(UsageFault, match="GONGHUI_RUN_DAYS is '-1'"):
        prune_runs(instance, home)


def test_the_housekeeping_job_prunes(
    home: Home, instance: dg.DagsterInstance, caplog: pytest.LogCaptureFixture
) -> None:
    old = run(instance, 31)
    caplog.set_level(logging.INFO, logger.name)
    assert housekeeping.execute_in_process(instance=instance).success
    assert instance.get_run_by_id(old) is None
    assert [line for line in caplog.messages if line.endswith("old runs removed: 1")]


def test_housekeeping_is_scheduled_and_running() -> None:
    assert nightly_housekeeping.default_status is dg.DefaultScheduleStatus.RUNNING


@pytest.mark.parametrize(("kept", "files"), [(None, 5), ("2", 3)])
def test_old_logs_go(home: Home, monkeypatch: pytest.MonkeyPatch, kept: str | None, files: int) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 100)
    if kept:
        monkeypatch.setenv("GONGHUI_LOG_FILES", kept)
    for _ in range(8):
        with logs.to_file(home.log_file):
            logger.info("x" * 90)
    assert len([*home.log_file.parent.iterdir()]) == files


def test_fewer_logs_are_kept_as_soon_as_fewer_are_asked_for(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.log_file.parent.mkdir(parents=True)
    for number in range(1, 5):
        home.log_file.with_name(f"refresh.log.{number}").touch()
    monkeypatch.setenv("GONGHUI_LOG_FILES", "1")
    with logs.to_file(home.log_file):
        pass
    assert {path.name for path in home.log_file.parent.iterdir()} == {"refresh.log", "refresh.log.1"}


LEFT_BY_THE_DEAD = [
    ".inspected-abc/scratch.duckdb",
    "landed/.work/scratch/bench.duckdb",
    "landed/000099/articles.parquet",
    "landed/.hashes.json",
    "build/gonghui.duckdb.spill/duckdb_temp_storage-0.tmp",
    "releases/.new-20210301T020000-abcdef/gonghui.duckdb",
    "releases/.old-20210301T020000-abcdef/gonghui.duckdb",
    "warehouse/.gonghui.20210301T020000-abcdef.tmp",
]


@pytest.mark.parametrize("path", LEFT_BY_THE_DEAD)
def test_what_a_killed_refresh_left_goes_when_the_next_begins(home: Home, path: str) -> None:
    left = home.root / path
    left.parent.mkdir(parents=True)
    left.touch()
    with attempt(home):
        assert not left.exists()


def test_what_is_in_force_stays(home: Home) -> None:
    stays = [
        home.root / path
        for path in ("landed/000001/a.parquet", "build/gonghui.duckdb", "releases/20210301T020000-abcdef/a")
    ]
    for path in (*stays, home.published_file):
        path.parent.mkdir(parents=True)
        path.touch()
    (home.root / "landed" / "current").symlink_to("000001")
    with attempt(home):
        assert [path for path in (*stays, home.published_file) if not path.exists()] == []
