"""The same workbook as xlsx, xls, ods and HTML."""

from tests.fuzz.write.html import write_html
from tests.fuzz.write.ods import write_ods
from tests.fuzz.write.xls import write_xls
from tests.fuzz.write.xlsx import write_full_sheet, write_xlsx

__all__ = ["write_full_sheet", "write_html", "write_ods", "write_xls", "write_xlsx"]
