"""Where Dagster's daemon and UI keep their runs: under the home, with nothing sent elsewhere."""

import os
from pathlib import Path

from orchestration.home import Home

_SETTINGS = """\
# Written by gonghui, anew at each start. Nothing leaves this machine; two runs of one home never overlap,
# a run whose process is gone is marked as failed, and whoever stops the server waits for the run at work.
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
run_launcher:
  module: orchestration.graph.launcher
  class: WatchedRunLauncher
run_monitoring:
  enabled: true
  poll_interval_seconds: 30
  start_timeout_seconds: 300
  cancel_timeout_seconds: 120
  max_runtime_seconds: 43200
code_servers:
  wait_for_local_processes_on_shutdown: true
freshness:
  enabled: true
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: {skipped: 2, success: 90, failure: 90}
python_logs:
  managed_python_loggers: [gonghui]
  python_log_level: INFO
"""


def prepare(home: Home) -> Path:
    """Make the folder that Dagster's instance lives in, settings included, and return it."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    settings = home.dagster / "dagster.yaml"
    if not settings.exists() or settings.read_text(encoding="utf-8") != _SETTINGS:
        settings.write_text(_SETTINGS, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["DO_NOT_TRACK"] = "1"
    return home.dagster
