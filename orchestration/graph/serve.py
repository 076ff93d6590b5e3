"""Dagster's UI and daemon over one home, on this machine alone."""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from orchestration.graph import instance
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, Home
from orchestration.operating import alerts, night
from orchestration.operating.freshness import export_max_age, release_max_age


def serve(home: Home, inbox: Path | None, port: int) -> NoReturn:
    """Become `dagster dev` for `home`, its nightly schedule running; the night lands from `inbox`.

    Raises UsageFault where what the environment sets is no schedule, no age, or no alert hook.
    """
    # The graph asks for them too, but Dagster would show a traceback, and serve an empty page.
    night.cron()
    release_max_age()
    export_max_age()
    alerts.check_settings()
    instance.prepare(home)
    os.environ[HOME_VARIABLE] = str(home.root)
    if inbox:
        os.environ[INBOX_VARIABLE] = str(inbox)
    # A script's shell has what it starts in the background ignore Ctrl-C; Dagster would then ignore SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Not a child but this process: Ctrl-C and a service manager's signals reach Dagster itself.
    os.execv(sys.executable, serve_command(port))


def serve_command(port: int) -> list[str]:
    """Return the command that serves the graph: bound to this machine, with the repo's Python."""
    graph = ["--module-name", "orchestration.graph.definitions"]
    return [sys.executable, "-m", "dagster", "dev", *graph, "--host", "127.0.0.1", "--port", str(port)]
