"""Reference seeds to spoil, a way to run the command as its users do, a webhook to be called."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from orchestration.home import CHECKOUT, REFERENCE_SEEDS


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    exit_code: int
    stdout: str
    stderr: str


def gonghui(*arguments: str | Path, checkout: Path = CHECKOUT) -> Ran:
    """Run `gonghui` in a process of its own, out of `checkout`."""
    process = subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", *map(str, arguments)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Ran(process.returncode, process.stdout, process.stderr)


@dataclass(frozen=True)
class Seeds:
    """A copy of the reference seeds that a test may spoil."""

    folder: Path

    def path(self, name: str) -> Path:
        """The file of one seed."""
        return self.folder / f"{name}.csv"

    def lines(self, name: str) -> list[str]:
        """Its lines, the header first."""
        return self.path(name).read_text(encoding="utf-8").splitlines()

    def write(self, name: str, lines: list[str]) -> None:
        """Replace it."""
        self.path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def add(self, name: str, row: str) -> int:
        """Append a row; returns its line."""
        lines = [*self.lines(name), row]
        self.write(name, lines)
        return len(lines)

    def edit(self, name: str, old: str, new: str) -> int:
        """Replace `old` where it first stands; returns that line."""
        lines = self.lines(name)
        at = next(index for index, line in enumerate(lines) if old in line)
        lines[at] = lines[at].replace(old, new, 1)
        self.write(name, lines)
        return at + 1

    def remove(self, name: str, start: str) -> None:
        """Remove the rows that begin with `start`."""
        self.write(name, [line for line in self.lines(name) if not line.startswith(start)])


@pytest.fixture
def seeds(tmp_path: Path) -> Seeds:
    """The shipped reference seeds, copied."""
    return Seeds(Path(shutil.copytree(REFERENCE_SEEDS, tmp_path / "reference")))


def copied_checkout(folder: Path) -> Path:
    """Copy what a refresh reads into `folder`, to be spoilt; returns the copy."""
    copy = folder / "checkout"
    keep_out = shutil.ignore_patterns("__pycache__", "target", "logs")
    for room in ("orchestration", "dbt_project", "seeds", "analyses"):
        shutil.copytree(CHECKOUT / room, copy / room, ignore=keep_out)
    return copy


class Webhook:
    """A server on this machine that keeps what it is sent, and answers as it is told to."""

    def __init__(self) -> None:
        self.bodies: list[dict] = []
        self.content_types: list[str | None] = []
        self.status = 200
        self.answers = Event()
        self.answers.set()
        self.called = Event()
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.bodies.append(json.loads(body))
                webhook.content_types.append(self.headers["Content-Type"])
                webhook.called.set()
                webhook.answers.wait(30)
                self.send_response(webhook.status)
                self.send_header("Location", webhook.url)
                self.end_headers()

            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?key=secret"


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    made = Webhook()
    thread = Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("GONGHUI_ALERT_URL", made.url)
    yield made
    made.answers.set()
    made.server.shutdown()
    made.server.server_close()
