"""What one writing of drafts leaves: the release asked for, read-only, and beside it all that people made."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.bulletin.drafts import write
from orchestration.home import Home
from orchestration.publishing.release import Release
from tests.bulletin.drafts.made import DOCUMENT, MONTH, overwrite
from tests.publishing.small import RELEASE

pytestmark = pytest.mark.usefixtures("written")

NEXT = replace(RELEASE, release_id="20210302T020000-fedcba", published_at=datetime(2021, 3, 2, 2))


def stored(path: Path, release: Release) -> None:
    """Write a published file that holds nothing but what release it is."""
    path.parent.mkdir(parents=True)
    with duckdb.connect(path) as connection:
        connection.execute("create schema quality")
        release.write(connection)


@pytest.fixture
def in_force(home: Home) -> Release:
    """The release that readers see, whose folder somebody has removed."""
    stored(home.published_file, NEXT)
    return NEXT


@pytest.fixture
def folder(home: Home, in_force: Release) -> Path:
    """Its drafts."""
    return write(home, in_force, None)


def test_the_release_in_force_is_written_from_what_readers_see(home: Home, folder: Path) -> None:
    assert folder == home.bulletins / MONTH
    assert (folder / DOCUMENT).read_text("utf-8") == NEXT.release_id


def test_another_release_is_written_from_its_own_file(home: Home, in_force: Release) -> None:
    stored(home.releases / RELEASE.release_id / "gonghui.duckdb", RELEASE)
    folder = write(home, RELEASE, None)
    assert folder == home.bulletins / f"{MONTH}_{RELEASE.release_id}"
    assert (folder / DOCUMENT).read_text("utf-8") == RELEASE.release_id


@pytest.mark.parametrize("name", [DOCUMENT, "site/index.html", "drafts.json"])
def test_nobody_writes_into_a_draft_by_mistake(folder: Path, name: str) -> None:
    assert (folder / name).stat().st_mode & 0o222 == 0


# The digest of the one comes before that of the document, the digest of the other after it.
@pytest.mark.parametrize("text", ["signed", "reworded"])
def test_a_changed_document_stays_beside_the_new_one_whatever_it_says(
    home: Home, folder: Path, text: str
) -> None:
    overwrite(folder / DOCUMENT, text)
    write(home, NEXT, None)
    assert (folder / f"情况通报_{MONTH}（改动1）.docx").read_text("utf-8") == text
    assert (folder / DOCUMENT).read_text("utf-8") == NEXT.release_id


@pytest.mark.parametrize("name", ["附函.docx", "附件/附函.docx", "附件/一/附函.docx"])
def test_what_people_put_there_stays_however_deep(home: Home, folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("people's own", encoding="utf-8")
    write(home, NEXT, None)
    assert (folder / name).read_text("utf-8") == "people's own"
