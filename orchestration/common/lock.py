"""One refresh at a time in a home: a flock, which dies with its process and so never needs clearing."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from orchestration.common.clock import BEIJING
from orchestration.common.logs import logger
from orchestration.errors import BUSY, KnownFault, UsageFault
from orchestration.language import _

# flock would refuse a second open of the file even by its own holder, and whoever holds the home may call
# what takes it for itself.
_held_here: set[Path] = set()

_held_until_the_end: list[TextIO] = []

_PAUSES = (0, 0.01, 0.1)  # seconds before each try to take a lock


class HomeBusy(KnownFault):
    """Another process refreshes this home."""

    exit_code = BUSY

    def __init__(self, lock_file: Path, holder: str):
        self.sentence = _("another refresh (process {pid}) is running in {home}").format(
            pid=holder or _("unknown"), home=lock_file.parent
        )
        super().__init__(
            _("{sentence}: wait until it has ended, then run this again").format(sentence=self.sentence)
        )


@contextmanager
def hold(lock_file: Path, *, in_turn: bool = False, tells_of: int = 0) -> Iterator[None]:
    """Hold `lock_file` for the length of a `with`; `in_turn`: after the process that now holds it.

    Says so where the last holder died without letting go, but for the pid of whom the caller tells itself.
    Raises HomeBusy at once where another process holds it and nobody waits, UsageFault where nothing can be
    written.
    """
    if lock_file in _held_here:
        yield
        return
    with _opened(lock_file) as file:
        if not _take(file):
            busy = HomeBusy(lock_file, _holder(file))
            if not in_turn:
                raise busy
            logger.warning(
                _("{sentence}: this run begins when that one has ended").format(sentence=busy.sentence)
            )
            fcntl.flock(file, fcntl.LOCK_EX)
        # Whoever ends in peace leaves the file empty, so that an old pid tells of a death.
        dead = _holder(file)
        if dead and dead != str(tells_of):
            logger.warning(
                _(
                    "the last refresh (process {pid}) died in {home}: its lock is taken over, what it "
                    "left undone is done anew"
                ).format(pid=dead, home=lock_file.parent)
            )
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        _held_here.add(lock_file)
        try:
            yield
        finally:
            _held_here.discard(lock_file)
            file.truncate(0)


@contextmanager
def wait_for(lock_file: Path) -> Iterator[None]:
    """Hold `lock_file` for the length of a `with`, after waiting until it is free: for work of seconds."""
    with _opened(lock_file) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def look_in(lock_file: Path) -> Iterator[None]:
    """Keep others from holding `lock_file` for the length of a `with`, and leave no word of it there.

    Raises HomeBusy at once where another process holds it, UsageFault where nothing can be written.
    """
    held = holder(lock_file)
    if held and held.is_alive:
        raise HomeBusy(lock_file, held.pid)
    with wait_for(lock_file):
        yield


def hold_until_the_end(lock_file: Path) -> bool:
    """Hold `lock_file` until this process ends, whatever program it becomes; False where another holds it.

    What it starts has no part in that. Raises UsageFault where nothing can be written.
    """
    file = _opened(lock_file)
    if not _take(file):
        file.close()
        return False
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    os.set_inheritable(file.fileno(), True)
    _held_until_the_end.append(file)
    return True


@dataclass(frozen=True)
class Holder:
    """The process that holds a home, or died while it did."""

    pid: str
    since: datetime
    is_alive: bool


def holder(lock_file: Path) -> Holder | None:
    """Tell who holds a home, or died holding it; None where the last one has let go."""
    try:
        file = lock_file.open(encoding="ascii", errors="replace")
    except OSError:
        return None
    with file:
        if not _holder(file):
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            is_alive = False
        except BlockingIOError:
            is_alive = True
        # Read again: until the lock was tried, its holder may have let go, or another have come.
        pid, since = _holder(file), datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, BEIJING)
    return Holder(pid, since, is_alive) if pid else None


def _take(file: TextIO) -> bool:
    """Take a lock unless it is held: who looks at it (`holder`) has it for a moment, and is waited for."""
    for pause in _PAUSES:
        time.sleep(pause)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return True
    return False


def _holder(file: TextIO) -> str:
    """The pid in a lock file; blank where its last holder has let go."""
    file.seek(0)
    pid = file.read().strip()
    return pid if pid.isdecimal() else ""  # what a full disk, or somebody else, left there tells of nobody


def _opened(lock_file: Path) -> TextIO:
    try:
        lock_file.parent.mkdir(parents=True, exist_ok=True)
        return lock_file.open("a+", encoding="ascii", errors="replace")
    except OSError as error:
        raise UsageFault(
            _("{folder} cannot be written in ({reason}): name another --home").format(
                folder=lock_file.parent, reason=error.strerror
            )
        ) from None
