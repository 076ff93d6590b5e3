"""Tells Dagster of a run whose process is gone, which would stand as running for ever and block the queue."""

from pathlib import Path

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus

from orchestration.home import HOME_VARIABLE, home_at
from orchestration.language import _


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's own launcher, and a word on runs whose machine or code server died: nobody else has one."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Yes: run monitoring asks for every run that stands as started."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """A run lives as long as the process that it named when it began."""
        pid = self._pid(run)
        if pid and _serves_this_home(pid):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        died = _("its process ({pid}) has died").format(pid=pid or _("unknown"))
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, f"{died}")

    def _pid(self, run: dg.DagsterRun) -> str | None:
        """The process that runs it: Dagster's first word of a run, before it stands as started."""
        events = self._instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
        told = (entry.dagster_event for entry in events if entry.dagster_event)
        named = (event.engine_event_data.metadata.get("pid") for event in told)
        return next((str(pid.value) for pid in named if pid), None)


def _serves_this_home(pid: str) -> bool:
    """Whether the process is one of this home, and not another that has got its number since."""
    try:
        environment = Path("/proc", pid, "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"{HOME_VARIABLE}={home_at(None).root}".encode() in environment
