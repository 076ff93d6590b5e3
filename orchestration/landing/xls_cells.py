"""Finds the error cells of an .xls workbook: records of a type, a size and as many bytes (MS-XLS 2.1.4)."""

from collections.abc import Iterator
from pathlib import Path
from struct import unpack_from

import numpy as np
import olefile

from orchestration.landing.error_cells import COLUMNS, DAYS_FROM_1900_TO_1904, Inside, in_order

_BEGIN, _END, _FORMULA, _DATE_MODE, _SHEET, _RECALCULATED, _BOOL_OR_ERROR = (
    0x0809,
    0x000A,
    0x0006,
    0x0022,
    0x0085,
    0x01C1,
    0x0205,
)
_NO_NUMBER, _ERROR_RESULT, _EMPTY_RESULT = 0xFFFF, 2, 3


def look_inside(path: Path) -> Inside:
    """What calamine does not tell of a workbook; raises olefile.OleFileError."""
    with olefile.OleFileIO(path) as ole:
        stream = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read()
    days_ahead, was_calculated = 0, False
    sheets: list[int] = []
    for kind, at, size in _records(stream, 0):
        if kind == _DATE_MODE and size >= 2 and stream[at : at + 2] == b"\1\0":
            days_ahead = DAYS_FROM_1900_TO_1904
        elif kind == _SHEET and size >= 4:
            sheets += unpack_from("<I", stream, at)
        elif kind == _RECALCULATED:
            was_calculated = True

    def errors(index: int, _: str) -> np.ndarray:
        if index >= len(sheets):
            return in_order(())
        return in_order(_errors(stream, sheets[index], was_calculated=was_calculated))

    return Inside(days_ahead, errors)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Type, place and size of each record of a substream, those of charts in it left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = unpack_from("<HH", stream, at)
        at += 4
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            return
        if depth == 1 and at + size <= len(stream):
            yield kind, at, size
        at += size


def _errors(stream: bytes, at: int, *, was_calculated: bool) -> Iterator[int]:
    for kind, place, size in _records(stream, at):
        if kind == _BOOL_OR_ERROR and size >= 8:
            is_error = stream[place + 7] == 1
        elif kind == _FORMULA and size >= 14:
            result, no_number = stream[place + 6], unpack_from("<H", stream, place + 12)[0]
            # A formula may well give the empty text; where nothing ever calculated, it stands for no value.
            is_error = no_number == _NO_NUMBER and (
                result == _ERROR_RESULT or (result == _EMPTY_RESULT and not was_calculated)
            )
        else:
            continue
        if is_error:
            row, column = unpack_from("<HH", stream, place)
            yield row * COLUMNS + column
