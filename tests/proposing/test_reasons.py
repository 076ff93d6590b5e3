"""What a proposal says, whole: five units reckoned by hand, each settled another way."""

from decimal import Decimal
from fractions import Fraction

import pytest

from orchestration.proposing.apportion import apportion
from orchestration.proposing.limits import Limits, held
from orchestration.proposing.proposal import Asked, Proposal
from orchestration.proposing.published import Basis, Factor, Unit
from orchestration.proposing.words import percent, signed_percent, wan

NAMES = {"51": "甲", "52": "乙", "53": "丙", "54": "丁", "55": "戊"}
# Weighed: .5 of 甲, .3 of 乙, .08 of 丙 and of 丁, .04 of 戊.
WORKERS = dict(zip(NAMES, map(Decimal, ("60", "20", "8", "8", "4")), strict=True))
WORKLOAD = dict(zip(NAMES, map(Decimal, ("4", "4", "0.8", "0.8", "0.4")), strict=True))
FACTORS = (
    Factor("职工人数", Fraction(1, 2), 2022, WORKERS),
    Factor("业务工作量", Fraction(1, 2), 2021, WORKLOAD),
)
BEFORE = {"51": "2", "52": "4", "54": "1", "55": "1"}
BOUND = Limits(floor=Decimal(1), change=Decimal("0.5"))


def proposed(total: str, limits: Limits, before: dict[str, str], *, is_sample: bool = False) -> Proposal:
    units = tuple(
        Unit(code, name, Decimal(before[code]) if code in before else None) for code, name in NAMES.items()
    )
    basis = Basis("R1", "注册用户数量", units, FACTORS, is_sample)
    asked = Asked("9.1", 2023, Decimal(total), Decimal("0.5"), limits)
    bounds = {unit.code: held(limits, asked.part, unit.before, asked.year) for unit in units}
    weights = {unit.code: basis.weight(unit.code) for unit in units}
    shared = apportion(asked.parts, weights, {code: each.bounds for code, each in bounds.items()})
    return Proposal(asked, basis, bounds, shared)


WHOLE = [
    "建议（未经审定）：2023 年注册用户数量（9.1），5 个单位合计 11 万，以 0.5 万为单位",
    "依据：发布批次 R1；职工人数（2022 年）权重 50%，业务工作量（2021 年）权重 50%",
    "分法：加权份额除以同一个除数、四舍五入（Sainte-Laguë 法），合计增加时没有单位减少",
    "",
    "单位  加权份额  2022 年（万）  建议（万）  比上年  限制",
    "甲    50%       2              3           +50%    取上限",
    "乙    30%       4              4.5         +12.5%",
    "丙    8%        —              1.5         —",
    "丁    8%        1              1           0%",
    "戊    4%        1              1           0%      取下限",
    "合计  100%      8              11",
    "",
    "甲：职工人数占 60%（权重 50%），业务工作量占 40%（权重 50%），加权份额 50%，合 5.5 万；"
    "除以同一除数得 7.8125 万，受限制（2022 年 2 万，增减不超过 50%，不高于 3 万），"
    "取上限，为 3 万（2022 年 2 万，+50%）。",
    "乙：职工人数占 20%（权重 50%），业务工作量占 40%（权重 50%），加权份额 30%，合 3.3 万；"
    "除以同一除数得 4.6875 万，四舍五入，为 4.5 万（2022 年 4 万，+12.5%）。",
    "丙：职工人数占 8%（权重 50%），业务工作量占 8%（权重 50%），加权份额 8%，合 0.88 万；"
    "除以同一除数得 1.25 万，与丁并列（末一份先归数少的，再按单位编码），"
    "取整，为 1.5 万（2022 年无安排数）。",
    "丁：职工人数占 8%（权重 50%），业务工作量占 8%（权重 50%），加权份额 8%，合 0.88 万；"
    "除以同一除数得 1.25 万，与丙并列（末一份先归数少的，再按单位编码），"
    "取整，为 1 万（2022 年 1 万，0%）。",
    "戊：职工人数占 4%（权重 50%），业务工作量占 4%（权重 50%），加权份额 4%，合 0.44 万；"
    "除以同一除数得 0.625 万，受限制（不低于 1 万），"
    "取下限，为 1 万（2022 年 1 万，0%）。",
]
ALONE = [
    "受限制（不低于 1 万），取下限，为 1 万（2022 年 2 万，-50%）。",
    "受限制（2022 年 4 万，增减不超过 50%，不低于 2 万），取下限，为 2 万（2022 年 4 万，-50%）。",
    "受限制（不低于 1 万），取下限，为 1 万（2022 年无安排数）。",
    "受限制（不低于 1 万），取下限，为 1 万（2022 年 1 万，0%）。",
    "受限制（不低于 1 万），取下限，为 1 万（2022 年 1 万，0%）。",
]


def test_a_proposal_is_told_whole() -> None:
    """22 parts: 甲 may have 6, 戊 must have 2; the last one is claimed by 丙 and 丁 alike, with .08 / 5."""
    assert str(proposed("11", BOUND, BEFORE)).split("\n") == WHOLE


def test_where_the_bounds_leave_nothing_no_divisor_is_told() -> None:
    proposal = proposed("6", BOUND, BEFORE)
    told = [proposal.why(unit) for unit in proposal.basis.units]
    assert [each.partition("；")[2] for each in told] == ALONE


def test_without_figures_of_the_year_before_nothing_is_compared() -> None:
    told = str(proposed("11", Limits(), {}, is_sample=True)).splitlines()
    assert told[1].startswith("依据：发布批次 R1，因素或数据为虚构样例；")
    assert [line.split() for line in told[4:11]] == [
        ["单位", "加权份额", "2022", "年（万）", "建议（万）", "比上年", "限制"],
        ["甲", "50%", "—", "5.5", "—"],
        ["乙", "30%", "—", "3", "—"],
        ["丙", "8%", "—", "1", "—"],
        ["丁", "8%", "—", "1", "—"],
        ["戊", "4%", "—", "0.5", "—"],
        ["合计", "100%", "—", "11"],
    ]


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("0", "0"),
        ("2.50", "2.5"),
        ("1200", "1,200"),
        ("1234567.5", "1,234,567.5"),
        ("0.0001", "0.0001"),
        ("0.00019", "0.0001"),
        ("-0.75", "-0.75"),
        ("10", "10"),
    ],
)
def test_an_amount_has_as_many_places_as_it_needs_and_is_never_rounded_up(amount: str, told: str) -> None:
    assert wan(Decimal(amount)) == told


@pytest.mark.parametrize(
    ("share", "told", "signed"),
    [
        (Fraction(8, 23), "34.78%", "+34.78%"),
        (Fraction(2, 3), "66.66%", "+66.66%"),
        (Fraction(-2, 3), "-66.66%", "-66.66%"),
        (Fraction(3, 10), "30%", "+30%"),
        (Fraction(0), "0%", "0%"),
        (Fraction(1, 20), "5%", "+5%"),
        (Fraction(-1, 200), "-0.5%", "-0.5%"),
        (Fraction(1, 200), "0.5%", "+0.5%"),
    ],
)
def test_a_share_has_two_places_at_most_and_a_change_its_sign(
    share: Fraction, told: str, signed: str
) -> None:
    assert (percent(share), signed_percent(share)) == (told, signed)


@pytest.mark.parametrize("year", [2000, 2099])
def test_the_first_and_the_last_year_that_may_be_asked_for(year: int) -> None:
    assert Asked("9.1", year, Decimal(1), Decimal("0.0001"), Limits()).parts == 10_000
