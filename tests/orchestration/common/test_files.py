"""Files that tell what they are, are linked where they can be, and are replaced at once."""

import ctypes
import errno
import json
import os
from datetime import date
from hashlib import sha256 as new_sha256
from pathlib import Path

import pytest

from orchestration.common import files
from orchestration.common.files import changed, exchange, hashes, link_or_copy, sha256, sync, write_json


def test_the_sha256_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    assert sha256(path) == new_sha256(b"abc").hexdigest()


def test_files_are_hashed_by_their_path_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    paths = [tmp_path / "c", tmp_path / "b" / "a", tmp_path / "a"]
    for path in paths:
        path.write_text(path.name, encoding="utf-8")
    of_a, of_c = (new_sha256(text.encode()).hexdigest() for text in "ac")
    assert list(hashes(tmp_path, paths).items()) == [("a", of_a), ("b/a", of_a), ("c", of_c)]


def test_a_file_to_be_hashed_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="gone"):
        hashes(tmp_path, [tmp_path / "gone"])


def test_what_is_gone_or_otherwise_is_told_in_the_order_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("same", "other", "going"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    was = hashes(tmp_path, (tmp_path / name for name in ("same", "other", "going")))
    (tmp_path / "other").write_text("otherwise", encoding="utf-8")

    def removed_meanwhile(path: Path) -> str:
        if path.name == "going":
            path.unlink()
        return sha256(path)

    monkeypatch.setattr(files, "sha256", removed_meanwhile)
    names = ("other", "folder", "same", "gone", "going")
    assert changed(tmp_path, {name: was.get(name, "") for name in names}) == [
        "other",
        "folder",
        "gone",
        "going",
    ]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_synced_is_on_the_disk_and_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = tmp_path if kind == "folder" else tmp_path / "x"
    if kind == "file":
        path.touch()
    open_files = Path("/proc/self/fd")
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append((open_files / str(handle)).readlink()))
    before = len([*open_files.iterdir()])
    sync(path)
    assert synced == [path]
    assert len([*open_files.iterdir()]) == before


def test_a_file_is_linked_and_else_copied_with_its_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    source, linked, copied = (tmp_path / name for name in ("source", "linked", "copied"))
    source.write_text("a")
    source.chmod(0o444)
    link_or_copy(source, linked)
    monkeypatch.setattr(os, "link", refuse)
    link_or_copy(source, copied)
    assert linked.samefile(source) and not copied.samefile(source)
    assert (copied.read_text(), copied.stat().st_mode & 0o777) == ("a", 0o444)


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two folders, each with a file of its first name, called as seen from the folder they lie in."""
    monkeypatch.chdir(tmp_path)
    one, other = Path("one"), Path("other")
    for folder in (one, other):
        folder.mkdir()
        (folder / folder.name).touch()
    return one, other


def inside(folder: Path) -> dict[str, list[str]]:
    """What the folders in a folder hold."""
    return {each.name: [file.name for file in each.iterdir()] for each in folder.iterdir()}


def test_two_folders_change_names_at_once(
    two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("one after the other")

    monkeypatch.setattr(Path, "rename", refuse)
    exchange(*two)
    assert inside(tmp_path) == {"one": ["other"], "other": ["one"]}


@pytest.mark.parametrize("why", [None, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP])
def test_where_folders_cannot_change_names_at_once_they_are_renamed(
    two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: int | None
) -> None:
    """A C library that has no call for it; and one whose kernel, or file system, does not know how."""

    def cannot(*_: object) -> int:
        assert why
        ctypes.set_errno(why)
        return -1

    ctypes.set_errno(0)
    library = type("Library", (), {"renameat2": staticmethod(cannot)} if why else {})
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: library)
    exchange(*two)
    assert inside(tmp_path) == {"one": ["other"], "other": ["one"]}


def test_names_that_cannot_be_exchanged_are_an_error(tmp_path: Path) -> None:
    ctypes.set_errno(0)
    (tmp_path / "one").mkdir()
    with pytest.raises(FileNotFoundError, match="other"):
        exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one").is_dir()


def test_json_takes_the_place_of_what_was_there_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "state.json"
    for content in ({"day": date(2021, 3, 1), "机构": ["成都"]}, {"day": None}):
        write_json(path, content)
    write_json(path, {"day": date(2021, 3, 1), "机构": ["成都"]})
    text = path.read_text(encoding="utf-8")
    assert json.loads(text) == {"day": "2021-03-01", "机构": ["成都"]}
    assert text.startswith('{\n  "day"') and "成都" in text and text.endswith("}\n")
    assert [each.name for each in path.parent.iterdir()] == ["state.json"]
