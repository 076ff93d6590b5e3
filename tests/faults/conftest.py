"""A home with two releases, copied for each test that spoils it."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.office import Office
from tests.once import once

_BUILT = (1, 2)


@pytest.fixture(scope="session")
def home_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home that each test gets a copy of; inbox 2 is in force."""
    return once(tmp_path_factory, "faults", _home_of_two_releases)


def _home_of_two_releases(folder: Path) -> Path:
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
