"""Tells Dagster of a run whose process is gone, which would stand as running for ever and block the queue."""

import time

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus

from orchestration.home import home_at
from orchestration.lock import holder

# A run takes the home soon after it is marked as started, and is marked as ended soon after it has let go.
GRACE_SECONDS = 10


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's own launcher, and a word on runs whose machine or code server died: nobody else has one."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Yes: run monitoring asks for every run that stands as started."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """A run lives as long as the home is held: by itself, or by the one that it waits for."""
        lock_file = home_at(None).lock_file
        for wait in (GRACE_SECONDS, 0):
            held = holder(lock_file)
            if held and held.is_alive:
                return CheckRunHealthResult(WorkerStatus.RUNNING)
            time.sleep(wait)
        return CheckRunHealthResult(
            WorkerStatus.NOT_FOUND, f"no process refreshes {lock_file.parent}: the run's process has died"
        )
