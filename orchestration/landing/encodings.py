"""How a text file is encoded (contract §2, "Text"): strictly, or with few bytes that no character has."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from orchestration.landing.cells import IMPOSSIBLE
from orchestration.landing.outcome import FileRefused
from orchestration.language import _

_CHUNK_BYTES = 1 << 20
_BOM = "\ufeff"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNMARKED = ("utf-8", "gb18030")
_ONE_IN = 1000


@dataclass(frozen=True)
class Encoding:
    """A codec by its name; in a `damaged` file IMPOSSIBLE stands for each byte that no character has."""

    name: str
    damaged: bool = False


UTF_8 = Encoding("utf-8")


def is_utf_16(path: Path) -> bool:
    """Whether a file begins with a BOM of UTF-16."""
    with path.open("rb") as file:
        return file.read(2) in _UTF_16


def encoding_of(path: Path) -> Encoding:
    """Settle a file's encoding: the first that fits strictly, else the one with fewest impossible bytes.

    Raises FileRefused(unreadable) where those are more than 1 in 1,000, where it holds NUL characters, and
    where it holds nothing but BOMs.
    """
    names = ("utf-16",) if is_utf_16(path) else _UNMARKED
    for name in names:
        try:
            _decode(path, name, "strict")
        except UnicodeDecodeError:
            continue
        return Encoding(name)
    found = [(_impossible_bytes(path, name), name) for name in names]
    fewest, name = min(found, key=lambda one: one[0])
    if fewest * _ONE_IN > path.stat().st_size:
        raise FileRefused("unreadable", _("expected UTF-8, UTF-16 with a BOM, or GB18030 text"))
    _decode(path, name, _COUNTED)
    return Encoding(name, damaged=True)


@contextmanager
def open_text(path: Path, encoding: Encoding) -> Iterator[Iterator[str]]:
    """The lines of a file with their ends, without the BOMs before the first."""
    errors = _COUNTED if encoding.damaged else "strict"
    with path.open(encoding=encoding.name, errors=errors, newline="") as file:
        yield _without_boms(file)


def decoded(path: Path, encoding: Encoding) -> Iterator[str]:
    """The text of a file, piece by piece, without BOMs."""
    errors = _COUNTED if encoding.damaged else "strict"
    with path.open(encoding=encoding.name, errors=errors, newline="") as file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece.replace(_BOM, "")


def _without_boms(file: TextIO) -> Iterator[str]:
    if first := file.readline().lstrip(_BOM):
        yield first
    yield from file


def _decode(path: Path, name: str, errors: str) -> None:
    """Decode a file; raises UnicodeDecodeError, FileRefused for NUL characters and for no text at all."""
    decoder = codecs.getincrementaldecoder(name)(errors)
    is_empty, holds_nul = True, False
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            text = decoder.decode(chunk)
            holds_nul = holds_nul or "\0" in text
            is_empty = is_empty and not text.lstrip(_BOM)
        rest = decoder.decode(b"", final=True)  # raises where the file is cut off in a character
        is_empty = is_empty and not rest
    if holds_nul:
        raise FileRefused("unreadable", _("expected text without NUL characters"))
    if is_empty:
        raise FileRefused("unreadable", _("expected a header row; the file is empty"))


class _Impossible:
    """What a codec asks about bytes that no character has: puts IMPOSSIBLE for each, and counts them."""

    count = 0

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        self.count += error.end - error.start
        return IMPOSSIBLE * (error.end - error.start), error.end


_COUNTED = "gonghui.impossible"
_impossible = _Impossible()
codecs.register_error(_COUNTED, _impossible)


def _impossible_bytes(path: Path, name: str) -> int:
    before = _impossible.count
    decoder = codecs.getincrementaldecoder(name)(_COUNTED)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            decoder.decode(chunk)
    decoder.decode(b"", final=True)
    return _impossible.count - before
