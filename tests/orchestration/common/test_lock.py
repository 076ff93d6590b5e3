"""One refresh at a time in a home, and no lock that outlives its holder."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.common import lock
from orchestration.common.lock import HomeBusy, hold
from orchestration.common.logs import logger
from orchestration.errors import UsageFault

_HOLDER = """
import sys
from pathlib import Path
from orchestration.common.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def lock_file(tmp_path: Path) -> Path:
    return tmp_path / "home" / ".lock"


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """What the log says, wherever an earlier test has turned it to."""
    monkeypatch.setattr(logger, "propagate", True)
    return caplog


@pytest.fixture
def holder(lock_file: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the home."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(lock_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_home_held_elsewhere_is_refused_naming_its_holder(
    lock_file: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(HomeBusy, match=f"process {holder.pid}"), hold(lock_file):
        pass


def test_a_lock_dies_with_its_process(lock_file: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with hold(lock_file):
        assert lock_file.read_text() == f"{os.getpid()}\n"


def test_a_lock_left_by_a_dead_process_is_taken_over_with_a_line(
    lock_file: Path, holder: subprocess.Popen[str], said: pytest.LogCaptureFixture
) -> None:
    holder.kill()
    holder.wait()
    with hold(lock_file):
        pass
    assert f"the last refresh (process {holder.pid}) died" in said.text


def test_a_lock_that_was_let_go_is_no_death(
    lock_file: Path, holder: subprocess.Popen[str], said: pytest.LogCaptureFixture
) -> None:
    holder.communicate()
    with hold(lock_file):
        pass
    assert said.text == ""


def test_who_holds_a_home_can_be_told_by_looking(lock_file: Path, holder: subprocess.Popen[str]) -> None:
    found = lock.holder(lock_file)
    assert found is not None
    assert (found.pid, found.is_alive) == (str(holder.pid), True)


def test_who_died_holding_a_home_can_be_told_by_looking(
    lock_file: Path, holder: subprocess.Popen[str]
) -> None:
    holder.kill()
    holder.wait()
    found = lock.holder(lock_file)
    assert found is not None
    assert (found.pid, found.is_alive) == (str(holder.pid), False)


def test_who_only_looks_at_a_home_keeps_nobody_out(lock_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock_file.parent.mkdir()
    with lock_file.open("a") as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)
        monkeypatch.setattr(
            lock.time, "sleep", lambda seconds: seconds and fcntl.flock(looked_at, fcntl.LOCK_UN)
        )
        with hold(lock_file):
            assert lock_file.read_text() == f"{os.getpid()}\n"


def test_a_home_that_was_let_go_has_no_holder(lock_file: Path) -> None:
    assert lock.holder(lock_file) is None
    with hold(lock_file):
        pass
    assert lock.holder(lock_file) is None


def test_a_holder_that_ends_well_while_somebody_looks_is_not_told_as_killed(
    lock_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lets go between the look at its pid and the try at its lock."""
    lock_file.parent.mkdir()
    lock_file.write_text("4194305\n", encoding="ascii")
    flock = fcntl.flock

    def ends_meanwhile(*arguments: object) -> None:
        lock_file.write_text("", encoding="ascii")
        flock(*arguments)

    monkeypatch.setattr(lock.fcntl, "flock", ends_meanwhile)
    assert lock.holder(lock_file) is None


def test_what_is_held_until_the_end_names_its_holder_and_keeps_others_out(
    lock_file: Path, recwarn: pytest.WarningsRecorder
) -> None:
    lock_file.parent.mkdir()
    lock_file.write_text("4194305\n", encoding="ascii")
    assert lock.hold_until_the_end(lock_file)
    [file] = lock._held_until_the_end
    assert lock_file.read_text(encoding="ascii") == f"{os.getpid()}\n"
    assert os.get_inheritable(file.fileno())
    assert not lock.hold_until_the_end(lock_file)
    assert not [each for each in recwarn if str(lock_file) in str(each.message)], "left open"
    lock._held_until_the_end.pop().close()
    assert lock_file.read_text(encoding="ascii") == f"{os.getpid()}\n"


def test_a_lock_is_tried_three_times_within_the_moment_that_a_look_takes(
    lock_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(lock.time, "sleep", pauses.append)
    lock_file.parent.mkdir()
    with lock_file.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(HomeBusy, match="process unknown"), hold(lock_file):
            pass
    assert pauses == [0, 0.01, 0.1]


def test_what_is_let_go_is_left_empty(lock_file: Path) -> None:
    lock_file.parent.mkdir()
    lock_file.write_text("99999999999999999999\n", encoding="ascii")  # a longer pid than this one
    with hold(lock_file):
        assert lock_file.read_text(encoding="ascii") == f"{os.getpid()}\n"
    assert lock_file.read_text(encoding="ascii") == ""


def test_who_died_is_not_told_of_by_who_tells_it_itself(
    lock_file: Path, said: pytest.LogCaptureFixture
) -> None:
    lock_file.parent.mkdir()
    for left in ("4194305\n", "full of nonsense"):
        lock_file.write_text(left, encoding="ascii")
        with hold(lock_file, tells_of=4194305):
            pass
    assert said.text == ""
    lock_file.write_text("4194306\n", encoding="ascii")
    with hold(lock_file, tells_of=4194305):
        pass
    assert "process 4194306" in said.text


def test_in_a_container_who_died_may_be_its_first_process(
    lock_file: Path, said: pytest.LogCaptureFixture
) -> None:
    lock_file.parent.mkdir()
    lock_file.write_text("1\n", encoding="ascii")
    with hold(lock_file):
        pass
    assert "process 1)" in said.text


def test_who_waits_for_a_lock_holds_it_and_writes_nothing(lock_file: Path) -> None:
    with lock.wait_for(lock_file), lock_file.open("a") as other:
        with pytest.raises(BlockingIOError, match="unavailable"):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert lock_file.read_text(encoding="ascii") == ""


def test_a_home_that_is_held_is_not_looked_into(lock_file: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(HomeBusy, match=f"process {holder.pid}"), lock.look_in(lock_file):
        pass


@pytest.mark.parametrize("left", ["", "4194305\n"])
def test_who_looks_into_a_home_keeps_others_out_and_leaves_what_the_last_holder_left(
    lock_file: Path, left: str
) -> None:
    lock_file.parent.mkdir()
    lock_file.write_text(left, encoding="ascii")
    with (
        lock_file.open("a") as other,
        lock.look_in(lock_file),
        pytest.raises(BlockingIOError, match="unavailable"),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert lock_file.read_text(encoding="ascii") == left


def test_what_is_held_until_the_end_is_held_by_the_program_that_a_process_becomes(lock_file: Path) -> None:
    becomes = (
        "import os, sys; from pathlib import Path; from orchestration.common.lock import hold_until_the_end; "
        "hold_until_the_end(Path(sys.argv[1])); "
        "os.execv(sys.executable, [sys.executable, '-c', 'print(1, flush=True); input()'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", becomes, str(lock_file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stdout.readline() == "1\n"
        assert not lock.hold_until_the_end(lock_file)
        process.communicate("\n")
    found = lock.holder(lock_file)
    assert found is None or not found.is_alive


def test_who_takes_its_turn_holds_the_home_after_its_holder(
    lock_file: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def end_the_holder(sentence: str) -> None:
        said.append(sentence)
        holder.communicate()

    monkeypatch.setattr(logger, "warning", end_the_holder)
    with hold(lock_file, in_turn=True):
        found = lock.holder(lock_file)
    assert found is not None
    assert (found.pid, found.is_alive) == (str(os.getpid()), True)
    [sentence] = said
    assert f"another refresh (process {holder.pid}) is running" in sentence


def test_a_holder_may_take_its_own_home_again(lock_file: Path) -> None:
    with hold(lock_file), hold(lock_file):
        pass


def test_leaving_the_inner_hold_keeps_the_outer(lock_file: Path) -> None:
    with hold(lock_file):
        with hold(lock_file):
            pass
        refused = subprocess.run(
            [sys.executable, "-c", _HOLDER, str(lock_file)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    assert "HomeBusy" in refused.stderr


def test_a_home_that_is_not_there_is_made(tmp_path: Path) -> None:
    with hold(tmp_path / "new" / "home" / ".lock"):
        assert lock.holder(tmp_path / "new" / "home" / ".lock") is not None


def test_a_home_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageFault, match="cannot be written in"), hold(tmp_path / "file" / ".lock"):
        pass
