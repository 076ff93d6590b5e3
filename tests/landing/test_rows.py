"""Row rules (contract §2, "Rows that are refused"): each reason, their order, and what is no data row."""

from typing import Any

import pytest

from orchestration.landing import KnownCodes, Spelling
from tests.landing.office import Office, row, table

CODES_AND_NAMES = KnownCodes(
    frozenset({"A1", "A2"}),
    frozenset({"M1"}),
    frozenset({"QT00"}),
    frozenset({Spelling("", "org_code", "A2", "甲市")}),
)
LATE = "2021-03-03"
CASES: list[tuple[str, str, dict[str, Any], str]] = [
    ("missing_required", "registered_users", {"用户ID": " "}, "user_id"),
    ("missing_required", "cadres", {"录入日期": "无"}, "entered_on"),
    ("missing_required", "articles", {"标题": "--"}, "title"),
    ("bad_format", "cadres", {"录入日期": "2020-02-30"}, "entered_on"),
    ("bad_format", "cadres", {"离任日期": "离任"}, "left_on"),
    ("bad_format", "channel_visits", {"访问量": "7.5"}, "page_views"),
    ("bad_format", "registered_users", {"用户ID": "5.1E+17"}, "user_id"),
    ("bad_format", "channel_visits", {"机构编码": "5.1E+17"}, "org_code"),
    ("bad_value", "channel_visits", {"访客数": "-1"}, "visitors"),
    ("bad_value", "promotion_plans", {"年度": "1999"}, "plan_year"),
    ("bad_value", "promotion_plans", {"年度": "2101"}, "plan_year"),
    ("bad_value", "workflow_items", {"办理方式": "邮寄"}, "channel"),
    ("bad_value", "activities", {"状态": "published"}, "status"),
    ("unknown_code", "cadres", {"所属机构编码": "A9"}, "org_code"),
    ("unknown_code", "cadres", {"所属机构编码": "a1"}, "org_code"),
    ("unknown_code", "workflow_items", {"模块编码": "A1"}, "module_code"),
    ("date_order", "registered_users", {"认证时间": "2020-03-05 09:07:59"}, "certified_at"),
    ("date_order", "registered_users", {"注销时间": "2020-03-04"}, "cancelled_at"),
    ("date_order", "cadres", {"离任日期": "2020-03-04"}, "left_on"),
    ("date_order", "workflow_items", {"状态": "办结", "办结时间": "2020-03-05 9:07"}, "completed_at"),
    ("date_order", "articles", {"撤稿时间": "2020-03-04"}, "withdrawn_at"),
    ("date_order", "process_applications", {"审议通过日期": "2020-03-04"}, "approved_on"),
    (
        "date_order",
        "process_applications",
        {"审议通过日期": "2020-03-06", "上网日期": "2020-03-05"},
        "onlined_on",
    ),
    ("future_date", "cadres", {"录入日期": LATE}, "entered_on"),
    ("future_date", "registered_users", {"注销时间": f"{LATE} 00:00:00"}, "cancelled_at"),
    ("future_date", "promotion_plans", {"制定日期": LATE}, "adopted_on"),
    ("status_conflict", "workflow_items", {"状态": "办结"}, "completed_at"),
    ("status_conflict", "process_applications", {"上网日期": "2020-03-06"}, "onlined_on"),
]


@pytest.mark.parametrize(("reason", "export", "changes", "column"), CASES)
def test_each_reason_refuses_its_row_and_names_the_column(
    office: Office, reason: str, export: str, changes: dict[str, Any], column: str
) -> None:
    office.put_rows(export, row(export, "bad", **changes))
    office.land()
    assert office.rejected("export_name, row_number, reason, sheet_name, column_name") == [
        (export, 1, reason, None, column)
    ]


@pytest.mark.parametrize("export", ["registered_users", "workflow_items", "process_applications"])
def test_a_moment_within_the_export_day_is_not_in_the_future(office: Office, export: str) -> None:
    date = {"registered_users": "注册时间", "workflow_items": "受理时间", "process_applications": "申请日期"}[
        export
    ]
    office.put_rows(export, row(export, **{date: "2021-03-02 23:59:59"}))
    office.land()
    assert office.counts()[export] == (1, 1, 0)


def test_a_plan_for_a_later_year_is_not_in_the_future(office: Office) -> None:
    office.put_rows("promotion_plans", row("promotion_plans", 年度="2099"))
    office.land()
    assert office.column("promotion_plans", "plan_year") == [2099]


