"""Workbooks of Excel 97 (.xls, what WPS calls .et)."""

import io

import xlwt

from tests.fuzz.sheets import BookToWrite


def write_xls(book: BookToWrite) -> bytes:
    """The bytes of an .xls. Its formulas are their values: no other value can be stored with them."""
    written = xlwt.Workbook()
    written.dates_1904 = book.from_1904
    as_date = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
    for sheet in book.sheets:
        grid = written.add_sheet(sheet.name, cell_overwrite_ok=True)
        grid.visibility = 1 if sheet.hidden else 0
        for at, row in enumerate(sheet.rows):
            grid.row(at).hidden = book.hides and at % 2 == 1
            for place, cell in enumerate(row):
                match cell and cell.kind:
                    case None:
                        continue
                    case "number" | "computed":
                        grid.write(at, place, float(cell.text))
                    case "date":
                        grid.write(at, place, float(cell.text), as_date)
                    case "error" | "unstored":
                        grid.row(at).set_cell_error(place, "#REF!")
                    case _:
                        grid.write(at, place, cell.text)
    content = io.BytesIO()
    written.save(content)
    return content.getvalue()
