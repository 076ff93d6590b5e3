"""Drafts lie in a home whole, of what is published, and are written no more often than they need be."""

import errno
import io
import json
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.bulletin import documents, site, workbooks
from orchestration.bulletin.templates import SHIPPED
from orchestration.cli import main as cli
from orchestration.common.lock import hold
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.operating.status import status
from orchestration.operating.status_screen import screen
from orchestration.publishing import bulletins, releases
from orchestration.publishing.pruning import Retention, prune
from orchestration.refreshing.documents import DocumentsFailed, caught_up
from tests.bulletin.drafts.made import DOCUMENT, MONTH, overwrite
from tests.commands import gonghui
from tests.publishing.small import INPUTS, RELEASE

pytestmark = pytest.mark.usefixtures("written")

Write = Callable[..., Path]

NEXT = replace(RELEASE, release_id="20210302T020000-fedcba", published_at=datetime(2021, 3, 2, 2))
OTHER_INPUTS = replace(INPUTS, reference_seeds={"thresholds.csv": "9" * 64})


@pytest.fixture
def folder(home: Home, release: Write) -> Path:
    """The drafts of a release that is in force."""
    release(RELEASE)
    assert caught_up(home, None)
    return home.bulletins / MONTH


def told(folder: Path) -> set[str]:
    """Of which releases the files of a folder are: one, where it is whole."""
    return {path.read_text("utf-8") for path in (folder / DOCUMENT, folder / "site" / "index.html")}


def test_the_release_in_force_has_drafts_in_the_folder_of_its_month(folder: Path) -> None:
    assert told(folder) == {RELEASE.release_id}
    assert {path.name for path in folder.iterdir()} == {DOCUMENT, "site", "drafts.json"}


def test_nothing_new_has_nothing_written(
    folder: Path, home: Home, release: Write, written: list[str]
) -> None:
    release(NEXT)
    assert not caught_up(home, None)
    assert written == [RELEASE.release_id]


def test_other_tables_have_drafts_written_anew(folder: Path, home: Home, release: Write) -> None:
    release(NEXT, OTHER_INPUTS)
    assert caught_up(home, None)
    assert told(folder) == {NEXT.release_id}


def test_drafts_that_name_a_release_that_is_gone_are_written_anew(
    folder: Path, home: Home, release: Write
) -> None:
    release(NEXT)
    shutil.rmtree(home.releases / RELEASE.release_id)
    assert caught_up(home, None)
    assert told(folder) == {NEXT.release_id}


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda folder: (folder / DOCUMENT).unlink(),
        lambda folder: overwrite(folder / "site" / "index.html", ""),
        lambda folder: overwrite(folder / "drafts.json", "{"),
        shutil.rmtree,
    ],
)
def test_what_is_missing_or_damaged_is_written_anew(
    folder: Path, home: Home, spoilt: Callable[[Path], None]
) -> None:
    spoilt(folder)
    assert caught_up(home, None)
    assert told(folder) == {RELEASE.release_id}
    assert {path.name for path in folder.iterdir()} == {DOCUMENT, "site", "drafts.json"}


def test_another_template_of_the_office_has_them_written_anew(
    folder: Path, home: Home, tmp_path: Path
) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "情况通报.docx").write_bytes(b"one")
    assert caught_up(home, templates)
    assert not caught_up(home, templates)
    (templates / "情况通报.docx").write_bytes(b"other")
    assert caught_up(home, templates)


def test_what_people_put_there_or_changed_stays(
    folder: Path, home: Home, release: Write, caplog: pytest.LogCaptureFixture
) -> None:
    overwrite(folder / DOCUMENT, "written over in Word")
    (folder / "附函.docx").write_text("people's own", encoding="utf-8")
    overwrite(folder / "site" / "index.html", "damaged")
    release(NEXT, OTHER_INPUTS)
    assert caught_up(home, None)
    changed = folder / f"情况通报_{MONTH}（改动1）.docx"
    assert (told(folder), changed.read_text("utf-8")) == ({NEXT.release_id}, "written over in Word")
    assert (folder / "附函.docx").read_text("utf-8") == "people's own"
    assert [path.name for path in (folder / "site").iterdir()] == ["index.html"]
    assert f"what it was is now {changed.name}" in caplog.text