def test_equal_moments_are_in_order(office: Office) -> None:
    office.put_rows(
        "registered_users", row("registered_users", 注册时间="2020-03-05", 认证时间="2020-03-05 0:00")
    )
    office.land()
    assert office.rejected() == []


ORDERED = [
    {"干部ID": "", "离任日期": "x", "所属机构编码": "A9"},
    {"离任日期": "x", "所属机构编码": "A9", "录入日期": LATE},
    {"所属机构编码": "A9", "录入日期": LATE, "离任日期": "2020-01-01"},
    {"录入日期": LATE, "离任日期": "2020-01-01"},
    {"录入日期": LATE},
]


def test_the_first_reason_that_fits_the_whole_row_wins(office: Office) -> None:
    office.put_rows("cadres", *(row("cadres", f"K{i}", **changes) for i, changes in enumerate(ORDERED)))
    office.land()
    assert [reason for (reason,) in office.rejected("reason")] == [
        "missing_required",
        "bad_format",
        "unknown_code",
        "date_order",
        "future_date",
    ]


def test_a_bad_value_comes_before_an_unknown_code(office: Office) -> None:
    office.put_rows("activities", row("activities", 机构编码="A9", 状态="?"))
    office.land()
    assert office.rejected("reason") == [("bad_value",)]


def test_the_first_row_of_a_key_is_kept_and_later_ones_are_told_apart(office: Office) -> None:
    office.put_rows(
        "cadres",
        row("cadres", "K1", 离任日期="2020-03-05"),
        row("cadres", "K1", 离任日期="2020-03-06"),
        row("cadres", " K1", 离任日期="2020.3.5"),
        row("cadres", "K2"),
        row("cadres", "K2"),
    )
    office.land()
    assert office.rejected("row_number, reason, column_name") == [
        (2, "duplicate_key", "cadre_id"),
        (3, "duplicate_row", None),
        (5, "duplicate_row", None),
    ]
    assert office.column("cadres", "cadre_id") == ["K1", "K2"]


def test_a_refused_row_does_not_make_a_later_one_a_duplicate(office: Office) -> None:
    office.put_rows("cadres", row("cadres", "K1", 所属机构编码="A9"), row("cadres", "K1"))
    office.land()
    assert office.rejected() == [(1, "unknown_code")]


def test_a_key_of_two_columns_is_doubled_only_where_both_are(office: Office) -> None:
    visits = row("channel_visits")
    office.put_rows("channel_visits", visits, {**visits, "日期": "2020-03-06"}, {**visits, "访问量": "8"})
    office.land()
    assert office.rejected() == [(3, "duplicate_key")]


def test_duplicates_are_found_across_files_in_file_name_order(office: Office) -> None:
    office.put_rows("cadres", row("cadres", "K1", 所属机构编码="A2"), suffix="_b")
    office.put_rows("cadres", row("cadres", "K1", 所属机构编码="A1"), suffix="_a")
    office.land()
    assert office.rejected("file_name, reason") == [("工会干部_20210302_b.csv", "duplicate_key")]
    assert office.column("cadres", "org_code") == ["A1"]


def test_blank_and_total_rows_are_no_data_rows_but_count_in_row_numbers(office: Office) -> None:
    lines = [
        "序号,干部ID,所属机构编码,姓名,录入日期,离任日期",
        "1,K1,A1,某,2020-03-05,",
        "",
        " ,-,--,NULL,无,\u3000,,",
        "-,,\u3000合计 ,,,",
        "总计",
        "\u200b小计,K9,A1,某,2020-03-05,",
        "——,/,\\N,n/a,暂无,(Null)",
        ",-,,,,9999-12-31",
        ",共计,A1,某,2020-03-05,",
        "2,K2,A9,某,2020-03-05,",
    ]
    office.put("工会干部_20210302.csv", "\n".join(lines))
    office.land()
    assert office.counts()["cadres"] == (2, 1, 1)
    assert office.rejected() == [(10, "unknown_code")]


def test_a_total_is_looked_for_in_the_first_cell_that_is_not_blank_only(office: Office) -> None:
    office.put_rows("articles", row("articles", "K1", 标题="合计"))
    office.land()
    assert office.column("articles", "title") == ["合计"]


def test_a_personal_cell_alone_makes_a_row_a_data_row(office: Office) -> None:
    office.put("工会干部_20210302.csv", "姓名,干部ID,所属机构编码,录入日期,离任日期\n某,,,,\n")
    office.land()
    assert office.rejected() == [(1, "missing_required")]


