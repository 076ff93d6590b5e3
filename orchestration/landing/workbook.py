"""Reads the sheets of a workbook into judged rows; cells become text, column by column (contract §2).

pandas opens the workbook with its calamine engine, and the rows are taken from the engine's own book:
`read_excel` loops over every cell once more, at twice the time.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum

from orchestration.hashing import sha256
from orchestration.landing.bench import Bench, Part, ReadFile, judge_frame
from orchestration.landing.cells import BLANKS, TOTALS, UNREADABLE
from orchestration.landing.error_cells import error_cells, marked
from orchestration.landing.exports import Column
from orchestration.landing.header import ROWS_SEARCHED, Header, find_header
from orchestration.landing.inbox import InboxFile, display_name
from orchestration.landing.outcome import FileRefused, LandedFile

# Excel's serial numbers: day 1 is 1900-01-01, and day 60 is a 29 February 1900 that never was.
_FIRST_SERIAL, _END_OF_SERIALS, _LEAP_DAY_THAT_NEVER_WAS = 1, 2_958_466, 60
_SECONDS_PER_DAY = 86_400

# A workbook of an old Mac counts its serial numbers from 1904-01-01; calamine knows for date cells alone.
_DAYS_FROM_1900_TO_1904 = 1_462
_1904 = re.compile(rb'date1904="(1|true)"')

_MOST_DIGITS = 15

_CHUNK_ROWS = 100_000

# How many times its size a workbook may unpack to, and how many bytes any may.
_MOST_UNPACKED, _ALWAYS_UNPACKED = 200, 100_000_000

# Stands for the value of a cell that is not landed: it says "not blank" and nothing else.
MASK = "*"
_UNMASKED = {**dict.fromkeys(BLANKS, ""), **dict(zip(TOTALS, TOTALS, strict=True))}


def read_workbook(bench: Bench, file: InboxFile) -> ReadFile:
    """Judge all rows of every sheet that has the header (contract §2).

    Raises FileRefused: unreadable (not a workbook, corrupt, encrypted), missing_columns.
    """
    landed = _hashed(file)
    _refuse_bomb(file.path, landed.size_bytes)
    workbook = _open(file.path)
    days_ahead = _DAYS_FROM_1900_TO_1904 if _counts_from_1904(file.path) else 0
    parts: list[Part] = []
    notices: list[str] = []
    close, explanation = "", "expected a sheet with a header row"
    for sheet in workbook.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        opened = _sheet(workbook, sheet.name)
        rows = opened.iter_rows()
        head = _next_rows(rows, ROWS_SEARCHED)
        title = display_name(sheet.name)
        header = find_header(file.export, [list(map(str, row)) for row in head])
        if isinstance(header, Header):
            below = _with_errors(file.path, opened, header.row + 1, chain(head[header.row + 1 :], rows))
            parts.append(_judge_sheet(bench, file, sheet.name, header, below, days_ahead))
        elif header.came_close:
            close = close or f"sheet {title}: {header.message}"
        else:
            explanation = header.message
            notices.append(f"{file.name}: sheet {title} passed over, it has no header row")
    if close or not parts:  # only now: a later sheet may be unreadable, and that comes first
        raise FileRefused("missing_columns", close or explanation)
    return ReadFile(landed, tuple(parts), tuple(notices))


def _hashed(file: InboxFile) -> LandedFile:
    size = file.path.stat().st_size
    if size == 0:
        raise FileRefused("unreadable", "expected a workbook; the file is empty")
    return LandedFile(file.name, sha256(file.path), size)


def _refuse_bomb(path: Path, size: int) -> None:
    """Refuse what unpacks out of all proportion: XML of rows shrinks to a tenth, a bomb to a thousandth."""
    with _refusing_what_is_no_workbook(), ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > max(_ALWAYS_UNPACKED, _MOST_UNPACKED * size):
        raise FileRefused(
            "unreadable", f"expected a workbook; unpacked it would be {unpacked // size} times as large"
        )


def _open(path: Path) -> CalamineWorkbook:
    with _refusing_what_is_no_workbook():
        return pd.ExcelFile(path, engine="calamine").book


def _counts_from_1904(path: Path) -> bool:
    with _refusing_what_is_no_workbook(), ZipFile(path) as archive:
        book = "xl/workbook.xml"
        return book in archive.namelist() and bool(_1904.search(archive.read(book)))


def _sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    """A sheet, whose rows are all those from its first on, blank ones too, each as wide as the widest.

    Cells become Python's as their row is taken; until then they take a tenth of the memory.
    """
    with _refusing_what_is_no_workbook():
        return workbook.get_sheet_by_name(name)


def _with_errors(
    path: Path, sheet: CalamineSheet, first_row: int, rows: Iterator[list[Any]]
) -> Iterator[list[Any]]:
    """The rows of a sheet from `first_row` on, UNREADABLE where they have an error cell."""
    with _refusing_what_is_no_workbook():
        errors = error_cells(path, sheet.name)
    if not errors.size or sheet.start is None:
        return rows
    return marked(rows, errors, UNREADABLE, first_row, sheet.start[1])


def _next_rows(rows: Iterable[list[Any]], count: int) -> list[list[Any]]:
    with _refusing_what_is_no_workbook():
        return list(islice(rows, count))


@contextmanager
def _refusing_what_is_no_workbook() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a corrupt file can make the Rust side panic, and a panic is no Exception
        raise FileRefused("unreadable", "expected an .xlsx workbook, neither corrupt nor encrypted") from None


def _judge_sheet(
    bench: Bench,
    file: InboxFile,
    sheet_name: str,
    header: Header,
    rows: Iterator[list[Any]],
    days_ahead: int,
) -> Part:
    landed = {header.positions[column.name]: column for column in file.export.landed}
    count = 0
    while chunk := _next_rows(rows, _CHUNK_ROWS):
        raw = pd.DataFrame(chunk, columns=range(header.most), dtype=object)
        texts = pd.DataFrame(
            {
                f"c{place}": _texts(raw[place], landed[place], days_ahead)
                if place in landed
                else _masked(raw[place])
                for place in range(header.most)
            },
            dtype=object,
        )
        count += judge_frame(bench, file, texts, header, is_sheet=True)
    return Part(file.name, sheet_name, count)


def _masked(cells: pd.Series) -> pd.Series:
    """Cells that are not landed, reduced to what row rules need: '' if blank, a total's word, else MASK."""
    texts = [_UNMASKED.get(cell.strip(), MASK) if isinstance(cell, str) else MASK for cell in cells]
    return pd.Series(texts, dtype=object)


