"""A small home whose documents are made at once, to see when they are written, and what becomes of them."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import pytest

from orchestration.bulletin import documents, site
from orchestration.bulletin.issue import Issue
from orchestration.cli import main as cli
from orchestration.home import Home
from tests.bulletin.drafts.made import DOCUMENT
from tests.publishing.small import put_in_force


@pytest.fixture
def build_file(tmp_path: Path, built_once: Path) -> Path:
    """What dbt would have built."""
    return shutil.copy(built_once, tmp_path / "build.duckdb")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which nothing was published yet."""
    return Home(tmp_path / "home")


@pytest.fixture
def release(build_file: Path, home: Home) -> Callable[..., Path]:
    """Write a release of what is built, following from some inputs, and put it in force."""
    return partial(put_in_force, home, build_file)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Documents of one line, and a site of one page, made at once: of which releases they were written."""
    made: list[str] = []

    def write(
        published: Path, into: Path, templates: Path | None = None, issue: Issue | None = None
    ) -> list[Path]:
        with duckdb.connect(published, read_only=True) as connection:
            [(release_id,)] = connection.execute("select release_id from quality.release").fetchall()
        made.append(release_id)
        said = [release_id, *([issue.number, str(issue.issued_on), *issue.changes] if issue else [])]
        (into / DOCUMENT).write_text("\n".join(said), encoding="utf-8")
        if issue:
            (into / "sheets").mkdir()
        return [into / DOCUMENT]

    def write_site(published: Path, into: Path) -> Path:
        into.mkdir()
        (into / "index.html").write_text(made[-1], encoding="utf-8")
        return into / "index.html"

    monkeypatch.setenv("GONGHUI_BULLETIN_MONTHS", "12")
    monkeypatch.setattr(documents, "write", write)
    monkeypatch.setattr(site, "write", write_site)
    return made


@pytest.fixture
def run(home: Home, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command over the home; returns what it says, be it an answer or, with `fails`, a refusal."""

    def ran(*arguments: str, fails: int = 0) -> str:
        code = cli.main([*arguments, "--home", str(home.root)])
        said = capsys.readouterr()
        assert code == fails, said.err
        assert "Traceback" not in said.err
        return said.err if fails else said.out

    return ran
