"""A home's releases: each a folder that is written whole and never changes, one of them in force."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from orchestration.common import files
from orchestration.common.logs import logger
from orchestration.home import Home
from orchestration.publishing import releases
from orchestration.publishing.manifest import ManifestUnreadable, read_manifest, verdicts_sha256
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


def test_without_hard_links_readers_open_a_copy(
    home: Home, release: Callable[[Release], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    folder = release(RELEASE)
    assert not home.published_file.samefile(folder / "gonghui.duckdb")
    assert home.published_file.read_bytes() == (folder / "gonghui.duckdb").read_bytes()
    assert home.published_file.stat().st_mode & 0o777 == 0o444


def test_nothing_but_the_published_file_is_left_beside_it(
    home: Home, release: Callable[[Release], Path]
) -> None:
    release(RELEASE)
    releases.put_in_force(home, RELEASE.release_id)
    assert [path.name for path in home.warehouse.iterdir()] == ["gonghui.duckdb"]


def test_what_a_killed_refresh_left_behind_is_cleared(home: Home, release: Callable[[Release], Path]) -> None:
    for folder, name in (
        (home.releases, ".new-20200101T020000-000000"),
        (home.releases, ".old-20200101T020000-000000"),
    ):
        (folder / name / "files").mkdir(parents=True)
        (folder / name / "files" / "half.parquet").write_bytes(b"half")
    home.warehouse.mkdir()
    (home.warehouse / ".gonghui.20200101T020000-000000.tmp").write_bytes(b"half")
    folder = release(RELEASE)
    assert [path.name for path in home.warehouse.iterdir()] == ["gonghui.duckdb"]
    assert [path.name for path in home.releases.iterdir()] == [folder.name]


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


def test_a_manifest_is_read_as_it_was_written(release: Callable[[Release], Path]) -> None:
    folder = release(RELEASE)
    manifest = read_manifest(folder)
    assert (manifest.release, manifest.inputs) == (RELEASE, INPUTS)
    assert manifest.verdict_counts == {"FAIL": 1, "IN_PROGRESS": 1, "NO_DATA": 1}
    assert manifest.files.keys() == {"gonghui.duckdb", "files/verdicts.parquet"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"release": {}}', "null", "\x00"])
def test_a_broken_manifest_is_a_sentence(release: Callable[[Release], Path], text: str) -> None:
    folder = release(RELEASE)
    (folder / "manifest.json").chmod(0o644)
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ManifestUnreadable, match=f"manifest.json of {RELEASE.release_id} is damaged"):
        read_manifest(folder)


def test_a_file_that_is_not_what_it_was_is_named(release: Callable[[Release], Path]) -> None:
    folder = release(RELEASE)
    manifest = read_manifest(folder)
    assert releases.damaged(folder, manifest) == []
    (folder / "files" / "verdicts.parquet").unlink()
    assert releases.damaged(folder, manifest) == ["files/verdicts.parquet"]


def test_the_hash_of_the_verdicts_is_that_of_their_text(release: Callable[[Release], Path]) -> None:
    folder = release(RELEASE)
    with duckdb.connect(folder / "gonghui.duckdb", read_only=True) as connection:
        rows = connection.execute(
            "select columns(*)::varchar from compliance.fct_verdicts order by random()"
        ).fetchall()
        names = [column[0] for column in connection.execute("describe compliance.fct_verdicts").fetchall()]
        lines = ["\t".join("\\N" if cell is None else cell for cell in row) for row in rows]
    text = "\n".join(["\t".join(names), *sorted(lines)])
    assert len(lines) > 1
    assert read_manifest(folder).verdicts_sha256 == sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        "update compliance.fct_verdicts set reason = '' where reason is null",
        "alter table compliance.fct_verdicts rename gap to missing",
    ],
)
def test_other_verdicts_have_another_hash(
    release: Callable[[Release], Path], tmp_path: Path, change: str
) -> None:
    changed = Path(shutil.copyfile(release(RELEASE) / "gonghui.duckdb", tmp_path / "changed.duckdb"))
    before = verdicts_sha256(changed)
    with duckdb.connect(changed) as connection:
        connection.execute(change)
    assert verdicts_sha256(changed) != before


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
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("orchestration.refreshing.refresh.prune", refuse)
    monkeypatch.setattr(logger, "propagate", True)
    tidy(home)
    assert "old releases stay" in caplog.text and "Permission denied" in caplog.text


def test_ids_go_on_sorting_where_the_clock_was_set_back(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logger, "propagate", True)
    (home.releases / "20991231T235959-000000").mkdir(parents=True)
    (home.releases / "lost+found").mkdir()
    following = releases.following(home, RELEASE.as_of_month, is_sample=False)
    assert following.release_id == "20991231T235959-000001"
    assert following.published_at.year < 2099
    assert "set it right" in caplog.text


def test_what_somebody_else_put_at_the_published_path_is_moved_aside_log_and_all(
    home: Home, release: Callable[[Release], Path]
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


def test_a_release_that_somebody_has_open_is_replaced_and_not_moved_aside(
    home: Home, release: Callable[[Release], Path]
) -> None:
    release(RELEASE)
    with duckdb.connect(home.published_file):  # read-write: others cannot even look at it
        release(LATER)
    assert [path.name for path in home.warehouse.iterdir()] == ["gonghui.duckdb"]
