"""One refresh at a time in a home, and no lock that outlives its holder."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.lock import HomeBusy, hold
from orchestration.usage import UsageFault

_HOLDER = """
import sys
from pathlib import Path
from orchestration.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def lock_file(tmp_path: Path) -> Path:
    return tmp_path / "home" / ".lock"


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
        yield process
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


def test_a_home_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageFault, match="cannot be written in"), hold(tmp_path / "file" / ".lock"):
        pass
