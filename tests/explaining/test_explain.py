"""`gonghui explain`: all that one verdict rests on, in Chinese, and help where something is not known."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import UsageFault
from orchestration.explaining.explain import explain

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def published(published_once: Path) -> Path:
    return published_once


@pytest.fixture
def changed(published: Path, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the published file after some statements."""

    def change(*statements: str) -> Path:
        file = Path(shutil.copyfile(published, tmp_path / "changed.duckdb"))
        with duckdb.connect(file) as connection:
            for statement in statements:
                connection.execute(statement)
        return file

    return change


def verdict(**values: str) -> str:
    """The statement that makes the one of 自贡 on 9.2 in February another."""
    assignments = ", ".join(f"{column} = {value}" for column, value in values.items())
    return (
        f"update compliance.fct_verdicts set {assignments} "
        "where org_code = '510300' and requirement_id = '9.2' and as_of_month = '2021-02-01'"
    )


@pytest.mark.parametrize(
    "line",
    [
        "机构：自贡市总工会（510300），适用第九条",
        "指标：认证会员占注册用户比例（9.2）",
        "截至：2021-02（发布批次 20210301T020000-abcdef）",
        "条款：第九条（二）（9.2）",
        "  （二）比例第1年不低于30%",
        "分子：8,999（期末有效认证会员数）",
        "分母：15,000（期末有效注册用户数）",
        "标准：60%",
        "状态：FAIL 未达标",
        "原因：—",
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


@pytest.mark.parametrize(
    ("numerator", "denominator", "threshold", "observed", "standard"),
    [
        (301, "2", "50", "150.5", "50"),  # an average per month: neither a share nor a count
        (100, "1", "50", "100", "50"),
        (7, "7", "1", "100%", "100%"),
        (7, "1000", "null", "0.7%", "—"),  # no target is set
        (1234, "null", "2000.5", "1,234", "2,000.5 比例"),
    ],
)
def test_what_was_reached_stands_in_the_unit_of_its_standard(
    changed: Callable[..., Path],
    numerator: int,
    denominator: str,
    threshold: str,
    observed: str,
    standard: str,
) -> None:
    status = "'NO_TARGET'" if threshold == "null" else "'FAIL'"
    values = {
        "numerator": str(numerator),
        "denominator": denominator,
        "threshold": threshold,
        "status": status,
    }
    told = explain(changed(verdict(**values)), "510300", "9.2", "").splitlines()
    assert [f"完成值：{observed}", f"标准：{standard}"] == [
        line for line in told if line.startswith(("完成值", "标准"))
    ]


def test_what_was_not_observed_has_no_number(changed: Callable[..., Path]) -> None:
    told = explain(changed(verdict(observed="null", gap="null")), "510300", "9.2", "").splitlines()
    assert "完成值：—" in told and "差额：—" in told


def test_a_verdict_without_a_gap_lacks_nothing(changed: Callable[..., Path]) -> None:
    assert "\n差额：0\n" in explain(changed(verdict(gap="0")), "510300", "9.2", "")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("update compliance.dim_requirements set item = null", "条款：第九条（9.1）"),
        ("update compliance.dim_requirements set unit = null", "标准：100,000"),
        ("update compliance.fct_verdicts set gap_unit = null", "差额：还差 99,900"),
    ],
)
def test_what_a_release_does_not_say_of_a_requirement_leaves_no_trace(
    changed: Callable[..., Path], change: str, line: str
) -> None:
    assert line in explain(changed(change), "510300", "9.1", "").splitlines()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"is_final": "true"}, "定论：是，不会再变"),
        ({"is_final": "false"}, "定论：否，数据或期间未完，仍可能变"),
        ({"is_final": "true", "status": "'THRESHOLD_UNSET'"}, "定论：否，待下达规定数量，尚非定论"),
    ],
)
def test_a_verdict_says_whether_it_is_final(
    changed: Callable[..., Path], values: dict[str, str], said: str
) -> None:
    assert said in explain(changed(verdict(**values)), "510300", "9.2", "").splitlines()


@pytest.mark.parametrize(("is_sample", "said"), [("true", True), ("false", False)])
def test_a_release_of_sample_data_says_so(changed: Callable[..., Path], is_sample: str, said: bool) -> None:
    told = explain(changed(f"update quality.release set is_sample = {is_sample}"), "510300", "9.2", "")
    assert ("样例数据" in told) == said


@pytest.mark.parametrize(
    ("opened", "closed", "lines"),
    [
        ("null", "null", []),
        ("'2020-05-06'", "null", ["存续：2020-05-06 至 今"]),
        ("null", "'2021-12-31'", ["存续：始终 至 2021-12-31"]),
    ],
)
def test_an_org_that_was_not_always_there_says_since_when_and_until_when(
    changed: Callable[..., Path], opened: str, closed: str, lines: list[str]
) -> None:
    file = changed(f"update indicators.dim_organizations set opened_on = {opened}, closed_on = {closed}")
    told = explain(file, "510300", "9.2", "").splitlines()
    assert [line for line in told if line.startswith("存续")] == lines


@pytest.mark.parametrize(
    ("change", "paces"),
    [
        ("gap = 99900, months_left = 10, needed_pace = 3.001", ["  余下 10 个月，每月还需 3.01 人"]),
        ("gap = 0, months_left = 10", []),
        ("gap = 99900, months_left = 0", []),
    ],
)
def test_a_pace_is_asked_for_where_something_lacks_and_months_are_left(
    changed: Callable[..., Path], change: str, paces: list[str]
) -> None:
    told = explain(changed(f"update compliance.fct_outlook set {change}"), "510300", "9.1", "").splitlines()
    assert [line for line in told if line.startswith("  余下")] == paces


