"""Refreshes in processes of their own that may be killed; forked from one that has imported all already."""

import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.preload"])


@dataclass(frozen=True)
class Running:
    """A command under way."""

    process: BaseProcess
    stderr_file: Path

    @property
    def stderr(self) -> str:
        """What it has said so far."""
        return self.stderr_file.read_text(encoding="utf-8") if self.stderr_file.exists() else ""

    def wait(self) -> int:
        """Wait for its end; returns the exit code, -9 where it was killed."""
        self.process.join()
        assert self.process.exitcode is not None
        return self.process.exitcode

    def kill(self) -> int:
        """`kill -9`; returns the exit code: -9, or its own where it had ended just before."""
        self.process.kill()
        return self.wait()


def start(
    *arguments: str | Path,
    talk: Path,
    environment: Mapping[str, str] | None = None,
    limits: Mapping[int, int] | None = None,
) -> Running:
    """Start `gonghui ARGUMENTS`; what it says goes to the file `talk`.

    `limits` are resource limits, RLIMIT_… to bytes; that of the address space is what it may take beyond what
    it has once all is imported.
    """
    talk.write_text("")  # not what the one before has said
    arguments_as_text = [*map(str, arguments)]
    process = _CONTEXT.Process(
        target=_run, args=(arguments_as_text, talk, dict(environment or {}), dict(limits or {}))
    )
    process.start()
    return Running(process, talk)


def _run(arguments: list[str], talk: Path, environment: dict[str, str], limits: dict[int, int]) -> None:
    file = os.open(talk, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.environ.update(environment)
    for kind, most in limits.items():
        taken = resource.getpagesize() * int(Path("/proc/self/statm").read_text().split()[0])
        most += taken if kind == resource.RLIMIT_AS else 0
        resource.setrlimit(kind, (most, most))
    sys.argv = ["gonghui", *arguments]
    from orchestration.cli import run

    run()
