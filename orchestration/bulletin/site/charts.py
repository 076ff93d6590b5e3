"""Where the lines, marks and bars of a chart lie, in units of its viewBox; templates/charts.html draws it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from math import floor, log10

from orchestration.bulletin.site.figures import SHARE
from orchestration.bulletin.site.rows import Point, Requirement, Total
from orchestration.bulletin.words import count, wan

WIDTH, HEIGHT = 360, 130
LEFT, RIGHT, TOP, BOTTOM = 44, 354, 10, 112
_YEAR_WIDTH = 24
"""What four digits take on the axis of months, and what stands apart from the tick before and after them."""
_GOES_ON = ("to_date", "month")
"""Periods whose values do not begin anew each January."""
_BINS = 10
"""Into how many parts a histogram cuts the way to the standard, or to the largest value."""
_MARKS = {
    "PASS": "h0",
    "FAIL": "m-2-2l4 4m0-4l-4 4",
    "IN_PROGRESS": "m-3 2.5l3-5 3 5z",
}
_OTHER_MARK = "h0"


@dataclass(frozen=True)
class Year:
    """Where a calendar year begins on the axis of months; its label is blank where it has no room."""

    x: str
    label: str


@dataclass(frozen=True)
class TrendChart:
    """The value of each month as lines and marks, its standard as steps."""

    lines: str
    standard: str
    marks: Mapping[str, str]
    """A path per status, `other` for those that say neither of its three."""
    years: Sequence[Year]
    top: str


@dataclass(frozen=True)
class MonthBars:
    """How many orgs had which status, month by month, stacked: a path per status."""

    stacks: Mapping[str, str]
    years: Sequence[Year]
    top: str


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    orgs: int
    label: str
    reaches: bool
    """Whether those in it have reached their standard."""


def trend(points: Sequence[Point], months: Sequence[date], requirement: Requirement) -> TrendChart | None:
    """Lay out the trend of an org on a requirement; None where it never had a value."""
    values = [point.observed for point in points if point.observed is not None]
    if not values:
        return None
    standards = [float(point.threshold) for point in points if point.threshold is not None]
    top = _top(max(values + standards))
    placed = _placed(points, _columns(months), top)
    return TrendChart(
        lines="".join(_lines(placed, months, goes_on=requirement.period in _GOES_ON)),
        standard="".join(_steps(points, months, top)),
        marks=_marks(placed),
        years=_years(months),
        top=f"{count(top * 100)}%" if points[-1].unit == SHARE else wan(top),
    )


def month_bars(totals: Sequence[Total], months: Sequence[date]) -> MonthBars | None:
    """Lay out how many orgs passed, are on their way, failed; None where nothing was judged."""
    most = max(
        (total.orgs_passed + total.orgs_failed + total.orgs_in_progress for total in totals), default=0
    )
    if most == 0:
        return None
    top = _top(most)
    step = (RIGHT - LEFT) / len(months)
    xs = {month: LEFT + index * step for index, month in enumerate(months)}
    stacks: dict[str, list[str]] = {"PASS": [], "IN_PROGRESS": [], "FAIL": []}
    for total in totals:
        below = 0
        of_status = {
            "PASS": total.orgs_passed,
            "IN_PROGRESS": total.orgs_in_progress,
            "FAIL": total.orgs_failed,
        }
        for status, orgs in of_status.items():
            if orgs:
                bottom, upper = _y(below, top), _y(below + orgs, top)
                across = step * 0.84
                stacks[status].append(
                    f"M{_cut(xs[total.as_of_month] + step * 0.08)} {_cut(bottom)}"
                    f"V{_cut(upper)}h{_cut(across)}V{_cut(bottom)}z"
                )
            below += orgs
    paths = {status: "".join(parts) for status, parts in stacks.items() if parts}
    return MonthBars(paths, _years(months), wan(top))


def histogram(completions: Iterable[Decimal | None], *, has_standard: bool) -> list[Bar]:
    """Lay out how many orgs lie where; empty where there are none.

    With a standard the bars are tenths of it, and one more for those that reached it; without, ten equal
    parts from nothing to the largest value.
    """
    known = [value for value in completions if value is not None]
    if not known:
        return []
    if has_standard:
        places = [min(int(value * _BINS), _BINS) for value in known]
        labels = [f"{part * 10}–{part * 10 + 10}" for part in range(_BINS)] + ["达到"]
    else:
        top = _top(float(max(known)))
        places = [min(int(value * _BINS / top), _BINS - 1) for value in known]
        labels = [wan(Decimal(top * part) / _BINS) for part in range(_BINS)]
    orgs = [places.count(place) for place in range(len(labels))]
    step = (RIGHT - TOP) / len(labels)
    return [
        Bar(
            x=_cut(TOP + index * step + 2),
            y=_cut(BOTTOM - (BOTTOM - TOP - 8) * number / max(orgs)),
            width=_cut(step - 4),
            height=_cut((BOTTOM - TOP - 8) * number / max(orgs)),
            middle=_cut(TOP + (index + 0.5) * step),
            orgs=number,
            label=label,
            reaches=index == _BINS,
        )
        for index, (number, label) in enumerate(zip(orgs, labels, strict=True))
    ]


def _placed(points: Sequence[Point], xs: Mapping[date, float], top: int) -> list[tuple[Point, str]]:
    """The points that have a value, and where each lies."""
    return [
        (point, f"{_cut(xs[point.as_of_month])} {_cut(_y(point.observed, top))}")
        for point in points
        if point.observed is not None
    ]


def _lines(placed: Sequence[tuple[Point, str]], months: Sequence[date], *, goes_on: bool) -> Iterator[str]:
    """A line through the values, broken where a month has none, and where a year is counted anew."""
    month_before = dict(zip(months[1:], months, strict=False))
    before: date | None = None
    for point, place in placed:
        month = point.as_of_month
        follows = month != months[0] and before == month_before[month]
        is_one_line = follows and (goes_on or month.month > 1)
        yield f"{'L' if is_one_line else 'M'}{place}"
        before = month


def _steps(points: Sequence[Point], months: Sequence[date], top: int) -> Iterator[str]:
    """The standard as flat pieces, joined where it changes from one month to the next."""
    step = (RIGHT - LEFT) / len(months)
    places = {month: index for index, month in enumerate(months)}
    for threshold, run in groupby(points, key=lambda point: point.threshold):
        if threshold is not None:
            held = [places[point.as_of_month] for point in run]
            start, end = LEFT + held[0] * step, LEFT + (held[-1] + 1) * step
            yield f"M{_cut(start)} {_cut(_y(float(threshold), top))}H{_cut(end)}"


def _marks(placed: Sequence[tuple[Point, str]]) -> dict[str, str]:
    marks: dict[str, str] = {}
    for point, place in placed:
        status = point.status if point.status in _MARKS else "other"
        marks[status] = f"{marks.get(status, '')}M{place}{_MARKS.get(status, _OTHER_MARK)}"
    return marks


def _columns(months: Sequence[date]) -> dict[date, float]:
    step = (RIGHT - LEFT) / len(months)
    return {month: LEFT + (index + 0.5) * step for index, month in enumerate(months)}


def _years(months: Sequence[date]) -> list[Year]:
    step = (RIGHT - LEFT) / len(months)
    firsts = {month.year: index for index, month in reversed(list(enumerate(months)))}
    years: list[Year] = []
    free_to: float = WIDTH
    for year, index in sorted(firsts.items(), reverse=True):
        x = LEFT + index * step
        has_room = x + _YEAR_WIDTH <= free_to
        years.append(Year(_cut(x), str(year) if has_room else ""))
        free_to = x if has_room else free_to
    return years[::-1]


def _y(value: float, top: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def _top(most: float) -> int:
    """The value at the upper end: 1, which is 100% of a share, 2, 5, 10, 20, …"""
    if most <= 1:
        return 1
    power = 10 ** floor(log10(most))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= most)


def _cut(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
