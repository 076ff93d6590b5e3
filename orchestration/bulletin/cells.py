"""What a value of the warehouse looks like in a spreadsheet: its cell, format, colour and width."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from types import MappingProxyType
from typing import Any

import duckdb

from orchestration.common.sql import literal
from orchestration.common.text_table import text_width
from orchestration.publishing.catalog import Column, Table

Row = tuple[Any, ...]
Style = Mapping[str, Any]
"""Properties of an XlsxWriter format."""

# What each status looks like: letters and background.
STATUS_COLOURS: Mapping[str, Style] = {
    code: {"font_color": letters, "bg_color": background, "align": "center"}
    for code, letters, background in (
        ("PASS", "#006100", "#C6EFCE"),
        ("FAIL", "#9C0006", "#FFC7CE"),
        ("IN_PROGRESS", "#7F6000", "#FFEB9C"),
        ("NO_DATA", "#FFFFFF", "#7F7F7F"),
        ("NO_TARGET", "#44546A", "#D9E1F2"),
        ("THRESHOLD_UNSET", "#44546A", "#D9E1F2"),
        ("NOT_APPLICABLE", "#595959", "#EDEDED"),
        ("MONITOR_ONLY", "#595959", "#EDEDED"),
    )
}

_TEXT_LENGTH = 32_000  # Excel's cell takes 32,767 characters, some of them as two
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_CODE = re.compile(
    r"([A-Za-z]\w*) ((?:[^，；。（]|（[^（）]{1,2}）)+)", re.ASCII
)  # 市（州）, without longer remarks
_REQUIREMENT = re.compile(r"（(\d[\w.]*)）", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a text, number, date or time, and how it looks."""

    value: str | int | float | Decimal | date
    style: Style

    @property
    def width(self) -> int:
        """In characters of a Latin letter's width."""
        value = self.value
        if isinstance(value, str):
            return text_width(value)
        if isinstance(value, datetime):
            return 19
        return 10 if isinstance(value, date) else len(f"{value:,.2f}") - 1


@dataclass(frozen=True)
class Vocabulary:
    """What a published file says of its own statuses and requirements."""

    statuses: Mapping[str, Style]
    """How a status looks, by its label."""
    shares: frozenset[str]
    """The requirements that measure a share."""

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> "Vocabulary":
        """Read it from `compliance.fct_verdicts` and `dim_requirements`."""
        labels = dict(
            connection.execute("select distinct status, status_label from compliance.fct_verdicts").fetchall()
        )
        shares = connection.execute(
            """
            select requirement_id from compliance.dim_requirements
            where denominator_label is not null or source_requirements is not null
            """
        ).fetchall()
        statuses = {labels[code]: style for code, style in STATUS_COLOURS.items() if code in labels}
        return cls(statuses, frozenset(share for (share,) in shares))


def words(connection: duckdb.DuckDBPyConnection, schema: str, table: str, column: str) -> dict[str, str]:
    """Return the Chinese words for the codes of a column, as its comment has them."""
    found = connection.execute(
        f"""
        select comment from duckdb_columns()
        where
            schema_name = {literal(schema)} and table_name = {literal(table)}
            and column_name = {literal(column)} and comment is not null
        """
    ).fetchall()
    return {code: word for (comment,) in found for code, word in _CODE.findall(comment)}


Reader = Callable[[Row], Cell | None]
"""Takes a row of a table to one cell of it; None where the cell is empty."""


def readers(table: Table, vocabulary: Vocabulary) -> list[Reader]:
    """Return how each column of `table` is shown.

    Codes stand in Chinese where the column's comment has a word for them. Percentages are cut off after two
    places: rounded, 89.999 % would read as 90 %.
    """
    return [_reader(table, index, column, vocabulary) for index, column in enumerate(table.columns)]


def text_cell(text: str, style: Style = MappingProxyType({})) -> Cell:
    """Return `text` as a cell that no spreadsheet takes for a formula, not even after it is edited."""
    if len(text) > _TEXT_LENGTH:
        text = f"{text[:_TEXT_LENGTH]}…（全文见 Parquet 文件）"
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "  # XlsxWriter takes such a text for markup of its own, and writes it as it is
    return Cell(text, {**style, "quote_prefix": True} if text.startswith(_RUN_BY_SPREADSHEETS) else style)


def _reader(table: Table, index: int, column: Column, vocabulary: Vocabulary) -> Reader:
    if column.type in ("DOUBLE", "FLOAT") or column.type.startswith("DECIMAL"):
        is_share = _share(table, column, vocabulary.shares)
        return lambda row: None if row[index] is None else decimal_cell(row[index], is_share(row))
    style = _MONTH if column.name == "as_of_month" else _STYLES.get(column.type, _TEXT)
    if column.type in _NUMBERS_AND_DATES:
        return lambda row: None if row[index] is None else Cell(row[index], style)
    words: Mapping[Any, str] = {True: "是", False: "否"} if column.type == "BOOLEAN" else _words(column)
    styles = vocabulary.statuses if column.name.endswith(("status", "status_label")) else {}

    def text(row: Row) -> Cell | None:
        if row[index] is None:
            return None
        shown = words.get(row[index], str(row[index]))
        return text_cell(shown, styles.get(shown, style))

    return text


def _words(column: Column) -> Mapping[str, str]:
    """The Chinese words for a column's codes, where its comment lists them: `general 通用，business 业务`."""
    codes = _CODE.findall(column.comment)
    return dict(codes) if len(codes) > 1 else {}


_NUMBERS_AND_DATES: Mapping[str, Style] = {
    "HUGEINT": {"num_format": "#,##0"},
    "BIGINT": {"num_format": "#,##0"},
    "INTEGER": {"num_format": "0"},  # years
    "DATE": {"num_format": "yyyy-mm-dd", "align": "center"},
    "TIMESTAMP": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "center"},
}
_STYLES: Mapping[str, Style] = {**_NUMBERS_AND_DATES, "BOOLEAN": {"align": "center"}}
_TEXT: Style = {"indent": 1}
_MONTH: Style = {"num_format": "yyyy-mm", "align": "center"}


def _share(table: Table, column: Column, shares: frozenset[str]) -> Callable[[Row], bool]:
    """Whether a row's number is a share of 1: what it measures is, and is compared with no more than 1."""
    if column.name.endswith("_rate"):
        return lambda row: True
    positions = {each.name: index for index, each in enumerate(table.columns)}
    compared = {"observed": "threshold"}.get(column.name, column.name.removesuffix("_value") + "_target")
    threshold = positions.get(compared, positions[column.name])
    id_column = positions.get("requirement_id")
    named = _REQUIREMENT.findall(column.label)

    def is_share(row: Row) -> bool:
        requirement = row[id_column] if id_column is not None else next(iter(named), None)
        return requirement in shares and (row[threshold] is None or row[threshold] <= 1)

    return is_share


def count_cell(value: int) -> Cell:
    """Return a number of heads or items."""
    return Cell(value, {"num_format": "#,##0"})


def decimal_cell(value: float | Decimal, is_share: bool) -> Cell:
    """Return a number cut off after two places; a share of 1 in per cent."""
    # By way of its shortest spelling: 0.59 in binary is a little less than 0.59.
    exact = Decimal(str(value))
    places = Decimal("0.0001") if is_share else Decimal("0.01")
    shown = exact.quantize(places, ROUND_DOWN) if abs(exact) < 10**15 else exact
    whole = exact == exact.to_integral_value()
    return Cell(shown, {"num_format": "0.00%" if is_share else "#,##0" if whole else "#,##0.00"})
