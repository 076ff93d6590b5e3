"""What the workbooks share: how a file is begun, cells are written, and a sheet is printed.

No cell is ever a formula or a link: names of files and organizations come from outside, and a spreadsheet
would run what begins with = + - @.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import chain, repeat
from math import ceil
from pathlib import Path
from types import MappingProxyType
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from orchestration.bulletin.cells import Cell, Style, text_cell
from orchestration.bulletin.issue import Issue
from orchestration.bulletin.words import day

TITLE = "四川省工会网上工作平台监测评价"
COVER = "说明"
SAMPLE = "样例数据"

NAME_LENGTH = 31  # of a sheet
_NOT_IN_A_NAME = frozenset("[]:*?/\\'")  # Excel keeps these for itself

_LINE = 14  # the height of one, in points
_MOST_LINES = 24  # Excel's rows are at most 409 points high
_A4, _A3 = 9, 8

HEADER: Style = {
    **{"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "border": 1, "border_color": "#BFBFBF"},
    **{"text_wrap": True, "align": "center"},
}
BOLD: Style = {"bold": True}
_WRAPPED: Style = {"text_wrap": True}


@dataclass(frozen=True)
class About:
    """What a workbook says of itself beside its cells."""

    as_of_month: date
    is_sample: bool
    notes: tuple[str, ...] = ()
    """What is to be known of its numbers, a sentence each."""
    issue: Issue | None = None
    """None: it is a draft, and marked so."""

    @property
    def month(self) -> str:
        """As `2020-06`."""
        return f"{self.as_of_month:%Y-%m}"

    @property
    def title(self) -> str:
        """What stands on each page, with the marks."""
        marks = [SAMPLE] if self.is_sample else []
        marks += ["草稿"] if self.issue is None else []
        return f"{TITLE}（{'、'.join(marks)}）" if marks else TITLE

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What a cover says of the numbers: a name and a sentence each."""
        of, names = self.issue, chain(["说明"], repeat(""))
        return [
            *([("文号", of.number), ("成文日期", day(of.issued_on))] if of else []),
            ("截至", self.month),
            *zip(names, self.notes, strict=False),
            ("百分数", "保留两位小数，其后舍去，不四舍五入：89.999% 显示为 89.99%"),
        ]


@dataclass
class Writer:
    """Puts cells into sheets; makes each format once."""

    workbook: xlsxwriter.Workbook
    path: Path
    about: About
    formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def format(self, style: Style) -> Format:
        """Return the workbook's one format of a style."""
        key = tuple(style.items())
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({"valign": "vcenter", **style})
        return self.formats[key]

    def columns(self, sheet: Worksheet, widths: Iterable[int]) -> None:
        """Set how wide each column is, in characters."""
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)

    def row(
        self,
        sheet: Worksheet,
        number: int,
        cells: Sequence[Cell | None],
        narrow: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        """Write a row; a cell wider than its column breaks into lines, for which the row is high enough.

        `narrow` has the widths of the columns in which that may happen.
        """
        wide = {
            column: ceil(cell.width / width)
            for column, width in narrow.items()
            if column < len(cells) and (cell := cells[column]) and cell.width > width
        }
        if wide:
            sheet.set_row(number, _LINE * min(max(wide.values()), _MOST_LINES) + _LINE / 2)
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            look = self.format({**cell.style, **_WRAPPED} if column in wide else cell.style)
            if isinstance(cell.value, str):
                sheet.write_string(number, column, cell.value, look)
            elif isinstance(cell.value, date):
                sheet.write_datetime(number, column, cell.value, look)
            else:
                sheet.write_number(number, column, cell.value, look)


@contextmanager
def new_workbook(folder: Path, about: About, kind: str = "") -> Iterator[Writer]:
    """Begin a workbook in `folder`, its `kind` in its name.

    Equal cells give equal files: the clock has no say. Raises OSError where the disk will not take it.
    """
    parts = (TITLE, about.month, kind, SAMPLE if about.is_sample else "")
    path = folder / f"{'_'.join(filter(None, parts))}.xlsx"
    options = {
        "constant_memory": True,
        "tmpdir": str(folder),
        "default_format_properties": {"font_name": "微软雅黑", "font_size": 10},
    }
    try:
        with xlsxwriter.Workbook(path, options) as workbook:
            created = datetime.combine(about.as_of_month, time())
            workbook.set_properties({"title": path.stem, "created": created})
            yield Writer(workbook, path, about)
    except FileCreateError as failure:
        [wrapped] = failure.args
        raise wrapped from None


def sheet_name(label: str) -> str:
    """Return a label as Excel takes it for a sheet: short, without the marks that it keeps for itself."""
    return "".join(letter for letter in label if letter not in _NOT_IN_A_NAME)[:NAME_LENGTH]


def write_cover(
    writer: Writer,
    facts: Iterable[tuple[str, str]],
    contents: Iterable[Sequence[Cell]],
    statuses: Mapping[str, Style],
    widths: Sequence[int],
) -> None:
    """Write the first sheet: what is to be known of the numbers, `contents`, and how each status looks."""
    cover = writer.workbook.add_worksheet(COVER)
    rows: list[Sequence[Cell]] = [
        [text_cell(TITLE, {"bold": True, "font_size": 16, "font_color": HEADER["bg_color"]})],
        *([text_cell(name, BOLD), text_cell(fact)] for name, fact in [*writer.about.facts, *facts]),
        [],
        *contents,
        [],
        [text_cell("状态的颜色", HEADER)],
        *([text_cell(label, style)] for label, style in statuses.items()),
    ]
    writer.columns(cover, widths)
    for number, row in enumerate(rows):
        writer.row(cover, number, row, dict(enumerate(widths)))
    print_setup(cover, writer, COVER)
    cover.fit_to_pages(1, 0)


def print_setup(sheet: Worksheet, writer: Writer, name: str, *, on_a3: bool = False) -> None:
    """Print landscape, the first row and who, what, when on each page."""
    sheet.set_landscape()
    sheet.set_paper(_A3 if on_a3 else _A4)
    sheet.repeat_rows(0)
    # An ampersand is a command in a header.
    sheet.set_header(f"&L{writer.about.title}&C{name.replace('&', '&&')}&R{writer.about.month}")
    sheet.set_footer("&R&P / &N")
