"""A home with two releases, copied for each test that spoils it."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults.processes import Running, start
from tests.faults.small_inbox import Seen, fill, read_whole

_BUILT = (1, 2)


@dataclass(frozen=True)
class Ended:
    """What a refresh came to."""

    exit_code: int
    stderr: str


@dataclass(frozen=True)
class Office:
    """A home, and an inbox; inboxes 1 and 2 were built, and need landing alone."""

    home: Path
    inbox: Path

    @property
    def published(self) -> Path:
        """Where readers look."""
        return self.home / "warehouse" / "gonghui.duckdb"

    def put(self, number: int) -> None:
        """Fill the inbox."""
        fill(self.inbox, number)

    def start(self, *arguments: str | Path, **conditions: Any) -> Running:
        """Start a refresh from the inbox, `conditions` being those of processes.start."""
        talk = self.inbox.with_name(f"{self.home.name}-said")
        asked = arguments or ("--inbox", self.inbox)
        return start("refresh", "--home", self.home, *asked, talk=talk, **conditions)

    def refresh(self, *arguments: str | Path, **conditions: Any) -> Ended:
        """Refresh to the end; whatever came of it was said in sentences."""
        running = self.start(*arguments, **conditions)
        ended = Ended(running.wait(), running.stderr)
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended

    def seen(self) -> Seen:
        """What readers see: one whole release."""
        return read_whole(self.published)

    def releases(self) -> set[str]:
        """All that lies where releases are, finished or not."""
        return {path.name for path in (self.home / "releases").iterdir()}

    def assert_recovers(self, number: int) -> None:
        """A refresh from the inbox of that number succeeds, now that nothing is wrong any more."""
        self.put(number)
        before, ended = self.seen(), self.refresh()
        assert ended.exit_code == 0, ended.stderr
        assert self.seen().number == number
        assert self.seen().release_id > before.release_id


@pytest.fixture(scope="session")
def home_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that each test gets a copy of; inbox 2 is in force."""
    folder = tmp_path_factory.mktemp("faults")
    office = Office(folder / "home", folder / "inbox")
    for number in _BUILT:
        office.put(number)
        ended = office.refresh()
        assert ended.exit_code == 0, ended.stderr
    return office.home


@pytest.fixture
def office(home_once: Path, tmp_path: Path) -> Office:
    """A copy of that home, on the same disk."""
    shutil.copytree(home_once, tmp_path / "home", symlinks=True)
    return Office(tmp_path / "home", tmp_path / "inbox")


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], bool]]:
    """Mounts a tmpfs with options, or mounts it anew; False where this user may not."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options: str) -> bool:
        how = f"remount,{options}" if folder.is_mount() else options
        command = ["mount", "-t", "tmpfs", "-o", how, "tmpfs", str(folder)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    yield mount
    if folder.is_mount():
        subprocess.run(["umount", str(folder)], check=True)
