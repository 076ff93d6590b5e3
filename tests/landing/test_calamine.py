"""What a process that reads a workbook tells, and how it ends."""

import errno
import logging
import marshal
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from struct import pack
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from orchestration.landing import calamine
from orchestration.landing.calamine import Cells, Sheet, Top, Workbook, opened
from orchestration.landing.outcome import FileRefused
from tests.landing.books import WRITERS

MEMORY = 2_000_000_000


def message(kind: str, what: Any = None) -> bytes:
    """What a process writes to tell something."""
    content = marshal.dumps((kind, what), 2)
    return len(content).to_bytes(8, "little") + content


BEGINS = message("limit", 1_500_000_000)
SHEETS = message("sheets", [("S", True, True)])


def told_by(*told: bytes, code: int = 0, content: memoryview | None = None) -> Workbook:
    """A workbook that a process reads which tells this and ends."""
    asked = BytesIO()
    process: Any = SimpleNamespace(stdin=asked, stdout=BytesIO(b"".join(told)), wait=lambda: code)
    return Workbook(process, content)


@pytest.mark.parametrize(
    ("told", "code", "error", "said"),
    [
        (b"", 1, MemoryError, "^$"),
        (b"", 0, RuntimeError, "calamine_process.py said nothing"),
        (BEGINS, -1, FileRefused, "with 1.5 GB of memory"),
        (BEGINS, -9, FileRefused, "with 1.5 GB of memory"),
        (BEGINS, 3, FileRefused, "with 1.5 GB of memory"),
        (BEGINS, 0, RuntimeError, "calamine_process.py ended with 0"),
        (BEGINS, 1, RuntimeError, "calamine_process.py ended with 1"),
        (BEGINS, 4, RuntimeError, "calamine_process.py ended with 4"),
        (BEGINS + SHEETS[:3], -6, FileRefused, "with 1.5 GB of memory"),
        (BEGINS + SHEETS[:8], -6, FileRefused, "with 1.5 GB of memory"),
        (BEGINS + SHEETS[:-1], -6, FileRefused, "with 1.5 GB of memory"),
        (BEGINS + message("memory"), 0, FileRefused, "with 1.5 GB of memory"),
        (BEGINS + message("damaged"), 0, FileRefused, "neither corrupt nor encrypted"),
        (BEGINS + message("system", (28, "no space")), 0, OSError, "no space"),
        (BEGINS + message("failed", "KeyError in line 7"), 0, RuntimeError, "KeyError in line 7"),
        (BEGINS + message("rows", []), 0, RuntimeError, "tells rows and not sheets"),
    ],
)
def test_how_a_process_ends_is_told_of_the_file_or_of_us(
    told: bytes, code: int, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        told_by(told, code=code)


def test_where_it_failed_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "gonghui_detail"), pytest.raises(RuntimeError, match="KeyError"):
        told_by(BEGINS, message("failed", "KeyError in line 7"))
    assert caplog.messages == ["calamine_process.py: KeyError in line 7"]


def part(*columns: list[Any]) -> bytes:
    """Rows told column by column, without moments."""
    return message("rows", [(cells, [], b"") for cells in columns])


FOUR = part(["a", "b"]) + part(["c", "d"]) + part(["e"]) + part(["f"]) + message("end")


@pytest.mark.parametrize(
    ("rows", "size", "expected"),
    [
        (100, 10**6, ["abcdef"]),
        (4, 10**6, ["abcd", "ef"]),
        (3, 10**6, ["abcd", "ef"]),
        (2, 10**6, ["ab", "cd", "ef"]),
        (1, 10**6, ["ab", "cd", "e", "f"]),
        (100, 2 * (len(part(["a", "b"])) - 8), ["abcd", "ef"]),
        (100, 2 * (len(part(["a", "b"])) - 8) - 1, ["abcd", "ef"]),
        (100, 1, ["ab", "cd", "e", "f"]),
    ],
)
def test_rows_are_gathered_up_to_so_many_or_so_large(
    monkeypatch: pytest.MonkeyPatch, rows: int, size: int, expected: list[str]
) -> None:
    monkeypatch.setattr(calamine, "_CHUNK_ROWS", rows)
    monkeypatch.setattr(calamine, "_CHUNK_BYTES", size)
    columns = told_by(BEGINS, SHEETS, FOUR).columns(1)
    assert ["".join(cells.cells) for [cells] in columns] == expected


