"""A home's releases: each a folder that is written whole and never changes, one of them in force."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.common import files
from orchestration.home import Home
from orchestration.publishing import releases
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.publish import PublishingRefused
from orchestration.publishing.release import Release
from orchestration.refreshing.refresh import tidy
from tests.publishing.small import INPUTS, RELEASE

LATER = replace(RELEASE, release_id="20210302T020000-abcdef")


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_release_is_a_folder_of_its_own(release: Callable[[Release], Path]) -> None:
    assert everything(release(RELEASE)).keys() == {
        "gonghui.duckdb",
        "manifest.json",
        "files/verdicts.parquet",
    }


def test_no_file_of_a_release_can_be_written(release: Callable[[Release], Path]) -> None:
    modes = {path.stat().st_mode & 0o777 for path in release(RELEASE).rglob("*") if path.is_file()}
    assert modes == {0o444}


def test_what_readers_open_is_the_release_in_force(home: Home, release: Callable[[Release], Path]) -> None:
    release(RELEASE)
    folder = release(LATER)
    assert home.published_file.samefile(folder / "gonghui.duckdb")
    assert releases.in_force(home) == LATER


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without hard links."""

    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("no_links")
def test_without_hard_links_readers_open_a_copy(home: Home, release: Callable[[Release], Path]) -> None:
    folder = release(RELEASE)
    assert not home.published_file.samefile(folder / "gonghui.duckdb")
    assert home.published_file.read_bytes() == (folder / "gonghui.duckdb").read_bytes()
    assert home.published_file.stat().st_mode & 0o777 == 0o444


@pytest.mark.usefixtures("no_links")
def test_a_copy_of_a_release_is_replaced_and_not_moved_aside(
    home: Home, release: Callable[[Release], Path]
) -> None:
    release(RELEASE)
    release(LATER)
    assert [path.name for path in home.warehouse.iterdir()] == ["gonghui.duckdb"]


def test_nothing_but_the_published_file_is_left_beside_it(
    home: Home, release: Callable[[Release], Path]
) -> None:
    release(RELEASE)
    releases.put_in_force(home, RELEASE.release_id)
    assert [path.name for path in home.warehouse.iterdir()] == ["gonghui.duckdb"]


def left_behind(home: Home) -> set[Path]:
    """What a refresh that was killed left behind: a release half written, one half removed, half a copy."""
    folders = {home.releases / f"{begins}20200101T020000-000000" for begins in (".new-", ".old-")}
    for folder in folders:
        (folder / "files").mkdir(parents=True)
        (folder / "files" / "half.parquet").write_bytes(b"half")
    file = home.warehouse / ".gonghui.20200101T020000-000000.tmp"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"half")
    return {*folders, file}


def test_what_was_left_behind_is_cleared_before_a_release_is_written(home: Home) -> None:
    left = left_behind(home)
    with releases.assembled(home, RELEASE):
        assert [path for path in left if path.exists()] == []


def test_what_was_left_behind_is_cleared_where_a_release_is_put_back(
    home: Home, release: Callable[[Release], Path]
) -> None:
    release(RELEASE)
    left = left_behind(home)
    releases.put_in_force(home, RELEASE.release_id)
    assert [path for path in left if path.exists()] == []


def test_a_stale_log_is_not_applied_to_the_new_file(home: Home, release: Callable[[Release], Path]) -> None:
    home.warehouse.mkdir(parents=True)
    stale = home.warehouse / "gonghui.duckdb.wal"
    stale.write_bytes(b"stale")
    release(RELEASE)
    assert not stale.exists()


