"""Whether the rows that were refused could turn a verdict: told beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.language import _


def refusals_told(verdict: Mapping[str, Any], requirement: Mapping[str, Any]) -> Iterator[str]:
    """Yield the oldest date of a verdict's evidence, and what the rows refused in it could do.

    Keys used: `evidence_date`, `refused_rows` (absent from releases of version 1: nothing is told), `status`,
    `numerator`, `denominator`, `threshold`; of the requirement `source_requirements`.
    """
    if evidence_date := verdict.get("evidence_date"):
        yield _("evidence as of: {day} (the oldest snapshot of the tables used)").format(day=evidence_date)
    refused = verdict.get("refused_rows")
    if refused is None:
        return
    yield _("rows refused: {count:,} of this org, or of nobody knows which; {effect}").format(
        count=refused, effect=_effect(verdict, requirement, refused)
    )


def _effect(verdict: Mapping[str, Any], requirement: Mapping[str, Any], refused: int) -> str:
    if refused == 0:
        return _("they change nothing")
    if requirement["source_requirements"]:
        return _("whether they could turn it depends on the requirements it rests on")
    if verdict["status"] not in ("PASS", "FAIL", "IN_PROGRESS"):
        return _("this verdict is neither passed nor failed")
    if _could_turn(verdict, refused):
        return _("were all of them counted, it could turn")
    return _("were all of them counted, it would stay")


def _could_turn(verdict: Mapping[str, Any], refused: int) -> bool:
    """Whether at most `refused` further rows, counted in the way that matters most, turn it."""
    numerator, denominator, threshold = (verdict[key] for key in ("numerator", "denominator", "threshold"))
    passes = verdict["status"] == "PASS"
    if denominator is None:  # a count only grows
        return not passes and numerator + refused >= threshold
    if passes:
        return numerator < threshold * (denominator + refused)
    return numerator + refused >= threshold * (denominator + refused)
