"""A small home whose documents are made at once, to see when they are written, and what becomes of them."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.bulletin import documents, site, workbooks
from orchestration.bulletin.issue import Issue
from orchestration.cli import main as cli
from orchestration.home import Home
from tests.bulletin.drafts.made import DOCUMENT


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Documents of one line, no workbook, and a site of one page, made at once: of which releases."""
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
    monkeypatch.setattr(workbooks, "write", lambda *_, **_options: [])
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
