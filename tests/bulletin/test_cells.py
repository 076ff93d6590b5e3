"""What a value of the warehouse looks like in a spreadsheet: what stands there, in which format, how wide."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from orchestration.bulletin.cells import (
    STATUS_COLOURS,
    Cell,
    Style,
    Vocabulary,
    decimal_cell,
    readers,
    text_cell,
)
from orchestration.publishing.catalog import Column, Table

VOCABULARY = Vocabulary({"达标": STATUS_COLOURS["PASS"]}, frozenset({"9.2"}))


@pytest.mark.parametrize(
    ("value", "width"),
    [
        ("ab长", 4),
        (datetime(2021, 2, 3, 4, 5, 6), len("2021-02-03 04:05:06")),
        (date(2021, 2, 3), len("2021-02-03")),
        (7, len("7.0")),
        (Decimal("1234.5"), len("1,234.5")),
    ],
)
def test_a_cell_is_as_wide_as_what_it_shows(value: Any, width: int) -> None:
    assert Cell(value, {}).width == width


@pytest.mark.parametrize(
    ("text", "shown"),
    [("<r>1</r>", "<r>1</r> "), ("<r>1", "<r>1"), ("1</r>", "1</r>"), ("1<r></r>1", "1<r></r>1")],
)
def test_only_a_text_that_is_whole_markup_is_written_with_a_space(text: str, shown: str) -> None:
    assert text_cell(text).value == shown


@pytest.mark.parametrize(
    ("value", "is_share", "shown", "number_format"),
    [
        (0.89999, True, "0.8999", "0.00%"),
        (-0.15007, True, "-0.1500", "0.00%"),
        (2.429, False, "2.42", "#,##0.00"),
        (2.629, False, "2.62", "#,##0.00"),
        (3.0, False, "3", "#,##0"),
        (Decimal("999999999999999.129"), False, "999999999999999.12", "#,##0.00"),
        (Decimal("1000000000000000.129"), False, "1000000000000000.129", "#,##0.00"),
    ],
)
def test_a_number_is_cut_off_after_two_places_where_a_cell_has_them(
    value: float | Decimal, is_share: bool, shown: str, number_format: str
) -> None:
    cell = decimal_cell(value, is_share)
    assert (cell.value, cell.style) == (Decimal(shown), {"num_format": number_format})


def cells(columns: list[Column], row: tuple[Any, ...]) -> list[Cell | None]:
    """The cells of a row of a table."""
    table = Table("quality", "rows", "", "", tuple(columns), 1)
    return [read(row) for read in readers(table, VOCABULARY)]


def column(name: str, kind: str = "VARCHAR", comment: str = "", label: str = "") -> Column:
    return Column(name, kind, comment, label)


@pytest.mark.parametrize(
    ("kind", "value", "shown", "style"),
    [
        ("INTEGER", 2021, 2021, {"num_format": "0"}),
        ("BIGINT", 2021, 2021, {"num_format": "#,##0"}),
        ("DATE", date(2021, 2, 3), date(2021, 2, 3), {"num_format": "yyyy-mm-dd", "align": "center"}),
        ("BOOLEAN", True, "是", {"align": "center"}),
        ("BOOLEAN", False, "否", {"align": "center"}),
        ("VARCHAR", "一", "一", {"indent": 1}),
        ("VARCHAR", "达标", "达标", {"indent": 1}),
        ("VARCHAR", None, None, None),
        ("DOUBLE", None, None, None),
        ("DATE", None, None, None),
    ],
)
def test_a_value_is_shown_by_its_type(kind: str, value: object, shown: object, style: Style | None) -> None:
    [cell] = cells([column("some", kind)], (value,))
    assert (cell and cell.value, cell and cell.style) == (shown, style)


def test_a_month_is_shown_without_its_day_and_a_status_in_its_colours() -> None:
    month, status = cells([column("as_of_month", "DATE"), column("status")], (date(2021, 2, 1), "达标"))
    assert month == Cell(date(2021, 2, 1), {"num_format": "yyyy-mm", "align": "center"})
    assert status == Cell("达标", STATUS_COLOURS["PASS"])


@pytest.mark.parametrize(
    ("comment", "shown"),
    [
        ("类别：general 通用，business 业务", "通用"),
        ("类别：business 业务，other 其他", "general"),
        ("类别：general 通用", "general"),  # one alone is no list
        ("类别", "general"),
    ],
)
def test_a_code_stands_in_the_word_that_the_comment_lists_for_it(comment: str, shown: str) -> None:
    [cell] = cells([column("kind", comment=comment)], ("general",))
    assert cell is not None and cell.value == shown


VERDICT = [column("requirement_id"), column("observed", "DOUBLE"), column("threshold", "DECIMAL(18,4)")]
REPORT = [column("paid_value", "DOUBLE", label="缴费比例（9.2）：完成值"), column("paid_target", "DOUBLE")]
COUNTS = [column("users_value", "DOUBLE", label="用户（9.1）：完成值"), column("users_target", "DOUBLE")]


@pytest.mark.parametrize(
    ("columns", "row", "place", "is_share"),
    [
        (VERDICT, ("9.2", 0.5, 0.6), 1, True),
        (VERDICT, ("9.2", 0.5, 1), 1, True),
        (VERDICT, ("9.2", 0.5, 1.5), 1, False),
        (VERDICT, ("9.2", 0.5, None), 1, True),
        (VERDICT, ("9.2", 0.5, 0.6), 2, True),
        (VERDICT, ("9.2", 0.5, 50), 2, False),
        (VERDICT, ("9.1", 0.5, 0.6), 1, False),
        (VERDICT, ("9.1", 0.5, None), 1, False),
        (REPORT, (0.5, 0.6), 0, True),
        (REPORT, (0.5, 50), 0, False),
        (REPORT, (0.5, 0.6), 1, False),  # its label names no requirement
        (COUNTS, (0.5, 0.6), 0, False),
        ([column("usage_rate", "DOUBLE")], (1.5,), 0, True),
        ([column("pace", "DOUBLE")], (0.5,), 0, False),
    ],
)
def test_a_number_is_in_per_cent_where_it_measures_a_share_of_one(
    columns: list[Column], row: tuple[Any, ...], place: int, is_share: bool
) -> None:
    cell = cells(columns, row)[place]
    assert cell is not None and (cell.style["num_format"] == "0.00%") is is_share
