"""Where nothing new has come, a release has the tables and files of the one before, and its own name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from orchestration.publishing import releases
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.publish import renew
from orchestration.publishing.release import read_release
from orchestration.publishing.revised import RevisedVerdict, read_revised
from tests.publishing.small import RELEASE

NEXT = replace(RELEASE, release_id="20210302T020000-abcdef")

REVISED = RevisedVerdict(
    date(2021, 1, 1), "510300", "local", "9.2", "PASS", None, 3, None, 4, None, RELEASE.release_id, "代码"
)


@pytest.fixture
def before(release: Callable[..., Path]) -> Path:
    """The folder of the release before."""
    return release(RELEASE)


def test_a_renewed_release_says_what_it_is(before: Path, home: Home) -> None:
    with releases.assembled(home, NEXT) as folder:
        releases.carry_over(before, folder)
        renew(folder / "gonghui.duckdb", NEXT, [REVISED])
        renewed = read_manifest(before).renewed(NEXT, "4" * 40, folder / "gonghui.duckdb")
        renewed.write(folder)
    folder = home.releases / NEXT.release_id
    assert read_release(folder / "gonghui.duckdb") == NEXT
    assert read_revised(folder / "gonghui.duckdb") == [REVISED]
    assert releases.read_sound(folder) == replace(
        read_manifest(before), release=NEXT, commit="4" * 40, files=renewed.files
    )
    assert read_release(before / "gonghui.duckdb") == RELEASE


@pytest.fixture
def carried(before: Path, tmp_path: Path) -> Path:
    """What was taken over of the release before, and of files beside its own."""
    (before / "a.xlsx").touch()
    (before / "z.xlsx").touch()
    folder = tmp_path / "carried"
    folder.mkdir()
    releases.carry_over(before, folder)
    return folder


def test_all_but_the_manifest_is_taken_over(carried: Path) -> None:
    names = {path.relative_to(carried).as_posix() for path in carried.rglob("*") if path.is_file()}
    assert names == {"gonghui.duckdb", "files/verdicts.parquet", "a.xlsx", "z.xlsx"}


@pytest.mark.parametrize(
    ("name", "is_the_same"),
    [("a.xlsx", True), ("files/verdicts.parquet", True), ("gonghui.duckdb", False), ("z.xlsx", True)],
)
def test_what_is_taken_over_is_the_same_file_but_for_that_which_is_changed(
    before: Path, carried: Path, name: str, is_the_same: bool
) -> None:
    assert (carried / name).samefile(before / name) == is_the_same


def test_where_no_release_was_made_nothing_is_revised(tmp_path: Path) -> None:
    assert read_revised(tmp_path / "gonghui.duckdb") == []


def test_a_file_of_before_there_were_revised_verdicts_has_none(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "gonghui.duckdb") as connection:
        connection.execute("create schema quality")
    assert read_revised(tmp_path / "gonghui.duckdb") == []