def test_a_first_rank_has_none_before(changed: Callable[..., Path]) -> None:
    file = changed("update compliance.fct_rankings set rank_before = null")
    assert "\n位次：同类 21 家中第 3 位\n" in explain(file, "510300", "9.2", "")


def test_a_release_older_than_a_table_is_told_without_it(changed: Callable[..., Path]) -> None:
    told = explain(changed("drop table compliance.fct_rankings"), "510300", "9.2", "")
    assert "位次" not in told and "状态：FAIL" in told


def test_a_clause_without_a_reading_says_so_and_others_do_not(published: Path) -> None:
    without = "适用口径：本条没有另定口径"
    assert without in explain(published, "510300", "9.2", "").splitlines()
    assert without not in explain(published, "510300", "9.1", "")


def test_a_reading_of_unknown_date_and_reason_is_told_as_such(changed: Callable[..., Path]) -> None:
    told = explain(changed("update compliance.dim_readings set rationale = null"), "510300", "9.2", "2021-01")
    assert "（9.2.x：former），未注日期起暂按此口径，待领导小组办公室解释\n  未注理由\n" in told


def test_guided_orgs_are_listed_by_status_then_by_the_number_of_the_requirement(
    changed: Callable[..., Path],
) -> None:
    insert = (
        "insert into compliance.fct_verdicts by name select * replace ({} as requirement_id, {} as status) "
        "from compliance.fct_verdicts where requirement_id = '9.1' and as_of_month = '2021-02-01'"
    )
    file = changed(
        "update compliance.dim_requirements set source_requirements = '9.1 9.2 9.10 9.3' "
        "where requirement_id = '8.6'",
        "insert into compliance.dim_requirements by name select * replace ('9.10' as requirement_id) "
        "from compliance.dim_requirements where requirement_id = '9.1'",
        "insert into compliance.dim_requirements by name select * replace ('9.3' as requirement_id) "
        "from compliance.dim_requirements where requirement_id = '9.1'",
        insert.format("'9.10'", "'FAIL'"),
        insert.format("'9.3'", "'PASS'"),
    )
    told = explain(file, "SZ01", "8.6", "").splitlines()
    assert [line.split("（")[1].split("）")[0] for line in told if line.startswith("  自贡")] == [
        "9.2",
        "9.10",
        "9.1",
    ]


@pytest.mark.parametrize(
    ("dates", "is_guided"),
    [
        ("null, null", True),
        ("'2021-02-28', '2021-02-28'", True),
        ("'2021-03-01', null", False),
        ("null, '2021-02-27'", False),
    ],
)
def test_guidance_counts_where_it_holds_on_the_months_last_day(
    changed: Callable[..., Path], dates: str, is_guided: bool
) -> None:
    valid_from, valid_to = dates.split(", ")
    file = changed(
        "alter table indicators.bridge_guidance add column valid_from date",
        "alter table indicators.bridge_guidance add column valid_to date",
        f"update indicators.bridge_guidance set valid_from = {valid_from}, valid_to = {valid_to}",
    )
    assert ("未达标或进行中的指导对象" in explain(file, "SZ01", "8.6", "")) == is_guided


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
        ("510300", "9.2", "2020-12", "2021-01 至 2021-02"),
        ("", "9.2", "", "本次发布共有 3 个，没有相近的"),
        ("510300", "9.2", "2021-13", "2021-01 至 2021-02"),
        ("510300'; --", "9.2", "", "510300 自贡市总工会"),
    ],
)
def test_what_is_not_known_is_answered_with_what_comes_near(
    published: Path, org: str, requirement: str, month: str, hint: str
) -> None:
    with pytest.raises(UsageFault, match=hint):
        explain(published, org, requirement, month)


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("X", "X1 abcdefgh、X2 abcdef--、X3 abcde---、X4 abcdz、X5 abcdzz"),
        ("abcdefghi", "X1 abcdefgh、X2 abcdef--、X3 abcde---、X4 abcdz"),
    ],
    ids=["what has it in its name", "five names, two of them of one org"],
)
def test_no_more_than_the_five_nearest_are_named(changed: Callable[..., Path], asked: str, near: str) -> None:
    file = changed(
        """
        insert into indicators.dim_organizations (org_code, org_name, short_name) values
            ('X1', 'abcdefgh', 'abcdefg-'), ('X2', 'abcdef--', '2'), ('X3', 'abcde---', '3'),
            ('X4', 'abcdz', '4'), ('X5', 'abcdzz', '5'), ('X6', 'z', '6')
        """
    )
    with pytest.raises(UsageFault, match=f"是否指 {near}？"):
        explain(file, asked, "9.2", "")


def test_a_file_that_others_read_is_read_beside_them(published: Path) -> None:
    with duckdb.connect(published, read_only=True):
        assert "状态：FAIL 未达标" in explain(published, "510300", "9.2", "")


def test_without_a_release_the_answer_is_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="请先运行 gonghui refresh"):
        explain(tmp_path / "gonghui.duckdb", "510300", "9.2", "")


def test_a_foreign_file_in_its_place_is_no_traceback(tmp_path: Path) -> None:
    published_file = tmp_path / "gonghui.duckdb"
    published_file.write_text("not a database")
    with pytest.raises(UsageFault, match="无法读取"):
        explain(published_file, "510300", "9.2", "")
