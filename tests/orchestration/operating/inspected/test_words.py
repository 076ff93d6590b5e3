"""What a clerk is told of a file, a fault and a notice: why it cannot land, and what to do."""

from dataclasses import replace

import pytest

from orchestration.landing import Fault
from orchestration.landing.bench import Form
from orchestration.landing.encodings import Encoding
from orchestration.landing.inspection import InspectedSnapshot
from orchestration.landing.outcome import HeaderMiss, Notice
from orchestration.operating.inspected.words import advice_words, fault_words, form_words, notice_words
from tests.orchestration.operating.inspected.made import MUCH_REFUSED, SOUND, landed

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.mark.parametrize(
    ("form", "extension", "told"),
    [
        (None, "csv", "认不出"),
        (Form("text", Encoding("utf-16"), "\t"), "txt", "文本，编码 UTF-16，以制表符分隔"),
        (Form("text", Encoding("utf-8"), None), "csv", "文本，编码 UTF-8"),
        (
            Form("text", Encoding("utf-8", damaged=True), "|"),
            "csv",
            "文本，编码 UTF-8，有个别字解不出，以竖线分隔",
        ),
        (Form("page", Encoding("gb18030")), "html", "HTML 网页，编码 GB18030（GBK）"),
        (Form("ods"), "et", "ods 工作簿"),
        (
            Form("xls"),
            "xlsx",
            "xls 工作簿。您的文件是 xls 工作簿，扩展名却是 .xlsx（按内容读）",
        ),
    ],
)
def test_a_file_is_what_it_holds_whatever_its_extension_says(
    form: Form | None, extension: str, told: str
) -> None:
    assert form_words(form, extension) == told


def test_a_notice_names_what_it_speaks_of() -> None:
    assert notice_words(Notice("x.xlsx", "hidden_sheet", "明细")) == "工作表“明细”是隐藏的，略过"


def missing(*columns: str, nearest: dict[str, str] | None = None, others: tuple[str, ...] = ()) -> HeaderMiss:
    return HeaderMiss(columns, (), tuple((nearest or {}).items()), others)


@pytest.mark.parametrize(
    ("miss", "with_cells", "told"),
    [
        (missing("年度"), True, "表头不对：有 1 列与表头不符：年度"),
        (
            missing("年度", "机构编码", nearest={"年度": "年份"}, others=("年份", "", "备注")),
            True,
            "表头不对：有 2 列与表头不符：年度（最接近的是 年份）、机构编码；没有用上的表头：备注",
        ),
        (
            missing("年度", "机构编码", nearest={"年度": "年份"}, others=("年份", "备注")),
            False,
            "表头不对：有 2 列与表头不符：年度、机构编码",
        ),
        (
            missing("年度", others=tuple("甲乙丙丁戊己庚辛壬癸子")),
            True,
            "表头不对：有 1 列与表头不符：年度；没有用上的表头：甲、乙、丙、丁、戊、己、庚、辛、壬、癸",
        ),
        (HeaderMiss((), ("年度",), (), ("备注",)), True, "表头不对：出现两次的列：年度"),
        (
            HeaderMiss(("机构编码",), ("年度",), (), ()),
            True,
            "表头不对：有 1 列与表头不符：机构编码；出现两次的列：年度",
        ),
        (None, True, "表头不对"),
    ],
)
def test_a_header_that_is_wrong_is_told_with_what_it_lacks(
    miss: HeaderMiss | None, with_cells: bool, told: str
) -> None:
    fault = Fault("missing_columns", "推广计划_20210302.csv", "x", miss)
    assert fault_words(fault, with_cells=with_cells) == told


@pytest.mark.parametrize(
    ("miss", "told"),
    [
        (HeaderMiss((), ("年度",), (), ()), "两列只留一列，删去或改名另一列"),
        (HeaderMiss(("机构编码",), ("年度",), (), ()), "带全部列重新导出"),
        (HeaderMiss(("机构编码",), (), (), ()), "带全部列重新导出"),
        (None, "带全部列重新导出"),
    ],
)
def test_the_advice_on_a_header_is_on_what_it_lacks_before_what_it_has_twice(
    miss: HeaderMiss | None, told: str
) -> None:
    assert advice_words(Fault("missing_columns", "x.csv", "x", miss)).startswith(told)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("the file is empty", "文件读不了：文件是空的"),
        (
            "a quote opens on line 17 and is never closed",
            "文件读不了：第 17 行开始的引号没有配好，会吞掉后面的行",
        ),
        ("the sheet has a format that nobody has told of", "文件读不了"),
    ],
)
def test_why_a_file_cannot_be_read_is_told_where_it_is_known(message: str, told: str) -> None:
    assert fault_words(Fault("unreadable", "x.csv", message)) == told


@pytest.mark.parametrize(
    ("snapshot", "told"),
    [
        (MUCH_REFUSED, "退回的行太多：读入 10,000 行，退回 600 行，超过 5%"),
        (replace(MUCH_REFUSED, rows_landed=0), "退回的行太多：读入 600 行，退回 600 行，超过 5%"),
        (replace(MUCH_REFUSED, rows_landed=None, rows_rejected=None), "退回的行太多"),
        (None, "退回的行太多"),
    ],
)
def test_rows_refused_are_counted_where_a_snapshot_was_read(
    snapshot: InspectedSnapshot | None, told: str
) -> None:
    assert fault_words(Fault("too_many_rejects", "新增会员_20210302", "x"), snapshot) == told


SHRUNK = "比已入库的少得多"


@pytest.mark.parametrize(
    ("snapshot", "told"),
    [
        (
            replace(SOUND, before=landed(12_000), rows_landed=10_799),
            f"{SHRUNK}：已入库 12,000 行，这次只有 10,799 行可入库",
        ),
        (
            replace(SOUND, before=landed(12_000), rows_landed=10_800),
            f"{SHRUNK}：已入库的 12,000 行里，超过一成在这次的文件中找不到",
        ),
        (replace(SOUND, before=landed(12_000), rows_landed=None), SHRUNK),
        (replace(SOUND, before=None), SHRUNK),
        (None, SHRUNK),
    ],
)
def test_what_has_shrunk_is_told_with_what_is_landed(snapshot: InspectedSnapshot | None, told: str) -> None:
    assert fault_words(Fault("shrunk", "工会干部_20210302", "x"), snapshot) == told