@pytest.fixture
def disk(home: Home, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is synced and renamed in the home, in turn: a path below it each, of a rename the new one."""
    done: list[str] = []

    def noted(move: Callable[..., None]) -> Callable[..., None]:
        def moved(source: Path, target: Path) -> None:
            move(source, target)
            done.append(f"rename {Path(target).relative_to(home.root)}")

        return moved

    for move in (os.rename, os.replace):
        monkeypatch.setattr(os, move.__name__, noted(move))
    for room in (releases, files):
        monkeypatch.setattr(room, "sync", lambda path: done.append(f"sync {path.relative_to(home.root)}"))
    return done


def test_all_of_a_release_is_on_the_disk_before_its_name_and_that_before_readers_see_it(
    release: Callable[[Release], Path], disk: list[str]
) -> None:
    release(RELEASE)
    new, name = f"releases/.new-{RELEASE.release_id}", f"releases/{RELEASE.release_id}"
    parts = ["", "/files", "/files/verdicts.parquet", "/gonghui.duckdb", "/manifest.json"]
    assert sorted(disk[: len(parts)]) == [f"sync {new}{part}" for part in parts]
    assert disk[len(parts) :] == [
        f"rename {name}",
        "sync releases",
        f"sync warehouse/.gonghui.{RELEASE.release_id}.tmp",
        "rename warehouse/gonghui.duckdb",
        "sync warehouse",
    ]


def test_an_open_reader_keeps_what_it_opened(home: Home, release: Callable[[Release], Path]) -> None:
    release(RELEASE)
    with duckdb.connect(home.published_file, read_only=True) as reader:
        release(LATER)
        assert reader.execute("select release_id from quality.release").fetchall() == [(RELEASE.release_id,)]


def test_a_refused_release_leaves_all_as_it_was(
    home: Home, build_file: Path, release: Callable[[Release], Path]
) -> None:
    release(RELEASE)
    before = everything(home.root)
    with duckdb.connect(build_file) as connection:
        connection.execute("drop table compliance.dim_clauses")
    with pytest.raises(PublishingRefused, match="dim_clauses"):
        release(LATER)
    assert everything(home.root) == before


def test_a_file_that_is_not_what_it_was_is_named(release: Callable[[Release], Path]) -> None:
    folder = release(RELEASE)
    manifest = read_manifest(folder)
    assert releases.damaged(folder, manifest) == []
    (folder / "files" / "verdicts.parquet").unlink()
    assert releases.damaged(folder, manifest) == ["files/verdicts.parquet"]


def test_the_newest_sound_release_of_the_same_inputs_and_month_is_found(
    home: Home, release: Callable[..., Path]
) -> None:
    month = RELEASE.as_of_month
    release(RELEASE)
    release(LATER)
    release(replace(LATER, release_id="20210303T020000-abcdef", as_of_month=date(2021, 1, 1)))
    release(replace(LATER, release_id="20210304T020000-abcdef"), replace(INPUTS, packages={}))
    found = releases.with_inputs(home, month, INPUTS)
    assert found and found.release == LATER


def test_a_release_that_is_not_what_it_was_is_not_renewed(home: Home, release: Callable[..., Path]) -> None:
    release(RELEASE)
    spoilt = release(LATER) / "files" / "verdicts.parquet"
    spoilt.chmod(0o644)
    spoilt.write_bytes(b"something else")
    found = releases.with_inputs(home, RELEASE.as_of_month, INPUTS)
    assert found and found.release == RELEASE


def test_what_cannot_be_removed_fails_no_refresh(
    home: Home, monkeypatch: pytest.MonkeyPatch, said: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("orchestration.refreshing.refresh.prune", refuse)
    tidy(home)
    assert "old releases stay" in said.text and "Permission denied" in said.text


def test_what_somebody_else_put_at_the_published_path_is_moved_aside_log_and_all(
    home: Home, release: Callable[[Release], Path], said: pytest.LogCaptureFixture
) -> None:
    for number in (1, 2):
        home.published_file.unlink(missing_ok=True)
        home.warehouse.mkdir(parents=True, exist_ok=True)
        home.published_file.write_text(f"note {number}")
        home.published_file.with_name("gonghui.duckdb.wal").write_text(f"log {number}")
        release(replace(RELEASE, release_id=f"2021030{number}T020000-000000"))
    kept = {path.name: path.read_text() for path in home.warehouse.glob("*aside*")}
    assert kept == {
        "gonghui.duckdb.aside-1": "note 1",
        "gonghui.duckdb.aside-1.wal": "log 1",
        "gonghui.duckdb.aside-2": "note 2",
        "gonghui.duckdb.aside-2.wal": "log 2",
    }
    assert said.messages == [
        f"{home.published_file} was no release of this home, or damaged: it is now {name}, untouched"
        for name in ("gonghui.duckdb.aside-1", "gonghui.duckdb.aside-2")
    ]


def test_a_link_to_nothing_at_the_published_path_is_moved_aside(
    home: Home, release: Callable[[Release], Path]
) -> None:
    home.warehouse.mkdir(parents=True)
    home.published_file.symlink_to("elsewhere")
    release(RELEASE)
    assert (home.warehouse / "gonghui.duckdb.aside-1").readlink() == Path("elsewhere")
    assert releases.in_force(home) == RELEASE


def test_a_release_that_somebody_has_open_is_replaced_and_not_moved_aside(
    home: Home, release: Callable[[Release], Path]
) -> None:
    release(RELEASE)
    (home.releases / "20210302T010000-000000").mkdir()  # by hand, with nothing in it
    with duckdb.connect(home.published_file):  # read-write: others cannot even look at it
        release(LATER)
    assert [path.name for path in home.warehouse.iterdir()] == ["gonghui.duckdb"]
