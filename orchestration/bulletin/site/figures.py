"""Verdicts in words: their value, standard, gap and movement, cut and not rounded, each with its unit."""

from decimal import ROUND_UP, Decimal

from orchestration.bulletin.site.rows import Outlook, Point, Ranking, Revised, Standard, Trend, Verdict
from orchestration.bulletin.words import NOTHING, count, percent, points, ratio, trimmed

SHARE = "比例"
"""The unit of what is a share of 1."""

SIGNS = {
    "PASS": "√",
    "FAIL": "×",
    "IN_PROGRESS": "→",
    "NO_DATA": "?",
    "NO_TARGET": "□",
    "THRESHOLD_UNSET": "△",
    "NOT_APPLICABLE": "－",
    "MONITOR_ONLY": "○",
}
"""A sign for each status, of those that every Chinese font has: colour is never alone."""


def number(value: int | None) -> str:
    """A count, or a dash."""
    return NOTHING if value is None else count(value)


def value(verdict: Verdict | Point) -> str:
    """What was reached, without its unit: `34.78%`, `1,234`."""
    if verdict.observed is None or verdict.numerator is None:
        return NOTHING
    if verdict.denominator is None:
        return count(verdict.numerator)
    return ratio(verdict.numerator, verdict.denominator, is_share=verdict.unit == SHARE)


def standard(row: Verdict | Standard) -> str:
    """What it is compared with, with its unit: `90%`, `50,000 人`."""
    if row.threshold is None:
        return NOTHING
    return percent(row.threshold) if row.unit == SHARE else with_unit(row.threshold, row.unit)


def gap(verdict: Verdict) -> str:
    """What is missing to the standard, in heads or items: `还差 6 人`, `0`."""
    if not verdict.gap:
        return number(verdict.gap)
    return f"还差 {with_unit(verdict.gap, verdict.gap_unit)}"


def with_unit(value: int | Decimal | None, unit: str | None) -> str:
    """A number and its unit; a share, whose unit is none to be said, as it is."""
    if value is None:
        return NOTHING
    return count(value) if not unit or unit == SHARE else f"{count(value)} {unit}"


def needed_pace(outlook: Outlook) -> str:
    """What each month left has to bring, rounded up: less would not do."""
    if outlook.needed_pace is None:
        return NOTHING
    needed = Decimal(str(outlook.needed_pace)).quantize(Decimal("0.01"), ROUND_UP)
    return f"{trimmed(needed)} {outlook.unit}"


def change(trend: Trend, difference: float | None) -> str:
    """A rise or fall of the value: `升 3.5 个百分点`, `降 12 人`, `持平`."""
    if difference is None:
        return NOTHING
    exact = Decimal(str(round(difference, 9)))  # what binary fractions add in the last places is no change
    if exact == 0:
        return "持平"
    is_share = trend.unit == SHARE
    said = f"{points(exact)} 个百分点" if is_share else f"{count(abs(exact))} {trend.unit}"
    return f"{'升' if exact > 0 else '降'} {said}"


def moved(ranking: Ranking | None) -> str:
    """How the rank moved since the month before: `↑3`, `↓2`, `平`."""
    if ranking is None or ranking.rank_before is None:
        return NOTHING
    rise = ranking.rise
    return f"↑{rise}" if rise > 0 else f"↓{-rise}" if rise else "平"


def signed(difference: int | None) -> str:
    """A difference of counts: `+1,234`, `-12`, `0`."""
    if difference is None:
        return NOTHING
    return f"{'+' if difference > 0 else '-' if difference < 0 else ''}{count(abs(difference))}"


def quotient(numerator: int | None, denominator: int | None) -> str:
    """Both numbers behind a value: `3/4`, `1,234`."""
    return number(numerator) if denominator is None else f"{number(numerator)}/{count(denominator)}"


def before_and_after(row: Revised) -> tuple[str, str]:
    """The numbers of a verdict that was final, and is another now."""
    before = quotient(row.numerator_before, row.denominator_before)
    return before, quotient(row.numerator, row.denominator)