def test_what_is_told_of_several_parts_is_put_together() -> None:
    moments = [pack("<d", seconds) for seconds in (-1.5, 0.49, 0.5)]
    first = message("rows", [(["a", ""], [1], moments[0]), ([1, 2.5], [], b"")])
    second = message("rows", [(["", "", "b"], [0, 1], moments[1] + moments[2]), (["x", 3, ""], [], b"")])
    [[left, right]] = told_by(BEGINS, SHEETS, first, second, message("end")).columns(0)
    assert (left.cells, left.places.tolist()) == (["a", "", "", "", "b"], [1, 2, 3])
    assert left.moments.tolist() == np.array([-1, 0, 1], dtype="datetime64[s]").tolist()
    assert (right.cells, right.places.size, right.moments.size) == ([1, 2.5, "x", 3, ""], 0, 0)


def cells_of(book: Workbook) -> list[list[Any]]:
    """What the one sheet of a workbook holds, from its second row on."""
    [sheet] = book.sheets
    assert (sheet, book.top(sheet)) == (Sheet("S", True, True), Top(2, 0, [["x", "y"], ["7.0", "é"]]))
    [found] = book.columns(1)
    assert isinstance(found[0], Cells)
    return [cells.cells for cells in found]


@pytest.mark.parametrize("source", ["its name", "its bytes", "a pipe"])
def test_a_workbook_is_read_from_a_file_or_from_memory(tmp_path: Path, source: str) -> None:
    path = tmp_path / ("book.xlsx" if source == "its name" else "book.xls")
    WRITERS["xlsx"](path, {"S": [["x", "y"], [7, "é"]]})
    content = BytesIO(path.read_bytes()) if source == "a pipe" else None
    if content:
        path.write_bytes(b"")
    with opened(path, MEMORY, content=content, by_its_name=source == "its name") as book:
        assert cells_of(book) == [[7], ["é"]]


def test_a_name_that_says_another_kind_than_the_content_is_no_way_to_read_it(tmp_path: Path) -> None:
    WRITERS["xlsx"](tmp_path / "book.xls", {"S": [["x"]]})
    with (
        pytest.raises(FileRefused, match="neither corrupt nor"),
        opened(tmp_path / "book.xls", MEMORY, content=None, by_its_name=True),
    ):
        pass


def test_sheets_are_left_and_read_again_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    WRITERS["xlsx"](path, {"a": [["x"], ["y"]], "空": [], "c": [[None, "z"]]})
    with opened(path, MEMORY, content=None, by_its_name=True) as book:
        first, empty, last = book.sheets
        found = []
        for sheet in (last, empty, first, last):
            found.append(book.top(sheet))
            book.skip()
    assert found == [Top(1, 1, [["z"]]), Top(0, 0, []), Top(2, 0, [["x"], ["y"]]), Top(1, 1, [["z"]])]


def test_nothing_is_left_of_a_process_when_its_workbook_is_closed(tmp_path: Path) -> None:
    WRITERS["xlsx"](tmp_path / "book.xlsx", {"S": [["x"]]})
    files = Path("/proc/self/fd")
    before = {file.name for file in files.iterdir()}
    with opened(tmp_path / "book.xlsx", MEMORY, content=None, by_its_name=True) as book:
        assert {file.name for file in files.iterdir()} > before
    assert {file.name for file in files.iterdir()} == before
    with pytest.raises(ValueError, match="closed"):
        book.skip()


NEVER_ENDS = """
import signal
class CalamineError(Exception): pass
def load_workbook(_):
    signal.alarm(120)  # but for a test that has failed
    signal.pause()
"""


def test_a_process_that_would_never_end_is_ended_with_its_reader(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stops(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "python_calamine.py").write_text(NEVER_ENDS)
    monkeypatch.setattr(calamine, "_library", lambda: str(tmp_path))
    monkeypatch.setattr(calamine, "Workbook", stops)
    with (
        pytest.raises(KeyboardInterrupt),
        opened(tmp_path / "x.xlsx", MEMORY, content=None, by_its_name=True),
    ):
        pass


@pytest.mark.parametrize(
    ("number", "error", "said"),
    [
        (errno.ENOMEM, MemoryError, "^$"),
        (errno.EAGAIN, MemoryError, "^$"),
        (errno.ENOENT, FileNotFoundError, "no such thing"),
    ],
)
def test_a_process_that_cannot_begin_lacks_memory_or_something_else(
    monkeypatch: pytest.MonkeyPatch, number: int, error: type[Exception], said: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(number, "no such thing")

    monkeypatch.setattr(subprocess, "Popen", fails)
    with pytest.raises(error, match=said), opened(Path("x"), MEMORY, content=None, by_its_name=True):
        pass


def test_a_python_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/python")
    with (
        pytest.raises(FileNotFoundError, match="/no/python"),
        opened(Path("x"), MEMORY, content=None, by_its_name=True),
    ):
        pass
