"""OpenDocument spreadsheets (.ods), as raw XML."""

import io
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from tests.fuzz.oracle.cells import of_serial
from tests.fuzz.sheets import BookToWrite, Cell

_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for name, urn in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_STYLES = "".join(
    f'<style:style style:name="{name}" style:family="table">'
    f'<style:table-properties table:display="{display}"/></style:style>'
    for name, display in (("shown", "true"), ("hidden", "false"))
)


def write_ods(book: BookToWrite) -> bytes:
    """The bytes of an .ods; its dates are written out, so that it knows nothing of 1904."""
    tables = []
    for sheet in book.sheets:
        rows = []
        for at, row in enumerate(sheet.rows):
            hidden = ' table:visibility="collapse"' if book.hides and at % 2 == 1 else ""
            cells = "".join(map(_cell, row)) or "<table:table-cell/>"
            rows.append(f"<table:table-row{hidden}>{cells}</table:table-row>")
        style = "hidden" if sheet.hidden else "shown"
        empty = "<table:table-row><table:table-cell/></table:table-row>"
        tables.append(
            f'<table:table table:name={quoteattr(sheet.name)} table:style-name="{style}">'
            f"{''.join(rows) or empty}</table:table>"
        )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES} office:version="1.2">'
        f"<office:automatic-styles>{_STYLES}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _TYPE, ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return written.getvalue()


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "<table:table-cell/>"
    match cell.kind:
        case "number" | "computed":
            formula = ' table:formula="of:=1+1"' if cell.kind == "computed" else ""
            return f'<table:table-cell{formula} office:value-type="float" office:value="{cell.text}"/>'
        case "date":
            moment = of_serial(float(cell.text), False).isoformat()
            return f'<table:table-cell office:value-type="date" office:date-value="{moment}"/>'
        case "error" | "unstored":
            return '<table:table-cell table:formula="of:=1+1"/>'
    lines = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in cell.text.split("\n"))
    formula = ' table:formula="of:=A1"' if cell.kind == "formula" else ""
    return f'<table:table-cell{formula} office:value-type="string">{lines}</table:table-cell>'


def _spaced(line: str) -> str:
    """White space as OpenDocument writes it: tabs and blanks by their name."""
    return "".join(
        "<text:tab/>" if char == "\t" else "<text:s/>" if char == " " else escape(char) for char in line
    )
