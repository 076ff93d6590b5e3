"""The list that goes back to whoever sent the files: where, which rows, why, what to do; never a cell."""

from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from orchestration.errors import UsageFault
from orchestration.landing import Inspection
from orchestration.landing.inspection import MOST_LISTED
from orchestration.language import CHINESE, _, speaking
from orchestration.operating.inspected.words import REFUSALS, advice_words, fault_words

_SUMMARY = {"文件": 36, "工作表": 16, "列": 16, "原因": 40, "行数": 10, "怎么办": 60}
_ROWS = {"文件": 36, "工作表": 16, "表中行号": 10, "数据行": 10, "列": 16, "原因": 20, "怎么办": 60}
_HEADER = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "text_wrap": True, "valign": "top"}
_CELL = {"text_wrap": True, "valign": "top"}

_Line = list[str | int | None]


def write_report(found: Inspection, target: Path) -> None:
    """Write the workbook, a sheet of faults and counts, and one of rows; raises UsageFault where it cannot.

    表中行号 is the row as a spreadsheet shows it, 数据行 that of quality.rejected_rows, from the header on.
    """
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True})
    with speaking(CHINESE):  # who gets it may speak no other
        rows, summary = list(_rows(found)), list(_summary(found))
    _write(book, "汇总", _SUMMARY, summary)
    _write(book, "退回的行", _ROWS, rows[:MOST_LISTED])
    try:
        book.close()
    except FileCreateError as error:
        raise UsageFault(
            _("the report cannot be written to {file}: {error}").format(file=target, error=error)
        ) from None


def _write(book: xlsxwriter.Workbook, name: str, columns: dict[str, int], lines: list[_Line]) -> None:
    sheet = book.add_worksheet(name)
    header, cell = book.add_format(_HEADER), book.add_format(_CELL)
    for place, (title, width) in enumerate(columns.items()):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, header)
    sheet.freeze_panes(1, 0)
    nothing: list[_Line] = [["没有要改正的"]]
    for number, line in enumerate(lines or nothing, start=1):
        for place, value in enumerate(line):
            if isinstance(value, int):
                sheet.write_number(number, place, value, cell)
            elif value:
                sheet.write_string(number, place, value, cell)
    sheet.autofilter(0, 0, max(1, len(lines)), len(columns) - 1)


def _summary(found: Inspection) -> Iterator[_Line]:
    snapshots = {one.label: one for one in found.snapshots}
    for fault in found.faults:
        why = fault_words(fault, snapshots.get(fault.file), with_cells=False)
        yield [fault.file, "", "", f"不能入库：{why}", "", advice_words(fault)]
    for one in found.snapshots:
        for file in one.files:
            for part in file.parts:
                for refused in part.refused:
                    why, remedy = map(_, REFUSALS[refused.reason])
                    yield [file.name, part.sheet, refused.header, why, refused.rows, remedy]


def _rows(found: Inspection) -> Iterator[_Line]:
    for one in found.snapshots:
        for file in one.files:
            for part in file.parts:
                numbered = sorted(
                    ((number, each) for each in part.refused for number in each.numbers), key=itemgetter(0)
                )
                for number, refused in numbered:
                    why, remedy = map(_, REFUSALS[refused.reason])
                    line = part.header_row + number
                    yield [file.name, part.sheet, line, number, refused.header, why, remedy]
