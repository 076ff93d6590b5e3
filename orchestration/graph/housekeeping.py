"""What a home lets go of, so that years of nights do not fill the disk; releases have their own pruning."""

import shutil
from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration.common.clock import TIME_ZONE
from orchestration.common.logs import logger
from orchestration.common.settings import Settings
from orchestration.home import Home, home_at
from orchestration.language import _

_BATCH = 100
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def prune_runs(instance: dg.DagsterInstance, home: Home) -> int:
    """Remove Dagster's runs that ended and began more than GONGHUI_RUN_DAYS ago; returns how many.

    With each go its events, and what its steps printed. Raises UsageFault where a setting is wrong.
    """
    days = Settings.read().run_days
    old = dg.RunsFilter(statuses=_ENDED, created_before=datetime.now(UTC) - timedelta(days=days))
    removed = 0
    while runs := instance.get_runs(old, limit=_BATCH):
        for run in runs:
            instance.delete_run(run.run_id)
            # Dagster empties the file of a run's events, and leaves it.
            for file in (home.dagster / "history" / "runs").glob(f"{run.run_id}.db*"):
                file.unlink()
            shutil.rmtree(home.dagster / "storage" / run.run_id, ignore_errors=True)
        removed += len(runs)
    return removed


@dg.op(name="prune", description="清理：删除早于 GONGHUI_RUN_DAYS 天的运行记录及其日志")
def _prune(context: dg.OpExecutionContext) -> None:
    logger.info(_("old runs removed: {count}").format(count=prune_runs(context.instance, home_at(None))))


@dg.job(
    name="housekeeping",
    description="日常清理：运行记录与日志只保留有限天数",
    executor_def=dg.in_process_executor,
)
def housekeeping() -> None:
    """Remove what Dagster would keep for ever."""
    _prune()


nightly_housekeeping = dg.ScheduleDefinition(
    name="nightly_housekeeping",
    job=housekeeping,
    cron_schedule="0 4 * * *",
    execution_timezone=TIME_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="每日北京时间04:00清理运行记录",
)
