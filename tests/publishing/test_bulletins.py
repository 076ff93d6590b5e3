"""The folders of the bulletins and their records: what counts as one, what is wrong with it, when it goes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orchestration.common.files import hashes
from orchestration.home import Home
from orchestration.publishing import bulletins
from orchestration.publishing.bulletins import Drafts, Issued
from tests.publishing.small import RELEASE

MONTH, DOCUMENT = "2021-02", "情况通报_2021-02.docx"
DRAFTS = Drafts(RELEASE.release_id, RELEASE.as_of_month, "1" * 64, {}, {})
ISSUED = Issued(
    "川工办通〔2021〕3号", date(2021, 3, 8), RELEASE.as_of_month, RELEASE.release_id, (), None, (), {}
)


def drafts_in(folder: Path) -> Path:
    """A folder with a document and what tells that it was written there."""
    folder.mkdir(parents=True)
    document = folder / DOCUMENT
    document.write_text("a document", encoding="utf-8")
    bulletins.record(folder, replace(DRAFTS, files=hashes(folder, [document])))
    return folder


def test_the_documents_that_are_one_for_all_lie_beside_each_other() -> None:
    names = [DOCUMENT, "site/index.html", "drafts.txt", "sheets/510300.docx"]
    assert replace(DRAFTS, files=dict.fromkeys(names, "1" * 64)).documents == [DOCUMENT]


def test_a_record_can_be_read_by_people(tmp_path: Path) -> None:
    bulletins.record(tmp_path, replace(ISSUED, changes=("一处更正。",)))
    assert (tmp_path / "issued.json").read_text(encoding="utf-8").splitlines() == [
        "{",
        '  "number": "川工办通〔2021〕3号",',
        '  "issued_on": "2021-03-08",',
        '  "as_of_month": "2021-02-01",',
        f'  "release_id": "{RELEASE.release_id}",',
        '  "accepted": [],',
        '  "corrects": null,',
        '  "changes": [',
        '    "一处更正。"',
        "  ],",
        '  "files": {}',
        "}",
    ]


def test_issues_are_the_folders_that_are_whole_by_month_and_number(home: Home) -> None:
    issued = home.bulletins / "issued"
    for name in ("2021-02_b", ".new-2021-02_c", "2021-02_a", "2020-12_z"):
        (issued / name).mkdir(parents=True)
    (issued / "说明.txt").touch()
    assert [folder.name for folder in bulletins.issued_folders(home)] == [
        "2020-12_z",
        "2021-02_a",
        "2021-02_b",
    ]


def test_a_record_that_the_system_does_not_open_says_which_and_why(home: Home) -> None:
    record = home.bulletins / "issued" / f"{MONTH}_{ISSUED.number}" / "issued.json"
    record.mkdir(parents=True)
    assert bulletins.faults_of_issued(home) == [f"{record} cannot be opened (Is a directory)"]


def test_what_a_killed_writer_left_is_no_part_of_what_is_written_next(home: Home) -> None:
    (home.bulletins / f".new-{MONTH}").mkdir(parents=True)
    (home.bulletins / f".new-{MONTH}" / "half.docx").touch()
    with bulletins.being_written(home.bulletins / MONTH) as new:
        assert [*new.iterdir()] == []


def test_drafts_are_current_where_they_follow_from_the_same_alone(
    home: Home, release: Callable[..., Path]
) -> None:
    release(RELEASE)
    folder = home.bulletins / MONTH
    folder.mkdir(parents=True)
    found = {}
    for digest in ("0" * 64, bulletins.follows_from(home, RELEASE), "f" * 64):
        bulletins.record(folder, replace(DRAFTS, follows_from=digest))
        found[digest] = bulletins.drafts_of(home, RELEASE)
    assert [*found.values()] == [None, folder, None]


@pytest.mark.parametrize(
    ("people", "stays"),
    [
        (lambda folder: None, False),
        (lambda folder: (folder / DOCUMENT).write_text("written over", encoding="utf-8"), True),
        (lambda folder: (folder / "附函.docx").touch(), True),
        (lambda folder: (folder / "drafts.json").unlink(), True),
    ],
)
def test_drafts_of_an_old_month_go_unless_people_had_a_hand_in_them(
    home: Home, people: Callable[[Path], object], stays: bool
) -> None:
    folder = drafts_in(home.bulletins / MONTH)
    people(folder)
    bulletins.prune(home, months=0)
    assert folder.exists() is stays


def test_drafts_of_the_release_in_force_stay_however_old(home: Home, release: Callable[..., Path]) -> None:
    release(RELEASE)
    for month in ("2021-01", MONTH, "2021-03", "2021-04"):
        drafts_in(home.bulletins / month)
    bulletins.prune(home, months=1)
    assert sorted(folder.name for folder in home.bulletins.iterdir()) == [MONTH, "2021-04"]
