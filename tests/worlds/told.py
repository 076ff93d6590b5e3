"""What compliance tells of the verdicts: outlook, rankings and totals (contract section 5).

Every number is a whole number or an exact fraction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from math import floor

from .contract import BY_ID, Month, Verdict, World, at
from .reference import Reference


@dataclass(frozen=True)
class Outlook:
    """One row of compliance.fct_outlook."""

    as_of_month: date
    org_code: str
    role: str
    requirement_id: str
    numerator: int
    threshold: Fraction
    gap: int
    months_elapsed: int
    months_left: int
    pace: Fraction
    needed_pace: Fraction | None
    projected: int
    outlook: str


@dataclass(frozen=True)
class Ranking:
    """One row of compliance.fct_rankings."""

    as_of_month: date
    role: str
    org_type: str
    requirement_id: str
    org_code: str
    completion: Fraction
    rank: int
    ranked_orgs: int
    rank_before: int | None


@dataclass(frozen=True)
class Total:
    """One row of compliance.fct_requirement_totals."""

    as_of_month: date
    role: str
    org_type: str
    requirement_id: str
    orgs: int
    orgs_passed: int
    orgs_failed: int
    orgs_in_progress: int
    numerator: int | None
    denominator: int | None


def outlooks(world: World, verdicts: list[Verdict]) -> Iterator[Outlook]:
    """Look ahead: "a row per verdict of kind count that is measured in the year"."""
    reference = Reference(world.seeds)
    for verdict in verdicts:
        # "(8.9, 8.10, 8.11, 9.7, 9.8, and 9.1 under `annual_new`) and is PASS, FAIL or IN_PROGRESS"
        name = verdict.requirement_id
        if name not in ("8.9", "8.10.benefits", "8.10.activities", "8.11", "9.7", "9.8", "9.1"):
            continue
        month = Month(at(verdict.as_of_month))
        if name == "9.1" and reference.reading(month, "9.1.basis") != "annual_new":
            continue
        if verdict.status not in ("PASS", "FAIL", "IN_PROGRESS"):
            continue
        elapsed = verdict.as_of_month.month
        left = 12 - elapsed
        # "outlook: `reached` (PASS), `missed` (FAIL), else `on_course` where numerator × 12 ≥ threshold ×
        # months_elapsed, else `behind`"
        is_on_course = verdict.numerator * 12 >= verdict.threshold * elapsed
        ahead = {"PASS": "reached", "FAIL": "missed"}.get(verdict.status)
        yield Outlook(
            as_of_month=verdict.as_of_month,
            org_code=verdict.org_code,
            role=verdict.role,
            requirement_id=name,
            numerator=verdict.numerator,
            threshold=verdict.threshold,
            gap=verdict.gap,
            months_elapsed=elapsed,
            months_left=left,
            pace=Fraction(verdict.numerator, elapsed),
            needed_pace=Fraction(verdict.gap, left) if left else None,
            projected=floor(Fraction(verdict.numerator * 12, elapsed)),
            outlook=ahead or ("on_course" if is_on_course else "behind"),
        )


def rankings(world: World, verdicts: list[Verdict]) -> list[Ranking]:
    """Rank "within as-of month, role, org_type and requirement, the highest first"."""
    orgs = Reference(world.seeds).orgs
    entries = []
    for verdict in verdicts:
        # "a row per verdict that is PASS, FAIL, IN_PROGRESS or MONITOR_ONLY with an observed value, but for
        # kind derived and `target_group` orgs"
        org_type = orgs[verdict.org_code]["org_type"]
        if verdict.status not in ("PASS", "FAIL", "IN_PROGRESS", "MONITOR_ONLY") or verdict.observed is None:
            continue
        if BY_ID[verdict.requirement_id].kind == "derived" or org_type == "target_group":
            continue
        board = (verdict.as_of_month, verdict.role, org_type, verdict.requirement_id)
        entries.append((board, verdict.org_code, _completion(verdict)))
    entries.sort(key=lambda entry: entry[0])
    ranks: dict[tuple[date, str, str, str, str], int] = {}
    found = []
    for board, group in groupby(entries, key=lambda entry: entry[0]):
        members = list(group)
        month_before = (board[0] - timedelta(days=1)).replace(day=1)
        for _, org, completion in members:
            # "equals share the best rank and the next one is skipped (1, 1, 3)"
            rank = 1 + len([other for _, _, other in members if other > completion])
            ranks[(*board, org)] = rank
            # "rank_before (of the month before, null without one)"
            rank_before = ranks.get((month_before, *board[1:], org))
            found.append(Ranking(*board, org, completion, rank, len(members), rank_before))
    return found


def _completion(verdict: Verdict) -> Fraction:
    # "completion is observed / threshold, or observed where there is no threshold, cut (not rounded) to 6
    # decimals, by exact arithmetic"
    share = verdict.observed if verdict.threshold is None else verdict.observed / verdict.threshold
    return Fraction(floor(share * 1_000_000), 1_000_000)


def totals(world: World, verdicts: list[Verdict]) -> list[Total]:
    """Add up: "a row per as_of_month, role, org_type, requirement_id", and one over "all"."""
    orgs = Reference(world.seeds).orgs
    groups: dict[tuple[date, str, str, str], list[Verdict]] = {}
    for verdict in verdicts:
        org_type = orgs[verdict.org_code]["org_type"]
        # "A further row with org_type `all` is over all orgs of the role but `target_group`"
        for group in [org_type] if org_type == "target_group" else [org_type, "all"]:
            key = (verdict.as_of_month, verdict.role, group, verdict.requirement_id)
            groups.setdefault(key, []).append(verdict)
    return [
        Total(
            *key,
            orgs=len(members),
            orgs_passed=len([verdict for verdict in members if verdict.status == "PASS"]),
            orgs_failed=len([verdict for verdict in members if verdict.status == "FAIL"]),
            orgs_in_progress=len([verdict for verdict in members if verdict.status == "IN_PROGRESS"]),
            numerator=_sum([verdict.numerator for verdict in members]),
            denominator=_sum([verdict.denominator for verdict in members]),
        )
        for key, members in groups.items()
    ]


def _sum(numbers: list[int | None]) -> int | None:
    # "(sums, null where all are)"
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
