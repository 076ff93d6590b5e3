"""What a reviewer of a rule change is told, over real revisions of a copied checkout."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.home import CHECKOUT
from orchestration.maintaining import verdict_diff as command
from tests.checkouts import Seeds, copied_checkout
from tests.commands import Ran


def git(checkout: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a reviewer", "-c", "user.email=reviewer@example.org")
    command = ["git", "-C", checkout, *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def verdict_diff(checkout: Path, *arguments: str) -> Ran:
    process = subprocess.run(
        [sys.executable, "-m", "orchestration.maintaining.verdict_diff", *arguments],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(process.returncode, process.stdout, process.stderr)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with one revision, and a threshold lowered since: 9.2 from 2022 on, 0.9 → 0.8."""
    checkout = copied_checkout(tmp_path_factory.mktemp("repository"))
    shutil.copy(CHECKOUT / ".gitignore", checkout)
    git(checkout, "init", "--quiet")
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "--message", "the rules as they were")
    Seeds(checkout / "seeds" / "reference").edit("thresholds", "9.2,2022,,0.9", "9.2,2022,,0.8")
    return checkout


@pytest.fixture(scope="module")
def lowered(repository: Path) -> Ran:
    return verdict_diff(repository, "HEAD")


def counted(report: str, heading: str) -> set[str]:
    """The requirements that the table under a heading has lines for."""
    [section] = [part for part in report.split("\n\n") if part.startswith(heading)]
    return set(re.findall(r"^(\d\S*) ", section, re.MULTILINE))


def test_a_lowered_threshold_turns_failures_into_passes_of_its_requirement_and_what_derives_from_it(
    lowered: Ran,
) -> None:
    assert lowered.exit_code == 0, lowered.stderr
    assert counted(lowered.stdout, "another status") == {"8.7", "9.2"}
    statuses = re.findall(r"[A-Z_]{4,} \S+  [A-Z_]{4,}", lowered.stdout.split("the same status")[0])
    assert set(statuses) == {"FAIL 未达标  PASS"}


def test_a_lowered_threshold_touches_no_other_requirement(lowered: Ran) -> None:
    headings = [part.split(" (")[0] for part in lowered.stdout.split("\n\n")[1:]]
    assert headings == ["another status", "the same status, other numbers"]
    assert counted(lowered.stdout, "the same status, other numbers") == {"8.7", "9.2"}


def test_a_comparison_leaves_the_repository_as_it_was(repository: Path, lowered: Ran) -> None:
    assert git(repository, "status", "--porcelain") == " M seeds/reference/thresholds.csv\n"
    assert git(repository, "worktree", "list").count("\n") == 1


def test_the_office_s_reference_seeds_stand_in_on_both_sides(repository: Path, tmp_path: Path) -> None:
    shutil.copy(repository / "seeds" / "reference" / "thresholds.csv", tmp_path)
    Seeds(tmp_path).edit("thresholds", "9.2,2022,,0.8", "9.2,2022,,0.7")
    ran = verdict_diff(repository, "HEAD", "--reference", str(tmp_path))
    assert (ran.exit_code, " none of " in ran.stdout) == (0, True), ran.stdout + ran.stderr


@pytest.mark.parametrize("revision", ["no-such-branch", "", "--all"])
def test_an_unknown_revision_exits_2_with_a_sentence(repository: Path, revision: str) -> None:
    ran = verdict_diff(repository, "--", revision)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"there is no revision “{revision}”")


def test_a_home_that_landed_nothing_exits_2_with_a_sentence(repository: Path, tmp_path: Path) -> None:
    ran = verdict_diff(repository, "HEAD", "--home", str(tmp_path))
    assert (ran.exit_code, "nothing is landed in" in ran.stderr) == (2, True)


def test_a_revision_that_git_cannot_give_exits_1_with_what_git_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules.csv").write_text("the rules as they were")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "the rules as they were")
    blob = git(tmp_path, "rev-parse", "HEAD:rules.csv").strip()
    (tmp_path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    monkeypatch.setattr(command, "CHECKOUT", tmp_path)
    assert command.main(["HEAD"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("revision ") and blob in told
