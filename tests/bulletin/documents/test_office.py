"""Another program opens the documents and prints them: as many pages as there should be, none torn."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import docx
import duckdb
import pytest

from tests.bulletin.documents.reading import MONTH

WRITER = shutil.which("lowriter") or shutil.which("swriter")
BOXES = shutil.which("pdftotext")
A_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
A_BOX = re.compile(
    r'<(page|word) (?:width|xMin)="([\d.-]+)" (?:height|yMin)="([\d.-]+)"'
    r'(?: xMax="([\d.-]+)" yMax="([\d.-]+)")?>'
)
A_MM = 72 / 25.4

pytestmark = pytest.mark.skipif(
    (WRITER is None or BOXES is None) and os.environ.get("CI") != "true",
    reason="LibreOffice Writer, or pdftotext, is not installed",
)


@pytest.fixture(scope="module")
def printed(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents, and three sheets, as PDF."""
    assert WRITER and BOXES, "CI has no LibreOffice Writer or no pdftotext: .ci/run installs them"
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


def _outside(path: Path, margin: float) -> list[str]:
    """The words that stand where no text may: nearer to a side than `margin` points, or off the page."""
    told = subprocess.run([str(BOXES), "-bbox", str(path), "-"], check=True, capture_output=True, text=True)
    found, width, height = [], 0.0, 0.0
    for kind, *numbers in A_BOX.findall(told.stdout):
        left, top, right, bottom = (float(number or 0) for number in numbers)
        if kind == "page":
            width, height = left, top
        elif left < margin or right > width - margin or top < 0 or bottom > height:
            found.append(f"{path.name}: {numbers} on {width:.0f} x {height:.0f}")
    assert width, f"{path.name} has no page"
    return found


def test_no_text_stands_in_a_margin(printed: Path, written: Path) -> None:
    beyond = []
    for document in written.rglob("*.docx"):
        if (path := printed / f"{document.stem}.pdf").exists():
            sides = [(each.left_margin, each.right_margin) for each in docx.Document(str(document)).sections]
            beyond += _outside(path, min(min(each) for each in sides).pt - A_MM)
    assert beyond == []
