"""The ledger of waivers."""

from collections.abc import Iterator

from orchestration.language import _
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
            message = _("{org} is not judged on {requirement}: correct it or delete the row")
            told = message.format(org=waiver["org_code"], requirement=waiver["requirement_id"])
            yield "waivers", waiver.line, told


@over("waivers")
def waivers_cover_a_month_once(rows: Rows) -> Iterator[Broken]:
    """A waiver does not end before it begins, and no two are of one verdict: which reason would hold?"""
    for waivers in grouped(sound(rows, "waivers"), "org_code", "requirement_id").values():
        latest = None
        for waiver in sorted(waivers, key=lambda waiver: (day(waiver["month_from"]), waiver.line)):
            first, last = day(waiver["month_from"]), day(waiver["month_to"])
            if last < first:
                yield "waivers", waiver.line, _("month_to is before month_from: correct one of the two")
                continue
            if latest and first <= latest:
                told = _(
                    "{org} has another waiver of {requirement} in {month:%Y-%m}: end that one before"
                ).format(org=waiver["org_code"], requirement=waiver["requirement_id"], month=first)
                yield "waivers", waiver.line, told
            latest = max(last, latest or last)


FAULTS = (waivers_cover_verdicts_that_exist, waivers_cover_a_month_once)
