"""No disk, no memory, no home to write in: a sentence, the exit code of the contract, nothing lost."""

import re
import resource
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

import openpyxl
import pytest

import orchestration
from tests.faults.office import Office
from tests.fuzz.test_workbooks import rewrite

MIB = 1 << 20


# What is free, and the inbox; 1 needs no build. Landing finds the disk full, or dbt.
@pytest.mark.parametrize(("free", "number"), [(64 << 10, 1), (2 * MIB, 3)])
def test_a_full_disk(office: Office, mounted: Callable[[str], bool], free: int, number: int) -> None:
    disk = office.inbox.with_name("disk")
    most = {}
    if mounted("size=1g"):
        shutil.copytree(office.home, disk / "home", symlinks=True)
        office = replace(office, home=disk / "home")
        assert mounted(f"size={shutil.disk_usage(disk).used + free}")
    else:  # no right to mount: then no file may grow beyond that
        most = {resource.RLIMIT_FSIZE: free}
    before = office.seen()
    office.put(number)
    ended = office.refresh(limits=most)
    assert (ended.exit_code, office.seen()) == (1, before), ended.stderr
    assert "the disk is full" in ended.stderr or "No space left" in ended.stderr, ended.stderr
    if disk.is_mount():
        assert mounted("size=1g")
    office.assert_recovers(1)


@dataclass(frozen=True)
class FullFrom:
    """Leaves `free` bytes on a disk once a step begins; where it is no mount of ours, of each file."""

    step: str
    free: int
    disk: Path

    def __call__(self) -> None:
        """Have it happen in this process."""
        *place, name = self.step.split(".")
        owner = reduce(getattr, place, orchestration)
        begins = getattr(owner, name)

        def step(*arguments: object, **options: object) -> object:
            if self.disk.is_mount():
                while not self._remounted():  # something is being written beside
                    pass
            else:
                most = max(self.free, 2 << 10)  # so much for what it says
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            return begins(*arguments, **options)

        setattr(owner, name, step)

    def _remounted(self) -> bool:
        size = shutil.disk_usage(self.disk).used + self.free
        command = ["mount", "-o", f"remount,size={size}", self.disk]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


# The step that finds the disk full, what is free then, and the inbox; 1 has a release, 3 was built.
PUBLISHING = [
    ("refreshing.refresh.publish_tables", 0, 3),
    ("refreshing.refresh.publish_tables", 2 * MIB, 3),
    ("refreshing.refresh.write_parquet", 16 << 10, 3),
    ("publishing.manifest.Manifest.write", 0, 3),
    ("publishing.releases.carry_over", 0, 1),
    ("publishing.releases.carry_over", 2 * MIB, 1),
    ("refreshing.refresh.renew", 0, 1),
    ("publishing.manifest.Manifest.write", 0, 1),
]


@pytest.mark.parametrize(("step", "free", "number"), PUBLISHING)
def test_a_disk_that_is_full_in_mid_publishing(
    request: pytest.FixtureRequest, mounted: Callable[[str], bool], step: str, free: int, number: int
) -> None:
    office: Office = request.getfixturevalue("office" if number == 1 else "built_office")
    disk = request.getfixturevalue("tmp_path") / "disk"
    if mounted("size=1g"):
        shutil.copytree(office.home, disk / "home", symlinks=True)
        office = replace(office, home=disk / "home")
    before, releases = office.seen(), office.releases()
    office.put(number)
    ended = office.refresh(before=FullFrom(step, free, disk))
    assert (ended.exit_code, office.seen()) == (1, before), ended.stderr
    assert "the disk is full" in ended.stderr, ended.stderr
    assert office.releases() == releases
    if disk.is_mount():
        assert mounted("size=1g")
    office.assert_recovers(1)


def test_a_home_that_may_only_be_read(office: Office, mounted: Callable[[str], bool]) -> None:
    if mounted("size=1g"):
        disk = office.inbox.with_name("disk")
        shutil.copytree(office.home, disk / "home", symlinks=True)
        office = replace(office, home=disk / "home")
        assert mounted("ro")
    else:  # no right to mount: then this user is one whom the mode of a folder holds back
        office.home.chmod(0o555)
        (office.home / ".lock").chmod(0o444)
    before = office.seen()
    office.put(1)
    ended = office.refresh()
    assert (ended.exit_code, office.seen()) == (2, before), ended.stderr
    assert "cannot be written in" in ended.stderr
    if office.home.parent.is_mount():
        assert mounted("rw")
    office.home.chmod(0o755)
    (office.home / ".lock").chmod(0o644)
    office.assert_recovers(1)


# What there is beyond what importing took. Who gets none first, Python, DuckDB or the C runtime, which gives
# up at once, and whether a thread then waits for ever, is for the machine to say.
@pytest.mark.parametrize("mib", [0, 1, 8, 20, 32, 48])
def test_no_memory(office: Office, mib: int) -> None:
    before = office.seen()
    office.put(3)
    ended = office.refresh(limits={resource.RLIMIT_AS: mib * MIB})
    assert (ended.exit_code, office.seen()) == (1, before), ended.stderr
    assert re.search("memory ran out|Out of Memory|can't start new thread", ended.stderr), ended.stderr
    office.assert_recovers(1)


def test_a_memory_limit_that_is_too_low(office: Office) -> None:
    before = office.seen()
    office.put(3)
    ended = office.refresh(environment={"GONGHUI_MEMORY_LIMIT": "1MB"})
    assert (ended.exit_code, office.seen()) == (1, before), ended.stderr
    assert "memory ran out, with GONGHUI_MEMORY_LIMIT at 1MB: set it higher" in ended.stderr
    office.assert_recovers(1)


def test_a_workbook_that_no_memory_is_enough_for_is_refused_by_its_name(office: Office) -> None:
    before = office.seen()
    office.put(2)
    book = openpyxl.Workbook()
    book.active.append(["干部ID", "所属机构编码", "录入日期", "离任日期"])
    book.active["XFD1048576"] = "x"
    path = office.inbox / "工会干部_20200331_2.xlsx"
    book.save(path)
    # A sheet that tells how far it reaches is refused for it; this one lies.
    rewrite(path, lambda _, part: re.sub(rb"<dimension[^>]*>", b'<dimension ref="A1:D2"/>', part))
    ended = office.refresh(limits={resource.RLIMIT_AS: 1024 * MIB})
    assert (ended.exit_code, office.seen()) == (2, before), ended.stderr
    [fault] = [line for line in ended.stderr.splitlines() if path.name in line and "\t" in line]
    assert fault.startswith(f"unreadable\t{path.name}\texpected a workbook that can be read with "), fault
    assert f"reading {path.name}" in (office.home / "logs" / "refresh.log").read_text(encoding="utf-8")
    path.unlink()
    office.assert_recovers(2)
