"""What `.ci/run` does: lint and tests decide, the verdicts that change are told."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.dbt_runs import CHECKOUT

IDENTITY = ("-c", "user.name=x", "-c", "user.email=x@example.invalid")

MAKE = """#!/bin/sh
echo "made $*"
[ "$1" = "$HANGS" ] && exec sleep 600
[ "$1" != "$FAILS" ]
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the script, and a `make` that says what it is asked for; what $FAILS names, it fails."""
    (tmp_path / "checkout/.ci").mkdir(parents=True)
    shutil.copy(CHECKOUT / ".ci/run", tmp_path / "checkout/.ci/run")
    make = tmp_path / "bin/make"
    make.parent.mkdir()
    make.write_text(MAKE)
    make.chmod(0o755)
    # Nothing is installed for this test: what it would be for is there.
    for name in ("chromium", "lowriter", "pdftotext", "apt-get"):
        (make.parent / name).write_text("#!/bin/sh\n")
        (make.parent / name).chmod(0o755)
    return tmp_path / "checkout"


def commit(checkout: Path, branch: str) -> str:
    """Commit something on a branch, made where it is not there; returns the revision."""

    def git(*arguments: str) -> str:
        ran = subprocess.run(
            ["git", *IDENTITY, *arguments], cwd=checkout, capture_output=True, text=True, check=True
        )
        return ran.stdout.strip()

    if not (checkout / ".git").exists():
        git("init", "-q", "-b", branch)
    elif git("branch", "--show-current") != branch:
        git("switch", "-q", "-c", branch)
    git("commit", "-q", "--allow-empty", "-m", "x")
    return git("rev-parse", "HEAD")


def run(checkout: Path, **environment: str) -> tuple[int, list[str]]:
    """The exit code and the lines of a run."""
    path = f"{checkout.parent / 'bin'}:{os.environ['PATH']}"
    given = {"PATH": path, "FAILS": "", "HANGS": "", "GIT_CEILING_DIRECTORIES": str(checkout.parent)}
    ran = subprocess.run(
        [checkout / ".ci/run"], env=os.environ | given | environment, capture_output=True, text=True
    )
    return ran.returncode, ran.stdout.splitlines()


def bring(checkout: Path, *present: str, exits: int = 0) -> list[str]:
    """What apt-get is asked for on a machine that has the script's own commands and `present`."""
    bare, asked = checkout.parent / "bare", checkout.parent / "asked"
    bare.mkdir()
    for tool in ("bash", "dirname", "git", "timeout"):
        (bare / tool).symlink_to(shutil.which(tool) or tool)
    for tool in ("make", "lowriter", "pdftotext"):
        (bare / tool).symlink_to(checkout.parent / "bin" / tool)
    for tool in present:
        (bare / tool).write_text(f'#!/bin/sh\necho "$*" >> {asked}\nexit {exits}\n')
        (bare / tool).chmod(0o755)
    assert run(checkout, PATH=str(bare))[1][:2] == ["made lint", "made test"]
    return asked.read_text().splitlines() if asked.exists() else []


def test_a_browser_is_brought_where_there_is_none(checkout: Path) -> None:
    [_, install] = bring(checkout, "apt-get")
    assert "install" in install and "chromium" in install.split()


@pytest.mark.parametrize("present", [["apt-get", "chromium"], ["apt-get", "google-chrome"], []])
def test_a_browser_that_is_there_or_cannot_be_had_is_not_brought(checkout: Path, present: list[str]) -> None:
    assert bring(checkout, *present) == []


def test_lint_and_tests_are_run_where_no_browser_can_be_brought(checkout: Path) -> None:
    assert len(bring(checkout, "apt-get", exits=1)) == 1


def test_a_branch_is_compared_with_where_it_left_main(checkout: Path) -> None:
    base = commit(checkout, "main")
    commit(checkout, "change")
    assert run(checkout) == (0, ["made lint", "made test", f"made verdict-diff BASE={base}"])


def test_main_is_compared_with_the_commit_before(checkout: Path) -> None:
    before = commit(checkout, "main")
    commit(checkout, "main")
    assert run(checkout)[1][-1] == f"made verdict-diff BASE={before}"


@pytest.mark.parametrize("branch", [None, "main", "other"])
def test_where_there_is_no_base_it_is_said(checkout: Path, branch: str | None) -> None:
    if branch:
        commit(checkout, branch)
    code, [*_, last] = run(checkout)
    assert (code, last.split(":")[1]) == (0, " no base to compare with")


@pytest.mark.parametrize("what", [{"FAILS": "verdict-diff"}, {"HANGS": "verdict-diff"}])
def test_what_cannot_be_built_fails_no_run_and_is_said(checkout: Path, what: dict[str, str]) -> None:
    commit(checkout, "main")
    commit(checkout, "change")
    code, [*_, last] = run(checkout, VERDICT_DIFF_SECONDS="1", **what)
    assert (code, last.split(":")[1]) == (0, " not told")


@pytest.mark.parametrize(("fails", "made"), [("lint", ["made lint"]), ("test", ["made lint", "made test"])])
def test_lint_and_tests_decide(checkout: Path, fails: str, made: list[str]) -> None:
    assert run(checkout, FAILS=fails) == (1, made)
