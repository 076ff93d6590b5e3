"""A workbook as a process of its own reads it (calamine_process.py): its cells come through a pipe.

What brings calamine down, a sheet of 17 billion places, one long text a million times, brings down that
process and not the refresh; and no file is read twice for that.
"""

import marshal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import EAGAIN, ENOMEM
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from orchestration.common.logs import detail
from orchestration.landing.calamine_process import LACKED_MEMORY
from orchestration.landing.header import ROWS_SEARCHED
from orchestration.landing.outcome import FileRefused
from orchestration.language import N_, _

WANTED = N_("expected a workbook that is neither corrupt nor encrypted")

_HEAD = 8
_SCRIPT = Path(__file__).with_name("calamine_process.py")

# So much is gathered before it is judged, whichever comes first.
_CHUNK_ROWS, _CHUNK_BYTES = 100_000, 50_000_000


@dataclass(frozen=True)
class Sheet:
    """A sheet as the workbook lists it."""

    name: str
    is_worksheet: bool
    is_visible: bool


@dataclass(frozen=True)
class Top:
    """How many rows a sheet has, in which of its columns they begin, and the cells of the first as text."""

    height: int
    first_column: int
    rows: list[list[str]]


@dataclass(frozen=True)
class Cells:
    """Cells one below the other: str, float or int, blank where a moment stands; these, and where.

    A blank cell is the empty str; moments are to the second.
    """

    cells: list[Any]
    places: np.ndarray
    moments: np.ndarray


class Workbook:
    """An open workbook.

    Whatever it is asked raises FileRefused(unreadable) where it is corrupt, or brings calamine down.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", content: memoryview | None) -> None:
        self._process = process
        self._most_bytes = 0
        self._most_bytes = self._told("limit")
        if content is not None:
            self._ask(content)
        self.sheets = [Sheet(*each) for each in self._told("sheets")]

    def top(self, sheet: Sheet) -> Top:
        """Read a sheet, all of it, and show what may be its header."""
        self._ask(b"sheet " + sheet.name.encode("utf-8", "surrogatepass"))
        return Top(*self._told("sheet"))

    def skip(self) -> None:
        """Leave the sheet just read."""
        self._ask(b"")

    def columns(self, first: int) -> Iterator[list[Cells]]:
        """The cells of the sheet just read from row `first` on, column by column, some rows at a time."""
        self._ask(str(first).encode())
        ended = False

        def gathered() -> list[list[Any]]:
            nonlocal ended
            parts: list[list[Any]] = []
            rows = size = 0
            while not ended and rows < _CHUNK_ROWS and size < _CHUNK_BYTES:
                kind, part, length = self._message()
                if kind == "end":
                    ended = True
                else:
                    parts.append(part)
                    rows, size = rows + len(part[0][0]), size + length
            return parts

        with ThreadPoolExecutor(1) as beside:  # the next ones come while these are judged
            following = beside.submit(gathered)
            while parts := following.result():
                following = beside.submit(gathered)
                yield [_joined(column) for column in zip(*parts, strict=True)]

    def _ask(self, what: bytes | memoryview) -> None:
        assert self._process.stdin
        with suppress(BrokenPipeError):  # it has ended: what it told last, or how, says why
            self._process.stdin.write(len(what).to_bytes(_HEAD, "little"))
            self._process.stdin.write(what)
            self._process.stdin.flush()

    def _told(self, wanted: str) -> Any:
        kind, what, _ = self._message()
        if kind != wanted:
            raise RuntimeError(f"{_SCRIPT.name} tells {kind} and not {wanted}")
        return what

    def _message(self) -> tuple[str, Any, int]:
        assert self._process.stdout
        head = self._process.stdout.read(_HEAD)
        length = int.from_bytes(head, "little")
        message = self._process.stdout.read(length)
        if not message or len(message) < length:
            raise self._how_it_ended()
        kind, what = marshal.loads(message)
        match kind:
            case "damaged":
                raise FileRefused("unreadable", _(WANTED))
            case "memory":
                raise self._too_large()
            case "system":
                raise OSError(*what)
            case "failed":
                detail.error(f"{_SCRIPT.name}: {what}")
                raise RuntimeError(f"{_SCRIPT.name}: {what}")
        return kind, what, length

    def _how_it_ended(self) -> Exception:
        code = self._process.wait()
        if not self._most_bytes:  # it did not even begin
            return MemoryError() if code else RuntimeError(f"{_SCRIPT.name} said nothing")
        if code < 0 or code == LACKED_MEMORY:
            return self._too_large()
        return RuntimeError(f"{_SCRIPT.name} ended with {code}")

    def _too_large(self) -> FileRefused:
        return FileRefused(
            "unreadable",
            _(
                "expected a workbook that can be read with {gigabytes:.2g} GB of memory: delete what stands "
                "far below or to the right of the rows, or save it as CSV UTF-8"
            ).format(gigabytes=self._most_bytes / 1e9),
        )


def _joined(parts: Sequence[tuple[list[Any], list[int], bytes]]) -> Cells:
    cells: list[Any] = []
    places: list[np.ndarray] = []
    for texts, of_part, _mark in parts:
        places.append(np.array(of_part, dtype=np.int64) + len(cells))
        cells += texts
    seconds = np.frombuffer(b"".join(part[2] for part in parts))
    return Cells(cells, np.concatenate(places), np.floor(seconds + 0.5).astype("datetime64[s]"))


@contextmanager
def opened(path: Path, most_bytes: int, *, content: BytesIO | None, by_its_name: bool) -> Iterator[Workbook]:
    """Open a workbook, or `content` in its place, with so much memory for calamine.

    calamine takes what the extension says for the kind if it is to read it `by_its_name`, which is quicker.
    Raises FileRefused(unreadable), OSError, MemoryError.
    """
    source = "pipe" if content else "path" if by_its_name else "bytes"
    arguments = (_library(), most_bytes, ROWS_SEARCHED, source, path)
    command = [sys.executable, "-I", "-S", str(_SCRIPT), *map(str, arguments)]
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
    except OSError as error:
        raise MemoryError if error.errno in (ENOMEM, EAGAIN) else error from None
    try:
        yield Workbook(process, content.getbuffer() if content else None)
    finally:
        process.kill()
        process.communicate()


def _library() -> str:
    """The folder that calamine lies in."""
    import python_calamine

    return str(Path(python_calamine.__file__).parent.parent)
