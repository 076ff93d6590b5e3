"""Spellings (contract §2, §3): what an office adds as data lands without a change of the program."""

from dataclasses import replace

import pytest

from orchestration.landing import KnownCodes, Spelling, spelled
from tests.landing.office import CODES, EXPORTS, Office, csv_text, row

SPELLED = KnownCodes(
    frozenset({"A1", "A2", "510100"}),
    frozenset({"M1"}),
    frozenset({"QT00"}),
    frozenset(
        {
            Spelling("workflow_items", "", "", "工单"),
            Spelling("workflow_items", "accepted_at", "", "登记时间"),
            Spelling("", "org_code", "", "单位代码"),
            Spelling("", "org_code", "A2", "甲市总工会（本级）"),
            Spelling("", "org_code", "510100", "0816"),
            Spelling("", "org_code", "QT00", "其他产业"),
            Spelling("", "module_code", "M1", "公文"),
            Spelling("", "status", "completed", "已办结"),
            Spelling("workflow_items", "channel", "offline", "窗口"),
        }
    ),
)


def test_an_export_of_another_system_lands_after_a_few_lines_of_spellings(office: Office) -> None:
    spelled = {"机构编码": "单位代码", "受理时间": "登记时间"}
    cells = row(
        "workflow_items",
        机构编码="甲市总工会(本级)",
        模块编码="公文",
        办理方式="窗口",
        状态="已办结",
        办结时间="2020-03-06",
    )
    office.put(
        "工单_20210302.csv", csv_text([{spelled.get(header, header): cell for header, cell in cells.items()}])
    )
    office.land(codes=SPELLED)
    assert office.rows("workflow_items", "org_code, module_code, channel, status") == [
        ("A2", "M1", "offline", "completed")
    ]


def test_a_spelling_of_another_list_or_another_export_means_nothing(office: Office) -> None:
    office.put_rows("activities", row("activities", 状态="已办结"))
    office.put_rows("new_members", row("new_members", 办理方式="窗口"))
    office.land(codes=SPELLED)
    assert office.rejected("reason, column_name") == [("bad_value", "status"), ("bad_value", "channel")]


@pytest.mark.parametrize("cell", ["0816", "0816.0", "０８１６", '="0816"'])
def test_an_old_code_is_the_orgs_new_one(office: Office, cell: str) -> None:
    office.put_rows("cadres", row("cadres", 所属机构编码=cell))
    office.land(codes=SPELLED)
    assert office.column("cadres", "org_code") == ["510100"]


def test_what_nobody_knows_is_told_unless_it_is_rare_long_or_a_persons_number(office: Office) -> None:
    said = {
        "乙市": 3,
        "丙市": 2,
        "其他产业": 4,
        "QT00": 4,
        "13800138000": 3,
        "+86 138-0013-8001": 3,
        "51030019900101123X": 3,
        "某" * 30: 3,
        "某" * 31: 3,
        "510100000000": 3,
        "-": 5,
    }
    cells = [cell for cell, times in said.items() for _ in range(times)]
    rows = [row("cadres", f"K{number}", 所属机构编码=cell) for number, cell in enumerate(cells)]
    rows += [row("cadres", "", 所属机构编码="乙市 "), row("cadres", "K", 所属机构编码="='乙市'")]
    office.put_rows("cadres", *rows)
    office.put_rows("activities", *(row("activities", f"K{number}", 状态="已办结") for number in range(3)))
    office.land(["too_many_rejects"], SPELLED)
    assert set(office.unknown()) == {
        ("cadres", "org_code", "乙市", 4),
        ("cadres", "org_code", "某" * 30, 3),
        ("cadres", "org_code", "510100000000", 3),
        ("activities", "status", "已办结", 3),
    }