FAILURES = [
    (OSError(errno.ENOSPC, "No space left on device"), "the disk is full: free some space"),
    (
        PermissionError(13, "Permission denied", "情况通报.docx"),
        "the system refused: 情况通报.docx: Permission",
    ),
    (UsageFault("情况通报.docx：不认识的占位符“总数”"), "不认识的占位符“总数”"),
    (ZeroDivisionError("a value"), "unexpected ZeroDivisionError at tests"),
]


@pytest.mark.parametrize(("error", "sentence"), FAILURES, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("writer", [documents, workbooks, site])
def test_a_failure_leaves_the_drafts_of_before_and_says_what_to_do(
    folder: Path,
    home: Home,
    release: Write,
    monkeypatch: pytest.MonkeyPatch,
    writer: object,
    error: Exception,
    sentence: str,
) -> None:
    def fail(*_: object) -> None:
        raise error

    release(NEXT, OTHER_INPUTS)
    with (
        monkeypatch.context() as patched,
        pytest.raises(DocumentsFailed, match="the release stands") as failure,
    ):
        patched.setattr(writer, "write", fail)
        caught_up(home, None)
    said = "\n".join(failure.value.lines)
    assert sentence.removesuffix(" at tests") in said and str(folder) in said
    assert "the release stands" in said and "nothing was published" not in said
    assert (told(folder), {path.name for path in home.bulletins.iterdir()}) == ({RELEASE.release_id}, {MONTH})
    assert caught_up(home, None)
    assert told(folder) == {NEXT.release_id}


def test_a_kill_in_the_midst_leaves_the_drafts_of_before(
    folder: Path, home: Home, release: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(NEXT, OTHER_INPUTS)
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(site, "write", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        caught_up(home, None)
    _, how = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(how) == -signal.SIGKILL
    assert told(folder) == {RELEASE.release_id}
    assert {path.name for path in home.bulletins.iterdir()} == {MONTH, f".new-{MONTH}"}
    bulletins.clear(home)
    assert {path.name for path in home.bulletins.iterdir()} == {MONTH}
    assert caught_up(home, None)
    assert told(folder) == {NEXT.release_id}


@pytest.mark.parametrize(("months", "releases_written"), [("0", []), ("1", [RELEASE.release_id])])
def test_where_no_months_are_kept_none_is_written(
    home: Home,
    release: Write,
    monkeypatch: pytest.MonkeyPatch,
    written: list[str],
    months: str,
    releases_written: list[str],
) -> None:
    monkeypatch.setenv("GONGHUI_BULLETIN_MONTHS", months)
    release(RELEASE)
    assert caught_up(home, None) is bool(releases_written)
    assert written == releases_written


def test_drafts_of_the_newest_months_are_kept_and_what_people_put_beside_old_ones(
    folder: Path, home: Home, release: Write
) -> None:
    for number, month in enumerate([3, 4, 5], 4):
        of = replace(RELEASE, release_id=f"2021{number:02}01T020000-000000", as_of_month=date(2021, month, 1))
        release(of, replace(INPUTS, packages={"duckdb": f"{number}"}))
        caught_up(home, None)
    (folder / "附函.docx").touch()
    prune(home, Retention(days=100_000, months=0, bulletins=2))
    assert {path.name for path in home.bulletins.iterdir()} == {MONTH, "2021-04", "2021-05"}


def test_drafts_of_an_earlier_release_lie_by_its_id_as_long_as_it_does(
    folder: Path, home: Home, release: Write, run: Callable[..., str]
) -> None:
    release(NEXT, OTHER_INPUTS)
    caught_up(home, None)
    asked = home.bulletins / f"{MONTH}_{RELEASE.release_id}"
    assert str(asked) in run("bulletin", "--release", "abcdef")
    assert (told(asked), told(folder)) == ({RELEASE.release_id}, {NEXT.release_id})
    assert f"drafts: {asked}" in run("releases", "show", "abcdef")
    prune(home, Retention(days=0, months=1, bulletins=12))
    assert {path.name for path in home.bulletins.iterdir()} == {MONTH}


def test_the_command_writes_them_whatever_lies_there(
    folder: Path, run: Callable[..., str], written: list[str]
) -> None:
    assert str(folder) in run("bulletin")
    assert written == [RELEASE.release_id] * 2


def test_the_command_writes_them_by_the_office_s_own_templates(
    folder: Path, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(_published: Path, _into: Path, templates: Path | None = None, *_: object) -> None:
        raise UsageFault(f"by the templates in {templates}")

    templates = tmp_path / "own" / "templates"
    templates.mkdir(parents=True)
    monkeypatch.setattr(documents, "write", fail)
    assert f"by the templates in {templates}" in run(
        "bulletin", "--reference", str(templates.parent), fails=1
    )


def test_a_template_is_tried_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound, none = SHIPPED / "情况通报.docx", tmp_path / "情况通报.docx"
    none.write_bytes(b"no document")
    assert cli.main(["bulletin", "check-template", str(sound)]) == 0
    assert capsys.readouterr().out.startswith(f"{sound} can be filled in")
    assert cli.main(["bulletin", "check-template", str(none)]) == 2


def test_the_command_fails_with_the_sentence_and_exit_code_1(
    folder: Path, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise UsageFault("情况通报.docx：不是 Word 文档")

    monkeypatch.setattr(documents, "write", fail)
    assert "不是 Word 文档" in run("bulletin", fails=1)


@pytest.mark.usefixtures("nobody_listens_yet")
@pytest.mark.parametrize(
    ("action", "fails"),
    [((), 1), (("issue", MONTH, "--number", "川工办通〔2021〕3号", "--date", "2021-03-08"), 2)],
)
def test_the_command_tells_who_died_in_the_home_before(
    folder: Path,
    home: Home,
    run: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    action: tuple[str, ...],
    fails: int,
) -> None:
    def fail(*_: object) -> None:
        raise UsageFault("no template")

    monkeypatch.setattr(documents, "write", fail)
    home.lock_file.write_text("999999\n", encoding="ascii")
    assert "the last refresh (process 999999) died" in run("bulletin", *action, fails=fails)


def test_the_command_waits_for_no_refresh_at_work(folder: Path, home: Home) -> None:
    with hold(home.lock_file):
        assert gonghui("bulletin", "--home", home.root).exit_code == 3


def test_without_a_release_the_command_says_what_to_do(run: Callable[..., str], home: Home) -> None:
    assert "run gonghui refresh first" in run("bulletin", fails=2)
    assert not home.root.exists()


def test_a_damaged_release_gets_no_documents(folder: Path, home: Home, run: Callable[..., str]) -> None:
    overwrite(home.releases / RELEASE.release_id / "files" / "verdicts.parquet", "damaged")
    assert f"{RELEASE.release_id} is damaged" in run("bulletin", "--release", "abcdef", fails=2)


def test_a_restored_release_has_its_drafts_back(
    folder: Path, home: Home, release: Write, run: Callable[..., str]
) -> None:
    release(NEXT, OTHER_INPUTS)
    caught_up(home, None)
    run("releases", "restore", "abcdef")
    assert (releases.in_force(home), told(folder)) == (RELEASE, {RELEASE.release_id})


def test_status_and_the_release_know_where_they_lie(
    folder: Path, home: Home, run: Callable[..., str]
) -> None:
    found = json.loads(status(home).as_json())["bulletins"]
    assert (found["folder"], found["release_id"], found["documents"], found["are_current"]) == (
        str(folder),
        RELEASE.release_id,
        [DOCUMENT],
        True,
    )
    assert f"drafts: {folder}" in run("releases", "show", "abcdef").splitlines()
    told = json.loads(run("releases", "show", "abcdef", "--json"))
    assert told["bulletins"] == {"drafts": str(folder), "issued": []}


@pytest.mark.parametrize(
    ("spoil", "months", "said"),
    [
        (shutil.rmtree, "1", "none: the next refresh writes them"),
        (lambda folder: (folder / DOCUMENT).unlink(), "12", "older or damaged: the next refresh writes them"),
        (shutil.rmtree, "0", "GONGHUI_BULLETIN_MONTHS=0"),
    ],
)
def test_the_screen_says_what_becomes_of_drafts_that_are_not_there(
    folder: Path,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Path], None],
    months: str,
    said: str,
) -> None:
    spoil(folder)
    monkeypatch.setenv("GONGHUI_BULLETIN_MONTHS", months)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(screen(status(home)))
    assert said in console.export_text()
