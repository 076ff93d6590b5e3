"""What the warehouse tells beyond the contract: users in numbers, verdicts over time and by clause.

Their meaning is that of the comments of these tables; every number is a whole number or an exact fraction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from .contract import BY_ID, FIRST_MONTH, LandedRow, Month, Verdict, World, at
from .reference import Reference

COUNTS = ("stock", "new_in_month", "new_in_year")
KINDS = {"registered_users": "registered_at", "certified_users": "certified_at"}

# What counts on from month to month; all else that is no roll-up of other orgs begins anew with the year.
LASTING = ("8.1", "9.2", "5.cadres", "9.5.month")


@dataclass(frozen=True)
class Users:
    """One row of indicators.fct_users."""

    as_of_month: date
    org_code: str
    registered_users_stock: int | None
    registered_users_new_in_month: int | None
    registered_users_new_in_year: int | None
    certified_users_stock: int | None
    certified_users_new_in_month: int | None
    certified_users_new_in_year: int | None


@dataclass(frozen=True)
class UserTotal:
    """One row of indicators.fct_user_totals."""

    as_of_month: date
    org_type: str
    orgs: int
    registered_users_stock: int | None
    registered_users_new_in_month: int | None
    registered_users_new_in_year: int | None
    certified_users_stock: int | None
    certified_users_new_in_month: int | None
    certified_users_new_in_year: int | None


@dataclass(frozen=True)
class Trend:
    """One row of compliance.fct_trends."""

    as_of_month: date
    org_code: str
    role: str
    requirement_id: str
    months_failed_in_a_row: int
    observed_month_before: Fraction | None
    change_on_month_before: Fraction | None
    observed_year_before: Fraction | None
    change_on_year_before: Fraction | None


@dataclass(frozen=True)
class ClauseVerdict:
    """One row of compliance.fct_clause_verdicts."""

    as_of_month: date
    org_code: str
    role: str
    clause_id: str
    requirements_judged: int
    status: str


def users(world: World) -> Iterator[Users]:
    """Count the users of every local org in every month in which it is open; a group has none of its own."""
    reference = Reference(world.seeds)
    landed = world.landed["registered_users"]
    month = Month(at(FIRST_MONTH))
    while month.first.date() <= world.as_of:
        for code, org in reference.orgs.items():
            is_listed = org["is_local"] == "true" and org["org_type"] != "target_group"
            if is_listed and reference.is_open(month, code):
                own = None if landed is None else [row for row in landed if row["org_code"] == code]
                yield Users(
                    month.first.date(), code, *(n for kind in KINDS for n in _counts(own, kind, month))
                )
        month = Month(month.end)


def _counts(rows: list[LandedRow] | None, kind: str, month: Month) -> Iterator[int | None]:
    if rows is None:
        yield from (None, None, None)
        return
    began = [(row[KINDS[kind]], row["cancelled_at"]) for row in rows if row[KINDS[kind]]]
    yield len([1 for since, until in began if since < month.end and (not until or until >= month.end)])
    for start in (month.first, month.year_start):
        # Who cancels later was new all the same; who certifies in a month after the cancellation never was.
        yield len(
            [
                1
                for since, until in began
                if start <= since < month.end and (not until or _month(until) >= _month(since))
            ]
        )


def _month(instant: datetime) -> tuple[int, int]:
    return instant.year, instant.month


def user_totals(world: World) -> list[UserTotal]:
    """Add the users up by type of org, and over all."""
    orgs = Reference(world.seeds).orgs
    groups: dict[tuple[date, str], list[Users]] = {}
    for row in users(world):
        for org_type in (orgs[row.org_code]["org_type"], "all"):
            groups.setdefault((row.as_of_month, org_type), []).append(row)
    names = [f"{kind}_{count}" for kind in KINDS for count in COUNTS]
    totals = []
    for key, rows in groups.items():
        numbers = [[getattr(row, name) for row in rows if getattr(row, name) is not None] for name in names]
        totals.append(UserTotal(*key, len(rows), *(sum(known) if known else None for known in numbers)))
    return totals


def trends(world: World, verdicts: list[Verdict]) -> Iterator[Trend]:
    """Hold each verdict against its like of the month, and of the year, before."""
    reference = Reference(world.seeds)
    by_key = {(v.as_of_month, v.org_code, v.role, v.requirement_id): v for v in verdicts}
    failed: dict[tuple[str, str, str], int] = {}
    for verdict in sorted(verdicts, key=lambda verdict: verdict.as_of_month):
        month, *key = verdict.as_of_month, verdict.org_code, verdict.role, verdict.requirement_id
        failed[tuple(key)] = failed.get(tuple(key), 0) + 1 if verdict.status == "FAIL" else 0
        month_before = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
        year_before = date(month.year - 1, month.month, 1)
        past = []
        for then in (month_before, year_before):
            earlier = by_key.get((then, *key))
            begins_anew = then is month_before and month.month == 1 and _is_of_the_year(reference, verdict)
            is_like = earlier and _reading(reference, earlier) == _reading(reference, verdict)
            past.append(earlier.observed if is_like and not begins_anew else None)
        changes = [
            None if before is None or verdict.observed is None else verdict.observed - before
            for before in past
        ]
        yield Trend(month, *key, failed[tuple(key)], past[0], changes[0], past[1], changes[1])


def _is_of_the_year(reference: Reference, verdict: Verdict) -> bool:
    name = verdict.requirement_id
    if name == "9.1":
        return _reading(reference, verdict) == "annual_new"
    return name not in LASTING and BY_ID[name].kind != "derived"


def _reading(reference: Reference, verdict: Verdict) -> str | None:
    """The option under which a number is what it is."""
    reading = {"9.1": "9.1.basis", "9.5": "9.5.year"}.get(verdict.requirement_id)
    return reference.reading(Month(at(verdict.as_of_month)), reading) if reading else None


def clause_verdicts(verdicts: list[Verdict]) -> Iterator[ClauseVerdict]:
    """Judge each clause by its requirements: a failure trumps, then what is open; 9.5.month is in 9.5."""
    groups: dict[tuple[date, str, str, str], list[str]] = {}
    for verdict in verdicts:
        if verdict.requirement_id != "9.5.month" and verdict.status in ("PASS", "FAIL", "IN_PROGRESS"):
            # 8.10.benefits is of 8.10, 4.business_usage of 4.
            numbers = [part for part in verdict.requirement_id.split(".") if part.isdecimal()]
            key = (verdict.as_of_month, verdict.org_code, verdict.role, ".".join(numbers))
            groups.setdefault(key, []).append(verdict.status)
    for key, statuses in groups.items():
        status = next(worst for worst in ("FAIL", "IN_PROGRESS", "PASS") if worst in statuses)
        yield ClauseVerdict(*key, len(statuses), status)
