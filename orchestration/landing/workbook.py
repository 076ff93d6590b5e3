"""Reads the sheets of a workbook into judged rows; cells become text, column by column (contract §2).

pandas opens the workbook with its calamine engine, and the rows are taken from the engine's own book:
`read_excel` loops over every cell once more, at twice the time.
"""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum

from orchestration.hashing import sha256
from orchestration.landing.bench import Bench, Columns, Part, ReadFile, cell_tables, judge
from orchestration.landing.cells import UNREADABLE
from orchestration.landing.error_cells import error_cells, marked
from orchestration.landing.exports import Column, Export
from orchestration.landing.extent import places_spanned
from orchestration.landing.header import ROWS_SEARCHED, Header, find_header
from orchestration.landing.inbox import InboxFile, display_name
from orchestration.landing.outcome import FileRefused, LandedFile
from orchestration.landing.plain import MASK
from orchestration.watcher import Progress, Reading

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

# How many places may lie between the cells of a sheet: a full sheet of 47 columns has no more.
_MOST_SPANNED = 50_000_000


def read_workbook(bench: Bench, file: InboxFile, reading: Reading) -> ReadFile:
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
        opened, errors = _sheet(workbook, file.path, sheet.name)
        rows = opened.iter_rows()
        head = _first_rows(rows)
        title = display_name(sheet.name)
        header = find_header(file.export, [list(map(str, row)) for row in head])
        if isinstance(header, Header):
            below = _with_errors(errors, opened, header.row + 1, chain(head[header.row + 1 :], rows))
            chunks = _chunks(file.export, header, below, days_ahead)
            counts: list[int] = []
            reading.passes(partial(_passed, counts, opened.height))
            tables = cell_tables(bench, chunks, header, counts)
            parts.append(Part(file.name, sheet.name, judge(bench, file, tables)))
        elif header.came_close:
            close = close or f"sheet {title}: {header.message}"
        else:
            explanation = header.message
            notices.append(f"{file.name}: sheet {title} passed over, it has no header row")
    if close or not parts:  # only now: a later sheet may be unreadable, and that comes first
        raise FileRefused("missing_columns", close or explanation)
    return ReadFile(landed, tuple(parts), tuple(notices))


def _passed(counts: list[int], height: int) -> Progress:
    """How many rows of a sheet are judged."""
    return Progress(sum(counts) / height, sum(counts))


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


def _sheet(workbook: CalamineWorkbook, path: Path, name: str) -> tuple[CalamineSheet, Future[np.ndarray]]:
    """A sheet and its error cells, found while calamine reads: that needs no lock of Python's.

    All rows from the first on are there, blank ones too, equally wide. Cells become Python's as their row is
    taken; until then they take a tenth of the memory.
    """
    with _refusing_what_is_no_workbook():
        spanned = places_spanned(path, name, _MOST_SPANNED)
    if spanned > _MOST_SPANNED:
        raise FileRefused(
            "unreadable",
            f"expected the cells of a sheet to lie together; those of sheet {display_name(name)} span "
            f"{spanned:,} places: delete what stands far below or to the right, and save it again",
        )
    with _refusing_what_is_no_workbook(), ThreadPoolExecutor(1) as beside:
        errors = beside.submit(error_cells, path, name)
        return workbook.get_sheet_by_name(name), errors


def _with_errors(
    errors: Future[np.ndarray], sheet: CalamineSheet, first_row: int, rows: Iterator[list[Any]]
) -> Iterator[list[Any]]:
    """The rows of a sheet from `first_row` on, UNREADABLE where they have an error cell."""
    with _refusing_what_is_no_workbook():
        places = errors.result()
    if not places.size or sheet.start is None:
        return rows
    return marked(rows, places, UNREADABLE, first_row, sheet.start[1])


def _first_rows(rows: Iterator[list[Any]]) -> list[list[Any]]:
    with _refusing_what_is_no_workbook():
        return list(islice(rows, ROWS_SEARCHED))


@contextmanager
def _refusing_what_is_no_workbook() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a corrupt file can make the Rust side panic, and a panic is no Exception
        raise FileRefused("unreadable", "expected an .xlsx workbook, neither corrupt nor encrypted") from None


