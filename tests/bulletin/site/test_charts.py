"""Where lines, marks and bars lie: nothing is drawn that the data do not say."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from orchestration.bulletin.site import charts
from orchestration.bulletin.site.figures import (
    before_and_after,
    change,
    gap,
    moved,
    needed_pace,
    quotient,
    signed,
    standard,
    value,
    with_unit,
)
from orchestration.bulletin.site.rows import (
    Outlook,
    Point,
    Ranking,
    Requirement,
    Revised,
    Standard,
    Total,
    Trend,
    Verdict,
)

MONTHS = [date(2020, month, 1) for month in range(11, 13)] + [date(2021, month, 1) for month in range(1, 3)]


def requirement(period: str | None) -> Requirement:
    return Requirement(
        "x", "x", "第九条", None, "…", "local", "…", "比例", "regulation", period, "a", "b", None, ""
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
        ("to_date", [None, 0.2, 0.3, None], 1),
    ],
)
def test_a_line_goes_on_where_values_do(period: str | None, observed: list[float | None], lines: int) -> None:
    chart = charts.trend(points(observed, [0.9] * 4), MONTHS, requirement(period))
    assert chart and pieces(chart.lines) == lines


def test_values_lie_where_their_month_and_size_put_them() -> None:
    chart = charts.trend(points([0, 0.5, 1, 0.25], [None] * 4), MONTHS, requirement("to_date"))
    assert chart and (chart.lines, chart.standard) == ("M82.8 112L160.2 61L237.8 10L315.2 86.5", "")
    assert chart.marks == {"PASS": "M82.8 112h0M160.2 61h0M237.8 10h0M315.2 86.5h0"}
    assert [(year.x, year.label) for year in chart.years] == [("44", "2020"), ("199", "2021")]


@pytest.mark.parametrize(
    ("first", "number", "labels"),
    [
        ((2020, 1), 155, [str(year) for year in range(2020, 2033)]),
        ((2020, 11), 26, ["", "2021", "2022"]),
        ((2020, 9), 17, ["2020", "2021", "2022"]),
        ((2020, 8), 18, ["2020", "2021", ""]),
        ((2020, 1), 240, ["" if year % 2 else str(year) for year in range(2020, 2040)]),
    ],
    ids=["years just wide enough", "two months first", "one month last", "one narrower", "twenty years"],
)
def test_a_year_is_written_where_it_has_room_up_to_the_next_one_or_the_edge(
    first: tuple[int, int], number: int, labels: list[str]
) -> None:
    (year, month) = first
    months = [date(year + place // 12, place % 12 + 1, 1) for place in range(month - 1, month - 1 + number)]
    bars = charts.month_bars([Total(months[0], "all", "x", 1, 1, 0, 0, 1, 1)], months)
    assert bars and [each.label for each in bars.years] == labels


@pytest.mark.parametrize(
    ("most", "top"), [(1, "1"), (2, "2"), (2.1, "5"), (50, "50"), (51, "100"), (100, "100"), (101, "200")]
)
def test_the_top_is_the_next_round_number(most: float, top: str) -> None:
    counts = [replace(point, unit="篇") for point in points([0, most, 0, 0], [None] * 4)]
    chart = charts.trend(counts, MONTHS, requirement("to_date"))
    assert chart and chart.top == top and (most < int(top) or "160.2 10" in chart.lines)


def test_a_standard_above_every_value_is_still_on_the_chart() -> None:
    counts = [replace(point, unit="篇") for point in points([5] * 4, [50] * 4)]
    chart = charts.trend(counts, MONTHS, requirement("to_date"))
    assert chart and (chart.top, chart.standard) == ("50", "M44 10H354")


def test_the_standard_is_a_step_for_each_height_it_has() -> None:
    chart = charts.trend(points([0.1] * 4, [0.3, 0.3, 0.6, None]), MONTHS, requirement("to_date"))
    assert chart and chart.standard == "M44 81.4H199M199 50.8H276.5"


def test_the_top_of_a_share_is_the_whole_and_of_a_count_the_next_round_number() -> None:
    share = charts.trend(points([0.1] * 4, [0.9] * 4), MONTHS, requirement("to_date"))
    counts = [replace(point, unit="人") for point in points([31_000.0] * 4, [50_001.0] * 4)]
    heads = charts.trend(counts, MONTHS, requirement("to_date"))
    assert share and heads and (share.top, heads.top) == ("100%", "10万")


@pytest.mark.parametrize("most", [0, 0.004, 0.4, 1])
def test_a_share_is_drawn_on_the_way_to_the_whole_however_small(most: float) -> None:
    chart = charts.trend(points([0, most, 0, 0], [None] * 4), MONTHS, requirement("to_date"))
    assert chart and chart.top == "100%"


def test_an_average_per_month_is_no_share_though_its_requirement_is() -> None:
    shares = points([0.5] * 3 + [34.78], [1] * 3 + [50])
    articles = [*shares[:3], replace(shares[3], unit="篇")]
    chart = charts.trend(articles, MONTHS, requirement(None))
    assert chart and chart.top == "50"


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
    assert bars and bars.top == "10"
    assert {status: path.split("z")[0] for status, path in bars.stacks.items()} == {
        "PASS": "M50.2 112V81.4h65.1V112",
        "IN_PROGRESS": "M50.2 81.4V50.8h65.1V81.4",
        "FAIL": "M50.2 50.8V10h65.1V50.8",
    }
    assert [pieces(path) for path in bars.stacks.values()] == [4, 4, 4]
    assert bars.stacks["PASS"].split("z")[1].startswith("M127.7 ")


def test_a_status_that_no_org_has_is_not_drawn() -> None:
    bars = charts.month_bars([Total(MONTHS[0], "all", "x", 10, 0, 1, 0, 1, 1)], MONTHS)
    assert bars and (list(bars.stacks), bars.top) == (["FAIL"], "1")
    assert charts.month_bars([Total(MONTHS[0], "all", "x", 10, 0, 0, 0, 1, 1)], MONTHS) is None
    assert charts.month_bars([], MONTHS) is None


def test_a_histogram_counts_each_org_once_and_apart_who_reached_the_standard() -> None:
    completions = [Decimal(each) for each in ("0", "0.099999", "0.1", "0.999999", "1", "7.5")]
    bars = charts.histogram([*completions, None], has_standard=True)
    assert [bar.orgs for bar in bars] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2]
    assert [bar.reaches for bar in bars] == [False] * 10 + [True]
    assert [bar.label for bar in bars][8:] == ["80–90", "90–100", "达到"]
    assert (bars[0].x, bars[0].y, bars[0].width, bars[0].height) == ("12", "18", "27.3", "94")
    assert (bars[1].x, bars[1].y, bars[1].height, bars[1].middle) == ("43.3", "65", "47", "56.9")


def test_a_histogram_without_a_standard_has_equal_parts_up_to_the_largest() -> None:
    bars = charts.histogram([Decimal(0), Decimal(150), Decimal(200)], has_standard=False)
    assert [bar.orgs for bar in bars] == [1, 0, 0, 0, 0, 0, 0, 1, 0, 1]
    assert [bar.label for bar in bars][:2] == ["0", "20"] and not any(bar.reaches for bar in bars)
    assert charts.histogram([None], has_standard=True) == []


@pytest.mark.parametrize(
    ("before", "told"), [(None, "—"), (5, "平"), (7, "↑2"), (6, "↑1"), (4, "↓1"), (1, "↓4")]
)  # fmt: skip
def test_a_move_says_which_way_and_how_far(before: int | None, told: str) -> None:
    assert moved(Ranking("o", "x", "city", Decimal(1), 5, 21, before)) == told


def test_who_has_no_rank_has_not_moved() -> None:
    assert moved(None) == "—"


@pytest.mark.parametrize(
    ("difference", "unit", "told"),
    [
        (None, "人", "—"),
        (0.0, "人", "持平"),
        (0.1 + 0.2 - 0.3, "比例", "持平"),
        (12.0, "人", "升 12 人"),
        (-3.0, "篇", "降 3 篇"),
        (0.3 - 0.1 - 0.1, "比例", "升 10 个百分点"),
        (-0.00999, "比例", "降 0.99 个百分点"),
        (0.009999999, "比例", "升 0.99 个百分点"),
        (4e-10, "比例", "持平"),
    ],
)
def test_a_change_has_its_unit_and_is_cut(difference: float | None, unit: str, told: str) -> None:
    assert change(Trend("o", "x", unit, 0, difference, None), difference) == told


@pytest.mark.parametrize(("pace", "told"), [(10 / 3, "3.34 个"), (2.0, "2 个"), (None, "—")])
def test_what_each_month_has_to_bring_is_rounded_up(pace: float | None, told: str) -> None:
    assert needed_pace(Outlook("o", "x", 10, "个", 9, 3, pace, 4, "…")) == told


@pytest.mark.parametrize(
    ("numerator", "denominator", "unit", "told"),
    [
        (89_999, 100_000, "比例", "89.99%"),
        (9, 10, "比例", "90%"),
        (417, 12, "篇", "34.75"),
        (417, 12, "个", "34.75"),
        (1_234, None, "人", "1,234"),
        (None, None, "人", "—"),
        (0, 0, "比例", "—"),
    ],
)
def test_a_value_is_a_share_a_number_or_a_dash(
    numerator: int | None, denominator: int | None, unit: str, told: str
) -> None:
    observed = None if numerator is None or denominator == 0 else numerator / (denominator or 1)
    assert value(Point(MONTHS[0], "o", "x", numerator, denominator, observed, None, unit, "PASS")) == told


@pytest.mark.parametrize(
    ("threshold", "unit", "told"),
    [("0.9", "比例", "90%"), ("50000", "人", "50,000 人"), ("50", "篇", "50 篇"), (None, "人", "—")],
)
def test_a_standard_has_its_unit(threshold: str | None, unit: str, told: str) -> None:
    bar = None if threshold is None else Decimal(threshold)
    assert standard(Standard("x", 2020, None, bar, unit, "…")) == told  # type: ignore[arg-type]


def test_numbers_say_their_unit_their_sign_and_what_they_are_of() -> None:
    assert [with_unit(7_000, "人"), with_unit(3, "比例"), with_unit(3, None), with_unit(None, "人")] == [
        "7,000 人", "3", "3", "—",
    ]  # fmt: skip
    assert [signed(each) for each in (1_234, 1, 0, -1, None)] == ["+1,234", "+1", "0", "-1", "—"]
    assert [quotient(3, 4), quotient(1_234, None), quotient(None, None)] == ["3/4", "1,234", "—"]


@pytest.mark.parametrize(("missing", "told"), [(6, "还差 6 件"), (0, "0"), (None, "—")])
def test_a_gap_says_what_is_missing_in_its_own_unit(missing: int | None, told: str) -> None:
    verdict = Verdict(
        "o", "x", "city", 1, 2, 0.5, None, "比例", missing, "件", "FAIL", "未达标", None, True, False, None, 0
    )
    assert gap(verdict) == told


def test_a_verdict_that_was_revised_has_its_numbers_before_and_after() -> None:
    row = Revised(MONTHS[0], "o", "…", "x", "…", "达标", "未达标", 9, 8, 10, None, "R", "…")
    assert before_and_after(row) == ("9/10", "8")
