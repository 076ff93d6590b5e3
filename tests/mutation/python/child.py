"""Forked children: none takes more time or memory than it may, or leaves a process behind."""

import ctypes
import os
import resource
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path

MEMORY_BYTES = 4 << 30
"""What a child may take beyond what its parent had when it was forked."""
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


@dataclass(frozen=True)
class Work:
    """What a child does, which returns its exit code, and the seconds of CPU that it may take.

    A child that takes none is ended after three times those, and half a minute; where the machine has more to
    do than it has cores, so many times later.
    """

    number: int
    do: Callable[[], int]
    seconds: int


@dataclass(frozen=True)
class Done:
    """What came of a work: its exit code, negative where it was ended, and its seconds of CPU."""

    number: int
    code: int
    seconds: float


def done(works: Iterable[Work], processes: int) -> Iterator[Done]:
    """Have works done in children, so many at once; yields them as they end."""
    waiting, running = iter(works), dict[int, int]()
    while True:
        while len(running) < processes and (work := next(waiting, None)):
            running[forked(work)] = work.number
        if not running:
            return
        pid, status, used = os.wait4(-1, 0)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # whatever the tests started and a dying child left
        code, seconds = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        yield Done(running.pop(pid), code, seconds)


def forked(work: Work) -> int:
    """Start it; returns the id of its process."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            _cut_off(work.seconds)
            code = work.do()
        finally:
            os._exit(code)
    return pid


def die_with_the_caller() -> None:
    """Have the kernel end this process with the one that started it: no mutant runs on alone."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _cut_off(seconds: int) -> None:
    die_with_the_caller()
    os.setsid()
    busy = os.getloadavg()[0] / len(os.sched_getaffinity(0))
    signal.alarm(ceil((30 + 3 * seconds) * max(1, busy)))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)  # kept: a child's own child may need more
    resource.setrlimit(resource.RLIMIT_DATA, (_data_bytes() + MEMORY_BYTES, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)


def _data_bytes() -> int:
    """What this process has, as the kernel counts it for RLIMIT_DATA (proc(5))."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    kilobytes = status.partition("VmData:")[2].split()[0]
    return int(kilobytes) * 1024