def _texts(cells: pd.Series, column: Column, days_ahead: int) -> pd.Series:
    """Spell cells of any type as a CSV would; UNREADABLE for a number that no text column may take."""
    types = cells.map(type)
    if set(types) == {str}:
        return cells
    texts = cells.copy()
    for kinds, to_texts in (
        ((float, int), lambda numbers: _number_texts(numbers, column, days_ahead)),
        ((datetime, date), _moment_texts),
        ((bool, time, timedelta), lambda values: values.map(str)),
    ):
        chosen = types.isin(kinds)
        if chosen.any():
            texts[chosen] = to_texts(cells[chosen])
    return texts


def _number_texts(cells: pd.Series, column: Column, days_ahead: int) -> np.ndarray:
    numbers = cells.to_numpy(dtype=np.float64)
    whole = (np.floor(numbers) == numbers) & (np.abs(numbers) < 2**63)
    texts = numbers.astype(str).astype(object)
    texts[whole] = numbers[whole].astype(np.int64).astype(str)
    if column.type in ("text", "code"):
        mantissas = pd.Series(texts, dtype=object).str.replace(r"[eE].*|^[-0.]+|[.]", "", regex=True)
        texts[(np.abs(numbers) >= 10**_MOST_DIGITS) | (mantissas.str.len() > _MOST_DIGITS)] = UNREADABLE
    elif column.type in ("date", "timestamp"):
        serial = (numbers >= _FIRST_SERIAL) & (numbers < _END_OF_SERIALS)
        if serial.any():  # NumPy spells no moments where there is none
            texts[serial] = _serial_texts(numbers[serial] + days_ahead, texts[serial])
    return texts


def _serial_texts(serials: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Spell serial numbers as ISO moments, to the second; the day that never was keeps its text: no date."""
    seconds = np.floor(serials * _SECONDS_PER_DAY + 0.5).astype(np.int64)
    days = seconds // _SECONDS_PER_DAY
    seconds -= np.where(days > _LEAP_DAY_THAT_NEVER_WAS, _SECONDS_PER_DAY, 0)
    moments = np.datetime64("1899-12-31", "s") + seconds.astype("timedelta64[s]")
    return np.where(days == _LEAP_DAY_THAT_NEVER_WAS, texts, _iso(moments))


def _moment_texts(cells: pd.Series) -> np.ndarray:
    moments = np.array(cells.tolist(), dtype="datetime64[us]")
    return _iso((moments + np.timedelta64(500, "ms")).astype("datetime64[s]"))


def _iso(moments: np.ndarray) -> np.ndarray:
    return np.strings.replace(np.datetime_as_string(moments, unit="s"), "T", " ").astype(object)
