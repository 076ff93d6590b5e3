"""The workbook to read and print: what stands on a clause's page, and that a page fits on paper."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.bulletin.workbooks.pages import write_pages
from orchestration.bulletin.workbooks.writer import About
from tests.bulletin.workbooks.books import look, page, widths
from tests.publishing.small import RELEASE

MONTH = RELEASE.as_of_month
ABOUT = About(MONTH, is_sample=False)
TYPES = "机构类型：department 部门，city 市（州），enterprise 省产业（局）、企业集团（公司）工会，all 合计"


@pytest.fixture
def connection(build_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(build_file) as connection:
        connection.execute(f"comment on column compliance.fct_requirement_totals.org_type is '{TYPES}'")
        yield connection


@pytest.fixture
def book(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_pages(connection, tmp_path, ABOUT))


def rows(sheet: Worksheet) -> dict[str, list[tuple]]:
    """The rows by their first cell, the head left out."""
    found: dict[str, list[tuple]] = {}
    for first, *rest in sheet.iter_rows(min_row=5, values_only=True):
        found.setdefault(first, []).append(tuple(rest))
    return found


def test_each_clause_that_has_verdicts_has_a_sheet_in_their_order(book: openpyxl.Workbook) -> None:
    _, *clauses = book.sheetnames
    assert [name.split()[0] for name in clauses] == ["第八条（六）", "第九条（一）", "第九条（二）"]


def test_a_row_shows_value_standard_gap_status_rank_and_change(book: openpyxl.Workbook) -> None:
    sheet = book["第九条（二） 认证会员占注册用户比例"]
    [shown] = rows(sheet)["自贡市总工会"]
    assert shown == (0.5999, 0.6, 1, "未达标", 3, "↓1", -15)
    assert [sheet.cell(8, column).number_format for column in (2, 3, 8)] == [
        "0.00%",
        "0.00%",
        "+0.00;-0.00;0.00",
    ]


def test_totals_come_first_over_all_then_by_kind(book: openpyxl.Workbook) -> None:
    sheet = book["第九条（二） 认证会员占注册用户比例"]
    assert [cell.value for cell in sheet["A"][4:]] == ["合计", "市（州）", "市（州）", "自贡市总工会"]
    assert rows(sheet)["合计"] == [(0.6666, None, None, "1 / 2 家达标", None, None, None)]
    count = book["第九条（一） 注册用户数量"]
    assert rows(count)["合计"] == [(100, None, None, "0 / 2 家达标", None, None, None)]


def test_under_a_reading_that_compares_with_a_number_a_share_is_a_number(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute("update compliance.fct_verdicts set observed = 49, threshold = 50, gap_unit = '篇'")
    book = openpyxl.load_workbook(write_pages(connection, tmp_path, ABOUT))
    sheet = book["第九条（二） 认证会员占注册用户比例"]
    [shown] = rows(sheet)["自贡市总工会"]
    assert shown[:2] == (49, 50) and sheet.cell(8, 2).number_format == "#,##0"
    assert [cell.value for cell in sheet[4]][1:4] == ["完成值（篇）", "标准（篇）", "还差（篇）"]


def test_a_page_is_laid_out_to_be_read_and_printed(book: openpyxl.Workbook) -> None:
    sheet = book["第九条（二） 认证会员占注册用户比例"]
    assert widths(sheet) == [16, 12, 11, 11, 13, 6, 7, 15]
    assert {row: shown.height for row, shown in sheet.row_dimensions.items() if shown.height} == {4: 33}
    assert (sheet.freeze_panes, str(sheet.merged_cells), sheet.page_setup.scale) == ("B5", "B3:H3", 76)
    margins = sheet.page_margins
    assert (margins.left, margins.right, margins.top, margins.bottom) == (0.4, 0.4, 0.7, 0.6)
    assert [look(sheet[address]) for address in ("A1", "A2", "A4", "A5", "A7", "A8")] == [
        (14, True, False, 0),
        (10, False, True, 0),
        (10, True, False, 0),
        (10, True, False, 0),
        (10, True, False, 0),
        (10, False, False, 1),
    ]


def test_the_first_column_is_as_wide_as_the_names_within_bounds(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    found = []
    for length in (4, 12, 40):
        connection.execute("update compliance.fct_verdicts set org_name = ?", ["名" * length])
        book = openpyxl.load_workbook(write_pages(connection, tmp_path, ABOUT))
        found.append(widths(book.worksheets[1])[0])
    assert found == [16, 26, 44]


def add_requirement(connection: duckdb.DuckDBPyConnection, requirement_id: str) -> None:
    """Another requirement of the same clause, of the same kind, listed after it."""
    connection.execute(
        "insert into compliance.dim_requirements by name "
        "select * replace (? as requirement_id, ? as title, 4 as requirement_order) "
        "from compliance.dim_requirements where requirement_id = '9.2'",
        [requirement_id, f"另一项{requirement_id}"],
    )


@pytest.mark.parametrize(("more", "scale", "merged"), [(1, 67, "B3:H3 I3:O3"), (2, 50, "B3:H3 I3:O3 P3:V3")])
def test_requirements_of_one_clause_stand_side_by_side_and_smaller(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, more: int, scale: int, merged: str
) -> None:
    for number in range(more):
        add_requirement(connection, f"9.2.{number}")
    book = openpyxl.load_workbook(write_pages(connection, tmp_path, ABOUT))
    sheet = book["第九条（二）"]
    assert (sheet.page_setup.scale, " ".join(sorted(map(str, sheet.merged_cells.ranges)))) == (scale, merged)
    assert [cell.value for cell in sheet[3]][8] == "另一项9.2.0"
    assert rows(sheet)["自贡市总工会"] == [(0.5999, 0.6, 1, "未达标", 3, "↓1", -15, *[None] * 7 * more)]


def test_each_of_a_clauses_requirements_is_a_share_or_a_number_by_its_own_standard(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for requirement in ("9.10", "9.2.0"):  # by its spelling one comes before 9.2, one after
        add_requirement(connection, requirement)
        connection.execute(
            "insert into compliance.fct_verdicts by name "
            "select * replace (? as requirement_id, 49.5 as observed, 50 as threshold, '个' as gap_unit) "
            "from compliance.fct_verdicts where requirement_id = '9.2'",
            [requirement],
        )
    sheet = openpyxl.load_workbook(write_pages(connection, tmp_path, ABOUT))["第九条（二）"]
    headers = [cell.value for cell in sheet[4]]
    assert [headers[first : first + 3] for first in (1, 8, 15)] == [
        ["完成值", "标准", "还差（人）"],
        ["完成值（个）", "标准（个）", "还差（个）"],
        ["完成值（个）", "标准（个）", "还差（个）"],
    ]
    [shown] = rows(sheet)["自贡市总工会"]
    assert [shown[first : first + 2] for first in (0, 7, 14)] == [(0.5999, 0.6), (49.5, 50), (49.5, 50)]


@pytest.mark.parametrize(
    ("threshold", "title", "number_format"),
    [
        (None, "第九条（二） 认证会员占注册用户比例", "0.00%"),
        (1, "第九条（二） 认证会员占注册用户比例", "0.00%"),
        (2, "第九条（二） 认证会员占注册用户比例", "#,##0"),
        (1, "第九条（一） 注册用户数量", "#,##0"),
    ],
)
def test_only_what_measures_a_share_and_is_compared_with_one_is_in_per_cent(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    threshold: int | None,
    title: str,
    number_format: str,
) -> None:
    connection.execute("update compliance.fct_verdicts set observed = 1, threshold = ?", [threshold])
    sheet = openpyxl.load_workbook(write_pages(connection, tmp_path, ABOUT))[title]
    [(_, observed)] = sheet.iter_rows(min_row=sheet.max_row, max_col=2)
    assert (observed.value, observed.number_format) == (1, number_format)


def test_a_rank_says_how_far_it_moved(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = []
    for rank, before in ((3, 4), (3, 3), (3, 2), (3, None), (None, 3)):
        connection.execute("update compliance.fct_rankings set rank = ?, rank_before = ?", [rank, before])
        book = openpyxl.load_workbook(write_pages(connection, tmp_path, ABOUT))
        [shown] = rows(book["第九条（二） 认证会员占注册用户比例"])["自贡市总工会"]
        found.append(shown[4:6])
    assert found == [(3, "↑1"), (3, "持平"), (3, "↓1"), (3, None), (None, None)]


@pytest.mark.parametrize(("change", "shown"), [(-12.5, -12.5), (1200.0, 1200), (None, None)])
def test_the_change_of_a_number_is_a_number(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, change: float | None, shown: float | None
) -> None:
    connection.execute(
        "update compliance.fct_trends set requirement_id = '9.1', change_on_month_before = ?", [change]
    )
    sheet = openpyxl.load_workbook(write_pages(connection, tmp_path, ABOUT))["第九条（一） 注册用户数量"]
    assert [row[6] for row in rows(sheet)["自贡市总工会"]] == [shown]
    assert sheet["H4"].value == "比上月（人）"


def test_a_total_is_a_share_where_there_is_something_to_divide_by(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    found = []
    for numerator, denominator in ((None, 3), (0, 3), (2, 0), (2, None), (None, None)):
        connection.execute(
            "update compliance.fct_requirement_totals set numerator = ?, denominator = ?",
            [numerator, denominator],
        )
        book = openpyxl.load_workbook(write_pages(connection, tmp_path, ABOUT))
        found.append(rows(book["第九条（二） 认证会员占注册用户比例"])["合计"][0][0])
    assert found == [0, 0, None, 2, None]


def test_the_cover_lists_each_sheet_and_each_status(book: openpyxl.Workbook) -> None:
    cover = book["说明"]
    assert widths(cover) == [40, 84]
    assert [look(cover[address]) for address in ("A1", "A2", "B2", "A11")] == [
        (16, True, False, 0),
        (10, True, False, 0),
        (10, False, False, 0),
        (10, True, False, 0),
    ]
    first = [cell.value for cell in cover["A"]]
    assert first[first.index("工作表") + 1 : first.index("状态的颜色") - 1] == book.sheetnames[1:]
    assert first[first.index("状态的颜色") + 1 :] == ["达标", "未达标", "进行中", "无数据"]
    assert page(cover) == ("landscape", 9, None, 0)


def test_headers_are_in_peoples_words_with_their_units(book: openpyxl.Workbook) -> None:
    headers = [cell.value for cell in book["第九条（二） 认证会员占注册用户比例"][4]]
    assert headers == ["单位", "完成值", "标准", "还差（人）", "状态", "位次", "升降", "比上月（百分点）"]
    [header] = book["第九条（二） 认证会员占注册用户比例"]["H4:H4"][0]
    assert (header.alignment.wrap_text, header.border.left.style) == (True, "thin")


def test_a_sheet_prints_landscape_on_a4_with_its_head_on_each_page(book: openpyxl.Workbook) -> None:
    setups = {
        (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.print_title_rows)
        for sheet in book.worksheets[1:]
    }
    assert setups == {("landscape", 9, "$1:$4")}


PLACES = {"city": 100, "enterprise": 200, "others": 300}


@pytest.mark.parametrize(
    ("more", "letters", "orgs", "breaks"),
    [  # By how wide it is, a page has 38, 46 or 51 rows below the head; 2 of the first are totals.
        (0, 13, (21, 3, 0), []),
        (0, 13, (21, 68, 0), [28]),
        (1, 13, (10, 32, 0), []),
        (1, 13, (10, 33, 11), [17]),
        (1, 13, (10, 33, 12), [17, 51]),
        (1, 21, (10, 37, 0), []),
        (1, 21, (10, 38, 11), [17]),
        (1, 21, (10, 38, 12), [17, 56]),
    ],
)
def test_a_kind_that_does_not_fit_beside_others_begins_a_page(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    more: int,
    letters: int,
    orgs: tuple[int, ...],
    breaks: list[int],
) -> None:
    connection.execute("delete from compliance.fct_verdicts where org_code = '510300'")
    for number in range(more):
        add_requirement(connection, f"9.2.{number}")
    for org_type, count in zip(PLACES, orgs, strict=True):
        for number in range(count):
            add_org(connection, f"{org_type[0]}{number:03}{'名' * (letters - 2)}", org_type, MONTH)
    book = openpyxl.load_workbook(write_pages(connection, tmp_path, ABOUT))
    [sheet] = [sheet for sheet in book if sheet.title.startswith("第九条（二）")]
    assert [page.id for page in sheet.row_breaks.brk] == breaks


def add_org(connection: duckdb.DuckDBPyConnection, code: str, org_type: str, month: date) -> None:
    place = PLACES[org_type]
    connection.execute(
        "insert into indicators.dim_organizations (org_code, org_name, org_order) values (?, ?, ?)",
        [code, code, place],
    )
    connection.execute(
        """
        insert into compliance.fct_verdicts
        (as_of_month, org_code, org_name, org_type, role, requirement_id, status, status_label)
        values (?, ?, ?, ?, 'local', '9.2', 'PASS', '达标')
        """,
        [month, code, code, org_type],
    )


def test_a_workbook_of_sample_data_is_named_so(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = write_pages(connection, tmp_path, replace(ABOUT, is_sample=True))
    assert path.name == "四川省工会网上工作平台监测评价_2021-02_样例数据.xlsx"
