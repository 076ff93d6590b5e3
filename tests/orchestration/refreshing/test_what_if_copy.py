"""Other seeds are tried beside what is built: in a copy, held, with no more built than follows from them."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from orchestration import dbt_build
from orchestration.common.lock import HomeBusy, hold
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed
from orchestration.errors import UsageFault
from orchestration.home import REFERENCE_SEEDS, REFERENCE_VARIABLE, Home
from orchestration.refreshing import leftovers
from orchestration.refreshing.refresh import refresh
from orchestration.refreshing.request import Request
from orchestration.refreshing.what_if import HomeChanged, WhatIf, what_if
from tests.orchestration.refreshing.asked import ruled_anew
from tests.orchestration.refreshing.built import Builds, Node

NOBODY = Watcher()
SELECTED = ["--select", "thresholds+"]
OF_THE_SEEDS = "warning: thresholds.csv"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    return ruled_anew(tmp_path / "own")


@pytest.fixture
def home(tmp_path: Path, builds: Builds) -> Home:
    """A home that has built and published the sample, as of a month in which the small file has verdicts."""
    home = Home(tmp_path / "home")
    refresh(Request.of(str(home.root), as_of="2021-02"), NOBODY)
    builds.selections.clear()
    return home


def warnings(said: pytest.LogCaptureFixture) -> list[str]:
    """What is warned of, each without the line and what it says of it."""
    lines = [each.getMessage() for each in said.records if each.levelname == "WARNING"]
    return [":".join(line.split(":")[:2]) for line in lines]


def tried(home: Home, own: Path, as_of: str | None = "2021-02") -> WhatIf:
    return what_if(home, own, as_of, NOBODY)


@pytest.fixture
def meanwhile(builds: Builds, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Home], object]], None]:
    """Have something done in each build, with the home that it builds in."""

    def during(do: Callable[[Home], object]) -> None:
        def build(there: Home, *asked: Any) -> Iterator[Node]:
            do(there)
            yield from builds.by_dbt(there, *asked)

        monkeypatch.setattr(dbt_build, "build", build)

    return during


def test_what_follows_from_the_seeds_is_built_and_compared_with_what_is_there(
    home: Home, own: Path, builds: Builds, said: pytest.LogCaptureFixture
) -> None:
    builds.edits = ["update compliance.fct_verdicts set status = 'PASS', threshold = 0.5 where gap = 1"]
    found = tried(home, own)
    assert [selection[:2] for selection in builds.selections] == [SELECTED]
    told = str(found).splitlines()
    assert told[1].startswith("  reference seed thresholds.csv  ")
    assert f"now → with {own}, as of 2021-02, sample data: of 4 verdicts 1 change" in told
    program = json.loads(found.as_json())
    assert (program["as_of_month"], program["is_sample"]) == ("2021-02-01", True)
    assert [(each["requirement_id"], each["after"]["status"]) for each in program["changes"]] == [
        ("9.2", "PASS")
    ]
    assert warnings(said) == [OF_THE_SEEDS]
    assert [*home.root.glob(".what-if-*")] == []


def test_where_no_month_is_named_it_is_that_of_the_next_refresh(
    home: Home, own: Path, builds: Builds
) -> None:
    assert str(tried(home, own, None).month) == "2022-12"
    assert [selection[1] for selection in builds.selections] == ["int_as_of_months+", "thresholds+"]


@pytest.mark.parametrize("lost", [lambda home: home.build_reference, lambda home: home.build_audit])
def test_where_nothing_has_passed_both_sides_are_built_whole(
    home: Home, own: Path, builds: Builds, said: pytest.LogCaptureFixture, lost: Callable[[Home], Path]
) -> None:
    lost(home).rename(home.root / "lost")
    assert [cause.name for cause in tried(home, own).difference.causes] == ["thresholds.csv"]
    assert [selection[0] for selection in builds.selections] == ["--exclude", "--select"]
    assert "both sides are built whole" in said.text


def test_what_passed_with_other_tables_than_there_are_is_built_whole(
    home: Home, own: Path, builds: Builds, said: pytest.LogCaptureFixture
) -> None:
    record = json.loads(home.build_audit.read_text(encoding="utf-8"))
    del record["basis"]["nodes"]["waivers"]
    home.build_audit.write_text(json.dumps(record), encoding="utf-8")
    tried(home, own)
    assert [selection[0] for selection in builds.selections] == ["--exclude", "--select"]
    assert "both sides are built whole" in said.text


def test_what_landed_and_was_never_built_is_compared_with_the_seeds_of_the_next_refresh(
    landed: Home, own: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch, said: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(REFERENCE_VARIABLE, str(own))
    found = tried(landed, own)
    assert (found.difference.causes, found.is_sample, len(builds.selections)) == ([], False, 1)
    assert "sample data" not in str(found)
    of_the_seeds, whole = warnings(said)
    assert (of_the_seeds, whole.split(": ")[1]) == (OF_THE_SEEDS, "both sides are built whole")


@pytest.mark.parametrize("spells", [True, False])
def test_what_landed_by_other_codes_is_named(
    landed: Home, own: Path, builds: Builds, said: pytest.LogCaptureFixture, spells: bool
) -> None:
    if spells:
        (own / "spellings.csv").write_text(
            (REFERENCE_SEEDS / "spellings.csv").read_text(encoding="utf-8") + "cadres,,,干部名册\n",
            encoding="utf-8",
        )
    tried(landed, own)
    assert ("codes or spellings are others than when 推广计划 landed" in said.text) is spells


def test_where_nothing_is_there_is_nothing_to_compare(tmp_path: Path, own: Path, builds: Builds) -> None:
    with pytest.raises(UsageFault, match="nothing was landed or published"):
        tried(Home(tmp_path / "none"), own)
    assert not (tmp_path / "none").exists()


def test_beside_a_refresh_nothing_is_copied_and_beside_the_builds_one_may_begin(
    home: Home, own: Path, builds: Builds, meanwhile: Callable[..., None]
) -> None:
    copies: list[tuple[bool, bool, bool]] = []
    for folder in (home.dbt_parse, home.dbt_recorded):
        folder.mkdir(parents=True)
        (folder / "kept").touch()

    def refreshed(there: Home) -> None:
        with hold(home.lock_file):
            leftovers.clear(home)
        kept = (each / "kept" for each in (there.dbt_parse, there.dbt_recorded))
        copies.append((there.root.parent == home.root, *(file.is_file() for file in kept)))

    meanwhile(refreshed)
    tried(home, own)
    assert copies == [(True, True, True)]


def test_a_home_at_work_is_not_copied(home: Home, own: Path, builds: Builds) -> None:
    with home.lock_file.open("w") as file:
        file.write("1\n")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(HomeBusy, match="another refresh"):
            tried(home, own)
    assert builds.selections == []


@pytest.mark.parametrize("status", ["pass", "fail"])
def test_what_changes_meanwhile_makes_it_void(
    home: Home, own: Path, builds: Builds, meanwhile: Callable[..., None], status: str
) -> None:
    builds.nodes = [Node("test of a verdict", status)]
    meanwhile(lambda _: shutil.copy(REFERENCE_SEEDS / "thresholds.csv", own))
    with pytest.raises(HomeChanged) as changed:
        tried(home, own)
    assert changed.value.exit_code == 3


def test_seeds_of_which_no_release_can_be_made_are_told(home: Home, own: Path, builds: Builds) -> None:
    builds.nodes = [Node("test of a verdict", "fail")]
    with pytest.raises(BuildFailed, match="a test failed"):
        tried(home, own)


def test_a_copy_that_cannot_be_removed_takes_the_answer_from_nobody(
    home: Home, own: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "rmdir", refuse)
        assert tried(home, own).is_sample
