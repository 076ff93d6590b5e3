"""Whether the rows that were refused could turn a verdict: told beside it, in Chinese."""

from collections.abc import Iterator, Mapping
from typing import Any


def refusals_told(verdict: Mapping[str, Any], requirement: Mapping[str, Any]) -> Iterator[str]:
    """Yield the oldest date of a verdict's evidence, and what the rows refused in it could do.

    Keys used: `evidence_date`, `refused_rows` (absent from releases of version 1: nothing is told), `status`,
    `numerator`, `denominator`, `threshold`; of the requirement `source_requirements`.
    """
    if evidence_date := verdict.get("evidence_date"):
        yield f"依据的数据截至：{evidence_date}（所用各表中最早的快照日期）"
    refused = verdict.get("refused_rows")
    if refused is None:
        return
    yield f"退回的行：属于本单位或认不出单位的 {refused:,} 行，{_effect(verdict, requirement, refused)}"


def _effect(verdict: Mapping[str, Any], requirement: Mapping[str, Any], refused: int) -> str:
    if refused == 0:
        return "不影响结论"
    if requirement["source_requirements"]:
        return "能否改变结论，须看所依据的指标"
    if verdict["status"] not in ("PASS", "FAIL", "IN_PROGRESS"):
        return "本结论不是达标与否"
    return "即使都计入，结论也不变" if not _could_turn(verdict, refused) else "如都计入，结论可能改变"


def _could_turn(verdict: Mapping[str, Any], refused: int) -> bool:
    """Whether at most `refused` further rows, counted in the way that matters most, turn it."""
    numerator, denominator, threshold = (verdict[key] for key in ("numerator", "denominator", "threshold"))
    passes = verdict["status"] == "PASS"
    if denominator is None:  # a count only grows
        return not passes and numerator + refused >= threshold
    if passes:
        return numerator < threshold * (denominator + refused)
    return numerator + refused >= threshold * (denominator + refused)
