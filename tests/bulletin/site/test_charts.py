"""Where lines, marks and bars lie: nothing is drawn that the data do not say."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from orchestration.bulletin.site import charts
from orchestration.bulletin.site.figures import change, moved, needed_pace
from orchestration.bulletin.site.published import Outlook, Point, Ranking, Requirement, Total, Trend

MONTHS = [date(2020, month, 1) for month in range(11, 13)] + [date(2021, month, 1) for month in range(1, 3)]


def requirement(period: str | None, unit: str = "比例") -> Requirement:
    return Requirement(
        "x", "x", "第九条", None, "…", "local", "…", unit, "regulation", period, "a", "b", None, ""
    )


def points(
    observed: Sequence[float | None], standards: Sequence[float | None], status: str = "PASS"
) -> list[Point]:
    return [
        Point(month, "o", "x", 1, 1, value, None if bar is None else Decimal(str(bar)), "比例", status)
        for month, value, bar in zip(MONTHS, observed, standards, strict=True)
    ]


def pieces(path: str) -> int:
    return path.count("M")


@pytest.mark.parametrize(
    ("period", "observed", "lines"),
    [
        ("to_date", [0.1, 0.2, 0.3, 0.4], 1),
        ("month", [0.1, 0.2, 0.3, 0.4], 1),
        ("year_to_date", [0.1, 0.2, 0.3, 0.4], 2),
        (None, [0.1, 0.2, 0.3, 0.4], 2),
        ("to_date", [0.1, None, 0.3, 0.4], 2),
    ],
)
def test_a_line_goes_on_where_values_do(period: str | None, observed: list[float | None], lines: int) -> None:
    chart = charts.trend(points(observed, [0.9] * 4), MONTHS, requirement(period))
    assert chart and pieces(chart.lines) == lines


def test_the_standard_is_a_step_for_each_height_it_has() -> None:
    chart = charts.trend(points([0.1] * 4, [0.3, 0.3, 0.6, None]), MONTHS, requirement("to_date"))
    assert chart and chart.standard == "M44 81.4H199M199 50.8H276.5"


def test_the_top_of_a_share_is_the_whole_and_of_a_count_the_next_round_number() -> None:
    share = charts.trend(points([0.1] * 4, [0.9] * 4), MONTHS, requirement("to_date"))
    heads = charts.trend(points([31_000.0] * 4, [50_001.0] * 4), MONTHS, requirement("to_date", "人"))
    assert share and heads and (share.top, heads.top) == ("100%", "10万")


def test_each_month_has_the_mark_of_its_status() -> None:
    some = [
        *points([0.1] * 4, [0.9] * 4, "FAIL")[:1],
        *points([0.1] * 4, [0.9] * 4, "PASS")[1:3],
        *points([0.1] * 4, [0.9] * 4, "MONITOR_ONLY")[3:],
    ]
    chart = charts.trend(some, MONTHS, requirement("to_date"))
    assert chart and {status: len(re.findall(r"M", path)) for status, path in chart.marks.items()} == {
        "FAIL": 1,
        "PASS": 2,
        "other": 1,
    }


def test_what_never_had_a_value_has_no_chart() -> None:
    assert charts.trend(points([None] * 4, [0.9] * 4), MONTHS, requirement("to_date")) is None


def test_orgs_are_stacked_by_status_month_by_month() -> None:
    totals = [Total(month, "all", "x", 10, 3, 4, 3, 1, 1) for month in MONTHS]
    bars = charts.month_bars(totals, MONTHS)
    assert bars and {status: pieces(path) for status, path in bars.stacks.items()} == dict.fromkeys(
        ("PASS", "IN_PROGRESS", "FAIL"), 4
    )
    assert charts.month_bars([Total(MONTHS[0], "all", "x", 10, 0, 0, 0, 1, 1)], MONTHS) is None


def test_a_histogram_counts_each_org_once_and_apart_who_reached_the_standard() -> None:
    completions = [Decimal(each) for each in ("0", "0.099999", "0.1", "0.999999", "1", "7.5")]
    bars = charts.histogram([*completions, None], has_standard=True)
    assert [bar.orgs for bar in bars] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2]
    assert [bar.reaches for bar in bars] == [False] * 10 + [True]


def test_a_histogram_without_a_standard_has_equal_parts_up_to_the_largest() -> None:
    bars = charts.histogram([Decimal(0), Decimal(150), Decimal(200)], has_standard=False)
    assert [bar.orgs for bar in bars] == [1, 0, 0, 0, 0, 0, 0, 1, 0, 1]
    assert charts.histogram([None], has_standard=True) == []


@pytest.mark.parametrize(
    ("before", "told"), [(None, "—"), (5, "平"), (7, "↑2"), (1, "↓4")]
)  # fmt: skip
def test_a_move_says_which_way_and_how_far(before: int | None, told: str) -> None:
    assert moved(Ranking("o", "x", "city", Decimal(1), 5, 21, before)) == told


@pytest.mark.parametrize(
    ("difference", "unit", "told"),
    [
        (None, "人", "—"),
        (0.0, "人", "持平"),
        (12.0, "人", "升 12 人"),
        (-3.0, "篇", "降 3 篇"),
        (0.3 - 0.1 - 0.1, "比例", "升 10 个百分点"),
        (-0.00999, "比例", "降 0.99 个百分点"),
    ],
)
def test_a_change_has_its_unit_and_is_cut(difference: float | None, unit: str, told: str) -> None:
    assert change(Trend("o", "x", unit, 0, difference, None), difference) == told


def test_what_each_month_has_to_bring_is_rounded_up() -> None:
    assert needed_pace(Outlook("o", "x", 10, "个", 9, 3, 10 / 3, 4, "…")) == "3.34 个"
