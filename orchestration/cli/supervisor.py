"""The process that waits for a refresh, and tells of it what a refresh cut off in mid-work cannot.

systemd could tell so of a service; a refresh is also called by cron and by hand.
"""

import ctypes
import os
import signal
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import monotonic

from orchestration.common.clock import now
from orchestration.common.logs import logger
from orchestration.common.settings import MEMORY_VARIABLE, THREADS_VARIABLE
from orchestration.errors import DONE, FAILED, OURS, RefreshDied
from orchestration.home import Home
from orchestration.language import _

_STOPS = (signal.SIGINT, signal.SIGTERM)
ONE_STOP_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1
# A thread that gets no memory to begin with leaves whoever started it waiting for ever.
LOOK_SECONDS = 60
LOOKS_AT_STANDSTILL = 30


def supervise(home: Home) -> None:
    """Go on as a child; the process that called waits, and ends as the child does.

    Where the child ends in any other way than with an exit code of ours, that is said, kept and alerted as of
    any refresh that failed. SIGINT and SIGTERM reach the child, either one as an interruption; it dies with
    the process that waits. To be called while there is one thread, and before what costs memory is imported.
    """
    began_at, waits = now(), os.getpid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*_STOPS, signal.SIGCHLD})
    works = os.fork()
    if works == 0:
        _die_with(waits)
        _take_stops_once()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    code, how = _end_of(works)
    if code not in OURS:
        died = _died(how)
        tells = os.fork()
        if tells == 0:
            _die_with(waits)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            _tell(home, died, works, began_at)
        told, _ = _end_of(tells)
        if told != DONE:  # memory ran out for that, too, or the next refresh is at work and has the last word
            logger.error(died)
        code = FAILED
    os._exit(code)


def _end_of(child: int) -> tuple[int, str]:
    """Pass on what is to stop it until it has ended; returns its exit code, a signal as negative, and how.

    One that has used no CPU at all for LOOKS_AT_STANDSTILL looks is killed.
    """
    how, used, looks = "", "", 0
    while True:
        came = signal.sigtimedwait({*_STOPS, signal.SIGCHLD}, LOOK_SECONDS)
        if came is None:
            before, used = used, _cpu_used(child)
            looks = looks + 1 if used == before else 0
            if looks == LOOKS_AT_STANDSTILL:
                how = _("it had stood still for {minutes:.0f} minutes").format(
                    minutes=looks * LOOK_SECONDS / 60
                )
                os.kill(child, signal.SIGKILL)
        elif came.si_signo == signal.SIGCHLD:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                code = os.waitstatus_to_exitcode(status)
                by_itself = (
                    _("exit code {code}").format(code=code)
                    if code >= 0
                    else _("signal {number}, {name}").format(number=-code, name=signal.strsignal(-code))
                )
                return code, how or by_itself
        # After a stop for longer than a look, Python tells of a signal that never was. And what the terminal
        # sends, the child has, too: only what a process sent is passed on.
        elif came.si_signo in _STOPS and came.si_code <= 0:
            os.kill(child, came.si_signo)


def _cpu_used(pid: int) -> str:
    """The ticks of CPU that a process has used, those of the children that it waited for included."""
    fields = Path("/proc", str(pid), "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
    return " ".join(fields.split()[11:15])


def _died(how: str) -> RefreshDied:
    return RefreshDied(
        _(
            "the refresh was cut off ({how}): memory ran out, or somebody has killed it; readers "
            "still have a whole release, gonghui status tells which; set {memory} or "
            "{threads} lower, or give the machine more memory, then run it again"
        ).format(how=how, memory=MEMORY_VARIABLE, threads=THREADS_VARIABLE)
    )


def _tell(home: Home, died: RefreshDied, pid: int, began_at: datetime) -> None:
    """Say, keep and alert it, then end with 0: in a process of its own, for what it imports needs memory."""
    with suppress(BaseException):
        from orchestration.refreshing.attempt import attempt

        with attempt(home, of=pid, began_at=began_at) as made:
            made.failed(died)
        os._exit(0)
    os._exit(FAILED)


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when `parent` dies, so that nothing goes on unwatched."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has died in between
        os.kill(os.getpid(), signal.SIGKILL)


def _take_stops_once() -> None:
    """Take SIGTERM as SIGINT, and what is sent to all processes, and passed on besides, as one."""
    quiet_until = 0.0

    def stop(*_: object) -> None:
        nonlocal quiet_until
        if monotonic() >= quiet_until:
            quiet_until = monotonic() + ONE_STOP_SECONDS
            raise KeyboardInterrupt

    for each in _STOPS:
        if signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, stop)
