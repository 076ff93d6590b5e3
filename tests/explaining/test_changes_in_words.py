"""What a document about one month says of verdicts that changed, in sentences."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from orchestration.explaining.verdict_changes import Change, Comparison, Verdict, sentences

FEBRUARY, MARCH, APRIL = date(2022, 2, 1), date(2022, 3, 1), date(2022, 4, 1)
FAIL = Verdict("FAIL", 17, 20, 0.85, Decimal("0.9"), 1, "9.2", None, False, False)
PASS = replace(FAIL, status="PASS", numerator=18, observed=0.9, gap=0)
LABELS = {"PASS": "达标", "FAIL": "未达标"}
NONE = "当月评价结论没有变动。"


def changed(
    before: Verdict | None,
    after: Verdict | None,
    *,
    month: date = MARCH,
    org: str = "自贡市总工会",
    requirement: str = "9.2",
) -> Change:
    return Change(requirement, f"指标{requirement}", month, org, before, after)


def said(*changes: Change) -> list[str]:
    return list(sentences(Comparison(9, changes, LABELS), MARCH))


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (FAIL, None, "不再评价，原为“未达标”：自贡市总工会。"),
        (None, PASS, "新列入评价，为“达标”：自贡市总工会。"),
        (FAIL, PASS, "由“未达标”更正为“达标”：自贡市总工会（分子由17更正为18，差额由1更正为0）。"),
        (FAIL, replace(FAIL, status="OTHER"), "由“未达标”更正为“OTHER”：自贡市总工会。"),
        (FAIL, replace(FAIL, numerator=16), "仍为“未达标”，数字更正：自贡市总工会（分子由17更正为16）。"),
        (FAIL, replace(FAIL, is_final=True), "仍为“未达标”，数字更正：自贡市总工会（定论由否更正为是）。"),
        (FAIL, replace(FAIL, observed=0.85001), "仍为“未达标”，数字更正：自贡市总工会。"),
    ],
)
def test_a_change_is_said_by_what_became_of_the_verdict(
    before: Verdict | None, after: Verdict | None, sentence: str
) -> None:
    assert said(changed(before, after)) == [f"指标9.2：{sentence}"]


@pytest.mark.parametrize(
    ("denominators", "thresholds", "told"),
    [
        ((20, 20), ("0.9", "1.0000"), "90%更正为100%"),
        ((20, 20), ("1", "2"), "1更正为2"),
        ((20, 20), ("2", "1"), "2更正为1"),
        ((20, 20), ("50", "60.5"), "50更正为60.5"),
        ((20, 20), ("0.6", None), "60%更正为—"),
        ((20, 20), (None, "0.6"), "—更正为60%"),
        ((None, None), ("0", "1"), "0更正为1"),
    ],
)
def test_a_threshold_is_said_in_per_cent_where_it_is_one_of_a_share(
    denominators: tuple[int | None, int | None], thresholds: tuple[str | None, str | None], told: str
) -> None:
    sides = (
        replace(FAIL, denominator=denominator, threshold=threshold and Decimal(threshold))
        for denominator, threshold in zip(denominators, thresholds, strict=True)
    )
    assert said(changed(*sides)) == [f"指标9.2：仍为“未达标”，数字更正：自贡市总工会（标准由{told}）。"]


def test_a_count_that_becomes_a_share_is_not_said_in_per_cent() -> None:
    [sentence] = said(changed(replace(FAIL, denominator=None, threshold=Decimal(1)), FAIL))
    assert "分母由—更正为20，标准由1更正为0.9" in sentence


@pytest.mark.parametrize(
    ("orgs", "named"),
    [("甲", "甲"), ("甲乙丙", "甲；乙；丙"), ("甲乙丙丁", "甲；乙；丙等4家")],
)
def test_of_those_that_changed_alike_three_are_named_and_the_number_said(orgs: str, named: str) -> None:
    alike = [changed(FAIL, None, org=org) for org in orgs]
    assert said(*alike) == [f"指标9.2：不再评价，原为“未达标”：{named}。"]


def test_sentences_stand_in_the_order_of_the_clauses_and_of_the_statuses() -> None:
    gone = [changed(FAIL, None, requirement=requirement) for requirement in ("9.2", "8.10", "8.9")]
    sentences = said(changed(PASS, FAIL), *gone)
    assert [sentence.split("：")[0:2] for sentence in sentences] == [
        ["指标8.9", "不再评价，原为“未达标”"],
        ["指标8.10", "不再评价，原为“未达标”"],
        ["指标9.2", "不再评价，原为“未达标”"],
        ["指标9.2", "由“达标”更正为“未达标”"],
    ]


@pytest.mark.parametrize(
    ("months", "told"),
    [
        ([], [NONE]),
        ([FEBRUARY], [NONE, "以前各月的评价结论另有1条变动。"]),
        ([MARCH], ["指标9.2：新列入评价，为“达标”：自贡市总工会。"]),
        (
            [FEBRUARY, FEBRUARY, MARCH],
            ["指标9.2：新列入评价，为“达标”：自贡市总工会。", "以前各月的评价结论另有2条变动。"],
        ),
    ],
)
def test_of_other_months_no_more_is_said_than_how_many_verdicts_changed(
    months: list[date], told: list[str]
) -> None:
    assert said(*(changed(None, PASS, month=month) for month in months)) == told


def test_a_verdict_of_a_later_month_is_none_of_the_month() -> None:
    assert said(changed(FAIL, PASS, month=APRIL))[0] == NONE
