"""The power goes out: what was never synced is lost, and readers still see one whole release.

A refresh works over a disk that forgets. After each rename an image of the home is taken as a machine would
find it that lost its power then: the names as they are, but a file not synced since it was written is empty.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.faults.office import Office
from tests.faults.small_inbox import Seen, read_whole

ROOMS = ("landed", "releases", "warehouse")
"""Where a name that is there says that all behind it is there."""


@dataclass(frozen=True)
class Forgetful:
    """Takes an image of `home` in `images` after each rename; `syncs`: whether fsync does anything."""

    home: Path
    images: Path
    syncs: bool = True

    def __call__(self) -> None:
        """Have it happen in this process, and those it forks."""
        on_disk = {path.stat().st_ino: path.stat().st_mtime_ns for path in _files(self.home)}
        unsynced_names: set[Path] = set()
        numbers = count()
        fsync = os.fsync

        def synced(descriptor: int) -> None:
            fsync(descriptor)
            if self.syncs:
                found = os.fstat(descriptor)
                on_disk[found.st_ino] = found.st_mtime_ns
                unsynced_names.discard(Path(f"/proc/self/fd/{descriptor}").readlink())

        def image() -> None:
            def copied(source: str, target: str) -> None:
                with suppress(FileNotFoundError):  # something is being written beside
                    found = Path(source).stat()
                    if on_disk.get(found.st_ino) == found.st_mtime_ns:
                        shutil.copy2(source, target)
                    else:
                        Path(target).touch()

            folder = self.images / f"{os.getpid()}-{next(numbers):03}"
            with suppress(shutil.Error):
                shutil.copytree(self.home, folder, symlinks=True, copy_function=copied)
            (folder / "unsynced names").write_text("\n".join(map(str, unsynced_names)), encoding="utf-8")

        def then_imaged(move: Callable[..., None]) -> Callable[..., None]:
            def moved(source: Any, target: Any, **options: Any) -> None:
                move(source, target, **options)
                place = Path(target).parent
                if place.parent == self.home and place.name in ROOMS:
                    image()
                    unsynced_names.add(place)

            return moved

        os.fsync, os.rename, os.replace = synced, then_imaged(os.rename), then_imaged(os.replace)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


@dataclass(frozen=True)
class Refreshed:
    """An office after a refresh over such a disk, and what its readers saw before."""

    office: Office
    before: Seen
    images: tuple[Path, ...]
    """In the order of their moments."""


@pytest.fixture(scope="module")
def refreshed(home_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Refreshed]:
    """Refreshes a copy of the home from the inbox of a number, once."""

    @cache
    def refresh(number: int, *, syncs: bool = True) -> Refreshed:
        folder = tmp_path_factory.mktemp("power_loss")
        office, images = Office(folder / "home", folder / "inbox"), folder / "images"
        shutil.copytree(home_once, office.home, symlinks=True)
        images.mkdir()
        before = office.seen()
        office.put(number)
        ended = office.refresh(before=Forgetful(office.home, images, syncs=syncs))
        assert ended.exit_code == 0, ended.stderr
        return Refreshed(office, before, tuple(sorted(images.iterdir())))

    return refresh


def published(image: Path) -> Path:
    return image / "warehouse" / "gonghui.duckdb"


def unsynced_names(image: Path) -> str:
    return (image / "unsynced names").read_text(encoding="utf-8")


# Inbox 1 was built before: landing and publishing work, not dbt.
@pytest.mark.parametrize("number", [1, 3])
def test_whenever_the_power_goes_out_readers_see_a_whole_release(
    refreshed: Callable[..., Refreshed], number: int
) -> None:
    run = refreshed(number)
    assert {read_whole(published(image)) for image in run.images} == {run.before, run.office.seen()}


def test_whenever_the_power_goes_out_the_next_refresh_succeeds(refreshed: Callable[..., Refreshed]) -> None:
    run = refreshed(1)
    for image in run.images:
        replace(run.office, home=image).assert_recovers(1)


def test_a_name_is_on_the_disk_before_the_next_one_that_relies_on_it(
    refreshed: Callable[..., Refreshed],
) -> None:
    """Else a link could be there, and not the folder that it names."""
    assert {unsynced_names(image) for image in refreshed(1).images} == {""}


def test_a_disk_that_never_syncs_would_be_noticed(refreshed: Callable[..., Refreshed]) -> None:
    *_, last = refreshed(1, syncs=False).images
    assert unsynced_names(last)
    with pytest.raises(duckdb.Error, match="not a valid DuckDB database file"):
        read_whole(published(last))
