"""Workbooks of Excel (.xlsx, .xlsm) as raw XML: what a library would never write, and a million rows in a
second or two."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from tests.fuzz.sheets import BookToWrite, Cell, Row, SheetToWrite

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BEFORE = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}">'
_HIDDEN = ' state="hidden"'
_HIDDEN_COLUMN = '<cols><col min="1" max="1" width="9" hidden="1"/></cols>'
_STYLES = f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf/><xf numFmtId="22"/></cellXfs></styleSheet>'


def write_xlsx(book: BookToWrite) -> bytes:
    """The bytes of an .xlsx."""
    shared: dict[str, int] = {}
    columns = _HIDDEN_COLUMN if book.hides else ""
    parts = {}
    for number, sheet in enumerate(book.sheets, 1):
        written = _rows(sheet.rows, shared, hides=book.hides)
        xml = [_BEFORE, columns, "<sheetData>", *written, "</sheetData>", book.after, "</worksheet>"]
        parts[f"xl/worksheets/sheet{number}.xml"] = "".join(xml)
    parts |= _frame(book.sheets, shared, book.from_1904, book.layout)
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, xml_text in parts.items():
            if book.layout == "root" and name.startswith("xl/"):
                name = name.replace("xl/_rels/", "_rels/").removeprefix("xl/")
            if book.layout == "backslash":
                name = name.replace("/", "\\")
            archive.writestr(name, xml_text)
    return content.getvalue()


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
        case "computed":
            return f'<c r="{address}"><f>1+1</f><v>{text}</v></c>'
        case "unstored":
            return f'<c r="{address}"><f>1+1</f></c>'
    return f'<c r="{address}" t="e"><v>{text}</v></c>'


def _frame(
    sheets: list[SheetToWrite], shared: Iterable[str], from_1904: bool, layout: str = "usual"
) -> dict[str, str]:
    """All parts but the sheets."""
    strings = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in shared)
    numbered = [*enumerate(sheets, 1)]
    named = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}"{_HIDDEN * sheet.hidden} r:id="rId{number}"/>'
        for number, sheet in numbered
    )
    epoch = '<workbookPr date1904="1"/>' if from_1904 else ""
    base = "/xl/" if layout == "absolute" else ""
    links = [(f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml") for number, _ in numbered]
    links += [("f", "styles", "styles.xml"), ("s", "sharedStrings", "sharedStrings.xml")]
    related = "".join(
        f'<Relationship Id="{name}" Type="{_LINKS}/{kind}" Target="{base}{target}"/>'
        for name, kind, target in links
    )
    at = "" if layout == "root" else "xl/"
    root = f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="{at}workbook.xml"/>'
    kinds = [("workbook", "sheet.main"), ("styles", "styles"), ("sharedStrings", "sharedStrings")]
    kinds += [(f"worksheets/sheet{number}", "worksheet") for number, _ in numbered]
    types = "".join(
        f'<Override PartName="/{at}{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in kinds
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">{epoch}<sheets>{named}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
        "xl/styles.xml": _STYLES,
    }


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
        for name, xml in _frame([SheetToWrite(title, [])], (), False).items():
            archive.writestr(name, xml)
