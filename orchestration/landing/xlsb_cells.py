"""Finds the error cells of an .xlsb workbook: records of a type, a size and as many bytes (MS-XLSB 2.1.4)."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO
from zipfile import ZipFile

import numpy as np

from orchestration.landing.error_cells import (
    COLUMNS,
    DAYS_FROM_1900_TO_1904,
    DamagedWorkbook,
    Inside,
    in_order,
)
from orchestration.landing.package import main_part, relationships

_ROW, _ERROR, _ERROR_OF_FORMULA = 0, 3, 11
_WORKBOOK_PROPERTIES, _SHEET = 153, 156
_CHUNK_BYTES = 1 << 20
_LONGEST_HEAD = 6


def look_inside(path: Path) -> Inside:
    """What calamine does not tell of a workbook; raises DamagedWorkbook, or one of DAMAGED_ZIP."""
    days_ahead = 0
    links: dict[str, str] = {}
    with ZipFile(path) as archive:
        main = main_part(archive) or ""
        parts = {link.id: link.member for link in relationships(archive, main)}
        with archive.open(main) as part:
            for kind, body in _records(part):
                if kind == _WORKBOOK_PROPERTIES and body[:1] and body[0] & 1:
                    days_ahead = DAYS_FROM_1900_TO_1904
                elif kind == _SHEET:
                    link, after = _text(body, 8)
                    name, _ = _text(body, after)
                    links.setdefault(name, parts.get(link, ""))

    def errors(_: int, sheet_name: str) -> np.ndarray:
        part_name = links.get(sheet_name)
        if not part_name:
            raise DamagedWorkbook(f"sheet {sheet_name} is not in it")
        with ZipFile(path) as archive, archive.open(part_name) as part:
            return in_order(_errors(part))

    return Inside(days_ahead, errors)


def _errors(part: IO[bytes]) -> Iterator[int]:
    row = 0
    for kind, body in _records(part):
        if kind == _ROW:
            row = int.from_bytes(body[:4], "little")
        elif kind in (_ERROR, _ERROR_OF_FORMULA):
            yield row * COLUMNS + int.from_bytes(body[:4], "little")


def _records(part: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    data, at = b"", 0
    while True:
        size = 0
        if len(data) - at < _LONGEST_HEAD:
            data, at = data[at:] + part.read(_CHUNK_BYTES), 0
            if not data:
                return
        try:
            kind = data[at]
            at += 1
            if kind & 0x80:
                kind = kind & 0x7F | data[at] << 7
                at += 1
            for shift in range(0, 28, 7):
                byte = data[at]
                at += 1
                size |= (byte & 0x7F) << shift
                if not byte & 0x80:
                    break
        except IndexError:
            raise DamagedWorkbook("a record that does not end") from None
        if len(data) - at < size:
            data, at = data[at:] + part.read(max(size, _CHUNK_BYTES)), 0
            if len(data) < size:
                raise DamagedWorkbook("a record that does not end")
        yield kind, data[at : at + size]
        at += size


def _text(body: bytes, at: int) -> tuple[str, int]:
    start = at + 4
    end = start + 2 * int.from_bytes(body[at:start], "little")
    return body[start:end].decode("utf-16-le", errors="replace"), end
