"""Variations of the reference seeds, as an office may edit them (contract section 3), for few orgs."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random

Table = list[dict[str, str]]
Seeds = dict[str, Table]

DEPARTMENTS = ["SZ01", "SZ02", "SZ03", "ZS01"]
INDUSTRIES = ["CY01", "CY02"]
CITIES = ["510100", "510300", "513200", "513400"]
GROUP = "QT00"
MEMBERS = ["QT01", "QT02", "QT03"]
NO_TARGET_UNIT, NO_ROLE = "QT04", "QT05"
SECOND_GROUP, ITS_MEMBER = "QT98", "QT06"
KEPT = [*DEPARTMENTS, *INDUSTRIES, *CITIES, GROUP, *MEMBERS, NO_TARGET_UNIT, NO_ROLE, ITS_MEMBER]

PRESCRIBED = ["8.9", "8.10.benefits", "8.10.activities"]
SHARES = [Decimal(text) for text in ("0.85", "0.5", "0.3333", "0.3334", "0.6667", "0.9999", "1")]
COUNTS = [Decimal(text) for text in ("3", "9.5", "1", "0.5", "2.0001")]
ARTICLES_A_MONTH = ["50", "40", "3", "2.5", "1"]


def read(folder: Path) -> Seeds:
    """Read the reference seeds as the repository ships them."""
    seeds = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            seeds[path.stem] = list(csv.DictReader(file))
    return seeds


def vary(rng: Random, shipped: Seeds, combination: int, last_year: int) -> Seeds:
    """Return a variation of the shipped seeds; `combination` (mod 8) says which readings are in force."""
    seeds = {name: [dict(row) for row in rows] for name, rows in shipped.items()}
    _cut_down(rng, seeds)
    seeds["readings"] = _decide(rng, seeds["readings"], combination, last_year)
    if rng.random() < 0.6:
        _open_channels(rng, seeds["organizations"])
    if rng.random() < 0.6:
        _open_and_close(rng, seeds["organizations"], last_year)
    if rng.random() < 0.3:
        _take_effect_later(rng, seeds["requirements"])
    if rng.random() < 0.4:
        _change_modules(rng, seeds["modules"])
    if rng.random() < 0.7:
        _change_thresholds(rng, seeds["thresholds"])
    if rng.random() < 0.85:
        _change_targets(rng, seeds, last_year)
    seeds["guidance"] = _guidance(rng, last_year)
    seeds["prescribed_quantities"] = _quantities(rng, last_year)
    return seeds


def _cut_down(rng: Random, seeds: Seeds) -> None:
    orgs = {row["org_code"]: row for row in seeds["organizations"]}
    orgs[NO_TARGET_UNIT]["target_unit_code"] = ""
    orgs[NO_ROLE].update(is_local="false", target_unit_code="")
    if rng.random() < 0.3:
        orgs[SECOND_GROUP] = {**orgs[GROUP], "org_code": SECOND_GROUP, "target_unit_code": SECOND_GROUP}
        orgs[ITS_MEMBER]["target_unit_code"] = SECOND_GROUP
        years = [row for row in seeds["registration_targets"] if row["target_unit_code"] == GROUP]
        seeds["registration_targets"] += [{**row, "target_unit_code": SECOND_GROUP} for row in years]
    if rng.random() < 0.2:
        orgs[INDUSTRIES[1]]["target_unit_code"] = GROUP  # a member with both roles
    kept = {*KEPT, SECOND_GROUP} - set(rng.sample(MEMBERS, rng.choice([0, 0, 0, 1, 3])))
    seeds["organizations"] = [row for code, row in orgs.items() if code in kept]
    for name in ("registration_targets", "annex_totals"):
        seeds[name] = [row for row in seeds[name] if row["target_unit_code"] in kept]


def _decide(rng: Random, readings: Table, combination: int, last_year: int) -> Table:
    """Choose an option of each reading: for always, or until another is in force, and perhaps it again."""
    options_of: dict[str, Table] = {}
    for row in sorted(readings, key=lambda row: row["reading_id"]):
        options_of.setdefault(row["reading_id"], []).append(row)
    settled = [options for options in options_of.values() if len(options) == 1]
    decided = [row for options in settled for row in options]
    for place, (first, second) in enumerate(options for options in options_of.values() if len(options) == 2):
        if combination >> place & 1:
            first, second = second, first
        changes = sorted(_edges(rng, last_year) for _ in range(rng.choice([0, 0, 1, 1, 2])))
        options = [first, second, first]
        starts = [None, *changes]
        for number, start in enumerate(starts):
            until = starts[number + 1] - timedelta(days=1) if number < len(changes) else None
            if until and start and until < start:
                continue  # both changes on one day: the option between them was never in force
            decided.append(_row_in_force(options[number], start, until))
        if not changes:
            decided.append({**second, "is_active": "false", "valid_from": "", "valid_to": ""})
    return decided


def _row_in_force(option: dict[str, str], start: date | None, until: date | None) -> dict[str, str]:
    return {**option, "is_active": "true", "valid_from": _text(start), "valid_to": _text(until)}


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _edges(rng: Random, last_year: int) -> date:
    """Return a day around the end of a month, often of a year."""
    first = date(rng.randrange(2020, last_year + 1), rng.choice([1, 1, 3, 4, 5, 7, 10, 12]), 1)
    return first + timedelta(days=rng.choice([-2, -1, -1, 0, 0, 1, 14]))


def _open_and_close(rng: Random, organizations: Table, last_year: int) -> None:
    for row in organizations:
        days = sorted([_edges(rng, last_year), _edges(rng, last_year)])
        dated = rng.choice(["opened_on", "closed_on", "both", "one day", "", "", ""])
        if dated in ("opened_on", "both", "one day"):
            row["opened_on"] = days[0].isoformat()
        if dated in ("closed_on", "both"):
            row["closed_on"] = days[1].isoformat()
        if dated == "one day":
            row["closed_on"] = row["opened_on"]


def _take_effect_later(rng: Random, requirements: Table) -> None:
    for row in requirements:
        if rng.random() < 0.3:
            # 9.5.month from a first day on: within a month it is not said whether that month is assessed.
            firsts = ["2020-05-01", "2020-12-01", "2021-01-01", "2021-03-01"]
            within = ["2020-03-31", "2020-05-31", "2020-06-15", "2020-12-31"]
            row["effective_on"] = rng.choice(
                firsts if row["requirement_id"] == "9.5.month" else [*firsts, *within]
            )


def _open_channels(rng: Random, organizations: Table) -> None:
    days = [
        "",
        "2018-07-15",
        "2020-03-01",
        "2020-03-20",
        "2020-03-21",
        "2020-05-01",
        "2020-05-02",
        "2020-12-01",
    ]
    days += ["2020-12-31", "2021-01-01", "2021-01-02", "2021-06-30", "2022-12-02", "2024-02-29"]
    for row in organizations:
        row["channel_opened_on"] = rng.choice(days)


def _change_modules(rng: Random, modules: Table) -> None:
    for row in modules:
        if rng.random() < 0.3:
            row["tracks_completion"] = "false" if row["tracks_completion"] == "true" else "true"
    if rng.random() < 0.5:
        row = {"module_code": "TY99", "module_key": "", "module_name": "新增通用", "category": "general"}
        modules.append({**row, "tracks_completion": rng.choice(["true", "false"])})


def _change_thresholds(rng: Random, thresholds: Table) -> None:
    kinds = {"9.7": COUNTS, "9.8": COUNTS, "9.5.month": [Decimal(text) for text in ARTICLES_A_MONTH]}
    for row in thresholds:
        requirement = row["requirement_id"]
        if requirement != "8.11" and rng.random() < (0.7 if requirement == "9.5.month" else 0.35):
            row["threshold"] = str(rng.choice(kinds.get(requirement, SHARES)))
    for first, second in pairwise(thresholds):
        same = first["requirement_id"] == second["requirement_id"]
        if same and first["year_to"] == "2020" and rng.random() < 0.3:
            # The first year's bound moves; the years stay without gap or overlap.
            first["year_to"], second["year_from"] = "2021", "2022"
            second["year_to"] = second["year_to"] and "2023"
    _close_gaps(thresholds)


def _close_gaps(thresholds: Table) -> None:
    for first, second in pairwise(thresholds):
        if first["requirement_id"] == second["requirement_id"]:
            second["year_from"] = str(int(first["year_to"]) + 1)


def _change_targets(rng: Random, seeds: Seeds, last_year: int) -> None:
    """Bring targets down to a handful of persons, some beyond 2022, some years without."""
    small = ["0.0005", "0.0004", "0.0003", "0.001", "0.0001", "0.0012", "0.0007", "0.0020"]
    units = sorted({row["target_unit_code"] for row in seeds["registration_targets"]})
    years = [2020, 2021, 2022]
    if rng.random() < 0.5:
        years += range(2023, last_year + 1)
    rows = []
    for unit in units:
        own = years if rng.random() < 0.8 else rng.sample(years, len(years) - 1)
        for year in own:
            rows.append({"target_unit_code": unit, "year": str(year), "target_wan": rng.choice(small)})
    rng.shuffle(rows)
    seeds["registration_targets"] = rows
    seeds["annex_totals"] = []


def _guidance(rng: Random, last_year: int) -> Table:
    locals_ = [*INDUSTRIES, *CITIES, GROUP, NO_TARGET_UNIT]
    rows = []
    for department in [*DEPARTMENTS[1:], *INDUSTRIES]:
        for org in rng.sample(locals_, rng.choice([0, 1, 1, 2, 3, len(locals_)])):
            row = {"department_code": department, "local_org_code": org, "valid_from": "", "valid_to": ""}
            first, second, third = sorted(_edges(rng, last_year) for _ in range(3))
            dated = rng.choice(["", "", "", "from", "to", "between", "twice"])
            if dated == "from":
                row["valid_from"] = _text(first)
            if dated == "to":
                row["valid_to"] = _text(first)
            if dated in ("between", "twice"):
                row.update(valid_from=_text(first), valid_to=_text(second))
            if dated == "twice" and second < third:
                rows.append({**row, "valid_from": _text(third), "valid_to": ""})
            rows.append(row)
    return rows


def _quantities(rng: Random, last_year: int) -> Table:
    rows = []
    for requirement in PRESCRIBED:
        for year in range(2019, last_year + 2):
            for org in ["*", *DEPARTMENTS, *INDUSTRIES]:
                if rng.random() < (0.5 if org == "*" else 0.2):
                    quantity = rng.choice(["3", "5", "2.5", "1", "1.0001"])
                    row = {"requirement_id": requirement, "org_code": org, "year": str(year)}
                    rows.append({**row, "quantity": quantity, "document": ""})
    rng.shuffle(rows)
    return rows if rng.random() < 0.8 else []


def plus_months(first: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    total = first.year * 12 + first.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def last_day(first: date) -> date:
    """Return the last day of the month."""
    return plus_months(first, 1) - timedelta(days=1)
