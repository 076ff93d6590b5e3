"""Another program opens the documents and prints them: as many pages as there should be, none torn."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.bulletin.documents.reading import MONTH

WRITER = shutil.which("lowriter") or shutil.which("swriter")
A_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")

pytestmark = pytest.mark.skipif(
    WRITER is None and os.environ.get("CI") != "true", reason="LibreOffice Writer is not installed"
)


@pytest.fixture(scope="module")
def printed(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents, and three sheets, as PDF."""
    assert WRITER, "CI has no LibreOffice Writer: .ci/run installs it"
    folder = tmp_path_factory.mktemp("printed")
    sheets = sorted((written / f"单位反馈单_{MONTH}").glob("*_51[013]*.docx"))[:3]
    subprocess.run(
        [
            *(WRITER, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"),
            *("--convert-to", "pdf", "--outdir", str(folder)),
            *map(str, [*sorted(written.glob("*.docx")), *sheets]),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
    return folder


def _pages(path: Path) -> int:
    return len(A_PAGE.findall(path.read_bytes()))


def test_each_department_has_one_page(printed: Path, published: Path) -> None:
    with duckdb.connect(published, read_only=True) as connection:
        [(departments,)] = connection.execute(
            f"select count(*) from compliance.rpt_department_assessment where as_of_month = date '{MONTH}-01'"
        ).fetchall()
    assert _pages(printed / f"目标考核_{MONTH}.pdf") == departments


def test_a_sheet_has_one_page(printed: Path) -> None:
    pages = {path.name: _pages(path) for path in printed.glob("*_51*.pdf")}
    assert len(pages) == 3
    assert set(pages.values()) == {1}


def test_the_bulletin_is_no_longer_than_somebody_reads(printed: Path) -> None:
    # Some 14 pages of text, then five annexes, then the imprint.
    assert 20 <= _pages(printed / f"情况通报_{MONTH}.pdf") <= 32
