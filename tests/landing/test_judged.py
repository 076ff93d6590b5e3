"""Each row rule by itself, as the query has it: what a row is refused for, and which rows are plain."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orchestration.common.sql import literal
from orchestration.landing import Spelling, spelled
from orchestration.landing.bench import Bench, open_bench
from orchestration.landing.checks import CellTable, judged_rows, judged_types
from orchestration.landing.exports import Export
from orchestration.landing.plain import UNREAD, plain_rows
from tests.landing.office import CODES, EXPORTS, row

DAY = date(2021, 3, 2)
SPELLED = replace(
    CODES, groups=frozenset({"G1"}), spellings=frozenset({Spelling("", "org_code", "A2", "甲市")})
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    opened = open_bench(tmp_path_factory.mktemp("scratch"), CODES, [])
    with opened.con:
        yield opened


def cells_of(export: Export, *beyond: str | None, **changes: str | None) -> list[str | None]:
    """The cells of a valid row, in the order of the columns, some changed; empty ones are absent."""
    valid = {**row(export.name), **changes}
    return [*(valid[column.header] or None for column in export.landed), *beyond]


def table(export: Export, cells: list[str | None], *, damaged: bool = False) -> CellTable:
    width = len(export.landed)
    values = ", ".join("chr(0)" if cell == "\0" else literal(cell) for cell in cells)
    names = ", ".join(f"c{place}" for place in range(len(cells)))
    positions = {column.name: place for place, column in enumerate(export.landed)}
    found = CellTable(f"(VALUES ({values})) AS cells ({names})", len(cells), positions, width)
    return replace(found, damaged=True) if damaged else found


def judged(bench: Bench, export: Export, cells: CellTable) -> dict[str, Any]:
    found = bench.con.execute(judged_rows(export, cells, DAY))
    [values] = found.fetchall()
    return dict(zip([name for name, *_ in found.description], values, strict=True))


REFUSED: list[tuple[str, dict[str, str | None], str | None]] = [
    ("cadres", {}, None),
    ("cadres", {"干部ID": None}, "missing_required\tcadre_id"),
    ("cadres", {"录入日期": "9999-12-31"}, "future_date\tentered_on"),
    ("cadres", {"录入日期": "2021-03-02 23:59:59"}, None),
    ("cadres", {"录入日期": "2021-03-03"}, "future_date\tentered_on"),
    ("cadres", {"录入日期": "0000-00-00"}, "bad_format\tentered_on"),
    ("cadres", {"离任日期": "9999-12-31"}, None),
    ("cadres", {"离任日期": "昨天"}, "bad_format\tleft_on"),
    ("cadres", {"干部ID": "5.1E+17"}, "bad_format\tcadre_id"),
    ("cadres", {"所属机构编码": "5.1E+17"}, "unknown_code\torg_code"),
    ("cadres", {"所属机构编码": "\0"}, "bad_format\torg_code"),
    ("articles", {"标题": "5.1E+17"}, None),
    ("articles", {"标题": "某\ufffd"}, None),
    ("articles", {"标题": '="某"'}, None),
    ("channel_visits", {"机构编码": "5.1E+17"}, "bad_format\torg_code"),
    ("channel_visits", {"日期": "2E+3"}, "bad_format\tvisited_on"),
    ("channel_visits", {"访问量": "-1"}, "bad_value\tpage_views"),
    ("channel_visits", {"访客数": "7.5"}, "bad_format\tvisitors"),
    ("promotion_plans", {"年度": "2E+3"}, "bad_format\tplan_year"),
    ("promotion_plans", {"年度": "1999"}, "bad_value\tplan_year"),
    ("promotion_plans", {"年度": "2101"}, "bad_value\tplan_year"),
    ("activities", {"状态": "published"}, "bad_value\tstatus"),
    ("workflow_items", {"状态": "办结"}, "status_conflict\tcompleted_at"),
    ("workflow_items", {"办结时间": "2020-03-04"}, "date_order\tcompleted_at"),
    ("process_applications", {"上网日期": "2020-03-06"}, "status_conflict\tonlined_on"),
]


@pytest.mark.parametrize(("name", "changes", "refusal"), REFUSED)
def test_a_row_is_refused_for_what_is_wrong_with_it(
    bench: Bench, name: str, changes: dict[str, str | None], refusal: str | None
) -> None:
    cells = table(EXPORTS[name], cells_of(EXPORTS[name], **changes))
    assert judged(bench, EXPORTS[name], cells)["refusal"] == refusal


@pytest.mark.parametrize(
    ("name", "changes", "refusal"),
    [
        ("articles", {"标题": "某\ufffd"}, "bad_format\ttitle"),
        ("articles", {"稿件ID": "\ufffd"}, "bad_format\tarticle_id"),
        ("articles", {"频道": "\ufffd"}, "bad_format\tchannel_scope"),
        ("articles", {}, None),
    ],
)
def test_in_a_damaged_file_what_could_not_be_decoded_is_bad(
    bench: Bench, name: str, changes: dict[str, str | None], refusal: str | None
) -> None:
    cells = table(EXPORTS[name], cells_of(EXPORTS[name], **changes), damaged=True)
    found = judged(bench, EXPORTS[name], cells)
    assert (found["refusal"], found["unknown"]) == (refusal, None)


@pytest.mark.parametrize(("beyond", "refusal"), [("", None), ("-", None), ("x", "bad_format\t")])
def test_a_cell_beyond_the_header_must_be_blank(bench: Bench, beyond: str, refusal: str | None) -> None:
    cells = table(EXPORTS["cadres"], cells_of(EXPORTS["cadres"], beyond))
    assert judged(bench, EXPORTS["cadres"], cells)["refusal"] == refusal


@pytest.mark.parametrize(
    "changes", [{"干部ID": "合计"}, {"干部ID": None, "所属机构编码": " 总计 "}, dict.fromkeys(row("cadres"))]
)
def test_a_blank_row_or_a_total_is_no_data_row(bench: Bench, changes: dict[str, str | None]) -> None:
    cells = table(EXPORTS["cadres"], cells_of(EXPORTS["cadres"], **changes))
    assert judged(bench, EXPORTS["cadres"], cells)["refusal"] == ""


@pytest.mark.parametrize(
    ("changes", "unknown"),
    [
        ({}, None),
        ({"机构编码": "乙市"}, "乙市\0\0\0"),
        ({"机构编码": "甲市"}, None),
        ({"机构编码": "G1"}, None),
        ({"模块编码": "M９"}, "\0M9\0\0"),
        ({"办理方式": "窗口", "状态": "已办结"}, "\0\0窗口\0已办结"),
        ({"状态": "\0"}, None),
    ],
)
def test_what_nobody_knows_stands_in_the_place_of_its_column(
    bench: Bench, changes: dict[str, str | None], unknown: str | None
) -> None:
    export = next(one for one in spelled(SPELLED) if one.name == "workflow_items")
    assert judged(bench, export, table(export, cells_of(export, **changes)))["unknown"] == unknown


@pytest.mark.parametrize(
    ("name", "changes", "landed"),
    [
        ("cadres", {"干部ID": " '007 "}, {"cadre_id": "007", "org_code": "A1", "left_on": None}),
        ("cadres", {"所属机构编码": '="A1"'}, {"org_code": "A1"}),
        (
            "cadres",
            {"所属机构编码": "５１０１００.0", "离任日期": "1900-01-01"},
            {"org_code": "510100", "left_on": None},
        ),
        ("articles", {"标题": "'某稿 ", "撤稿时间": "2020/3/6 9:08"}, {"title": "'某稿"}),
        ("channel_visits", {"访问量": "1,234.0", "访客数": None}, {"page_views": 1234, "visitors": None}),
        ("workflow_items", {"办理方式": "线下"}, {"channel": "offline", "module_code": "M1"}),
    ],
)
def test_a_row_lands_as_what_its_cells_mean(
    bench: Bench, name: str, changes: dict[str, str | None], landed: dict[str, Any]
) -> None:
    found = judged(bench, EXPORTS[name], table(EXPORTS[name], cells_of(EXPORTS[name], **changes)))
    assert (found["refusal"], {column: found[column] for column in landed}) == (None, landed)


PLAIN: list[tuple[str, dict[str, str | None], bool, bool]] = [
    ("cadres", {}, False, True),
    ("cadres", {}, True, True),
    ("cadres", {"录入日期": None}, False, False),
    ("cadres", {"录入日期": "2020-03-05 00:00:00", "离任日期": "2020/3/6 9:08"}, False, True),
    ("cadres", {"录入日期": "1900-01-01"}, False, True),
    ("cadres", {"离任日期": "1900-01-01"}, False, False),
    ("cadres", {"干部ID": "某"}, False, False),
    ("cadres", {"干部ID": None}, False, False),
    ("articles", {"标题": None}, False, False),
    ("articles", {"标题": "某"}, False, True),
    ("articles", {"标题": "某\ufffd"}, False, True),
    ("articles", {"标题": "某\ufffd"}, True, False),
    ("articles", {"标题": "某 "}, False, False),
    ("articles", {"频道": None}, False, False),
    ("channel_visits", {"访客数": "7"}, False, True),
    ("channel_visits", {"访客数": "007"}, False, False),
    ("channel_visits", {"访问量": None}, False, False),
    ("channel_visits", {"访问量": "-7"}, False, False),
    ("workflow_items", {"状态": "办结"}, False, False),
]


@pytest.mark.parametrize(("name", "changes", "damaged", "is_plain"), PLAIN)
def test_a_row_is_plain_that_lands_as_it_stands(
    bench: Bench, name: str, changes: dict[str, str | None], damaged: bool, is_plain: bool
) -> None:
    cells = table(EXPORTS[name], cells_of(EXPORTS[name], **changes), damaged=damaged)
    [(unread,)] = bench.con.execute(
        f"SELECT {UNREAD} FROM ({plain_rows(EXPORTS[name], cells, DAY)})"
    ).fetchall()
    assert (unread is None) is is_plain


def test_codes_and_listed_values_are_judged_as_members_of_their_lists() -> None:
    types = judged_types(EXPORTS["workflow_items"])
    refusal = types.pop("refusal")
    assert refusal.startswith("ENUM('', ") and "'duplicate_row\t'" in refusal
    assert types == {
        "item_id": "VARCHAR",
        "org_code": "orgs",
        "module_code": "modules",
        "accepted_at": "TIMESTAMP",
        "channel": "ENUM('platform', 'offline')",
        "status": "ENUM('open', 'completed', 'withdrawn', 'duplicate', 'transferred')",
        "completed_at": "TIMESTAMP",
        "unknown": "VARCHAR",
    }


def test_a_doubled_key_is_refused_for_its_first_column() -> None:
    refusal = judged_types(EXPORTS["channel_visits"])["refusal"]
    assert [name for name in ("org_code", "visited_on") if f"'duplicate_key\t{name}'" in refusal] == [
        "org_code"
    ]
