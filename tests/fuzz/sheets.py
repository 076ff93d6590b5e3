"""Workbooks written as raw XML: what a library would never write, and a million rows in a second or two."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_BEFORE = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}">'
_HIDDEN_COLUMN = '<cols><col min="1" max="1" width="9" hidden="1"/></cols>'
_STYLES = f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>'

TEXTS = ("shared", "inline", "formula")


@dataclass(frozen=True)
class Cell:
    """A cell: how it is written (one of TEXTS, number, date, bool, error, iso), and its text."""

    kind: str
    text: str


Row = list[Cell | None]


@dataclass(frozen=True)
class Book:
    """A workbook: its sheets, and what no reader may heed but for the year that it counts days from."""

    sheets: dict[str, list[Row]]
    from_1904: bool = False
    hides: bool = False
    """Whether every other row, the first column and, if there are several, the last sheet are hidden."""
    after: str = ""
    """XML that follows the rows of each sheet."""

    @property
    def days_ahead(self) -> int:
        """By how much its serial numbers fall short of those that count from 1900."""
        return 1_462 if self.from_1904 else 0


def write_book(path: Path, book: Book) -> None:
    """Write it."""
    shared: dict[str, int] = {}
    columns = _HIDDEN_COLUMN if book.hides else ""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for number, rows in enumerate(book.sheets.values(), 1):
            written = _rows(rows, shared, hides=book.hides)
            xml = [_BEFORE, columns, "<sheetData>", *written, "</sheetData>", book.after, "</worksheet>"]
            archive.writestr(f"xl/worksheets/sheet{number}.xml", "".join(xml))
        _write_frame(archive, [*book.sheets], shared, book)


def _rows(rows: Iterable[Row], shared: dict[str, int], *, hides: bool) -> Iterator[str]:
    for number, row in enumerate(rows, 1):
        cells = (
            _cell(f"{chr(ord('A') + place)}{number}", cell, shared) for place, cell in enumerate(row) if cell
        )
        hidden = ' hidden="1"' if hides and number % 2 == 0 else ""
        yield f'<row r="{number}"{hidden}>{"".join(cells)}</row>'


def _cell(address: str, cell: Cell, shared: dict[str, int]) -> str:
    text = escape(cell.text)
    match cell.kind:
        case "shared":
            return f'<c r="{address}" t="s"><v>{shared.setdefault(cell.text, len(shared))}</v></c>'
        case "inline":
            return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        case "formula":
            return f'<c r="{address}" t="str"><f>1+1</f><v>{text}</v></c>'
        case "date":
            return f'<c r="{address}" s="1"><v>{text}</v></c>'
        case "number":
            return f'<c r="{address}"><v>{text}</v></c>'
        case _:
            written = {"bool": "b", "error": "e", "iso": "d"}[cell.kind]
            return f'<c r="{address}" t="{written}"><v>{text}</v></c>'


def _write_frame(archive: ZipFile, names: list[str], shared: Iterable[str], book: Book) -> None:
    strings = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in shared)
    archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{strings}</sst>')
    numbered = [*enumerate(names, 1)]
    states = [""] * len(names)
    if book.hides and len(names) > 1:
        states[-1] = ' state="veryHidden"'
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}"{state} r:id="rId{number}"/>'
        for (number, name), state in zip(numbered, states, strict=True)
    )
    epoch = '<workbookPr date1904="1"/>' if book.from_1904 else ""
    frame = f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">{epoch}<sheets>{sheets}</sheets></workbook>'
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number, _ in numbered
    )
    archive.writestr("xl/styles.xml", _STYLES)
    links += f'<Relationship Id="f" Type="{_LINKS}/styles" Target="styles.xml"/>'
    links += f'<Relationship Id="s" Type="{_LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
    root = f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    archive.writestr("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}">{root}</Relationships>')
    archive.writestr("xl/workbook.xml", frame)
    archive.writestr(
        "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'
    )


def write_full_sheet(path: Path, title: str, rows: int) -> None:
    """Write a sheet of that many rows: a header of 工会干部, then rows alike but for their id."""
    text = "".join
    titles = ("干部ID", "所属机构编码", "录入日期", "离任日期")
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            header = text(f'<c t="inlineStr"><is><t>{title}</t></is></c>' for title in titles)
            sheet.write(f"{_BEFORE}<sheetData><row>{header}</row>".encode())
            others = '<c t="inlineStr"><is><t>A1</t></is></c><c><v>43895</v></c></row>'
            for first in range(2, rows + 1, 10_000):
                numbers = range(first, min(first + 10_000, rows + 1))
                sheet.write(text(f"<row><c><v>{number}</v></c>{others}" for number in numbers).encode())
            sheet.write(b"</sheetData></worksheet>")
        _write_frame(archive, [title], (), Book({}))
