"""What a refresh that was killed leaves behind goes before the next one begins, and nothing else does."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

from orchestration.common.lock import hold
from orchestration.home import Home
from orchestration.refreshing.leftovers import clear

LEFT = (
    "landed/000001",
    "bulletins/.new-2021-02",
    "releases/.new-20210301T020000-abcdef",
    ".inspected-x",
    ".what-if-dead",
    "build/gonghui.duckdb.spill",
)
KEPT = ("build/reference", "releases/20210301T020000-abcdef", "bulletins/2021-02")


def test_what_was_not_finished_goes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for name in (*LEFT, *KEPT):
        (home.root / name).mkdir(parents=True)
        (home.root / name / "file").touch()
    clear(home)
    assert [name for name in LEFT if (home.root / name).exists()] == []
    assert [name for name in KEPT if not (home.root / name / "file").exists()] == []


def test_one_that_compares_beside_is_left_alone_and_one_that_died_is_not(tmp_path: Path) -> None:
    home, alive, dead = Home(tmp_path), Home(tmp_path / ".what-if-alive"), Home(tmp_path / ".what-if-dead")
    dead.root.mkdir()
    dead.lock_file.write_text("999999\n", encoding="ascii")
    with hold(alive.lock_file):
        clear(home)
        assert (alive.root.is_dir(), dead.root.exists()) == (True, False)


@pytest.mark.parametrize("folder", [".inspected-x", ".what-if-dead"])
def test_what_cannot_be_removed_is_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    (tmp_path / folder).mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(os, "rmdir", refuse)
        clear(Home(tmp_path))
    assert (tmp_path / folder).is_dir()


def test_a_home_that_is_new_has_nothing_to_clear(tmp_path: Path) -> None:
    clear(Home(tmp_path / "home"))
    assert not (tmp_path / "home").exists()
