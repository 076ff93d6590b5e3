"""What other seeds would change is what a release with them changes; and nothing of a home is touched."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from orchestration.common.files import sha256
from orchestration.common.watcher import Watcher
from orchestration.explaining.tell import difference
from orchestration.home import Home
from orchestration.publishing.releases import folders, in_force
from orchestration.refreshing.refresh import refresh
from orchestration.refreshing.request import Request
from orchestration.refreshing.what_if import WhatIf, what_if
from tests.orchestration.refreshing.asked import Recorder, ruled_anew

BUILT, ASKED = "2022-11", "2022-12"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ruled_anew(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def home(sample_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with releases of two months, the earlier one built last."""
    home = Home(tmp_path_factory.mktemp("what_if") / "home")
    shutil.copytree(sample_home.root, home.root, symlinks=True)
    assert f"{in_force(home).as_of_month:%Y-%m}" == ASKED
    refresh(Request.of(str(home.root), as_of=BUILT), Watcher())
    return home


def files(home: Home) -> dict[Path, tuple[str, int]]:
    """Every file of the home, and when it was written."""
    return {
        path: (sha256(path), path.stat().st_mtime_ns)
        for path in home.root.rglob("*")
        if path.is_file() and path != home.lock_file
    }


@pytest.fixture(scope="module")
def untouched(home: Home) -> dict[Path, tuple[str, int]]:
    return files(home)


@pytest.fixture(scope="module")
def started() -> Recorder:
    return Recorder()


@pytest.fixture(scope="module")
def tried(home: Home, own: Path, untouched: dict, started: Recorder) -> WhatIf:
    return what_if(home, own, ASKED, started)


def test_nothing_of_the_home_is_touched(home: Home, untouched: dict, tried: WhatIf) -> None:
    assert files(home) == untouched
    assert list(home.root.glob(".what-if-*")) == []


def test_only_what_follows_from_the_month_and_the_seeds_is_built(tried: WhatIf, started: Recorder) -> None:
    assert {node for node in started.nodes if node.startswith("seed")} == {"seed thresholds"}
    assert "model fct_verdicts" in started.nodes and "model dim_clauses" not in started.nodes


def test_a_program_is_told_every_verdict_with_both_its_sides(tried: WhatIf) -> None:
    told = json.loads(tried.as_json())
    assert (told["as_of_month"], told["is_sample"]) == ("2022-12-01", True)
    assert [each["name"] for each in told["inputs"]] == ["thresholds.csv"]
    assert told["verdicts"] > len(told["changes"]) == len(tried.difference.comparison.changes) > 0
    changed = [each for each in told["changes"] if each["requirement_id"] == "9.2"]
    assert {(each["before"]["threshold"], each["after"]["threshold"]) for each in changed} == {(0.9, 0.8)}
    assert Counter(each["before"]["status"] for each in changed if each["kind"] == "status").keys() == {
        "FAIL"
    }
    assert {cause for each in told["changes"] for cause in each["causes"]} == {"参考数据 thresholds.csv"}


def test_it_is_what_two_releases_made_so_differ_in(home: Home, own: Path, tried: WhatIf) -> None:
    """Of the one with the other seeds, every table is built anew."""
    [of_asked] = [folder.name for folder in folders(home) if '"2022-12-01"' in manifest(folder)]
    home.build_audit.unlink()
    refresh(Request.of(str(home.root), as_of=ASKED, seeds=str(own)), Watcher())
    released = folders(home)[0].name
    assert of_asked != released
    told = difference(home, of_asked, released)
    heading = f"now → with {own}, as of {ASKED}, sample data"
    assert str(tried) == told.replace(f"{of_asked} → {released}", heading)


def manifest(folder: Path) -> str:
    return (folder / "manifest.json").read_text(encoding="utf-8")