RAGGED = [
    ("K1,A1,2020-03-05", []),
    ("K1,A1", [(1, "missing_required")]),
    ("K1", [(1, "missing_required")]),
    ("K1,A1,2020-03-05,", []),
    ("K1,A1,2020-03-05,,", []),
    ("K1,A1,2020-03-05,,,-, 无 ,,,,,", []),
    ("K1,A1,2020-03-05,,,x", [(1, "bad_format")]),
    ("K1,A1,2020-03-05,,,,,,,,,,,x", [(1, "bad_format")]),
]


@pytest.mark.parametrize(("line", "rejected"), RAGGED)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_cells_that_lack_are_blank_and_those_beyond_the_header_must_be(
    office: Office, line: str, rejected: list[tuple[int, str]], encoding: str
) -> None:
    office.put(
        "工会干部_20210302.csv",
        f"干部ID,所属机构编码,录入日期,离任日期\n{line}\nK2,A2,2020-03-05,\n",
        encoding,
    )
    office.land()
    assert office.rejected() == rejected


@pytest.mark.parametrize("line", ["K1,A1,2020-03-05,", "K1,A1,2020-03-05,,x", "K1,A1,2020-03-05,,,"])
def test_nameless_cells_at_the_end_of_the_header_may_be_used_or_not(office: Office, line: str) -> None:
    office.put("工会干部_20210302.csv", f"干部ID,所属机构编码,录入日期,离任日期, ,\n{line}\n")
    office.land()
    assert office.rejected() == []


def test_every_row_read_is_landed_or_rejected(office: Office) -> None:
    good = [row("cadres", f"K{i}") for i in range(60)]
    office.put_rows("cadres", *good, *(row("cadres", f"B{i}", 所属机构编码="A9") for i in range(3)))
    office.put_sheets("频道访问_20210302.xlsx", S=table([row("channel_visits"), row("channel_visits")]))
    office.land()
    assert office.counts() == {"cadres": (63, 60, 3), "channel_visits": (2, 1, 1)}
    assert len(office.rows("cadres")) == 60


def test_the_order_of_the_rows_is_kept_beyond_what_one_thread_reads(office: Office) -> None:
    # Enough rows for several threads and row groups, and a refused row near the end to see its number.
    count = 300_000
    lines = [f"{number:012d},A1,2020-03-05," for number in range(count)]
    lines[count - 2] = "X,A9,2020-03-05,"
    lines.append(lines[0])
    office.put("工会干部_20210302.csv", "干部ID,所属机构编码,录入日期,离任日期\n" + "\n".join(lines))
    office.land()
    assert office.rejected() == [(count - 1, "unknown_code"), (count + 1, "duplicate_row")]
    landed = [f"{number:012d}" for number in range(count) if number != count - 2]
    assert office.column("cadres", "cadre_id") == landed


def test_no_codes_known_means_every_code_is_unknown(office: Office) -> None:
    office.put_rows("cadres", row("cadres"))
    office.land(codes=KnownCodes(frozenset(), frozenset()))
    assert office.rejected() == [(1, "unknown_code")]


def test_a_reopened_item_lands_with_the_time_of_its_first_completion(office: Office) -> None:
    reopened = row("workflow_items", 状态="在办", 办结时间="2020-03-06")
    office.put_rows(
        "workflow_items", reopened, row("workflow_items", "K2", 状态="转办", 办结时间="2020-03-06")
    )
    office.land()
    assert office.rejected() == []
    assert office.column("workflow_items", "status") == ["open", "transferred"]


def test_a_refused_row_names_its_org_where_that_is_known(office: Office) -> None:
    refused = [
        {"录入日期": "x"},
        {"所属机构编码": "A9"},
        {"所属机构编码": ""},
        {"所属机构编码": "甲市", "干部ID": ""},
    ]
    rows = [row("cadres", f"K{number}", **changes) for number, changes in enumerate(refused)]
    under_a_group = row("cadres", "K8", 所属机构编码="QT00")
    office.put_rows("cadres", *rows, under_a_group, row("cadres", "K9"), row("cadres", "K9"))
    office.land(codes=CODES_AND_NAMES)
    assert office.rejected("reason, org_code") == [
        ("bad_format", "A1"),
        ("unknown_code", None),
        ("missing_required", None),
        ("missing_required", "A2"),
        ("unknown_code", None),
        ("duplicate_row", "A1"),
    ]
