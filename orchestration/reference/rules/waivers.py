"""The ledger of waivers."""

from collections.abc import Iterator

from orchestration.reference.rules.rule import Broken, Rows, by, grouped, over, sound, with_requirement
from orchestration.reference.seeds import day


@over("waivers", "organizations", "requirements")
def waivers_cover_verdicts_that_exist(rows: Rows) -> Iterator[Broken]:
    """A waiver of what is never judged: the office would believe it waived, and nothing would be."""
    orgs = by("org_code", sound(rows, "organizations"))
    for waiver, requirement in with_requirement(rows, "waivers"):
        org = orgs.get(waiver["org_code"])
        if org is None:
            continue
        is_group = org["org_type"] == "target_group"
        if org[f"is_{requirement['role']}"] != "true" or (
            is_group and requirement["target_source"] != "annex"
        ):
            told = f"{waiver['org_code']} is not judged on {waiver['requirement_id']}"
            yield "waivers", waiver.line, f"{told}: correct it or delete the row"


@over("waivers")
def waivers_cover_a_month_once(rows: Rows) -> Iterator[Broken]:
    """A waiver does not end before it begins, and no two are of one verdict: which reason would hold?"""
    for waivers in grouped(sound(rows, "waivers"), "org_code", "requirement_id"):
        latest = None
        for waiver in sorted(waivers, key=lambda waiver: (day(waiver["month_from"]), waiver.line)):
            first, last = day(waiver["month_from"]), day(waiver["month_to"])
            if last < first:
                yield "waivers", waiver.line, "month_to is before month_from: correct one of the two"
                continue
            if latest and first <= latest:
                told = (
                    f"{waiver['org_code']} has another waiver of {waiver['requirement_id']} in {first:%Y-%m}"
                )
                yield "waivers", waiver.line, f"{told}: end that one before"
            latest = max(last, latest or last)


FAULTS = (waivers_cover_verdicts_that_exist, waivers_cover_a_month_once)
