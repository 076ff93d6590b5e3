"""A file of the inbox is hashed once, and again as soon as anything was written to it."""

import os
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration.landing import InputRefused, hashes
from orchestration.landing.hashes import Hashes
from tests.landing.office import Office, row, table


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "landed").mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
def settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that counts as settled as soon as it is written, as all others do then."""
    monkeypatch.setattr(hashes, "SETTLED", -1)
    path = tmp_path / "x.csv"
    path.write_bytes(b"a")
    return path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read to be hashed."""
    found: list[Path] = []

    def counted(path: Path) -> str:
        found.append(path)
        return sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr(hashes, "sha256", counted)
    return found


def hashed(home: Path, path: Path) -> str:
    """What a look at the inbox takes for a file's sha256."""
    look = Hashes(home)
    digest = look.of(path)
    look.remember()
    return digest


def test_a_settled_file_is_read_once(home: Path, settled: Path, reads: list[Path]) -> None:
    assert hashed(home, settled) == hashed(home, settled) == sha256(b"a").hexdigest()
    assert reads == [settled]


def test_a_file_of_the_same_size_and_time_but_other_content_is_read_again(home: Path, settled: Path) -> None:
    before = settled.stat()
    hashed(home, settled)
    # Many a kernel's clock moves every few milliseconds.
    while settled.stat().st_ctime_ns == before.st_ctime_ns:
        settled.write_bytes(b"b")
    os.utime(settled, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert hashed(home, settled) == sha256(b"b").hexdigest()


def test_a_file_just_written_is_read_again(
    home: Path, tmp_path: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashes, "SETTLED", 3600)
    path = tmp_path / "x.csv"
    path.write_bytes(b"a")
    hashed(home, path)
    hashed(home, path)
    assert reads == [path, path]


@pytest.mark.usefixtures("settled")
def test_a_file_that_landed_is_not_read_again_to_be_hashed(office: Office, reads: list[Path]) -> None:
    office.put_rows("cadres", row("cadres"), suffix="_1")
    office.put_rows("cadres", row("cadres", "K2"), suffix="_2")
    office.put_sheets("工会活动_20210302.xlsx", a=table([row("activities")]))
    office.land()
    assert office.land().landed == ()
    assert reads == []


@pytest.mark.parametrize(("age", "read"), [(1.5, 2), (2.0, 2), (2.5, 1)])
def test_a_file_is_settled_two_seconds_after_its_last_change(
    home: Path, tmp_path: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch, age: float, read: int
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a")
    status = path.stat()
    changed = max(status.st_ctime, status.st_mtime)
    monkeypatch.setattr(hashes, "time", SimpleNamespace(time=lambda: changed + age))
    hashed(home, path)
    hashed(home, path)
    assert reads == [path] * read


@pytest.mark.parametrize("content", [b"bc", b""])
def test_of_a_file_that_changed_while_it_was_read_nothing_is_remembered(
    home: Path, settled: Path, reads: list[Path], content: bytes
) -> None:
    look = Hashes(home)
    look.begins(settled)
    settled.write_bytes(content)
    look.ended(settled, sha256(b"a").hexdigest())
    look.remember()
    assert list((home / "landed").iterdir()) == []
    assert hashed(home, settled) == sha256(content).hexdigest()
    assert reads == [settled]


def test_a_file_that_is_gone_before_it_is_read_is_refused_like_any_unreadable_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = Hashes.begins

    def goes(look: Hashes, path: Path) -> None:
        path.unlink()
        begins(look, path)

    office.put_rows("cadres", row("cadres"))
    monkeypatch.setattr(Hashes, "begins", goes)
    with pytest.raises(InputRefused, match=r"工会干部_20210302\.csv"):
        office.land()


@pytest.mark.parametrize("damage", [b"", b"[", b"[1]", b"\xff"])
def test_what_is_remembered_may_be_damaged(home: Path, tmp_path: Path, damage: bytes) -> None:
    (home / "landed" / "hashes.json").write_bytes(damage)
    path = tmp_path / "x.csv"
    path.write_bytes(b"a")
    assert hashed(home, path) == sha256(b"a").hexdigest()


@pytest.mark.usefixtures("settled")
def test_what_is_gone_is_forgotten(home: Path, tmp_path: Path) -> None:
    for name in ("x.csv", "y.csv"):
        (tmp_path / name).write_bytes(name.encode())
        hashed(home, tmp_path / name)
    kept = (home / "landed" / "hashes.json").read_text(encoding="ascii")
    assert kept.count(":") == 1
    assert [path.name for path in (home / "landed").iterdir()] == ["hashes.json"]
