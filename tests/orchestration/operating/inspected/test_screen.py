"""What `gonghui check` shows, whole: of each file what it is, what lands of it, and what is to be done."""

from dataclasses import replace

import pytest

from orchestration.landing import Inspection
from orchestration.landing.inspection import FoundColumn
from tests.orchestration.operating.inspected.made import (
    ALL_SOUND,
    HEADLESS,
    MISSING,
    MIXED,
    NAMELESS,
    SOUND,
    TEXT,
    on_screen,
)

pytestmark = pytest.mark.usefixtures("chinese")

WHOLE = [
    "工会干部  快照 2021-03-02",
    "工会干部_20210302_1.csv",
    "  文件         文本，编码 GB18030（GBK），有个别字解不出，以分号分隔",
    "  表头         第 2 行",
    "  同名的列     干部ID、姓名、录入日期",
    "  另名的列     所属机构编码 ← “机构”",
    "  个人信息     姓名：读时即弃，不入库",
    "  行数         读入 12,345 行，退回 1,203 行",
    "  退回         录入日期 格式读不出（bad_format）1,200 行：数据行 1,200、1,300、1,400 等",
    "               整行重复（duplicate_row）3 行：数据行 7、9、1,250",
    "工会干部_20210302_2.csv",
    "  文件         xlsx 工作簿。您的文件是 xlsx 工作簿，扩展名却是 .csv（按内容读）",
    "  工作表       一览",
    "  表头         第 1 行",
    "  同名的列     干部ID",
    "  行数         读入 10 行，退回 0 行",
    "  不认得的写法 所属机构编码 “自贡总工” 1,100 行，最接近的是“自贡市总工会”",
    "               所属机构编码 “某某” 2 行",
    "",
    "推广计划  快照 2021-03-02",
    "推广计划_20210302.csv",
    "  文件         认不出",
    "  不能入库     表头不对：有 2 列与表头不符：年度（最接近的是",
    "               年份）、制定日期；没有用上的表头：备注（missing_columns）",
    "  怎么办       带全部列重新导出；只是表头叫法不同的，请办公室在 spellings.csv 各加一行",
    "",
    "新增会员  快照 2021-03-02",
    "新增会员_20210302.csv",
    "  文件         文本，编码 UTF-8，以逗号分隔",
    "  不能入库     退回的行太多：读入 10,000 行，退回 600 行，超过 5%（too_many_rejects）",
    "  怎么办       按退回清单改正，再重新导出",
    "",
    "略过与提醒",
    "  办件_20210302：已入库，刷新时跳过",
    "  旧：不是文件，略过",
    "  工会干部_20210101.csv：已有更新的 工会干部_20210302，略过",
    "",
    "文件名有误",
    "通讯录_20210302.csv",
    "  不能入库     认不出是哪种导出（unknown_export）",
    "  怎么办       把文件名开头改成导出的名称，或从文件夹里拿走",
    "",
    "",
    " 导出       快照         文件     读入   可入库    退回   结果",
    " ─────────────────────────────────────────────────────────────────",
    " 工会干部   2021-03-02      2   12,345   11,142   1,203   可入库",
    " 推广计划   2021-03-02      1        —        —       —   不能入库",
    " 新增会员   2021-03-02      1   10,000    9,400     600   不能入库",
    "",
    "数据行从表头下一行数起，空行、合计行也算在内。",
    "有 3 处须先改正：不改正，整个文件夹都不会入库。",
]


def test_the_screen_tells_all_that_was_found() -> None:
    assert on_screen(MIXED) == WHOLE


@pytest.mark.parametrize(
    ("found", "wrong", "told"),
    [
        (ALL_SOUND, None, "可以入库。这里只是试读，什么也没有入库。"),
        (ALL_SOUND, "no month", "文件没有错，但刷新会拒绝，原因见下。"),
        (ALL_SOUND, "", "文件没有错，但刷新会拒绝，原因见下。"),
        (Inspection((), (), (), (NAMELESS,)), "no month", "有 1 处须先改正：不改正，整个文件夹都不会入库。"),
    ],
)
def test_the_last_line_is_what_would_come_of_it(found: Inspection, wrong: str | None, told: str) -> None:
    assert on_screen(found, wrong)[-1] == told


def test_where_there_is_no_export_that_is_said_and_no_table_shown() -> None:
    assert on_screen(Inspection((), (), (), ())) == [
        "没有要读的导出",
        "可以入库。这里只是试读，什么也没有入库。",
    ]


def test_a_fault_of_a_file_is_told_once_whatever_its_name() -> None:
    fault = replace(MISSING, file="plans_20210302.csv")
    file = replace(HEADLESS.files[0], name=fault.file, fault=fault)
    found = replace(MIXED, snapshots=(replace(HEADLESS, files=(file,), faults=(fault,)),), faults=(fault,))
    assert "".join(on_screen(found)).count("表头不对") == 1


def test_on_a_narrow_screen_all_columns_give_way_and_none_takes_a_second_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GONGHUI_LANG", "en")
    narrow = on_screen(MIXED, width=60)
    assert "  unknown spelling" in [line[:18] for line in on_screen(MIXED, width=24)]
    [line] = [place for place, text in enumerate(narrow) if set(text.strip()) == {"─"}]
    assert narrow[line - 2 : line] == [
        "",
        " export   snapshot   fi…   read   can l…   refu…   result",
    ]
    assert narrow[line + 1 : line + 5] == [
        " 工会 …   2021-03…     2   12,…   11,142   1,203   can land",
        " 推广 …   2021-03…     1      —        —       —   cannot …",
        " 新增 …   2021-03…     1   10,…    9,400     600   cannot …",
        "",
    ]


def test_a_name_longer_than_the_screen_is_told_whole() -> None:
    column = FoundColumn("所属机构编码", "org_code", "x" * 500)
    part = replace(TEXT.parts[0], columns=(column,))
    found = replace(ALL_SOUND, snapshots=(replace(SOUND, files=(replace(TEXT, parts=(part,)),)),))
    assert "".join(on_screen(found)).count("x") == 500
