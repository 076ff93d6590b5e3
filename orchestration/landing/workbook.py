"""Reads the sheets of a workbook into judged rows; cells become text, column by column (contract §2).

calamine reads every kind; what it does not tell (error_cells) is looked for beside it.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import partial
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
from olefile.olefile import OleFileError
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from orchestration.common.files import sha256
from orchestration.common.watcher import Progress, Reading
from orchestration.landing import ods_cells, xls_cells, xlsb_cells, xlsx_cells
from orchestration.landing.bench import Bench, Columns, Form, Part, ReadFile, cell_tables, judge
from orchestration.landing.cells import UNREADABLE
from orchestration.landing.error_cells import DamagedWorkbook, Inside, marked
from orchestration.landing.exports import Column, Export
from orchestration.landing.header import ROWS_SEARCHED, Header, find_header
from orchestration.landing.inbox import InboxFile, display_name
from orchestration.landing.kinds import Kind, kind_of
from orchestration.landing.outcome import FileRefused, LandedFile, Notice
from orchestration.landing.package import DAMAGED_ZIP, conventional
from orchestration.landing.plain import MASK
from orchestration.landing.trial import fits

_LOOKS_INSIDE = {
    "xlsx": xlsx_cells.look_inside,
    "xlsb": xlsb_cells.look_inside,
    "xls": xls_cells.look_inside,
    "ods": ods_cells.look_inside,
}

# Excel's serial numbers: day 60 is a 29 February 1900 that never was. Smaller bare numbers are no dates.
_LEAST_SERIAL, _END_OF_SERIALS = 20_000, 2_958_466
_FIRST_DAY = np.datetime64("1899-12-30", "s")
_SECONDS_PER_DAY = 86_400
_FIRST_OF_8_DIGITS, _LAST_OF_8_DIGITS = 19_000_101, 20_991_231

_MOST_DIGITS = 15

_CHUNK_ROWS = 100_000

# How many times its size a workbook may unpack to, and how many bytes any may.
_MOST_UNPACKED, _ALWAYS_UNPACKED = 200, 100_000_000

# How much memory calamine may take for a workbook: a full sheet of some 40 columns needs no more.
_MOST_MEMORY = 2_000_000_000


def read_workbook(bench: Bench, file: InboxFile, reading: Reading) -> ReadFile:
    """Judge all rows of every visible sheet that has the header (contract §2).

    Raises FileRefused: unreadable (corrupt, encrypted, too large), missing_columns; OSError.
    """
    landed = LandedFile(file.name, sha256(file.path), file.path.stat().st_size)
    kind = kind_of(file.path)
    book, inside = _opened(file.path, kind)
    parts: list[Part] = []
    notices: list[Notice] = []
    close: FileRefused | None = None
    without = FileRefused("missing_columns", "expected a visible sheet with a header row")
    for index, sheet in enumerate(book.sheets_metadata):
        title = display_name(sheet.name)
        if not _is_read(sheet):
            if sheet.typ == SheetTypeEnum.WorkSheet:
                notices.append(Notice(file.name, "hidden_sheet", title))
            continue
        opened, errors = _sheet(book, inside, index, sheet.name)
        rows = opened.iter_rows()
        head = list(islice(rows, ROWS_SEARCHED))
        header = find_header(file.export, [list(map(str, row)) for row in head])
        if isinstance(header, Header):
            first = header.row + 1
            below = chain(head[first:], rows)
            if errors.size:
                below = marked(below, errors, UNREADABLE, first, opened.start[1] if opened.start else 0)
            chunks = _chunks(file.export, header, below, inside.days_ahead)
            counts: list[int] = []
            reading.passes(partial(_passed, counts, opened.height))
            tables = cell_tables(bench, chunks, header, counts)
            parts.append(Part(file.name, sheet.name, judge(bench, file, tables), header))
        elif header.came_close:
            message = f"sheet {title}: {header.message}"
            close = close or FileRefused("missing_columns", message, header.miss)
        else:
            without = FileRefused("missing_columns", header.message, header.miss)
            notices.append(Notice(file.name, "sheet_without_header", title))
    if close or not parts:  # only now: a later sheet may be unreadable, and that comes first
        raise close or without
    return ReadFile(landed, Form(kind), tuple(parts), tuple(notices))


def _is_read(sheet: SheetMetadata) -> bool:
    return sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible


def _passed(counts: list[int], height: int) -> Progress:
    """How many rows of a sheet are judged."""
    return Progress(sum(counts) / height, sum(counts))


def _opened(path: Path, kind: Kind) -> tuple[CalamineWorkbook, Inside]:
    """A workbook in calamine, and what it does not tell, looked for while calamine is on trial."""
    with _refusing_what_is_damaged():
        renamed = _conventional(path) if kind in ("xlsx", "xlsb") else None
        if kind != "xls":
            _refuse_bomb(path)
        with ThreadPoolExecutor(1) as beside:
            inside = beside.submit(_LOOKS_INSIDE[kind], path)
            source = renamed or _source(path, kind)
            if not fits(source, _MOST_MEMORY):
                raise FileRefused(
                    "unreadable",
                    f"expected a workbook that can be read with {_MOST_MEMORY / 1e9:g} GB of memory: delete "
                    "what stands far below or to the right of the rows, or save it as CSV UTF-8",
                )
            return load_workbook(source), inside.result()


def _source(path: Path, kind: Kind) -> Path | BytesIO:
    """Where calamine reads from: it takes a path for what the extension says, and is quicker at it."""
    is_kind = path.suffix.lower().replace("xlsm", "xlsx") == f".{kind}"
    return path if is_kind else BytesIO(path.read_bytes())


def _conventional(path: Path) -> BytesIO | None:
    with ZipFile(path) as archive:
        return conventional(archive)


def _refuse_bomb(path: Path) -> None:
    """Refuse what unpacks out of all proportion: XML of rows shrinks to a tenth, a bomb to a thousandth."""
    size = path.stat().st_size
    with ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > max(_ALWAYS_UNPACKED, _MOST_UNPACKED * size):
        raise FileRefused(
            "unreadable", f"expected a workbook; unpacked it would be {unpacked // size} times as large"
        )


def _sheet(book: CalamineWorkbook, inside: Inside, index: int, name: str) -> tuple[CalamineSheet, np.ndarray]:
    """A sheet and the places of its error cells, found while calamine reads: that needs no lock of Python's.

    All rows from the first on are there, blank ones too, equally wide. Cells become Python's as their row is
    taken; until then they take a tenth of the memory.
    """
    with _refusing_what_is_damaged(), ThreadPoolExecutor(1) as beside:
        errors = beside.submit(inside.errors, index, name)
        return book.get_sheet_by_name(name), errors.result()


@contextmanager
def _refusing_what_is_damaged() -> Iterator[None]:
    """Only the libraries' own errors are the file's fault; calamine's panics are no Exception."""
    try:
        yield
    except (CalamineError, DamagedWorkbook, OleFileError, *DAMAGED_ZIP):
        pass
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
    else:
        return
    raise FileRefused("unreadable", "expected a workbook that is neither corrupt nor encrypted")


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
    if column.type in ("date", "timestamp"):
        texts[(numbers < _FIRST_OF_8_DIGITS) | (numbers > _LAST_OF_8_DIGITS) | ~whole] = UNREADABLE
    if column.type in ("text", "code"):
        mantissas = pd.Series(texts, dtype=object).str.replace(r"[eE].*|^[-0.]+|[.]", "", regex=True)
        texts[(np.abs(numbers) >= 10**_MOST_DIGITS) | (mantissas.str.len() > _MOST_DIGITS)] = UNREADABLE
    return texts


def _serial_moments(numbers: np.ndarray, days_ahead: int) -> np.ndarray:
    """The moments of serial numbers, to the second; NaT for other numbers (contract §2, dates)."""
    serials = numbers + days_ahead
    is_serial = (numbers >= _LEAST_SERIAL) & (serials < _END_OF_SERIALS)
    seconds = np.floor(np.where(is_serial, serials, 0) * _SECONDS_PER_DAY + 0.5).astype(np.int64)
    return np.where(is_serial, _FIRST_DAY + seconds.astype("timedelta64[s]"), np.datetime64("NaT", "s"))


def _to_the_second(moments: np.ndarray) -> np.ndarray:
    exact = pd.to_datetime(moments).to_numpy().astype("datetime64[us]")
    return (exact + np.timedelta64(500, "ms")).astype("datetime64[s]")
