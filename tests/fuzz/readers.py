"""Real workbooks and pages as the oracle sees them, where it can by other libraries than landing uses."""

import io
from datetime import date, datetime, time
from html.parser import HTMLParser
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from tests.fuzz.oracle import ERROR, Book, Cell, File, Number, Sheet


def read(path: Path) -> File:
    """A file of an inbox."""
    content = path.read_bytes()
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return File(content, _by_calamine(content))
    if content.startswith(b"PK"):
        return File(content, _by_openpyxl(content) if _is_xlsx(content) else _by_calamine(content))
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return File(content, _page(content.decode("utf-8-sig")))
    return File(content)


def _is_xlsx(content: bytes) -> bool:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except BadZipFile:
        return False


def _by_openpyxl(content: bytes) -> Book:
    stored = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    written = openpyxl.load_workbook(io.BytesIO(content))
    sheets = [
        Sheet(
            sheet.title,
            [
                [
                    _seen(value.value, value.data_type, formula.data_type)
                    for value, formula in zip(*rows, strict=True)
                ]
                for rows in zip(sheet.iter_rows(), written[sheet.title].iter_rows(), strict=True)
            ],
            sheet.sheet_state != "visible",
        )
        for sheet in stored.worksheets
    ]
    return Book(sheets, stored.epoch == CALENDAR_MAC_1904)


def _seen(value: object, data_type: str, written_type: str) -> Cell:
    if data_type == "e" or (value is None and written_type == "f"):
        return ERROR
    return _plain(value)


def _plain(value: object) -> Cell:
    match value:
        case None | "":
            return None
        case bool():
            return str(value).upper()
        case int() | float():
            return Number(value)
        case datetime():
            return _to_the_second(value)
        case date():
            return datetime(value.year, value.month, value.day)
        case time():
            return str(value)
    return str(value)


def _to_the_second(moment: datetime) -> datetime:
    return datetime.fromtimestamp(round(moment.timestamp())) if moment.microsecond else moment


def _by_calamine(content: bytes) -> Book:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = [
        Sheet(
            each.name,
            [
                [ERROR if str(value).startswith("#") else _plain(value) for value in row]
                for row in book.get_sheet_by_name(each.name).to_python(skip_empty_area=False)
            ],
            each.visible != SheetVisibleEnum.Visible,
        )
        for each in book.sheets_metadata
    ]
    return Book(sheets)


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[Cell]]] = []
        self.cell: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = ""
        elif tag == "br" and self.cell is not None:
            self.cell += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self.cell is not None:
            self.tables[-1][-1].append(self.cell)
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell += data


def _page(text: str) -> Book:
    parser = _Tables()
    parser.feed(text)
    return Book([Sheet(None, rows) for rows in parser.tables])
