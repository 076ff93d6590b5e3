"""Pages with tables, as many systems export them under the name .xls."""

from html import escape

from tests.fuzz.sheets import BookToWrite

_HEAD = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
    '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    '<style>td{mso-number-format:"\\@";}</style></head><body>'
)


def write_html(book: BookToWrite, encoding: str = "utf-8", bare: bool = False) -> bytes:
    """A page with a table for each sheet; `bare`: the tables alone, with nothing around them."""
    tables = []
    for sheet in book.sheets:
        rows = [
            "<tr>" + "".join(f"<td>{_text(cell.text if cell else '')}</td>" for cell in row) + "</tr>"
            for row in sheet.rows
        ]
        tables.append("<table border=1>" + "\n".join(rows) + "</table>")
    page = "\n".join(tables) if bare else _HEAD + "\n<p>导出</p>\n".join(tables) + "</body></html>"
    return page.encode(encoding)


def _text(text: str) -> str:
    return escape(text, quote=False).replace("\xa0", "&nbsp;")
