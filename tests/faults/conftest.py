"""A home with two releases, copied for each test that spoils it."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from orchestration.publishing import releases
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


@pytest.fixture(scope="session")
def built_once(home_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That home once inbox 3 was landed, built and audited, and its release failed."""

    def make(folder: Path) -> Path:
        shutil.copytree(home_once, folder / "home", symlinks=True)
        office = Office(folder / "home", folder / "inbox")
        office.put(3)
        ended = office.refresh(before=_no_release_is_assembled)
        assert ended.exit_code == 1, ended.stderr
        return office.home

    return once(tmp_path_factory, "faults-built", make)


def _no_release_is_assembled() -> None:
    def fails(*_: object) -> NoReturn:
        raise OSError("no release is assembled here")

    releases.assembled = fails


@pytest.fixture
def built_office(built_once: Path, tmp_path: Path) -> Office:
    """A copy of that home, where a refresh from inbox 3 has but to publish."""
    shutil.copytree(built_once, tmp_path / "built" / "home", symlinks=True)
    return Office(tmp_path / "built" / "home", tmp_path / "built" / "inbox")


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
