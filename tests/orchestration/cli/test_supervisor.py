"""`gonghui refresh` is two processes: one works, and may be cut off, one waits and tells of that."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from orchestration.common import lock
from orchestration.common.lock import hold, wait_for
from orchestration.home import CHECKOUT, Home
from orchestration.operating import last_refresh
from orchestration.operating.status import alert_faults
from tests.commands import Ran
from tests.webhook import Webhook

CUT_OFF = "the refresh was cut off ("
INTERRUPTED = "interrupted; nothing was published"

# The command as it is, but for its work: the last argument is run in its place.
_COMMAND = """
import os, signal, sys
from orchestration.cli import main as cli
work = sys.argv.pop()
cli._refresh_checked = lambda *_, **__: exec(work)
cli.run()
"""
WAITS = "print('at work', os.getpid(), flush=True); [signal.pause() for _ in iter(int, 1)]"


def command(home: Home, work: str, *options: str, before: str = "") -> list[str]:
    return [sys.executable, "-c", before + _COMMAND, "refresh", "--home", str(home.root), *options, work]


def refresh(home: Home, work: str, *options: str, before: str = "") -> Ran:
    ran = subprocess.run(
        command(home, work, *options, before=before),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@contextmanager
def at_work(home: Home) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A refresh that holds the home until it is stopped, and the process that does its work."""
    patient = "from orchestration.cli import supervisor; supervisor.ONE_STOP_SECONDS = 3600\n"
    with subprocess.Popen(
        command(home, WAITS, before=patient),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as waits:
        assert waits.stdout is not None
        try:
            yield waits, int(waits.stdout.readline().removeprefix("at work "))
        finally:
            waits.kill()


@pytest.mark.parametrize(
    ("work", "how"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "signal 9, Killed"),
        ("os.abort()", "signal 6, Aborted"),
        ("os._exit(127)", "exit code 127"),
    ],
)
def test_a_refresh_cut_off_is_told_kept_and_alerted(
    home: Home, webhook: Webhook, work: str, how: str
) -> None:
    ran = refresh(home, work)
    [sentence] = ran.stderr.splitlines()
    kept = last_refresh.read(home)
    assert (ran.exit_code, sentence.startswith(f"{CUT_OFF}{how}): memory ran out")) == (1, True), ran.stderr
    assert kept is not None and (kept.exit_code, kept.messages) == (1, (sentence,))
    assert [(body["event"], body["messages"]) for body in webhook.bodies] == [("refresh_failed", [sentence])]
    assert sentence in home.log_file.read_text(encoding="utf-8")
    assert lock.holder(home.lock_file) is None


def test_a_refresh_that_stands_still_is_cut_off(home: Home) -> None:
    looks_often = "from orchestration.cli import supervisor; supervisor.LOOK_SECONDS = 0.02\n"
    ran = refresh(home, "signal.pause()", before=looks_often)
    assert (ran.exit_code, ran.stderr.startswith(f"{CUT_OFF}it had stood still for ")) == (1, True), (
        ran.stderr
    )


def test_who_waits_may_be_stopped_for_longer_than_a_look(home: Home) -> None:
    looks_often = "from orchestration.cli import supervisor; supervisor.LOOK_SECONDS = 1\n"
    work = "import time; print('at work', flush=True); time.sleep(4)"
    with subprocess.Popen(
        command(home, work, before=looks_often), cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as waits:
        assert waits.stdout and waits.stdout.readline() == "at work\n"
        waits.send_signal(signal.SIGSTOP)
        time.sleep(1.5)
        waits.send_signal(signal.SIGCONT)
        assert waits.wait() == 0


def test_a_refresh_cut_off_is_not_alerted_again_by_who_watches(home: Home, webhook: Webhook) -> None:
    refresh(home, "os.abort()")
    alert_faults(home)
    assert [body["event"] for body in webhook.bodies if CUT_OFF in str(body)] == ["refresh_failed"]


def test_a_program_is_told_in_json(home: Home) -> None:
    ran = refresh(home, "os.abort()", "--log", "json")
    [line] = map(json.loads, ran.stderr.splitlines())
    assert (line["level"], line["message"].startswith(CUT_OFF)) == ("error", True)


def test_where_memory_is_lacking_for_telling_it_is_said_at_least(home: Home) -> None:
    ran = refresh(home, "", before="import os; os.register_at_fork(after_in_child=os.abort)")
    assert (ran.exit_code, ran.stderr.startswith(CUT_OFF), ran.stderr.count("\n")) == (1, True, 1)


def test_a_refresh_that_has_begun_since_has_the_last_word(home: Home) -> None:
    dies_early = "import os; from orchestration.cli import supervisor; supervisor._take_stops_once = os.abort"
    with hold(home.lock_file):
        ran = refresh(home, "", before=dies_early)
    assert (ran.exit_code, ran.stderr.count(CUT_OFF)) == (1, 1)
    assert last_refresh.read(home) is None


@pytest.mark.parametrize("code", [0, 1, 2, 3, 130])
def test_an_exit_code_of_the_contract_is_passed_on(home: Home, code: int) -> None:
    ran = refresh(home, f"os._exit({code})")
    assert (ran.exit_code, ran.stderr) == (code, "")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("to_all", [False, True])
def test_whoever_stops_the_command_interrupts_its_work_once(
    home: Home, stop: signal.Signals, to_all: bool
) -> None:
    with at_work(home) as (waits, works):
        if to_all:
            os.kill(works, stop)
        waits.send_signal(stop)
        _, said = waits.communicate()
    kept = last_refresh.read(home)
    assert (waits.returncode, said.count(INTERRUPTED), "Traceback" in said) == (130, 1, False), said
    assert kept is not None and kept.exit_code == 130
    assert lock.holder(home.lock_file) is None


def test_ctrl_c_on_a_terminal_interrupts_once(home: Home) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(CHECKOUT)
        os.execv(sys.executable, command(home, WAITS))
    said = b""
    try:
        while b"at work" not in said:
            said += os.read(terminal, 1000)
        os.write(terminal, b"\x03")
        with suppress(OSError):  # Linux's word for the end of a terminal
            while part := os.read(terminal, 1000):
                said += part
    finally:
        os.close(terminal)  # which ends what still runs on it
    _, status = os.waitpid(pid, 0)
    assert (os.waitstatus_to_exitcode(status), said.count(INTERRUPTED.encode())) == (130, 1), said


def test_what_works_dies_with_what_waits_and_frees_the_home(home: Home) -> None:
    with at_work(home) as (waits, works):
        ended = os.pidfd_open(works)
        waits.kill()
        with wait_for(home.lock_file), os.fdopen(ended):
            assert waits.wait() == -signal.SIGKILL
    assert refresh(home, "").exit_code == 0


def test_who_calls_from_within_python_gets_no_second_process(home: Home) -> None:
    calls = "import os, orchestration.cli.main as cli; cli._refresh_checked = lambda *_, **__: os.getpid()\n"
    ends = f"print(cli.main(['refresh', '--home', {str(home.root)!r}]), os.getpid())"
    ran = subprocess.run([sys.executable, "-c", calls + ends], cwd=CHECKOUT, capture_output=True, text=True)
    worked, ended = ran.stdout.splitlines()
    assert ended == f"0 {worked}"
