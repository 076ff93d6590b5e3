"""The workbook of a release: a sheet per published table, as of its month, for people with a spreadsheet.

No cell is ever a formula or a link: names of files and organizations come from outside, and a spreadsheet
would run what begins with = + - @.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import zip_longest
from math import ceil
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from orchestration.common.text_table import text_width
from orchestration.publishing.catalog import Table
from orchestration.publishing.excel_cells import Cell, Style, Vocabulary, readers, text_cell
from orchestration.publishing.order import in_order

ROWS_SHOWN = 5_000
"""Of each table; where it has more, a note below them says where the others are."""

_COVER = "说明"
_TITLE = "四川省工会网上工作平台监测评价"

_NAME_LENGTH = 31  # of a sheet
_NARROWEST, _WIDEST = 9, 48
_PAGE = 150  # what a sheet of A4 takes, made smaller
_LINE = 14  # the height of one, in points
_MOST_LINES = 24  # Excel's rows are at most 409 points high

_HEADER: Style = {
    **{"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "border": 1, "border_color": "#BFBFBF"},
    **{"text_wrap": True, "align": "center"},
}
_WRAPPED: Style = {"text_wrap": True}

# Sheets stand in this order of their tables' names: what is read before what it rests on.
_KINDS = ("rpt_", "fct_", "dim_", "bridge_")


@dataclass(frozen=True)
class _Sheet:
    name: str
    table: Table
    cells: list[list[Cell | None]]
    rows: int
    """How many there are to be shown, of which `cells` has no more than ROWS_SHOWN."""


@dataclass
class _Writer:
    """Puts cells into sheets; makes each format once."""

    workbook: xlsxwriter.Workbook
    title: str
    month: str
    formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def format(self, style: Style) -> Format:
        key = tuple(style.items())
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({"valign": "vcenter", **style})
        return self.formats[key]

    def columns(self, sheet: Worksheet, widths: Iterable[int]) -> None:
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


def write_workbook(
    connection: duckdb.DuckDBPyConnection,
    published: Sequence[Table],
    folder: Path,
    as_of_month: date,
    *,
    is_sample: bool,
) -> Path:
    """Write the tables `published` of the file that `connection` has open into `folder`; returns the file.

    Of a table with an `as_of_month` it shows that month alone, of any at most ROWS_SHOWN rows. Raises OSError
    where the disk will not take it.
    """
    sample = "样例数据" if is_sample else ""
    path = folder / f"{'_'.join(filter(None, (_TITLE, f'{as_of_month:%Y-%m}', sample)))}.xlsx"
    options = {
        "constant_memory": True,
        "tmpdir": str(folder),
        "default_format_properties": {"font_name": "微软雅黑", "font_size": 10},
    }
    vocabulary = Vocabulary.of(connection)
    sheets = _sheets(connection, published, as_of_month, vocabulary)
    try:
        with xlsxwriter.Workbook(path, options) as workbook:
            # The clock has no say in what the file is.
            workbook.set_properties({"title": path.stem, "created": datetime.combine(as_of_month, time())})
            writer = _Writer(workbook, f"{_TITLE}{f'（{sample}）' if sample else ''}", f"{as_of_month:%Y-%m}")
            _write_cover(workbook.add_worksheet(_COVER), writer, sheets, vocabulary, sample)
            for sheet in sheets:
                _write_sheet(workbook.add_worksheet(sheet.name), writer, sheet)
    except FileCreateError as failure:
        raise failure.args[0] from None  # what it wraps
    return path


def _sheets(
    connection: duckdb.DuckDBPyConnection,
    published: Sequence[Table],
    as_of_month: date,
    vocabulary: Vocabulary,
) -> list[_Sheet]:
    names = {_COVER}
    sheets = []
    for table in map(_without_codes, sorted(published, key=_place)):
        columns = ", ".join(f'source."{column.name}"' for column in table.columns)
        ordered = in_order(connection, table.schema, table.name)
        chosen = f"from {ordered.tables}"
        if any(column.name == "as_of_month" for column in table.columns):
            chosen += f" where source.as_of_month = date '{as_of_month}'"
        [(count,)] = connection.execute(f"select count(*) {chosen}").fetchall()
        rows = connection.execute(
            f"select {columns} {chosen} order by {ordered.keys} limit {ROWS_SHOWN}"
        ).fetchall()
        shown = readers(table, vocabulary)
        cells = [[read(row) for read in shown] for row in rows]
        sheets.append(_Sheet(_name(table, names), table, cells, count))
        names.add(sheets[-1].name)
    return sheets


def _place(table: Table) -> tuple[int, str]:
    kinds = [place for place, kind in enumerate(_KINDS) if table.name.startswith(kind)]
    return (kinds[0] if kinds else len(_KINDS), str(table))


def _without_codes(table: Table) -> Table:
    """The table without the codes that have their label beside them."""
    names = {column.name for column in table.columns}
    return replace(
        table,
        columns=tuple(column for column in table.columns if f"{column.name}_label" not in names),
    )


def _name(table: Table, taken: set[str]) -> str:
    """Its label as Excel will have it: short, without the marks that Excel keeps for itself, and once."""
    label = "".join(letter for letter in table.label if letter not in "[]:*?/\\'")[:_NAME_LENGTH]
    return label if label and label not in taken else table.name[:_NAME_LENGTH]


def _write_sheet(sheet: Worksheet, writer: _Writer, content: _Sheet) -> None:
    columns = content.table.columns
    widths = _widths(content)
    writer.columns(sheet, widths)
    writer.row(sheet, 0, [text_cell(column.label, _HEADER) for column in columns], dict(enumerate(widths)))
    narrow = {column: width for column, width in enumerate(widths) if width == _WIDEST}
    for number, row in enumerate(content.cells, 1):
        writer.row(sheet, number, row, narrow)
    last = len(content.cells)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    named = _named(content.table)
    sheet.freeze_panes(1, named)
    if content.rows > last:
        rest = f"共 {content.rows:,} 行，此处只列前 {last:,} 行；全部见 parquet/{content.table}.parquet"
        writer.row(sheet, last + 1, [text_cell(rest, {"italic": True, "font_color": "#7F7F7F"})])
    _print_setup(sheet, writer, content.name, is_wide=sum(widths) > _PAGE)
    sheet.repeat_columns(0, named - 1)


def _widths(content: _Sheet) -> list[int]:
    """As wide as the widest cell, within bounds; a header may break into three lines."""
    headers = [ceil(text_width(column.label) / 3) + 4 for column in content.table.columns]  # 4: the arrow
    widest = [
        max((cell.width for cell in cells if cell), default=0) for cells in zip(*content.cells, strict=True)
    ]
    wanted = [max(pair) for pair in zip_longest(headers, widest, fillvalue=0)]
    return [min(max(width + 2, _NARROWEST), _WIDEST) for width in wanted]


def _named(table: Table) -> int:
    """How many columns stay in view: those up to the name of what a row is about, where it comes early."""
    names = [column.name for column in table.columns[:4]]
    return next((place for place, name in enumerate(names, 1) if name.endswith(("_name", "title"))), 1)


def _print_setup(sheet: Worksheet, writer: _Writer, name: str, *, is_wide: bool) -> None:
    sheet.set_landscape()
    sheet.set_paper(8 if is_wide else 9)  # A3, A4
    sheet.fit_to_pages(0 if is_wide else 1, 0)
    sheet.repeat_rows(0)
    # An ampersand is a command in a header.
    sheet.set_header(f"&L{writer.title}&C{name.replace('&', '&&')}&R{writer.month}")
    sheet.set_footer("&R&P / &N")


def _write_cover(
    cover: Worksheet,
    writer: _Writer,
    sheets: Sequence[_Sheet],
    vocabulary: Vocabulary,
    sample: str,
) -> None:
    bold: Style = {"bold": True}
    facts = [
        ("截至", writer.month),
        ("数据", f"{sample}：数字均为虚构" if sample else "平台导出"),
        ("来历", "批次号、所用文件、代码版本见同一文件夹的 manifest.json"),
        ("历月数据", "分月的表只列截至月份；全部月份、全部行见同一文件夹的 parquet/"),
        ("百分数", "保留两位小数，其后舍去，不四舍五入：89.999% 显示为 89.99%"),
    ]
    contents = [
        [
            text_cell(sheet.name, bold),
            text_cell(sheet.table.comment),
            Cell(len(sheet.cells), {"num_format": "#,##0"}),
            Cell(sheet.table.rows, {"num_format": "#,##0"}),
            text_cell(str(sheet.table), {"indent": 1}),
        ]
        for sheet in sheets
    ]
    statuses = [text_cell(label, style) for label, style in vocabulary.statuses.items()]
    rows: list[list[Cell]] = [
        [text_cell(_TITLE, {"bold": True, "font_size": 16, "font_color": _HEADER["bg_color"]})],
        *([text_cell(name, bold), text_cell(fact)] for name, fact in facts),
        [],
        [text_cell(header, _HEADER) for header in ("工作表", "内容", "列出行数", "全部行数", "数据表")],
        *contents,
        [],
        [text_cell("状态的颜色", _HEADER)],
        *([status] for status in statuses),
    ]
    widths = [44, 64, 12, 12, 38]
    writer.columns(cover, widths)
    for number, row in enumerate(rows):
        writer.row(cover, number, row, dict(enumerate(widths)))
    _print_setup(cover, writer, _COVER, is_wide=False)
