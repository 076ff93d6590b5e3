"""The workbook to read and print: what stands on a clause's page, and that a page fits on paper."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.publishing.excel_pages import write_pages
from tests.publishing.small import RELEASE

MONTH = RELEASE.as_of_month
TYPES = "机构类型：department 部门，city 市（州），enterprise 省产业（局）、企业集团（公司）工会，all 合计"


@pytest.fixture
def connection(build_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(build_file) as connection:
        connection.execute(f"comment on column compliance.fct_requirement_totals.org_type is '{TYPES}'")
        yield connection


@pytest.fixture
def book(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_pages(connection, tmp_path, MONTH, is_sample=False))


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
    book = openpyxl.load_workbook(write_pages(connection, tmp_path, MONTH, is_sample=False))
    sheet = book["第九条（二） 认证会员占注册用户比例"]
    [shown] = rows(sheet)["自贡市总工会"]
    assert shown[:2] == (49, 50) and sheet.cell(8, 2).number_format == "#,##0"
    assert [cell.value for cell in sheet[4]][1:4] == ["完成值（篇）", "标准（篇）", "还差（篇）"]


def test_headers_are_in_peoples_words_with_their_units(book: openpyxl.Workbook) -> None:
    headers = [cell.value for cell in book["第九条（二） 认证会员占注册用户比例"][4]]
    assert headers == ["单位", "完成值", "标准", "还差（人）", "状态", "位次", "升降", "比上月（百分点）"]


def test_a_sheet_prints_landscape_on_a4_with_its_head_on_each_page(book: openpyxl.Workbook) -> None:
    setups = {
        (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.print_title_rows)
        for sheet in book.worksheets[1:]
    }
    assert setups == {("landscape", 9, "$1:$4")}


@pytest.mark.parametrize(("cities", "enterprises", "breaks"), [(21, 3, []), (21, 68, [28])])
def test_a_kind_that_does_not_fit_beside_others_begins_a_page(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, cities: int, enterprises: int, breaks: list[int]
) -> None:
    for org_type, count in (("city", cities), ("enterprise", enterprises)):
        for number in range(count):
            add_org(connection, f"{org_type}{number:02}", org_type, MONTH)
    connection.execute("delete from compliance.fct_verdicts where org_code = '510300'")
    book = openpyxl.load_workbook(write_pages(connection, tmp_path, MONTH, is_sample=False))
    sheet = book["第九条（二） 认证会员占注册用户比例"]
    assert [page.id for page in sheet.row_breaks.brk] == breaks


def add_org(connection: duckdb.DuckDBPyConnection, code: str, org_type: str, month: date) -> None:
    place = 100 if org_type == "city" else 200
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


def test_a_workbook_of_sample_data_says_so(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = write_pages(connection, tmp_path, MONTH, is_sample=True)
    assert path.name == "四川省工会网上工作平台监测评价_2021-02_样例数据.xlsx"
    assert openpyxl.load_workbook(path)["说明"]["B3"].value == "样例数据：数字均为虚构"
