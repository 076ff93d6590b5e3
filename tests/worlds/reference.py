"""What the reference seeds say in a month: who is open, what is in force and asked (contract section 3)."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil

from .contract import Month, Requirement, SeedRow


class Reference:
    """The reference seeds of one world, read as they stand."""

    def __init__(self, seeds: Mapping[str, Sequence[SeedRow]]):
        self.seeds = seeds
        self.orgs = {row["org_code"]: row for row in seeds["organizations"]}
        self._requirements = {row["requirement_id"]: row for row in seeds["requirements"]}

    # --- the grid ---

    def is_asked(self, month: Month, org_code: str, requirement: Requirement) -> bool:
        """Tell whether this org has a verdict on this requirement in this month."""
        org = self.orgs[org_code]
        if not self.is_open(month, org_code):
            return False
        # "A `target_group` org has just 9.1"
        if org["org_type"] == "target_group" and requirement.requirement_id != "9.1":
            return False
        # "role the org has (`is_department` → department, `is_local` → local)"
        if org["is_department" if requirement.role == "department" else "is_local"] != "true":
            return False
        # "from the month of its `effective_on` on"
        effective_on = date.fromisoformat(self._requirements[requirement.requirement_id]["effective_on"])
        return effective_on <= month.last_day

    def is_open(self, month: Month, org_code: str) -> bool:
        """Tell whether the org "is open in it"."""
        org = self.orgs[org_code]
        # "(opened_on on or before its last day, closed_on on or after its first)"
        if org.get("opened_on") and date.fromisoformat(org["opened_on"]) > month.last_day:
            return False
        return not org.get("closed_on") or date.fromisoformat(org["closed_on"]) >= month.first.date()

    # --- in force ---

    def reading(self, month: Month, reading_id: str) -> str:
        """Return the option in force: "Readings are those in force on the month's last day"."""
        (option,) = [
            row["option"]
            for row in self.seeds["readings"]
            if row["reading_id"] == reading_id and row["is_active"] == "true" and _in_force(month, row)
        ]
        return option

    def guided(self, month: Month, department: str) -> list[str]:
        """Return the local orgs that the department guides, "and so is guidance"."""
        rows = [row for row in self.seeds["guidance"] if row["department_code"] == department]
        return [row["local_org_code"] for row in rows if _in_force(month, row)]

    # --- modules ---

    def modules(self, **wanted: str) -> set[str]:
        """Return the codes of the modules with these values."""
        return {
            module["module_code"]
            for module in self.seeds["modules"]
            if all(module[column] == value for column, value in wanted.items())
        }

    # --- what is asked ---

    def threshold(self, month: Month, requirement_id: str) -> Fraction:
        """Return the threshold of the year; year_to "blank = and after"."""
        for row in self.seeds["thresholds"]:
            until = int(row["year_to"]) if row["year_to"] else month.first.year
            if row["requirement_id"] == requirement_id and int(row["year_from"]) <= month.first.year <= until:
                return Fraction(row["threshold"])
        raise ValueError(f"no threshold for {requirement_id} in {month.first.year}")

    def prescribed(self, month: Month, org: str, requirement_id: str) -> Fraction | None:
        """Return the prescribed quantity: "`*` = every department; a department's own row wins"."""
        rows = [row for row in self.seeds["prescribed_quantities"] if row["requirement_id"] == requirement_id]
        of_year = {row["org_code"]: row for row in rows if int(row["year"]) == month.first.year}
        row = of_year.get(org) or of_year.get("*")
        return Fraction(row["quantity"]) if row else None

    def members(self, unit: str) -> list[str]:
        """Return the members of a shared target, "of all members, open or not"."""
        return [code for code, org in self.orgs.items() if org["target_unit_code"] == unit and code != unit]

    def target(self, month: Month, org: str) -> Fraction | None:
        """Return what 9.1 asks of the org in the month's year; None: no target."""
        # "An org whose target_unit_code is another org's shares that one's target"
        unit = self.orgs[org]["target_unit_code"]
        rows = [row for row in self.seeds["registration_targets"] if row["target_unit_code"] == unit]
        # "target_wan (as printed, in 万人)"
        figures = {int(row["year"]): Fraction(row["target_wan"]) * 10000 for row in rows}
        if not unit or month.first.year not in figures:
            return None  # "After 2022: NO_TARGET", the annex having no figure for the year
        if self.reading(month, "9.1.basis") == "annual_new":
            # "the annex's figure for the year"
            target = figures[month.first.year]
        else:
            # "the sum of the annex's figures to that year"
            target = sum(figure for year, figure in figures.items() if year <= month.first.year)
        if unit == org:
            return target
        if self.reading(month, "9.1.group_members") == "group_only":
            return None  # "its members have their own numerator and NO_TARGET"
        # "members are also judged, against ⌈group target / number of members⌉"
        return Fraction(ceil(target / len(self.members(unit))))


def _in_force(month: Month, row: SeedRow) -> bool:
    # On the month's last day; "valid_from, valid_to (blank: always)", both days within.
    if row.get("valid_from") and date.fromisoformat(row["valid_from"]) > month.last_day:
        return False
    return not row.get("valid_to") or date.fromisoformat(row["valid_to"]) >= month.last_day