def _chunks(export: Export, header: Header, rows: Iterator[list[Any]], days_ahead: int) -> Iterator[Columns]:
    """The cells of a sheet as text, some thousands of rows at a time."""
    landed = {header.positions[column.name]: column for column in export.landed}
    while cells := _next_cells(rows):
        texts, moments = [], {}
        for place in range(header.most):
            of_column = cells[place :: header.most]
            if place not in landed:
                texts.append(_masked(of_column))
                continue
            spelled, instead = _spelled(of_column, landed[place], days_ahead)
            texts.append(spelled)
            if instead is not None:
                moments[place] = instead
        yield Columns(texts, moments)


def _next_cells(rows: Iterator[list[Any]]) -> list[Any]:
    """The cells of the next rows, one after the other: Python's collector would walk through rows."""
    with _refusing_what_is_no_workbook():
        return list(chain.from_iterable(islice(rows, _CHUNK_ROWS)))


def _masked(cells: list[Any]) -> np.ndarray:
    """Cells that are not landed; of those that are no text, row rules need only know that they are there."""
    return np.array([cell if type(cell) is str else MASK for cell in cells], dtype=object)


def _spelled(cells: list[Any], column: Column, days_ahead: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Spell cells of any type as a CSV would: texts, and the moments that stand in place of some (else NaT).

    UNREADABLE for a number that no text column may take.
    """
    texts = np.array(cells, dtype=object)
    types = list(map(type, cells))
    present = set(types)
    if present <= {str}:
        return texts, None
    moments = np.full(len(cells), "NaT", dtype="datetime64[s]")
    if present & {float, int}:
        chosen = _are(types, {float, int})
        numbers = texts[chosen].astype(np.float64)
        texts[chosen] = _number_texts(numbers, column)
        if column.type in ("date", "timestamp"):
            moments[chosen] = _serial_moments(numbers, days_ahead)
    if present & {datetime, date}:
        chosen = _are(types, {datetime, date})
        moments[chosen] = _to_the_second(texts[chosen])
        texts[chosen] = ""
    if present & {bool, time, timedelta}:
        chosen = _are(types, {bool, time, timedelta})
        texts[chosen] = list(map(str, texts[chosen]))
    return texts, moments


def _are(types: list[type], wanted: set[type]) -> np.ndarray:
    return np.fromiter((each in wanted for each in types), dtype=bool, count=len(types))


def _number_texts(numbers: np.ndarray, column: Column) -> np.ndarray:
    whole = (np.floor(numbers) == numbers) & (np.abs(numbers) < 2**63)
    texts = numbers.astype(str).astype(object)
    texts[whole] = numbers[whole].astype(np.int64).astype(str)
    if column.type in ("text", "code"):
        mantissas = pd.Series(texts, dtype=object).str.replace(r"[eE].*|^[-0.]+|[.]", "", regex=True)
        texts[(np.abs(numbers) >= 10**_MOST_DIGITS) | (mantissas.str.len() > _MOST_DIGITS)] = UNREADABLE
    return texts


def _serial_moments(numbers: np.ndarray, days_ahead: int) -> np.ndarray:
    """The moments of serial numbers, to the second; NaT for other numbers, and in the day that never was."""
    is_serial = (numbers >= _FIRST_SERIAL) & (numbers < _END_OF_SERIALS)
    serials = np.where(is_serial, numbers + days_ahead, _LEAP_DAY_THAT_NEVER_WAS)
    seconds = np.floor(serials * _SECONDS_PER_DAY + 0.5).astype(np.int64)
    days = seconds // _SECONDS_PER_DAY
    seconds -= np.where(days > _LEAP_DAY_THAT_NEVER_WAS, _SECONDS_PER_DAY, 0)
    moments = np.datetime64("1899-12-31", "s") + seconds.astype("timedelta64[s]")
    return np.where(days == _LEAP_DAY_THAT_NEVER_WAS, np.datetime64("NaT", "s"), moments)


def _to_the_second(moments: np.ndarray) -> np.ndarray:
    exact = pd.to_datetime(moments).to_numpy().astype("datetime64[us]")
    return (exact + np.timedelta64(500, "ms")).astype("datetime64[s]")
