"""Refreshes in processes of their own that may be killed; forked from one that has imported all already."""

import os
import resource
import select
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from orchestration.language import ENGLISH, LANGUAGE_VARIABLE

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.preload"])

_LOOK_SECONDS = 0.002


@dataclass(frozen=True)
class Running:
    """A command under way: `process` waits for the one that works."""

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

    def run_until(self, is_so: Callable[[], bool]) -> None:
        """Let it run until something is so, or it has ended."""
        while not is_so() and self.process.is_alive():
            self.process.join(_LOOK_SECONDS)

    def kill(self) -> int:
        """`kill -9`, of both; returns the exit code: -9, or its own where it had ended just before."""
        works = self._works()
        self.process.kill()
        _wait(works)
        return self.wait()

    def cut_off(self) -> bool:
        """`kill -9` the one that works, the other stands still; False where there was none to kill."""
        self._signal(signal.SIGSTOP)
        works = self._works()
        if works is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(works, signal.SIGKILL)
            _wait(works)
        return works is not None

    def tell(self) -> int:
        """Let the one that waits go on after that; returns the exit code."""
        self._signal(signal.SIGCONT)
        return self.wait()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.process.pid or 0, number)

    def _works(self) -> int | None:
        """A descriptor of the process that works; None where it is not there yet, or no more."""
        pid = self.process.pid
        with suppress(OSError, ValueError):
            [child] = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
            return os.pidfd_open(int(child))
        return None


def _wait(descriptor: int | None) -> None:
    if descriptor is not None:
        select.select([descriptor], [], [])
        os.close(descriptor)


def start(
    *arguments: str | Path,
    talk: Path,
    environment: Mapping[str, str] | None = None,
    limits: Mapping[int, int] | None = None,
    before: Callable[[], object] = os.getpid,
) -> Running:
    """Start `gonghui ARGUMENTS`; what it says goes to the file `talk`.

    `limits` are resource limits, RLIMIT_… to bytes; that of the address space is what it may take beyond what
    it has once all is imported. `before` is called in its process, and can be pickled.
    """
    talk.write_text("")  # not what the one before has said
    arguments_as_text = [*map(str, arguments)]
    process = _CONTEXT.Process(
        target=_run, args=(arguments_as_text, talk, dict(environment or {}), dict(limits or {}), before)
    )
    process.start()
    return Running(process, talk)


def _run(
    arguments: list[str],
    talk: Path,
    environment: dict[str, str],
    limits: dict[int, int],
    before: Callable[[], object],
) -> None:
    before()
    file = os.open(talk, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    # Its words are looked for in English, and `make torture` may be started by who reads Chinese.
    os.environ.update({LANGUAGE_VARIABLE: ENGLISH, **environment})
    for kind, most in limits.items():
        taken = resource.getpagesize() * int(Path("/proc/self/statm").read_text().split()[0])
        most += taken if kind == resource.RLIMIT_AS else 0
        resource.setrlimit(kind, (most, most))
    sys.argv = ["gonghui", *arguments]
    # As a command has one: pyspark takes a process without for a doctest of its own.
    sys.modules["__main__"].__file__ = sys.argv[0]
    from orchestration.cli.main import run

    run()
