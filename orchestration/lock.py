"""One refresh at a time in a home: a flock, which dies with its process and so never needs clearing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from orchestration.usage import UsageFault

# flock would refuse a second open of the file even by its own holder, and the command line holds the home
# around a job that takes it again for itself (when the daemon runs that job, nobody holds it yet).
_held_here: set[Path] = set()


class HomeBusy(Exception):
    """Another process refreshes this home (exit code 3)."""

    def __init__(self, lock_file: Path, holder: str):
        self.holder = holder
        super().__init__(
            f"another refresh (process {holder or 'unknown'}) is running in {lock_file.parent}: "
            "wait until it has ended, then run this again"
        )


@contextmanager
def hold(lock_file: Path) -> Iterator[None]:
    """Hold `lock_file` for the length of a `with`.

    Raises HomeBusy at once where another process holds it, UsageFault where nothing can be written.
    """
    if lock_file in _held_here:
        yield
        return
    with _opened(lock_file) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise HomeBusy(lock_file, file.read(20).strip()) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        _held_here.add(lock_file)
        try:
            yield
        finally:
            _held_here.discard(lock_file)


@contextmanager
def wait_for(lock_file: Path) -> Iterator[None]:
    """Hold `lock_file` for the length of a `with`, after waiting until it is free: for work of seconds."""
    with _opened(lock_file) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _opened(lock_file: Path) -> TextIO:
    try:
        lock_file.parent.mkdir(parents=True, exist_ok=True)
        return lock_file.open("a+", encoding="ascii")
    except OSError as error:
        raise UsageFault(
            f"{lock_file.parent} cannot be written in ({error.strerror}): name another --home"
        ) from None