def test_rows_are_judged_anew_once_somebody_knows_their_spelling(office: Office) -> None:
    office.put_rows("cadres", *(row("cadres", f"K{number}", 所属机构编码="乙市") for number in range(3)))
    office.put_rows("activities", row("activities"))
    office.land(codes=CODES)
    assert office.unknown() == [("cadres", "org_code", "乙市", 3)]
    office.land(codes=replace(CODES, spellings=frozenset({Spelling("", "org_code", "A1", "乙市")})))
    assert office.column("cadres", "org_code") == ["A1"] * 3
    assert office.unknown() == office.rejected() == []


HEADERS = {
    "*干部 ID,所属机构编码（必填）,录入日期(年月日)[格式],离任日期": "",
    "干部id,所属机构编码,录入日期（旧）,录入日期,离任日期": "昨天,",
    '\'干部ID,="所属机构编码",录入\u200b日期,离任日期*': "",
    "干部ID,所属机构编码,录入日期,离任日期,单位代码": "",
}


@pytest.mark.parametrize(("header", "extra"), HEADERS.items())
def test_a_header_is_compared_without_what_makes_no_difference(
    office: Office, header: str, extra: str
) -> None:
    office.put("工会干部_20210302.csv", f"{header}\nK1,A1,{extra}2020-03-05,\n")
    office.land(codes=SPELLED)
    assert office.rows("cadres", "cadre_id, org_code, CAST(entered_on AS VARCHAR)") == [
        ("K1", "A1", "2020-03-05")
    ]


@pytest.mark.parametrize(
    "header",
    ["干部ID,所属机构编码,录入日期*,录入日期(旧),离任日期", "（新）干部ID,所属机构编码,录入日期,离任日期"],
)
def test_a_header_that_fits_twice_or_not_is_none(office: Office, header: str) -> None:
    office.put("工会干部_20210302.csv", f"{header}\nK1,A1,2020-03-05,\n")
    assert office.faults() == [("missing_columns", "工会干部_20210302.csv")]


MORE = {
    Spelling("", "", "", "报表"),
    Spelling("", "org_code", "A1", "816.0"),
    Spelling("", "status", "completed", "1.0"),
}
FOUND = {one.name: one for one in spelled(replace(SPELLED, spellings=SPELLED.spellings | MORE))}


def test_all_exports_are_there_in_their_order() -> None:
    assert [*FOUND] == [*EXPORTS]


def test_another_name_is_of_its_export_alone() -> None:
    assert {name: one.other_names for name, one in FOUND.items() if one.other_names} == {
        "workflow_items": ("工单",)
    }


@pytest.mark.parametrize(
    ("export", "column", "headers"),
    [
        ("workflow_items", "accepted_at", ("登记时间",)),
        ("workflow_items", "org_code", ("单位代码",)),
        ("cadres", "org_code", ("单位代码",)),
        ("workflow_items", "completed_at", ()),
        ("workflow_items", "module_code", ()),
    ],
)
def test_another_header_is_of_its_column(export: str, column: str, headers: tuple[str, ...]) -> None:
    assert FOUND[export].column(column).other_headers == headers


ORGS = [("0816", "510100"), ("816", "A1"), ("QT00", "QT00"), ("其他产业", "QT00"), ("甲市总工会(本级)", "A2")]


@pytest.mark.parametrize(
    ("export", "column", "words"),
    [
        ("cadres", "org_code", ORGS),
        ("workflow_items", "org_code", ORGS),
        ("workflow_items", "module_code", [("公文", "M1")]),
        ("workflow_items", "channel", [("窗口", "offline")]),
        ("new_members", "channel", []),
        ("workflow_items", "status", [("1.0", "completed"), ("已办结", "completed")]),
        ("activities", "status", []),
        ("cadres", "entered_on", []),
    ],
)
def test_another_word_is_of_its_code_or_of_what_the_column_may_say(
    export: str, column: str, words: list[tuple[str, str]]
) -> None:
    assert sorted(FOUND[export].column(column).other_words) == words


def test_personal_columns_stay_as_they_are() -> None:
    columns = [column for one in FOUND.values() for column in one.columns if column.personal]
    assert columns == [column for one in EXPORTS.values() for column in one.columns if column.personal]
