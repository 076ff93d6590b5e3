"""What is kept of a check: the workbook for who sent the files, and the JSON for a program."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from orchestration.landing import Inspection
from orchestration.operating.inspected.as_json import as_json
from orchestration.operating.inspected.report import write_report
from tests.orchestration.operating.inspected.made import ALL_SOUND, BOOK, MIXED, SOUND, TEXT


@pytest.fixture
def told() -> dict[str, Any]:
    """What `--json` says of the mixed inbox."""
    return json.loads(as_json(MIXED, None))


def test_a_program_is_told_of_each_file_and_row(told: dict[str, Any]) -> None:
    text, book = told["snapshots"][0]["files"]
    [part] = text.pop("parts")
    assert text == {
        "file": "工会干部_20210302_1.csv",
        "kind": "text",
        "extension": "csv",
        "extension_fits": True,
        "encoding": "gb18030",
        "damaged": True,
        "separator": ";",
        "fault": None,
    }
    assert (part["sheet"], part["header_row"], part["rows_read"], part["rows_rejected"]) == (
        *(None, 2),
        *(12_345, 1_203),
    )
    assert part["columns"][2] == {"column_name": None, "header": "姓名", "found_as": "姓名"}
    assert part["rejected"] == [
        {
            "reason": "bad_format",
            "column_name": "entered_on",
            "header": "录入日期",
            "rows": 1200,
            "first_rows": [1200, 1300, 1400],
        },
        {
            "reason": "duplicate_row",
            "column_name": None,
            "header": None,
            "rows": 3,
            "first_rows": [7, 9, 1250],
        },
    ]
    assert (book["kind"], book["extension_fits"], book["encoding"], book["damaged"]) == (
        *("xlsx", False),
        *(None, None),
    )
    assert book["parts"][0]["sheet"] == "一览"


def test_a_program_is_told_of_each_snapshot_and_whether_it_can_land(told: dict[str, Any]) -> None:
    keys = ("export_name", "ok", "rows_read", "rows_landed", "rows_rejected", "rows_landed_before")
    assert [[one[key] for key in keys] for one in told["snapshots"]] == [
        ["cadres", True, 12_345, 11_142, 1_203, 9_000],
        ["promotion_plans", False, None, None, None, None],
        ["new_members", False, 10_000, 9_400, 600, None],
    ]
    headless, fault = told["snapshots"][1]["files"][0], told["faults"][1]
    assert (headless["kind"], headless["extension_fits"], headless["fault"]) == (None, None, fault)
    assert fault["missing"] == [
        {"header": "年度", "nearest": "年份"},
        {"header": "制定日期", "nearest": None},
    ]
    assert [each.keys() & {"missing", "twice"} for each in told["faults"]] == [
        set(),
        {"missing", "twice"},
        set(),
    ]
    assert [one["other"] for one in told["notices"]] == [None, "工会干部_20210302"]


@pytest.mark.parametrize(
    ("found", "wrong", "ok"), [(ALL_SOUND, None, True), (ALL_SOUND, "no month", False), (MIXED, None, False)]
)
def test_all_is_well_where_nothing_would_have_a_refresh_refused(
    found: Inspection, wrong: str | None, ok: bool
) -> None:
    told = json.loads(as_json(found, wrong))
    assert (told["ok"], told["refused"]) == (ok, wrong)


def test_a_program_reads_chinese_as_it_is_and_a_person_lines() -> None:
    assert '\n  "landed_already": [\n    "办件_20210302"\n  ],\n' in as_json(MIXED, None)


def report(found: Inspection, folder: Path) -> openpyxl.Workbook:
    write_report(found, folder / "report.xlsx")
    return openpyxl.load_workbook(folder / "report.xlsx")


def test_the_report_counts_what_is_wrong_and_lists_the_rows_as_they_lie(tmp_path: Path) -> None:
    book = report(MIXED, tmp_path)
    summary, rows = (list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets)
    assert book.sheetnames == ["汇总", "退回的行"]
    assert summary[0] == ("文件", "工作表", "列", "原因", "行数", "怎么办")
    assert [line[:5] for line in summary[1:]] == [
        (
            "新增会员_20210302",
            *(None, None),
            "不能入库：退回的行太多：读入 10,000 行，退回 600 行，超过 5%",
            None,
        ),
        ("推广计划_20210302.csv", None, None, "不能入库：表头不对：有 2 列与表头不符：年度、制定日期", None),
        ("通讯录_20210302.csv", None, None, "不能入库：认不出是哪种导出", None),
        ("工会干部_20210302_1.csv", None, "录入日期", "格式读不出", 1200),
        ("工会干部_20210302_1.csv", None, None, "整行重复", 3),
    ]
    assert rows[0] == ("文件", "工作表", "表中行号", "数据行", "列", "原因", "怎么办")
    assert [line[2:6] for line in rows[1:]] == [
        (9, 7, None, "整行重复"),
        (11, 9, None, "整行重复"),
        (1202, 1200, "录入日期", "格式读不出"),
        (1252, 1250, None, "整行重复"),
        (1302, 1300, "录入日期", "格式读不出"),
        (1402, 1400, "录入日期", "格式读不出"),
        (1502, 1500, "录入日期", "格式读不出"),
    ]


def test_a_row_of_a_sheet_is_told_with_its_sheet(tmp_path: Path) -> None:
    [part] = BOOK.parts
    file = replace(BOOK, parts=(replace(part, refused=TEXT.parts[0].refused[1:]),))
    book = report(Inspection((replace(SOUND, files=(file,)),), (), (), ()), tmp_path)
    listed = [list(sheet.iter_rows(values_only=True, min_row=2, max_col=2)) for sheet in book.worksheets]
    assert listed == [[(BOOK.name, "一览")], [(BOOK.name, "一览")] * 3]


@pytest.mark.parametrize(
    ("found", "summary", "rows"), [(MIXED, "A1:F6", "A1:G8"), (Inspection((), (), (), ()), "A1:F2", "A1:G2")]
)
def test_the_header_stays_in_sight_and_all_lines_can_be_filtered(
    tmp_path: Path, found: Inspection, summary: str, rows: str
) -> None:
    sheets = report(found, tmp_path).worksheets
    assert [(sheet.freeze_panes, sheet.auto_filter.ref) for sheet in sheets] == [
        ("A2", summary),
        ("A2", rows),
    ]
    assert [sheet["A1"].font.bold for sheet in sheets] == [True, True]
    assert [sheet[cell].alignment.wrap_text for sheet in sheets for cell in ("A1", "A2")] == [True] * 4


def test_a_column_is_as_wide_as_what_stands_in_it(tmp_path: Path) -> None:
    """A name of a file, a sentence on what to do; numbers need little."""
    sheets = report(MIXED, tmp_path).worksheets
    widths = [
        [int(each.width) for each in sheet.column_dimensions.values() for _ in range(each.min, each.max + 1)]
        for sheet in sheets
    ]
    assert widths == [
        [36, 16, 16, 40, 10, 60],
        [36, 16, 10, 10, 16, 20, 60],
    ]


def test_where_nothing_is_wrong_the_report_says_so(tmp_path: Path) -> None:
    sound = replace(SOUND, files=())
    sheets = report(Inspection((sound,), (), (), ()), tmp_path).worksheets
    assert [list(sheet.iter_rows(values_only=True, min_row=2, max_col=1)) for sheet in sheets] == [
        [("没有要改正的",)],
        [("没有要改正的",)],
    ]
