"""No disk, no place, or a kill while documents are written: the release stands, drafts are whole."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.common.files import changed
from orchestration.home import Home
from orchestration.publishing.bulletins import NEW, read_drafts
from tests.faults.office import Office
from tests.faults.test_resources import FullFrom

WRITTEN = {"GONGHUI_BULLETIN_MONTHS": "12"}
MONTH = "2020-03"


@pytest.fixture(scope="module")
def documented_once(home_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home with documents of the release in force, which is that of inbox 2."""
    folder = tmp_path_factory.mktemp("documented")
    shutil.copytree(home_once, folder / "home", symlinks=True)
    office = Office(folder / "home", folder / "inbox")
    office.put(2)
    ended = office.refresh(environment=WRITTEN)
    assert ended.exit_code == 0, ended.stderr
    return office.home


@pytest.fixture
def office(documented_once: Path, tmp_path: Path) -> Office:
    """A copy of that home, on the same disk."""
    shutil.copytree(documented_once, tmp_path / "home", symlinks=True)
    return Office(tmp_path / "home", tmp_path / "inbox")


def whole(office: Office) -> str:
    """The release that the drafts are of, each file of which is what was written; AssertionError else."""
    folder = Home(office.home).bulletins / MONTH
    drafts = read_drafts(folder)
    assert drafts and changed(folder, drafts.files) == []
    return drafts.release_id


@pytest.mark.parametrize(
    ("step", "free"),
    [
        ("bulletin.documents.write", 0),
        ("bulletin.workbooks.write", 4 << 10),
        ("bulletin.site.write", 64 << 10),
    ],
)
def test_a_disk_that_is_full_while_documents_are_written(
    office: Office, mounted: Callable[[str], bool], step: str, free: int
) -> None:
    disk = office.inbox.with_name("disk")
    if mounted("size=1g"):
        shutil.copytree(office.home, disk / "home", symlinks=True)
        office = replace(office, home=disk / "home")
    before, drafts = office.seen(), whole(office)
    office.put(1)
    ended = office.refresh(environment=WRITTEN, before=FullFrom(step, free, disk))
    assert ended.exit_code == 1, ended.stderr
    assert "the disk is full" in ended.stderr and "the release stands" in ended.stderr, ended.stderr
    assert (office.seen().number, whole(office)) == (1, drafts)
    assert office.seen().release_id > before.release_id
    if disk.is_mount():
        assert mounted("size=1g")
    ended = office.refresh(environment=WRITTEN)
    assert ended.exit_code == 0, ended.stderr
    assert whole(office) > drafts


def test_a_folder_that_nobody_may_write_in(office: Office) -> None:
    bulletins = office.home / "bulletins"
    drafts = whole(office)
    kept = bulletins.rename(bulletins.with_name("kept"))
    bulletins.write_text("a file where the folder is to be", encoding="utf-8")
    office.put(1)
    ended = office.refresh(environment=WRITTEN)
    assert (ended.exit_code, office.seen().number) == (1, 1), ended.stderr
    assert "the system refused" in ended.stderr and "the release stands" in ended.stderr, ended.stderr
    bulletins.unlink()
    kept.rename(bulletins)
    assert whole(office) == drafts
    assert office.refresh(environment=WRITTEN).exit_code == 0
    assert whole(office) > drafts


@pytest.mark.parametrize("whole_process", [True, False])
def test_a_kill_while_documents_are_written(office: Office, whole_process: bool) -> None:
    drafts = whole(office)
    office.put(1)
    running = office.start(environment=WRITTEN)
    running.run_until((office.home / "bulletins" / f"{NEW}{MONTH}").exists)
    code = running.kill() if whole_process else (running.cut_off() and running.tell())
    assert code in (-9, 1), running.stderr
    assert (office.seen().number, whole(office)) == (1, drafts)
    ended = office.refresh(environment=WRITTEN)
    assert ended.exit_code == 0, ended.stderr
    assert whole(office) > drafts
    assert [path.name for path in (office.home / "bulletins").iterdir()] == [MONTH]
