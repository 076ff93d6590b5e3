"""The workbook of details: a sheet per published table, as of the release's month, to filter and look up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from pathlib import Path

import duckdb
from xlsxwriter.worksheet import Worksheet

from orchestration.bulletin.cells import Cell, Vocabulary, readers, text_cell
from orchestration.bulletin.workbooks.writer import (
    BOLD,
    COVER,
    HEADER,
    NAME_LENGTH,
    About,
    Writer,
    new_workbook,
    print_setup,
    sheet_name,
    write_cover,
)
from orchestration.common.text_table import text_width
from orchestration.publishing.catalog import Table, tables
from orchestration.publishing.order import Order

KIND = "明细"
"""What its name says beside the month."""

ROWS_SHOWN = 5_000
"""Of each table; where it has more, a note below them says where the others are."""

_NARROWEST, _WIDEST = 9, 48
_PAGE = 150  # what a sheet of A4 takes, made smaller

# Sheets stand in this order of their tables' names: what is read before what it rests on.
_KINDS = ("rpt_", "fct_", "dim_", "bridge_")


@dataclass(frozen=True)
class _Sheet:
    name: str
    table: Table
    cells: list[list[Cell | None]]
    rows: int
    """How many there are to be shown, of which `cells` has no more than ROWS_SHOWN."""


def write_tables(connection: duckdb.DuckDBPyConnection, folder: Path, about: About) -> Path:
    """Write the tables of the published file that `connection` has open; returns the workbook in `folder`.

    Of a table with an `as_of_month` it shows that month alone, of any at most ROWS_SHOWN rows. Raises OSError
    where the disk will not take it.
    """
    vocabulary = Vocabulary.of(connection)
    sheets = _sheets(connection, tables(connection), about.as_of_month, vocabulary)
    with new_workbook(folder, about, KIND) as writer:
        _write_cover(writer, sheets, vocabulary)
        for sheet in sheets:
            _write_sheet(writer.workbook.add_worksheet(sheet.name), writer, sheet)
    return writer.path


def _sheets(
    connection: duckdb.DuckDBPyConnection,
    published: Sequence[Table],
    as_of_month: date,
    vocabulary: Vocabulary,
) -> list[_Sheet]:
    names, order = {COVER}, Order.of(connection)
    sheets = []
    for table in map(_without_codes, sorted(published, key=_place)):
        columns = ", ".join(f'source."{column.name}"' for column in table.columns)
        ordered = order.rows(table.schema, table.name)
        chosen = f"from {ordered.tables}"
        if any(column.name == "as_of_month" for column in table.columns):
            chosen += f" where source.as_of_month = date '{as_of_month}'"
        [(count,)] = connection.execute(f"select count(*) {chosen}").fetchall()
        rows = connection.execute(
            f"select {columns} {chosen} order by {ordered.keys} limit {ROWS_SHOWN}"
        ).fetchall()
        shown = readers(table, vocabulary)
        cells = [[read(row) for read in shown] for row in rows]
        name = _name(table, names)
        names.add(name)
        sheets.append(_Sheet(name, table, cells, count))
    return sheets


def _place(table: Table) -> tuple[int, str]:
    kinds = (place for place, kind in enumerate(_KINDS) if table.name.startswith(kind))
    return next(kinds, len(_KINDS)), str(table)


def _without_codes(table: Table) -> Table:
    """The table without the codes that have their label beside them."""
    names = {column.name for column in table.columns}
    return replace(
        table,
        columns=tuple(column for column in table.columns if f"{column.name}_label" not in names),
    )


def _name(table: Table, taken: set[str]) -> str:
    """Its label as Excel will have it, and once."""
    label = sheet_name(table.label)
    return label if label and label not in taken else table.name[:NAME_LENGTH]


def _write_sheet(sheet: Worksheet, writer: Writer, content: _Sheet) -> None:
    columns = content.table.columns
    widths = _widths(content)
    writer.columns(sheet, widths)
    writer.row(sheet, 0, [text_cell(column.label, HEADER) for column in columns], dict(enumerate(widths)))
    narrow = {column: width for column, width in enumerate(widths) if width == _WIDEST}
    for number, row in enumerate(content.cells, 1):
        writer.row(sheet, number, row, narrow)
    last = len(content.cells)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    named = _named(content.table)
    sheet.freeze_panes(1, named)
    if content.rows > last:
        file = f"parquet/{content.table}.parquet"
        rest = f"共 {content.rows:,} 行，此处只列前 {last:,} 行；全部见该发布批次的 {file}"
        writer.row(sheet, last + 1, [text_cell(rest, {"italic": True, "font_color": "#7F7F7F"})])
    is_wide = sum(widths) > _PAGE
    print_setup(sheet, writer, content.name, on_a3=is_wide)
    sheet.fit_to_pages(0 if is_wide else 1, 0)
    sheet.repeat_columns(0, named - 1)


def _widths(content: _Sheet) -> list[int]:
    """As wide as the widest cell, within bounds; a header may break into three lines."""
    widths = []
    for place, column in enumerate(content.table.columns):
        header = ceil(text_width(column.label) / 3) + 4  # 4: the arrow
        widest = max([header, *(cell.width for row in content.cells if (cell := row[place]))])
        widths.append(min(max(widest + 2, _NARROWEST), _WIDEST))
    return widths


def _named(table: Table) -> int:
    """How many columns stay in view: those up to the name of what a row is about, where it comes early."""
    names = [column.name for column in table.columns[:4]]
    return next((place for place, name in enumerate(names, 1) if name.endswith(("_name", "title"))), 1)


def _write_cover(writer: Writer, sheets: Sequence[_Sheet], vocabulary: Vocabulary) -> None:
    facts = [("历月数据", "分月的表只列截至月份；全部月份、全部行见该发布批次的 parquet/")]
    contents = [
        [text_cell(header, HEADER) for header in ("工作表", "内容", "列出行数", "全部行数", "数据表")],
        *(
            [
                text_cell(sheet.name, BOLD),
                text_cell(sheet.table.comment),
                Cell(len(sheet.cells), {"num_format": "#,##0"}),
                Cell(sheet.table.rows, {"num_format": "#,##0"}),
                text_cell(str(sheet.table), {"indent": 1}),
            ]
            for sheet in sheets
        ),
    ]
    write_cover(writer, facts, contents, vocabulary.statuses, [44, 64, 12, 12, 38])
