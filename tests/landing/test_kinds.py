"""What a file is, as its content tells: a workbook of a kind, a page with tables, or text (contract §2)."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from orchestration.landing import kinds
from orchestration.landing.kinds import kind_of
from orchestration.landing.outcome import FileRefused
from tests.landing.books import WRITERS, Rows, edit, ods, xls, xlsx

SHEETS: dict[str, Rows] = {"S": [["x"]]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


@pytest.mark.parametrize("kind", WRITERS)
def test_a_workbook_is_of_its_kind_whatever_it_is_called(path: Path, kind: str) -> None:
    WRITERS[kind](path, SHEETS)
    assert kind_of(path) == kind


TEXTS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "text"),
    "text": (b"<x,y\n1,2\n", "text"),
    "chinese": ("机构编码,日期\n".encode(), "text"),
    "a page": (b'<html><table class="x"><tr>', "page"),
    "a page behind blank lines": (b"\r\n\t <HTML><TABLE>", "page"),
    "a page with a byte order mark": (b"\xef\xbb\xbf<html><table>", "page"),
    "a page in utf-16": ("\ufeff<html><table>".encode("utf-16-le"), "page"),
    "a page without a table": (b"<html><tables><p>table</p>", "text"),
    "a page that says something else": ("<html><body>登录超时</body></html>".encode(), "text"),
    "text about a table": (b"a <table>", "text"),
    "a workbook in one xml file": (b'<?xml version="1.0"?><ss:Workbook xmlns="x"><Table >', "text"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_page_begins_with_a_tag_and_has_a_table(path: Path, case: str) -> None:
    content, kind = TEXTS[case]
    path.write_bytes(content)
    assert kind_of(path) == kind


@pytest.mark.parametrize("before", range(8))
def test_a_table_is_found_wherever_it_begins(
    path: Path, before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "_CHUNK_BYTES", 8)
    path.write_bytes(b"<html> long before" + b" " * before + b"<table>")
    assert kind_of(path) == "page"


@pytest.mark.parametrize("name", ["Workbook", "Book"])
def test_an_old_workbook_has_a_stream_of_either_name(path: Path, name: str) -> None:
    xls(path, SHEETS)
    renamed_stream(path, name)
    assert kind_of(path) == "xls"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("EncryptedPackage", "it is encrypted: save it without a password"),
        ("WordDocument", "it is an Office file that holds no workbook"),
    ],
)
def test_another_office_file_is_refused(path: Path, name: str, said: str) -> None:
    xls(path, SHEETS)
    renamed_stream(path, name)
    with pytest.raises(FileRefused, match=said):
        kind_of(path)


def renamed_stream(path: Path, name: str) -> None:
    """Give the stream of an old workbook another name, and its length in bytes with it."""
    content = path.read_bytes()
    at = content.index("Workbook".encode("utf-16-le"))
    entry = name.encode("utf-16-le").ljust(64, b"\0") + bytes([2 * len(name) + 2, 0])
    path.write_bytes(content[:at] + entry + content[at + len(entry) :])


def test_a_damaged_old_workbook_is_refused(path: Path) -> None:
    xls(path, SHEETS)
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(FileRefused, match="it is a damaged workbook: save or send it again"):
        kind_of(path)


def flagged(flag: int) -> Callable[[Path], None]:
    """Set a flag of the first part in the list of parts."""

    def spoil(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[content.index(b"PK\1\2") + 8] |= flag
        path.write_bytes(content)

    return spoil


def before_the_file(path: Path) -> None:
    """Have all parts begin a byte too early, the one that is read first before the file."""
    ods(path, SHEETS)
    content = bytearray(path.read_bytes())
    content[-6:-2] = (int.from_bytes(content[-6:-2], "little") + 1).to_bytes(4, "little")
    path.write_bytes(content)


def behind_the_file(path: Path) -> None:
    """Have the part that is read first begin where there is nothing."""
    ods(path, SHEETS)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\1\2") + 42
    content[at : at + 4] = (1 << 20).to_bytes(4, "little")
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def without_main_part(path: Path) -> None:
    edit(path, lambda _, content: content, lambda name: name.replace("_rels", "rels"))


def of_another_kind(path: Path) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (flagged(1), "it is encrypted: save it without a password"),
        (before_the_file, "it is a damaged workbook: save or send it again"),
        (behind_the_file, "it is a damaged workbook: save or send it again"),
        (cut, "it is a damaged workbook: save or send it again"),
        (without_main_part, "it is an archive that holds no workbook"),
        (of_another_kind, "it is an archive that holds no workbook"),
    ],
)
def test_an_archive_that_is_no_workbook_is_refused(
    path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    xlsx(path, SHEETS)
    spoil(path)
    with pytest.raises(FileRefused, match=f"^unreadable: expected a workbook .*; {said}$"):
        kind_of(path)


def test_how_hard_a_part_was_pressed_makes_no_difference(path: Path) -> None:
    xlsx(path, SHEETS)
    flagged(2)(path)
    assert kind_of(path) == "xlsx"
