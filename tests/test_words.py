"""What people see in Chinese follows the regulation's own terms: one name for one thing, no claim of ours.

These words are kept out of all that readers' texts come from: comments, labels of seeds, workbook, bundle,
`explain`, `status`, questions, Chinese documents. The regulation is quoted word for word, and stands outside.
"""

import csv
import re
from collections.abc import Iterator

import pytest

from tests.dbt_runs import CHECKOUT

# What is not to be said, as a pattern, and what is said in its place.
WORDS = {
    "(?<!四川省工会)网上工会工作平台": "四川省工会网上工作平台",
    "工作平台考核": "四川省工会网上工作平台监测评价",
    "按(?:地方|部门|第[八九]条)考核": "适用第八条，适用第九条",
    "按(?:地方|部门)评价(?!）)": "适用第八条，适用第九条",
    "考核(?:身份|单位|结论|指标)": "评价身份、评价单位、评价结论、评价指标",
    "(?<!目标)考核(?:部门|表)": "目标考核职能部门、目标考核表",
    "四川省总工会印发": "四川省总工会办公室印发",
    "city 市(?!（州）)": "市（州）",
    "企业（局、集团）工会|[0-9] 家企业|企业工会|各企业": "省产业（局）、企业集团（公司）工会",
    "(?:[篇个]、|单位是)(?:场|项)|[（0-9 ](?:场|项)）": "个",
    "任务数|任务单位": "年度工作安排数，安排单位",
    "合并下达|任务组|合并单位|组员": "合并安排单位、成员单位",
    "新建基层工会(?:数|比例|组织)": "新增基层工会组织（导出名仍为新建基层工会）",
    "新增基层工会(?!组织)": "新增基层工会组织",
    "读法|裁定": "适用口径；暂按此口径，待领导小组办公室解释",
    "没有另需": "写明所采口径",
    "标准未定": "待下达规定数量，尚非定论",
    "虚构的样例单位": "样例编码（单位是真的，编码是样例）",
    "[0-9] %(?!}| (?:of|12))": "34.78%，% 前不空格",
    "不进位": "保留两位小数，其后舍去，不四舍五入",
    "当年至今|历年至今": "本年累计、截至期末累计",
    "落地|被拒(?!绝)": "入库、退回",
    "(?:从未|没有|尚未|已|都|还没有|是否)导入": "入库",
    "(?:模式／|在的|的)库（schema）|(?<!数据)库（schema）": "模式（schema）",
    "不直接要求数字的条款": "对应说明",
    "下层指标|分子的计量|分母的计量|点名本条款": "所依据的指标、分子口径",
    "看护|留话|失败后的早晨": "监控、留下消息、故障处理",
    "出厂为空|藏不住|量的是什么": "初始为空、无法隐去、实际完成多少",
    "每月通报|即年度结果": "定期通报；供目标考核职能部门采用",
    "附件要求几万人": "几万至几十万人（阿坝、甘孜 1 万）",
}

READ_BY_PEOPLE = (
    "README.zh-CN.md",
    "CONTRIBUTING.zh-CN.md",
    "docs/*.zh-CN.md",
    "docs/clauses.md",
    "dbt_project/models/overview.md",
    "dbt_project/models/**/*_models.yml",
    "dbt_project/models/_exposures.yml",
    "dbt_project/models/quality/quality__start_here.sql",
    "seeds/**/*.yml",
    "seeds/reference/*.csv",
    "analyses/*.sql",
    "orchestration/**/*.py",
    "orchestration/bulletin/site/templates/*.html",
    "bi/superset/**/*.yaml",
)
# The regulation word for word.
VERBATIM = {"seeds/reference/clauses.csv"}


def quotations() -> list[str]:
    """The clauses as they are quoted elsewhere, the longest first."""
    with (CHECKOUT / "seeds" / "reference" / "clauses.csv").open(encoding="utf-8", newline="") as file:
        return sorted((row["text"] for row in csv.DictReader(file)), key=len, reverse=True)


def texts() -> Iterator[tuple[str, str]]:
    """Each file that people's texts come from, by its name, without what it quotes."""
    quoted = quotations()
    for pattern in READ_BY_PEOPLE:
        found = sorted(CHECKOUT.glob(pattern))
        assert found, pattern
        for path in found:
            name = path.relative_to(CHECKOUT).as_posix()
            if name not in VERBATIM:
                text = path.read_text(encoding="utf-8")
                for quotation in quoted:
                    text = text.replace(quotation, "")
                yield name, text


def told(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if re.search("[\u4e00-\u9fff]", line):
            for pattern, right in WORDS.items():
                if found := re.search(pattern, line):
                    yield f"{name}:{number}: {found[0]!r}: {right}"


def test_what_people_see_follows_the_regulation_s_own_terms() -> None:
    assert [fault for name, text in texts() for fault in told(name, text)] == []


@pytest.mark.parametrize(
    "said",
    [
        "# 网上工会工作平台考核",
        "机构：自贡市总工会（510300），按地方考核",
        "考核结论：每月一行",
        "四川省总工会印发",
        "city 市，enterprise 企业",
        "68 家企业",
        "其余为人、篇、项、场、份、次",
        "完成值（场）",
        "NO_TARGET 无任务数",
        "合并下达任务的组",
        "新建基层工会数",
        "平台新增基层工会比例",
        "条款的读法",
        "THRESHOLD_UNSET 标准未定",
        "是否虚构的样例单位",
        "小数，0.9 即 90 %",
        "截去两位小数以后，不进位",
        "当年至今的数量",
        "被拒的行",
        "有导出从未导入的为空",
        "表名，带所在的库（schema）",
        "所看的下层指标",
        "看护",
        "十二月的一行即年度结果",
        "附件要求几万人",
    ],
)
def test_each_of_the_words_left_behind_is_noticed(said: str) -> None:
    assert list(told("a text", said)) != []


@pytest.mark.parametrize(
    "said",
    [
        "city 市（州），enterprise 省产业（局）、企业集团（公司）工会",
        "省产业（企业）工会",
        "new_unions,export,新建基层工会",
        "平台新增基层工会组织比例",
        "年度目标考核表，供目标考核职能部门采用",
        "导入包在 bi/superset/",
        "不足的会被拒绝",
        "expected at most 5 % of its rows（退回）",
    ],
)
def test_the_regulation_s_own_words_are_no_fault(said: str) -> None:
    assert list(told("a text", said)) == []
