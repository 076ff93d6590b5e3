"""Dagster's UI and daemon over one home, on this machine alone."""

import os
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from orchestration import landing
from orchestration.common.lock import hold_until_the_end
from orchestration.common.settings import Settings
from orchestration.errors import UsageFault
from orchestration.graph import instance
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, REFERENCE_VARIABLE, Home
from orchestration.language import _

_HOST = "127.0.0.1"


def serve(home: Home, inbox: Path | None, seeds: Path | None, port: int) -> NoReturn:
    """Become `dagster dev` for `home`, its nightly schedule running; the night lands from `inbox`.

    `seeds` is the office's folder of reference seeds. Raises UsageFault where a setting of the environment is
    not what it should be, the port is taken, another process serves this home, or the home holds gathered
    provinces, for which there is no inbox; LandingFailed where nobody can tell what it holds.
    """
    # The graph asks for them too, but Dagster would show a traceback, and serve an empty page.
    Settings.read()
    if inbox:
        landing.refuse_gathered(home.root)
    _refuse_taken(port)
    instance.prepare(home)
    if not hold_until_the_end(home.serving_file):
        raise UsageFault(_("another gonghui serve serves {home}: stop that one first").format(home=home.root))
    os.environ[HOME_VARIABLE] = str(home.root)
    if inbox:
        os.environ[INBOX_VARIABLE] = str(inbox)
    if seeds:
        os.environ[REFERENCE_VARIABLE] = str(seeds)
    # A script's shell has what it starts in the background ignore Ctrl-C; Dagster would then ignore SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Not a child but this process: Ctrl-C and a service manager's signals reach Dagster itself.
    os.execv(sys.executable, serve_command(port))


def _refuse_taken(port: int) -> None:
    """Raise UsageFault where no page could be served at `port` of this machine."""
    if not 0 < port < 65536:
        raise UsageFault(_("{port} is no port: name one from 1 to 65535 with --port").format(port=port))
    with socket.socket() as page:
        page.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            page.bind((_HOST, port))
        except OSError as error:
            raise UsageFault(
                _(
                    "port {port} cannot be had ({reason}): name another one with --port, or stop what serves "
                    "http://{host}:{port}"
                ).format(port=port, reason=error.strerror, host=_HOST)
            ) from None


def serve_command(port: int) -> list[str]:
    """Return the command that serves the graph: bound to this machine, with the repo's Python."""
    graph = ["--module-name", "orchestration.graph.definitions"]
    return [sys.executable, "-m", "dagster", "dev", *graph, "--host", _HOST, "--port", str(port)]
