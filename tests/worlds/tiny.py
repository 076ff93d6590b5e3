"""A world of a few orgs and no rows, to which a case adds what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from . import scratch, variations
from .contract import Verdict, World
from .oracle import Oracle
from .worlds import EXPORTS

CITY, DEPARTMENT, GROUP, MEMBERS = "510100", "SZ02", "QT00", ("QT01", "QT02", "QT03")


def world(as_of: str, exported_on: str, **rows: Sequence[Mapping[str, Any]]) -> World:
    """Return a world whose exports are all of one day; the shipped seeds, but few orgs and no guidance."""
    seeds = variations.read(scratch.SHIPPED_REFERENCE)
    kept = {CITY, DEPARTMENT, GROUP, *MEMBERS}
    seeds["organizations"] = [row for row in seeds["organizations"] if row["org_code"] in kept]
    seeds["guidance"] = []
    return World(
        landed={export: list(rows.get(export, [])) for export in EXPORTS},
        export_dates=dict.fromkeys(EXPORTS, date.fromisoformat(exported_on)),
        refused={},
        seeds=seeds,
        as_of=date.fromisoformat(f"{as_of}-01"),
    )


def with_seed(base: World, name: str, rows: Sequence[Mapping[str, str]]) -> World:
    """Return the world with other rows in one reference seed."""
    return replace(base, seeds={**base.seeds, name: list(rows)})


def with_org(base: World, code: str, **cells: str) -> World:
    """Return the world with other cells in one org's row."""
    rows = [{**row, **cells} if row["org_code"] == code else row for row in base.seeds["organizations"]]
    return with_seed(base, "organizations", rows)


def with_reading(base: World, reading: str, *options: tuple[str, str, str]) -> World:
    """Return the world with these options of a reading in force: option, valid_from, valid_to."""
    others = [row for row in base.seeds["readings"] if row["reading_id"] != reading]
    decided = [
        {"reading_id": reading, "option": option, "is_active": "true", "valid_from": start, "valid_to": until}
        for option, start, until in options
    ]
    return with_seed(base, "readings", [*others, *decided])


def with_guidance(base: World, *rows: tuple[str, str, str]) -> World:
    """Return the world in which the department guides these orgs: org, valid_from, valid_to."""
    columns = ("department_code", "local_org_code", "valid_from", "valid_to")
    return with_seed(base, "guidance", [dict(zip(columns, (DEPARTMENT, *row), strict=True)) for row in rows])


def judged(base: World, org: str, requirement: str, month: str | None = None) -> Verdict | None:
    """Return the verdict in a month (without one: the as-of month); None where the grid has no such row."""
    first = date.fromisoformat(f"{month}-01") if month else base.as_of
    key = (first, org, requirement)
    verdicts = Oracle(base).verdicts()
    found = [row for row in verdicts if (row.as_of_month, row.org_code, row.requirement_id) == key]
    assert len(found) <= 1
    return found[0] if found else None


def counted(verdict: Verdict | None) -> tuple[Any, ...]:
    """Return numerator, denominator and status."""
    assert verdict is not None
    return verdict.numerator, verdict.denominator, verdict.status


def items(*rows: tuple[str, str, str | None], module: str = "YW01") -> list[dict[str, Any]]:
    """Return platform items of the city: accepted, status, completed."""
    return [
        {
            "org_code": CITY,
            "module_code": module,
            "channel": "platform",
            "accepted_at": datetime.fromisoformat(accepted),
            "status": status,
            "completed_at": datetime.fromisoformat(completed) if completed else None,
        }
        for accepted, status, completed in rows
    ]


def articles(months: Mapping[str, int], org: str = CITY) -> list[dict[str, Any]]:
    """Return so many local articles published on the first day of each month, none withdrawn."""
    return [
        {
            "org_code": org,
            "channel_scope": "local",
            "published_at": datetime.fromisoformat(f"{first}-01"),
            "withdrawn_at": None,
        }
        for first, number in months.items()
        for _ in range(number)
    ]


def users(org: str, *registered: str, cancelled: str | None = None) -> list[dict[str, Any]]:
    """Return users of an org, one for each instant."""
    return [
        {
            "org_code": org,
            "registered_at": datetime.fromisoformat(instant),
            "certified_at": None,
            "cancelled_at": datetime.fromisoformat(cancelled) if cancelled else None,
        }
        for instant in registered
    ]
