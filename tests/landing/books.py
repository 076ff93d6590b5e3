"""Workbooks of every kind for tests, and what calamine must be kept from taking for blank in them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import xlwt

Rows = Sequence[Sequence[Any]]


class Formula:
    """A cell that holds a formula without a stored value."""


class Error:
    """A cell that holds #N/A."""


def xlsx(path: Path, sheets: dict[str, Rows], hidden: dict[str, str] | None = None) -> None:
    """Write an .xlsx workbook; `hidden`: by sheet, in which way."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.sheet_state = (hidden or {}).get(title, "visible")
        for row in rows:
            sheet.append(["=1+1" if c is Formula else "#N/A" if c is Error else c for c in row])
    content = BytesIO()
    book.save(content)
    path.write_bytes(content.getvalue())


def xls(
    path: Path, sheets: dict[str, Rows], hidden: dict[str, str] | None = None, *, from_1904: bool = False
) -> None:
    """Write an .xls workbook."""
    book = xlwt.Workbook()
    book.dates_1904 = from_1904
    a_date = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
    for title, rows in sheets.items():
        sheet = book.add_sheet(title)
        sheet.visibility = {"visible": 0, "hidden": 1, "veryHidden": 2}[(hidden or {}).get(title, "visible")]
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is Error:
                    sheet.row(number).set_cell_error(place, 0x2A)
                elif cell is Formula:
                    sheet.write(number, place, xlwt.Formula("1+1"))
                elif isinstance(cell, date | datetime):
                    sheet.write(number, place, cell, a_date)
                elif cell is not None:
                    sheet.write(number, place, cell)
    content = BytesIO()
    book.save(content)
    path.write_bytes(content.getvalue())


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:automatic-styles><style:style style:name="no" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)


_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def _ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if cell is Formula:
        return '<table:table-cell table:formula="of:=1+1"/>'
    if cell is Error:
        return (
            '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
            'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
        )
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'


def ods(path: Path, sheets: dict[str, Rows], hidden: dict[str, str] | None = None, before: str = "") -> None:
    """Write an .ods workbook; `before` stands before its tables."""
    tables = [before]
    for title, rows in sheets.items():
        style = ' table:style-name="no"' if title in (hidden or {}) else ""
        cells = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        tables.append(f"<table:table table:name={quoteattr(title)}{style}>{cells}</table:table>")
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", _ODS.format("".join(tables)))


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while length > 0x7F:
        size, length = size + bytes([length & 0x7F | 0x80]), length >> 7
    return head + size + bytes([length]) + body


def _wide(text: str) -> bytes:
    return pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(place: int, cell: Any) -> bytes:
    where = pack("<II", place, 0)
    if cell is None:
        return b""
    if cell is Error:
        return _record(3, where + b"\x2a")
    if cell is Formula:  # a formula of this kind always has a value: an error here
        return _record(11, where + b"\x2a" + pack("<HII", 0, 0, 0))
    if isinstance(cell, int | float):
        return _record(5, where + pack("<d", cell))
    return _record(6, where + _wide(str(cell)))


def xlsb(
    path: Path, sheets: dict[str, Rows], hidden: dict[str, str] | None = None, *, from_1904: bool = False
) -> None:
    """Write an .xlsb workbook, without styles."""
    states = {"visible": 0, "hidden": 1, "veryHidden": 2}
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    book = _record(131) + _record(153, pack("<II", int(from_1904), 0) + _wide("")) + _record(143)
    links = ""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for number, (title, rows) in enumerate(sheets.items(), 1):
            state = states[(hidden or {}).get(title, "visible")]
            book += _record(156, pack("<II", state, number) + _wide(f"rId{number}") + _wide(title))
            target = f"worksheets/sheet{number}.bin"
            links += f'<Relationship Id="rId{number}" Type="{office}/worksheet" Target="{target}"/>'
            width = max((len(row) for row in rows), default=1)
            sheet = (
                _record(129)
                + _record(148, pack("<IIII", 0, max(len(rows), 1) - 1, 0, width - 1))
                + _record(145)
            )
            for at, row in enumerate(rows):
                sheet += _record(0, pack("<IIHBBBI", at, 0, 300, 0, 0, 0, 0))
                sheet += b"".join(_xlsb_cell(place, cell) for place, cell in enumerate(row))
            archive.writestr(f"xl/worksheets/sheet{number}.bin", sheet + _record(146) + _record(130))
        archive.writestr("xl/workbook.bin", book + _record(144) + _record(132))
        archive.writestr(
            "xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{package}">{links}</Relationships>'
        )
        root = f'<Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.bin"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}">{root}</Relationships>')


WRITERS: dict[str, Callable[..., None]] = {"xlsx": xlsx, "xls": xls, "ods": ods, "xlsb": xlsb}


def edit(
    path: Path, change: Callable[[str, bytes], bytes], rename: Callable[[str], str] = lambda name: name
) -> None:
    """Change the parts of a zipped workbook, and their names."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(rename(name), change(name, content))
