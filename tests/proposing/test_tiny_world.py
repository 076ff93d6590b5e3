"""The review of standards, the comparison and a proposal, against values reckoned by hand (tiny.py)."""

import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.cli import main as cli
from orchestration.home import CHECKOUT, Home
from orchestration.proposing.limits import Limits
from orchestration.proposing.proposal import Asked, propose

from .tiny import units


def rows(published: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(published, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def asked(total: str = "100", limits: Limits = Limits(), **options: Any) -> Asked:  # noqa: B008
    chosen = {"requirement": "9.1", "year": 2023, "part": Decimal("0.1"), **options}
    return Asked(total=Decimal(total), limits=limits, **chosen)


# The figures of 2022 add up to 1,054,000; weighed: × .63, .13 and .005.
REVIEWED = {
    "510100": (
        *("200000", "0.189753", "0.760000", "0.500000", "0.630000", 664_020, -464_020, "2631.578947", 3),
        "低于因素：标准占 18.97%，按因素加权应占 63%，少 464,020 人",
    ),
    "513200": (
        *("10000", "0.009487", "0.010000", "0.250000", "0.130000", 137_020, -127_020, "10000.000000", 0),
        "低于因素：标准占 0.94%，按因素加权应占 13%，少 127,020 人",
    ),
    "QT00": (
        *("76000", "0.072106", "0.010000", "0.250000", "0.130000", 137_020, -61_020, "76000.000000", 1),
        "低于因素：标准占 7.21%，按因素加权应占 13%，少 61,020 人",
    ),
    "510300": (
        *("50000", "0.047438", "0.010000", "0.000000", "0.005000", 5_270, 44_730, "50000.000000", 0),
        "高于因素：标准占 4.74%，按因素加权应占 0.5%，多 44,730 人",
    ),
    "CY02": (
        *("3000", "0.002846", "0.010000", "0.000000", "0.005000", 5_270, -2_270, "3000.000000", 0),
        "低于因素：标准占 0.28%，按因素加权应占 0.5%，少 2,270 人",
    ),
}


@pytest.mark.parametrize("unit", REVIEWED)
def test_a_standard_is_reviewed_as_reckoned_by_hand(published: Path, unit: str) -> None:
    [found] = rows(
        published,
        f"""
        select
            standard, standard_share, workers_share, workload_share, weighted_share, weighted_standard,
            difference, standard_per_thousand_workers, reached, finding
        from compliance.rpt_standards_review
        where year = 2022 and requirement_id = '9.1' and target_unit_code = '{unit}'
        """,
    )
    expected = REVIEWED[unit]
    numbers = [Decimal(each) if isinstance(each, str) else each for each in expected[:-1]]
    assert (*found[:-1], found[-1]) == (*numbers, expected[-1])


def test_a_missing_factor_is_missing_and_never_nought(published: Path) -> None:
    """Of 2021 nobody's workers are known: nobody is compared, though the items of 2021 are."""
    found = rows(
        published,
        """
        select distinct finding, workers_share, standard_per_thousand_workers, weighted_share
        from compliance.rpt_standards_review where year = 2021 and requirement_id = '9.1'
        """,
    )
    assert found == [("缺职工人数，不作比较", None, None, None)]
    assert rows(published, "select count(*) from compliance.rpt_standards_review where gdp_share = 0") == [
        (0,)
    ]


def test_nothing_invented_stands_beside_true_data(published: Path) -> None:
    sample = "select bool_or(is_sample) from"
    assert rows(published, f"{sample} indicators.fct_factors") == [(False,)]
    assert rows(published, f"{sample} compliance.rpt_standards_review") == [(False,)]


def test_unions_are_compared_by_a_thousand_workers(published: Path) -> None:
    """In December 2022 three users for 76,000 workers in 成都; January 2023 has the workers of 2022."""
    found = rows(
        published,
        """
        select as_of_month, numerator, per_thousand, rank_per_thousand, rank, factor_year
        from compliance.fct_rankings_per_thousand
        where org_code = '510100' and requirement_id = '9.1' and as_of_month >= date '2022-12-01'
        order by as_of_month
        """,
    )
    [december, *_] = found
    assert december[1:] == (3, Decimal("0.039473"), 1, 1, 2022)
    [january] = rows(published, "select max(as_of_month) from compliance.fct_rankings")
    assert january[0].isoformat() == "2023-01-01"


def test_a_proposal_is_the_weighed_share(published: Path) -> None:
    figures = propose(published, asked()).figures
    assert sum(figures.values()) == 100
    assert (figures["510100"], figures["513200"], figures["QT00"]) == (63, 13, 13)
    assert {figures[unit] for unit in units()} == {63, 13, Decimal("0.5")}


def test_a_proposal_says_why(published: Path) -> None:
    proposal = propose(published, asked(limits=Limits(change=Decimal("1.5"))))
    said = str(proposal)
    assert (
        "成都市总工会：职工人数占 76%（权重 50%），业务工作量占 50%（权重 50%），加权份额 63%，合 63 万"
        in said
    )
    assert (
        "受限制（2022 年 20 万，增减不超过 150%，不高于 50 万），取上限，为 50 万（2022 年 20 万，+150%）。"
        in said
    )
    assert "虚构" not in said
    assert proposal.figures["510100"] == 50


def test_a_proposal_among_some_is_of_them_alone(published: Path) -> None:
    """Of 100 parts 成都 has 70, 阿坝 just 16.5, and each of 19 others 0.5: who rounds up is told."""
    proposal = propose(published, asked("10", org_types=("city",)))
    assert sum(proposal.figures.values()) == 10
    assert (proposal.figures["510100"], proposal.figures["513200"]) == (7, Decimal("1.6"))
    assert len(proposal.figures) == 21
    assert sorted(proposal.figures.values())[:19] == [0] * 5 + [Decimal("0.1")] * 14
    first, last = proposal.basis.units[1], proposal.basis.units[-1]
    assert last.name in proposal.why(first)
    assert "并列（末一份先归数少的，再按单位编码），取整，为 0.1 万" in proposal.why(first)


@pytest.fixture
def ruled(tiny: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """What the recipe of the operations page says on a copy of the tiny world, and leaves in `tmp_path`."""
    shutil.copytree(tiny, tmp_path / "tiny", symlinks=True)
    text = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    [recipe] = re.findall(r"```sh year-end\n(.*?)```", text, re.DOTALL)
    places = os.environ | {
        "GONGHUI_HOME": str(tmp_path / "tiny" / "home"),
        "GONGHUI_REFERENCE": str(tmp_path / "tiny" / "office"),
        "PROPOSAL": str(tmp_path / "proposal"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    ran = subprocess.run(["bash", "-euc", recipe], env=places, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran


def test_the_year_s_end_leads_to_verdicts_under_the_new_standards(
    ruled: subprocess.CompletedProcess[str], tmp_path: Path
) -> None:
    what_if = ruled.stdout.partition("改用")[2]
    assert "NO_TARGET" in what_if and "IN_PROGRESS" in what_if
    verdicts = rows(
        Home(tmp_path / "tiny" / "home").published_file,
        """
        select org_code, threshold, status from compliance.fct_verdicts
        where as_of_month = date '2023-01-01' and requirement_id = '9.1' and org_code in ('510100', '510300')
        order by org_code
        """,
    )
    assert verdicts == [("510100", 630_000, "IN_PROGRESS"), ("510300", 5_000, "IN_PROGRESS")]
    entered = (tmp_path / "tiny" / "office" / "registration_targets.csv").read_text(encoding="utf-8")
    assert "510100,2023,63.0,川工办字〔2023〕2号" in entered.splitlines()
    assert "510100,2022,20," in entered.splitlines()


def run(tiny: Path, total: str, *more: str) -> int:
    """Run `gonghui propose` over the tiny world; returns its exit code."""
    asked_for = ["--requirement", "9.1", "--year", "2023", "--total", total]
    return cli.main(["propose", "--home", str(tiny / "home"), *asked_for, *more])


def test_the_command_tells_and_writes(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    into = tmp_path / "proposal"
    assert run(tiny, "100", "--reference", str(tiny / "office"), "--into", str(into)) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].endswith("25 个单位合计 100 万，以 0.1 万为单位")
    assert told[-3:] == [
        "",
        f"已写入 {into / 'registration_targets.csv'}，document 一列留空，待填文号",
        f"看对结论的影响：gonghui what-if --reference {into}",
    ]
    names = {path.name for path in into.iterdir()}
    assert names == {"factors.csv", "factor_weights.csv", "registration_targets.csv"}


def test_the_command_tells_alone_where_no_folder_is_named(
    tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = ("--unit", "0.5", "--floor", "0.5", "--ceiling", "4", "--change", "80%")
    assert run(tiny, "4", *chosen, "--among", "industry,target_group") == 0
    told = capsys.readouterr().out
    assert "4 个单位合计 4 万，以 0.5 万为单位" in told
    assert "已写入" not in told


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (("--floor", "5"), "仅 --floor 一项，25 个单位即共 125 万"),
        (("--ceiling", "1"), "仅 --ceiling 一项，25 个单位即共 25 万"),
        (("--change", "1%"), "仅 --change 一项，25 个单位即共 "),
    ],
)
def test_the_command_refuses_limits_that_cannot_be_met(
    tiny: Path, capsys: pytest.CaptureFixture[str], limit: tuple[str, str], told: str
) -> None:
    assert run(tiny, "100", *limit) == 2
    assert told in capsys.readouterr().err
