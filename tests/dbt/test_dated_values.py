"""Every dated value of the regulation, in the months before, of and after each change.

The figures are written down here a second time, by hand, from the regulation's text: a change in the
reference seeds that is not meant fails here, with its clause.
"""

from decimal import Decimal

import pytest

from tests.dbt_runs import Build, InProcess

MONTHS_OF_YEAR = {  # first month judged, last month, and so the months around each change
    2020: ("2020-03-01", "2020-04-01", "2020-12-01"),
    2021: ("2021-01-01", "2021-02-01", "2021-12-01"),
    2022: ("2022-01-01", "2022-02-01", "2022-12-01"),
    2023: ("2023-01-01", "2023-02-01"),
}

STEPPED_50_70_90 = (Decimal("0.5"), Decimal("0.7"), Decimal("0.9"), Decimal("0.9"))
STEPPED_70_80_90 = (Decimal("0.7"), Decimal("0.8"), Decimal("0.9"), Decimal("0.9"))
STEPPED_30_60_90 = (Decimal("0.3"), Decimal("0.6"), Decimal("0.9"), Decimal("0.9"))
NINETY, ALL, ONE = (Decimal("0.9"),) * 4, (Decimal(1),) * 4, (Decimal(1),) * 4

THRESHOLDS = {
    "8.1": ALL,  # 第八条（一）全部上网
    "8.2.external_meetings": STEPPED_50_70_90,  # （二）
    "8.2.internal_meetings": STEPPED_50_70_90,
    "8.3.documents": STEPPED_70_80_90,  # （三）
    "8.3.notices": STEPPED_70_80_90,
    "8.3.information_reports": STEPPED_70_80_90,
    "8.4.documents": NINETY,  # （四）
    "8.4.proposals": NINETY,
    "8.4.petitions": NINETY,
    "8.5": ALL,  # （五）至（八）
    "8.6": ALL,
    "8.7": ALL,
    "8.8": ALL,
    "8.11": ONE,  # （十一）制定推广计划
    "9.2": STEPPED_30_60_90,  # 第九条（二）
    "9.3.members": STEPPED_30_60_90,  # （三）
    "9.3.unions": STEPPED_30_60_90,
    "9.4.general": NINETY,  # （四）
    "9.4.business": NINETY,
    "9.5.month": (Decimal(50),) * 4,  # （五）每月不少于 50 篇
    "9.5": ALL,
    "9.7": (Decimal(10),) * 4,  # （七）
    "9.8": (Decimal(10),) * 4,  # （八）
}

WITHOUT_THRESHOLD = {
    "8.9",
    "8.10.benefits",
    "8.10.activities",
    "4.business_usage",
    "4.business_completion",
    "9.6",
    "5.cadres",
}

# 附件1、附件2，万人
ANNEX = """
510100 60 40   20
510300 15 10   5
510400 10 6    3
510500 15 10   5
510600 15 10   5
510700 20 12   6
510800 10 6    3
510900 15 10   5
511000 10 6    3
511100 15 10   5
511300 15 10   5
511500 15 10   5
511600 15 10   5
511700 15 10   5
511900 15 10   5
511800 5  3    2
511400 10 6    3
512000 10 6    3
513200 1  1    1
513300 1  1    1
513400 3  2    1
CY01   4  2    1
CY02   1  0.5  0.3
CY03   2  1    0.5
QT00   38 15.2 7.6
"""


@pytest.fixture(scope="module")
def build(dbt: InProcess, tmp_path_factory) -> Build:
    """The sample as of 2023-02: two months after the last year that the annexes have figures for."""
    workdir = tmp_path_factory.mktemp("dated")
    build = dbt.build(workdir, "--exclude", "resource_type:test", variables={"as_of_month": "2023-02"})
    assert build.returncode == 0, build.output[-3000:]
    return build


def test_thresholds_are_those_of_the_year(build):
    in_force = build.rows("select requirement_id, as_of_year, threshold from judging.int_thresholds_in_force")
    found = {}
    for requirement, year, threshold in in_force:
        if requirement not in ("9.1", *WITHOUT_THRESHOLD):
            found.setdefault((requirement, year), set()).add(threshold)
    assert found == {
        (requirement, year): {by_year[year - 2020]}
        for requirement, by_year in THRESHOLDS.items()
        for year in MONTHS_OF_YEAR
    }


@pytest.mark.parametrize("year", MONTHS_OF_YEAR)
def test_verdicts_are_judged_by_the_threshold_of_their_month(build, year):
    months = MONTHS_OF_YEAR[year]
    judged = build.rows(
        f"""
        select distinct requirement_id, as_of_month::varchar, threshold from compliance.fct_verdicts
        where as_of_month::varchar in {months} and requirement_id <> '9.1' and threshold is not null
        """
    )
    wrong = [row for row in judged if row[2] != THRESHOLDS[row[0]][year - 2020]]
    assert wrong == []
    assert {(requirement, month) for requirement, month, _ in judged} == {
        (requirement, month) for requirement in THRESHOLDS for month in months
    } - {("9.5.month", "2023-02-01")}  # the sample's articles reach into no month after January 2023


def test_registration_targets_are_the_annex_figures_of_the_year(build):
    expected = {}
    for line in ANNEX.split("\n")[1:-1]:
        unit, *figures = line.split()
        for year, figure in zip((2020, 2021, 2022), figures, strict=True):
            expected |= {(unit, month): Decimal(figure) * 10000 for month in MONTHS_OF_YEAR[year]}
    months = tuple(month for year in (2020, 2021, 2022) for month in MONTHS_OF_YEAR[year])
    judged = build.rows(
        f"""
        select org_code, as_of_month::varchar, threshold from compliance.fct_verdicts
        where requirement_id = '9.1' and as_of_month::varchar in {months} and threshold is not null
        """
    )
    assert {(org, month): threshold for org, month, threshold in judged} == expected


def test_after_2022_nobody_has_a_registration_target(build):
    statuses = build.rows(
        "select distinct status, threshold from compliance.fct_verdicts "
        "where requirement_id = '9.1' and as_of_month >= date '2023-01-01'"
    )
    assert statuses == [("NO_TARGET", None)]


def test_nothing_is_judged_before_the_month_of_issue(build):
    """第十四条：自印发之日（2020-03-20）起施行；2019-12 与 2020-02 没有结论，2020-03 是第一个月。"""
    months = [
        month
        for (month,) in build.rows(
            "select distinct as_of_month::varchar from compliance.fct_verdicts order by 1"
        )
    ]
    assert months[0] == "2020-03-01"
    assert not {"2019-12-01", "2020-02-01"} & set(months)
    assert len(months) == 36


@pytest.mark.parametrize(
    ("month", "applicable"), [("2020-03-01", False), ("2020-04-01", True), ("2020-05-01", True)]
)
def test_the_month_of_issue_is_not_assessed_for_its_articles(build, month, applicable):
    """第九条（五）：印发当月不满一个月，不应评；次月起应评。"""
    [(count,)] = build.rows(
        "select count(*) from compliance.fct_verdicts "
        f"where requirement_id = '9.5.month' and as_of_month = date '{month}' and status <> 'NOT_APPLICABLE'"
    )
    assert (count > 0) is applicable
