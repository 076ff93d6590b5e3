"""Organizations, the units that annex figures are given to, and modules."""

from collections.abc import Iterator

from orchestration.language import _
from orchestration.reference.rules.rule import Broken, Rows, by, over, sound


@over("organizations")
def units_shared_are_target_groups(rows: Rows) -> Iterator[Broken]:
    """An org has a figure of its own, shares that of a target_group, or has none."""
    orgs = by("org_code", sound(rows, "organizations"))
    for code, org in orgs.items():
        unit = org["target_unit_code"]
        if unit == code:
            continue
        if org["org_type"] == "target_group":
            message = _(
                "target_unit_code is {unit!r}: expected {code}, a target_group is its own unit"
            ).format(unit=unit, code=code)
            yield "organizations", org.line, message
        elif unit in orgs and orgs[unit]["org_type"] != "target_group":
            message = _(
                "target_unit_code is {unit!r}: expected {code} itself, a target_group, or nothing"
            ).format(unit=unit, code=code)
            yield "organizations", org.line, message


@over("organizations", "registration_targets")
def units_of_the_annexes_are_judged(rows: Rows) -> Iterator[Broken]:
    """A figure of the annexes is the own one of an org that Article 9 judges: nobody else is held to it."""
    orgs = by("org_code", sound(rows, "organizations"))
    targets = by("target_unit_code", sound(rows, "registration_targets"))
    for code, target in targets.items():
        if code not in orgs:
            continue
        unit = orgs[code]
        because = _("registration_targets.csv has figures for {code} in line {line}").format(
            code=code, line=target.line
        )
        # Of a target_group the rule above tells.
        if unit["target_unit_code"] != code and unit["org_type"] != "target_group":
            message = _("target_unit_code is {unit!r}: expected {code}, as {because}").format(
                unit=unit["target_unit_code"], code=code, because=because
            )
            yield "organizations", unit.line, message
        if unit["is_local"] != "true":
            yield (
                "organizations",
                unit.line,
                _("is_local is 'false': expected true, as {because}").format(because=because),
            )


@over("organizations")
def target_groups_are_no_departments(rows: Rows) -> Iterator[Broken]:
    """A target_group has 9.1 and no other requirement."""
    for org in sound(rows, "organizations"):
        if org["org_type"] == "target_group" and org["is_department"] == "true":
            yield "organizations", org.line, _("is_department is 'true': expected false for a target_group")


@over("organizations")
def orgs_have_a_role(rows: Rows) -> Iterator[Broken]:
    """Who is neither department nor local has no verdict, no row of a report and no page."""
    for org in sound(rows, "organizations"):
        if "true" not in (org["is_department"], org["is_local"]):
            message = _(
                "{org} is neither a department nor local, and no requirement is asked of it: give "
                "is_department or is_local as true, or delete the row"
            ).format(org=org["org_code"])
            yield "organizations", org.line, message


@over("modules")
def modules_are_told_apart(rows: Rows) -> Iterator[Broken]:
    """A requirement names a module by its key, an export may by its name: which of two would be meant?"""
    for column in ("module_key", "module_name"):
        first = by(column, sound(rows, "modules"))
        for module in sound(rows, "modules"):
            if module[column] and first[module[column]] is not module:
                message = _("{column} {value!r} stands on an earlier row too: keep one").format(
                    column=column, value=module[column]
                )
                yield "modules", module.line, message


@over("organizations")
def target_groups_have_members(rows: Rows) -> Iterator[Broken]:
    """A figure that nobody shares cannot be reached."""
    shared = {
        org["target_unit_code"] for org in rows["organizations"] if org["target_unit_code"] != org["org_code"]
    }
    for org in sound(rows, "organizations"):
        if org["org_type"] == "target_group" and org["org_code"] not in shared:
            message = _(
                "{org} is a target_group without members and counts nothing: give it as "
                "target_unit_code to those who share its figure"
            ).format(org=org["org_code"])
            yield "organizations", org.line, message


@over("small_count_limits", "modules")
def small_counts_are_of_known_modules(rows: Rows) -> Iterator[Broken]:
    """By a slip of the pen here, small counts are published that were to be withheld."""
    modules = {module["module_code"] for module in rows["modules"]}
    for limit in sound(rows, "small_count_limits"):
        if limit["module_code"] not in modules:
            message = _(
                "module_code is {module!r}, and modules.csv has none such: nothing is withheld by this row"
            ).format(module=limit["module_code"])
            yield "small_count_limits", limit.line, message


FAULTS = (
    units_shared_are_target_groups,
    units_of_the_annexes_are_judged,
    target_groups_are_no_departments,
    modules_are_told_apart,
)
WARNINGS = (orgs_have_a_role, target_groups_have_members, small_counts_are_of_known_modules)
