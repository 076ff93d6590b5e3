"""Reads the sheets of a workbook into judged rows; cells become text, column by column (contract §2).

calamine reads every kind; what it does not tell (error_cells) is looked for beside it.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
from olefile.olefile import OleFileError

from orchestration.common.files import sha256
from orchestration.common.watcher import Progress, Reading
from orchestration.landing import ods_cells, xls_cells, xlsb_cells, xlsx_cells
from orchestration.landing.bench import Bench, Columns, Form, Part, ReadFile, cell_tables, judge
from orchestration.landing.calamine import WANTED, Cells, Top, Workbook, opened
from orchestration.landing.cells import UNREADABLE
from orchestration.landing.error_cells import COLUMNS, DamagedWorkbook, Inside
from orchestration.landing.exports import Column, Export
from orchestration.landing.header import Header, find_header
from orchestration.landing.inbox import InboxFile, display_name
from orchestration.landing.kinds import Kind, kind_of
from orchestration.landing.outcome import FileRefused, LandedFile, Notice
from orchestration.landing.package import DAMAGED_ZIP, conventional
from orchestration.landing.plain import MASK
from orchestration.language import _

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
    parts: list[Part] = []
    notices: list[Notice] = []
    close: FileRefused | None = None
    without = FileRefused("missing_columns", _("expected a visible sheet with a header row"))
    with _opened(file.path, kind) as (book, inside):
        for index, sheet in enumerate(book.sheets):
            title = display_name(sheet.name)
            if not sheet.is_worksheet or not sheet.is_visible:
                if sheet.is_worksheet:
                    notices.append(Notice(file.name, "hidden_sheet", title))
                continue
            top, errors = _top(book, inside, index)
            header = find_header(file.export, top.rows)
            if isinstance(header, Header):
                chunks = _chunks(file.export, header, book, _Errors(errors, top), inside.days_ahead)
                counts: list[int] = []
                reading.passes(partial(_passed, counts, top.height))
                tables = cell_tables(bench, chunks, header, counts)
                parts.append(Part(file.name, sheet.name, judge(bench, file, tables), header))
                continue
            book.skip()
            if header.came_close:
                message = _("sheet {sheet}: {message}").format(sheet=title, message=header.message)
                close = close or FileRefused("missing_columns", message, header.miss)
            else:
                without = FileRefused("missing_columns", header.message, header.miss)
                notices.append(Notice(file.name, "sheet_without_header", title))
    if close or not parts:  # only now: a later sheet may be unreadable, and that comes first
        refused = close or without
        refused.notices = tuple(notices)
        raise refused
    return ReadFile(landed, Form(kind), tuple(parts), tuple(notices))


def _passed(counts: list[int], height: int) -> Progress:
    """How many rows of a sheet are judged; rows of errors alone may follow those that calamine counts."""
    return Progress(min(1, sum(counts) / height), sum(counts))


@contextmanager
def _opened(path: Path, kind: Kind) -> Iterator[tuple[Workbook, Inside]]:
    """A workbook in calamine, and what it does not tell, looked for while calamine reads."""
    with _refusing_what_is_damaged():
        if kind != "xls":
            _refuse_bomb(path)
        renamed = _conventional(path) if kind in ("xlsx", "xlsb") else None
    with ThreadPoolExecutor(1) as beside:
        looking = beside.submit(_LOOKS_INSIDE[kind], path)
        with opened(path, _MOST_MEMORY, content=renamed, by_its_name=_names(path, kind)) as book:
            with _refusing_what_is_damaged():
                inside = looking.result()
            yield book, inside


def _top(book: Workbook, inside: Inside, index: int) -> tuple[Top, np.ndarray]:
    """A sheet's top, and the places of its error cells, found while calamine reads."""
    with ThreadPoolExecutor(1) as beside:
        finding = beside.submit(inside.errors, index, book.sheets[index].name)
        top = book.top(book.sheets[index])
        with _refusing_what_is_damaged():
            return top, finding.result()


def _names(path: Path, kind: Kind) -> bool:
    """Whether the extension says what a file is, and calamine can open it by its name."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return path.suffix.lower().replace("xlsm", "xlsx") == f".{kind}"


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
            "unreadable",
            _("expected a workbook; unpacked it would be {times} times as large").format(
                times=unpacked // size
            ),
        )


@contextmanager
def _refusing_what_is_damaged() -> Iterator[None]:
    """Only the libraries' own errors are the file's fault."""
    try:
        yield
    except (DamagedWorkbook, OleFileError, *DAMAGED_ZIP):
        raise FileRefused("unreadable", _(WANTED)) from None


def _chunks(
    export: Export, header: Header, book: Workbook, errors: "_Errors", days_ahead: int
) -> Iterator[Columns]:
    """The cells of a sheet as text, some thousands of rows at a time."""
    landed = {header.positions[column.name]: column for column in export.landed}
    row = header.row + 1
    for columns in book.columns(row):
        texts, moments = [], {}
        for place, cells in enumerate(columns):
            if place not in landed:
                texts.append(_masked(cells))
                continue
            spelled, instead = _spelled(cells, landed[place], days_ahead)
            texts.append(spelled)
            if instead is not None:
                moments[place] = instead
        errors.mark(texts, moments, row)
        row += len(texts[0])
        yield Columns(texts, moments)
    while (rows := min(errors.end - row, _CHUNK_ROWS)) > 0:
        texts = [np.full(rows, "", dtype=object) for _ in range(header.most)]
        errors.mark(texts, {}, row)
        row += rows
        yield Columns(texts)


class _Errors:
    """The error cells of a sheet, by row and column of what calamine shows of it.

    It ends a sheet at the last cell with a value: rows of errors alone may follow.
    """

    def __init__(self, places: np.ndarray, top: Top) -> None:
        self._rows = places // COLUMNS
        self._columns = places % COLUMNS - top.first_column
        self.end = int(self._rows[-1]) + 1 if places.size else 0

    def mark(self, texts: list[np.ndarray], moments: dict[int, np.ndarray], first: int) -> None:
        """Mark those in the rows from `first` on."""
        begin, end = np.searchsorted(self._rows, (first, first + len(texts[0])))
        rows, columns = self._rows[begin:end] - first, self._columns[begin:end]
        for place in np.unique(columns):
            if 0 <= place < len(texts):  # else no header stands above
                texts[place][rows[columns == place]] = UNREADABLE
                if place in moments:
                    moments[place][rows[columns == place]] = np.datetime64("NaT")


def _masked(cells: Cells) -> np.ndarray:
    """Cells that are not landed; of those that are no text, row rules need only know that they are there."""
    texts = np.array([cell if type(cell) is str else MASK for cell in cells.cells], dtype=object)
    texts[cells.places] = MASK
    return texts


def _spelled(cells: Cells, column: Column, days_ahead: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Spell cells of any type as a CSV would: texts, and the moments that stand in place of some (else NaT).

    UNREADABLE for a number that no text column may take.
    """
    texts = np.array(cells.cells, dtype=object)
    types = list(map(type, cells.cells))
    has_numbers = not {str}.issuperset(types)
    if not has_numbers and not cells.places.size:
        return texts, None
    moments = np.full(len(texts), "NaT", dtype="datetime64[s]")
    moments[cells.places] = cells.moments
    if has_numbers:
        chosen = np.fromiter((each is not str for each in types), dtype=bool, count=len(types))
        numbers = texts[chosen].astype(np.float64)
        texts[chosen] = _number_texts(numbers, column)
        if column.type in ("date", "timestamp"):
            moments[chosen] = _serial_moments(numbers, days_ahead)
    return texts, moments


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
