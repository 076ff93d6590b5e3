"""`gonghui explain`: all that one verdict rests on, in Chinese, and help where something is not known."""

from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.errors import UsageFault
from orchestration.explaining.explain import explain
from orchestration.explaining.refusals import refusals_told


@pytest.fixture
def published(published_once: Path) -> Path:
    return published_once


@pytest.mark.parametrize(
    "line",
    [
        "机构：自贡市总工会（510300），适用第九条",
        "指标：认证会员占注册用户比例（9.2）",
        "截至：2021-02（发布批次 20210301T020000-abcdef）",
        "  （二）比例第1年不低于30%",
        "分子：8,999（期末有效认证会员数）",
        "分母：15,000（期末有效注册用户数）",
        "标准：60%",
        "状态：FAIL 未达标",
        "差额：还差 1 人",
        "依据的数据截至：2021-03-02（所用各表中最早的快照日期）",
        "退回的行：属于本单位或认不出单位的 5 行，如都计入，结论可能改变",
        "存续：2020-01-01 至 今",
        "位次：同类 21 家中第 3 位，上月第 2 位",
        "  注册用户（registered_users）：快照日期 2021-03-02，读入 105 行，入库 100 行，退回 5 行",
    ],
)
def test_a_verdict_is_told_with_all_that_it_rests_on(published: Path, line: str) -> None:
    assert line in explain(published, "510300", "9.2", "").splitlines()


def test_a_waiver_is_told_beside_the_status(published: Path) -> None:
    told = explain(published, "510300", "9.2", "").splitlines()
    assert "豁免：是，机构合并（领导小组办公室批准，有效至 2021-12-31）；状态照算，不因豁免而变" in told


def test_a_verdict_that_is_not_waived_tells_of_no_waiver(published: Path) -> None:
    assert "豁免" not in explain(published, "510300", "9.2", "2021-01")


def test_a_share_just_short_of_its_threshold_does_not_read_as_met(published: Path) -> None:
    assert "完成值：59.99%" in explain(published, "510300", "9.2", "")


def test_a_count_is_told_without_per_cent(published: Path) -> None:
    assert "标准：100,000 人\n" in explain(published, "510300", "9.1", "")


def test_the_reading_in_force_is_told_with_its_reason(published: Path) -> None:
    told = explain(published, "510300", "9.1", "")
    reading = "适用口径：按当年新增（9.1.basis：annual_new），2020-03-20起暂按此口径，待领导小组办公室解释"
    assert f"{reading}\n  逐年之和即三年总数" in told


def test_a_reading_of_another_time_is_not_told(published: Path) -> None:
    assert "former" not in explain(published, "510300", "9.1", "")
    assert "适用口径：former（9.2.x：former）" in explain(published, "510300", "9.2", "2021-01")


def test_the_outlook_of_a_count_is_told(published: Path) -> None:
    told = explain(published, "510300", "9.1", "")
    assert "进度：落后，已过 2 个月，照此全年可达 600 人\n  余下 10 个月，每月还需 9,990 人\n" in told


@pytest.mark.parametrize(
    ("verdict", "refused", "told"),
    [
        (("FAIL", 89, 100, "0.9"), 9, "也不变"),
        (("FAIL", 89, 100, "0.9"), 10, "可能改变"),
        (("PASS", 90, 100, "0.9"), 1, "可能改变"),
        (("PASS", 91, 100, "0.9"), 1, "也不变"),
        (("IN_PROGRESS", 7, None, "10"), 2, "也不变"),
        (("IN_PROGRESS", 7, None, "10"), 3, "可能改变"),
        (("PASS", 10, None, "10"), 99, "也不变"),
        (("FAIL", 0, 1, "1"), 0, "不影响结论"),
        (("NO_TARGET", 7, None, None), 3, "不是达标与否"),
    ],
)
def test_refused_rows_that_could_turn_a_verdict_are_told_from_those_that_could_not(
    verdict: tuple[str, int, int | None, str | None], refused: int, told: str
) -> None:
    status, numerator, denominator, threshold = verdict
    row = {
        "status": status,
        "numerator": numerator,
        "denominator": denominator,
        "threshold": threshold and Decimal(threshold),
        "refused_rows": refused,
    }
    [line] = refusals_told(row, {"source_requirements": None})
    assert line.endswith(told)


def test_a_reading_not_in_force_is_not_told(published: Path) -> None:
    assert "cumulative_stock" not in explain(published, "510300", "9.1", "")


def test_a_derived_verdict_tells_the_reading_of_what_it_looks_at(published: Path) -> None:
    assert "按当年新增（9.1.basis：annual_new）" in explain(published, "SZ01", "8.6", "")


def test_an_export_never_landed_is_told_as_such(published: Path) -> None:
    assert "  新增会员（new_members）：从未入库" in explain(published, "SZ01", "8.6", "")


def test_the_reason_is_told_in_words(published: Path) -> None:
    assert "原因：所需数据从未入库" in explain(published, "SZ01", "8.6", "")


def test_a_department_sees_who_keeps_it_from_passing(published: Path) -> None:
    assert "  自贡市总工会（9.1）：进行中，还差 99,900 人" in explain(published, "SZ01", "8.6", "")


def test_an_earlier_month_can_be_asked_for(published: Path) -> None:
    assert "状态：PASS 达标" in explain(published, "510300", "9.2", "2021-01")


def test_an_org_can_be_asked_for_by_its_name(published: Path) -> None:
    assert explain(published, "自贡", "9.2", "") == explain(published, "510300", "9.2", "")


@pytest.mark.parametrize(
    ("org", "requirement", "month", "hint"),
    [
        ("510301", "9.2", "", "510300 自贡市总工会"),
        ("自贡总工会", "9.2", "", "510300 自贡市总工会"),
        ("510300", "9.3", "", "9.2 认证会员占注册用户比例"),
        ("510300", "认证会员比例", "", "9.2 认证会员占注册用户比例"),
        ("510300", "8.6", "", "该机构的指标有 9.1、9.2"),
        ("510300", "9.2", "2021-03", "2021-01 至 2021-02"),
        ("510300", "9.2", "2021-13", "2021-01 至 2021-02"),
        ("510300'; --", "9.2", "", "510300 自贡市总工会"),
    ],
)
def test_what_is_not_known_is_answered_with_what_comes_near(
    published: Path, org: str, requirement: str, month: str, hint: str
) -> None:
    with pytest.raises(UsageFault, match=hint):
        explain(published, org, requirement, month)


def test_without_a_release_the_answer_is_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="请先运行 gonghui refresh"):
        explain(tmp_path / "gonghui.duckdb", "510300", "9.2", "")


def test_a_foreign_file_in_its_place_is_no_traceback(tmp_path: Path) -> None:
    published_file = tmp_path / "gonghui.duckdb"
    published_file.write_text("not a database")
    with pytest.raises(UsageFault, match="无法读取"):
        explain(published_file, "510300", "9.2", "")
