"""Adversarial little worlds: exports made on every side of a month's ends, reference seeds with dates.

Every choice comes from the seed of the world, so that a difference once found can be looked at again.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from .contract import World
from .rows import Row, Rows
from .variations import Seeds, last_day, plus_months, vary

AS_OF_MONTHS = ["2020-03", "2020-04", "2020-12", "2021-01", "2021-06", "2021-12", "2022-02", "2022-12"]
AS_OF_MONTHS += ["2023-01", "2023-11", "2023-12", "2024-02", "2024-12", "2025-03", "2025-12", "2022-07"]

EXPORTS = ["registered_users", "new_members", "new_unions", "cadres", "workflow_items", "articles"]
EXPORTS += ["channel_visits", "benefit_services", "activities", "process_applications", "promotion_plans"]

# Events that may come after a row began: an export made before them does not know them.
LATER_EVENTS = ["certified_at", "cancelled_at", "left_on", "completed_at", "withdrawn_at"]
LATER_EVENTS += ["approved_on", "onlined_on"]


def make(seed: int, shipped: Seeds) -> World:
    """Return the world of this seed; `shipped` are the reference seeds it varies."""
    rng = Random(seed)
    as_of = date.fromisoformat(f"{AS_OF_MONTHS[(seed * 5 + seed // 16 * 3) % len(AS_OF_MONTHS)]}-01")
    seeds = vary(rng, shipped, seed, as_of.year)
    rows = Rows(rng, seeds, as_of)
    dates = {export: _export_date(rng, as_of) for export in EXPORTS if rng.random() > 0.06}
    if not any(day > as_of for day in dates.values()):
        # "A month that no landed export reaches into is refused."
        dates["channel_visits"] = as_of + timedelta(days=1)
    landed: dict[str, list[Row] | None] = dict.fromkeys(EXPORTS)
    refused: dict[str, list[str | None]] = {}
    for export, export_date in dates.items():
        made = list(getattr(rows, export)())
        if rng.random() < 0.04:
            made = []  # "A header without rows is a valid, empty snapshot"
        known = [_as_known(row, export_date) for row in made]
        landed[export] = [row for row in known if row is not None]
        rng.shuffle(landed[export])
        refused[export] = list(_refused(rng, rows.orgs))
    return World(landed, dates, refused, seeds, as_of)


def _export_date(rng: Random, as_of: date) -> date:
    """Return a day before, on or after an end of a month: mostly the as-of month, else an earlier one."""
    if rng.random() < 0.35:
        months = (as_of.year - 2020) * 12 + as_of.month
        earlier = plus_months(as_of, -rng.randrange(min(months, 14)))
        if as_of.year > 2020 and rng.random() < 0.5:
            earlier = date(rng.choice([as_of.year - 1, as_of.year - 1, 2020]), 12, 1)
        return rng.choice([earlier, last_day(earlier)]) + timedelta(days=rng.choice([-1, 0, 1, 14]))
    last = last_day(as_of)
    return rng.choice(
        [
            *(as_of, as_of + timedelta(days=1), as_of + timedelta(days=14)),
            *(last - timedelta(days=1), last, last),
            *[last + timedelta(days=days) for days in (1, 1, 1, 2, 40, 400)],
        ]
    )


def _as_known(row: Row, export_date: date) -> Row | None:
    """Return the row as the export of that day shows it; no date or time lies after its day."""
    known = dict(row)
    for column, value in row.items():
        if isinstance(value, date) and _day(value) > export_date:
            if column not in LATER_EVENTS:
                return None
            known[column] = None
    if row.get("status") == "completed" and not known["completed_at"]:
        known["status"] = "open"
    if row.get("onlined_on") and not known["approved_on"]:
        known["onlined_on"] = None
    return known


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _refused(rng: Random, orgs: list[str]) -> Iterator[str | None]:
    """Yield the org that each refused row of an export names: none, one, or one of several rows."""
    for _ in range(rng.choice([0, 0, 1, 3])):
        yield None
    for org in rng.sample(orgs, rng.choice([0, 2, 5])):
        yield from [org] * rng.choice([1, 1, 2])
