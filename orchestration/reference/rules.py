"""What must hold among rows of the reference seeds: the years of thresholds, readings, waivers, modules."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from orchestration.reference.spellings import spellings_mean_one_thing
from orchestration.reference.tables import READING_OPTIONS

Frames = Mapping[str, pd.DataFrame]
"""Per file its columns as text, with `line`, and `sound`: the cells of the row are as declared."""

Broken = tuple[str, int, str]
"""File without `.csv`, line (1 for the file itself), what is wrong and what to do."""


@dataclass(frozen=True)
class Rule:
    """A rule over several rows, and the files it needs; it looks at sound rows alone."""

    needs: tuple[str, ...]
    broken_by: Callable[[Frames], Iterable[Broken]]


def thresholds_within_their_unit(frames: Frames) -> Iterator[Broken]:
    """Hold shares to 1 at most and counts to 1 at least, and refuse a threshold that has no effect."""
    rows = _with_requirement(frames, "thresholds")
    shares = rows["kind"].isin(["ratio", "derived"])
    for row in rows[shares & (pd.to_numeric(rows["threshold"]) > 1)].itertuples():
        yield (
            "thresholds",
            row.line,
            f"threshold is {row.threshold!r}: {row.requirement_id} is a share, expected 0 to 1 (90 % is 0.9)",
        )
    counts = rows["kind"] == "count"
    for row in rows[counts & (pd.to_numeric(rows["threshold"]) < 1)].itertuples():
        yield (
            "thresholds",
            row.line,
            f"threshold is {row.threshold!r}: {row.requirement_id} is a count, expected 1 or more",
        )
    for row in rows[rows["target_source"] != "regulation"].itertuples():
        yield (
            "thresholds",
            row.line,
            f"{row.requirement_id} takes its target from {row.target_source!r}: remove the row",
        )


def thresholds_cover_every_year_once(frames: Frames) -> Iterator[Broken]:
    """Demand no gap and no overlap from the year a requirement takes effect, and the last row open-ended."""
    thresholds, requirements = frames["thresholds"], frames["requirements"]
    # A requirement with a row that is not sound is judged when that row is mended: its years would mislead.
    unsound = set(thresholds.loc[~thresholds["sound"], "requirement_id"])
    judged = requirements[requirements["sound"] & (requirements["target_source"] == "regulation")]
    for requirement in judged.itertuples():
        if requirement.requirement_id in unsound:
            continue
        first_year = int(requirement.effective_on[:4])
        rows = thresholds[thresholds["requirement_id"] == requirement.requirement_id]
        yield from _year_faults(
            requirement.requirement_id, first_year, rows.sort_values(["year_from", "line"])
        )


def _year_faults(requirement: str, first_year: int, rows: pd.DataFrame) -> Iterator[Broken]:
    if rows.empty:
        yield "thresholds", 1, f"{requirement} has no row: add one from {first_year} on"
        return
    due: int | None = None
    for row in rows.itertuples():
        year_from = int(row.year_from)
        year_to = int(row.year_to) if row.year_to else None
        if year_to is not None and year_to < year_from:
            yield "thresholds", row.line, f"{requirement} ends in {year_to}, before it begins in {year_from}"
            return
        if row.Index == rows.index[0]:
            if year_from > first_year:
                yield (
                    "thresholds",
                    row.line,
                    f"{requirement} begins in {year_from}: expected {first_year} or earlier",
                )
        elif due is None or year_from < due:
            yield (
                "thresholds",
                row.line,
                f"{requirement} overlaps an earlier row in {year_from}: end that row before",
            )
        elif year_from > due:
            yield (
                "thresholds",
                row.line,
                f"{requirement} has a gap: no row covers {due}, the next begins in {year_from}",
            )
        due = year_to + 1 if year_to is not None else None
    if due is not None:
        last = rows.iloc[-1]
        yield (
            "thresholds",
            int(last["line"]),
            f"{requirement} ends in {last['year_to']}: leave year_to of its last row blank (and after)",
        )


def quantities_are_prescribed_where_asked_for(frames: Frames) -> Iterator[Broken]:
    """Refuse a quantity for a requirement that takes none: it would be without effect, unnoticed."""
    rows = _with_requirement(frames, "prescribed_quantities")
    requirements = frames["requirements"]
    takers = requirements.loc[requirements["target_source"] == "prescribed", "requirement_id"]
    for row in rows[rows["target_source"] != "prescribed"].itertuples():
        yield (
            "prescribed_quantities",
            row.line,
            f"{row.requirement_id} takes no prescribed quantity: expected one of {', '.join(takers)}",
        )


def readings_have_one_active_option(frames: Frames) -> Iterator[Broken]:
    """Demand one row per option that the models know, exactly one of them active."""
    readings = frames["readings"]
    for reading, options in READING_OPTIONS.items():
        rows = readings[readings["reading_id"] == reading]
        for row in rows[~rows["option"].isin(options)].itertuples():
            yield (
                "readings",
                row.line,
                f"option is {row.option!r}: expected one of {', '.join(sorted(options))}",
            )
        for option in sorted(options - set(rows["option"])):
            yield (
                "readings",
                1,
                f"{reading} has no row for option {option}: add it, with is_active true or false",
            )
        active = rows[rows["is_active"] == "true"]
        if active.empty:
            line = int(rows["line"].min()) if len(rows) else 1
            yield (
                "readings",
                line,
                f"{reading} has no active option: set is_active of one of its rows to true",
            )
        for row in active.iloc[1:].itertuples():
            first = active.iloc[0]
            yield (
                "readings",
                row.line,
                f"{reading} has a second active option, {row.option}, beside {first['option']} in line "
                f"{first['line']}: set all but one to false",
            )


def waivers_cover_verdicts_that_exist(frames: Frames) -> Iterator[Broken]:
    """Refuse a waiver of what is never judged: the office would believe it waived, and nothing would be."""
    waivers = frames["waivers"]
    orgs = frames["organizations"].drop_duplicates("org_code").set_index("org_code")
    requirements = frames["requirements"].drop_duplicates("requirement_id").set_index("requirement_id")
    for row in waivers[waivers["sound"]].itertuples():
        role, source = requirements.loc[row.requirement_id, ["role", "target_source"]]
        org = orgs.loc[row.org_code]
        if org[f"is_{role}"] != "true" or (org["org_type"] == "target_group" and source != "annex"):
            yield (
                "waivers",
                row.line,
                f"{row.org_code} is not judged on {row.requirement_id}: correct it or delete the row",
            )


def waivers_cover_a_month_once(frames: Frames) -> Iterator[Broken]:
    """Refuse a waiver that ends before it begins, and two for one verdict: which reason holds?"""
    waivers = frames["waivers"]
    rows = waivers[waivers["sound"]].copy()
    for name in ("month_from", "month_to"):
        rows[name] = pd.to_datetime(rows[name].str.replace("/", "-"), format="%Y-%m-%d")
    for row in rows[rows["month_to"] < rows["month_from"]].itertuples():
        yield "waivers", row.line, "month_to is before month_from: correct one of the two"
    rows = rows[rows["month_to"] >= rows["month_from"]].sort_values(["month_from", "line"])
    for (org, requirement), group in rows.groupby(["org_code", "requirement_id"], sort=False):
        latest = group["month_to"].cummax().shift()
        for row in group[group["month_from"] <= latest].itertuples():
            yield (
                "waivers",
                row.line,
                f"{org} has another waiver of {requirement} in {row.month_from:%Y-%m}: end that one before",
            )


def module_keys_are_used_once(frames: Frames) -> Iterator[Broken]:
    """Refuse a key on two modules: a requirement names one module by it, and would count both."""
    modules = frames["modules"]
    named = modules[modules["module_key"] != ""]
    for row in named[named.duplicated("module_key")].itertuples():
        yield "modules", row.line, f"module_key {row.module_key!r} stands on an earlier row too: keep one"


def _with_requirement(frames: Frames, name: str) -> pd.DataFrame:
    rows = frames[name]
    requirements = frames["requirements"][["requirement_id", "kind", "target_source"]]
    return rows[rows["sound"]].merge(requirements.drop_duplicates("requirement_id"), on="requirement_id")


RULES = (
    Rule(("thresholds", "requirements"), thresholds_within_their_unit),
    Rule(("thresholds", "requirements"), thresholds_cover_every_year_once),
    Rule(("prescribed_quantities", "requirements"), quantities_are_prescribed_where_asked_for),
    Rule(("readings",), readings_have_one_active_option),
    Rule(("waivers", "organizations", "requirements"), waivers_cover_verdicts_that_exist),
    Rule(("waivers",), waivers_cover_a_month_once),
    Rule(("modules",), module_keys_are_used_once),
    Rule(("spellings", "organizations", "modules"), spellings_mean_one_thing),
)
