"""Tables for a workbook in which no code has a word, and how a sheet of it is laid out."""

import duckdb
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet


def without_words(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schema `quality` for tables; elsewhere, empty, those of the words for codes."""
    connection.execute("""
        attach ':memory:' as compliance;
        create schema quality;
        create table compliance.fct_verdicts (status varchar, status_label varchar);
        create table compliance.dim_requirements
            (requirement_id varchar, denominator_label varchar, source_requirements varchar);
    """)


def widths(sheet: Worksheet) -> list[int]:
    """Of its columns, in characters."""
    return [
        int(shown.width)
        for shown in sorted(sheet.column_dimensions.values(), key=lambda shown: shown.min)
        for _ in range(shown.min, shown.max + 1)
    ]


def look(cell: Cell) -> tuple[float, bool, bool, float]:
    """Size, whether bold, whether italic, how far indented."""
    return cell.font.sz, cell.font.b, cell.font.i, cell.alignment.indent


def page(sheet: Worksheet) -> tuple[str, int, int | None, int | None]:
    """Which way and on which paper it is printed, and on how many pages across and down.

    That it is one is not written down: None. 0 is as many as it takes.
    """
    setup = sheet.page_setup
    return setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight
