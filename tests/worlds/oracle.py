"""The verdicts once more, straight from the contract's sentences (sections 3 and 4), which are quoted.

Slow and plain on purpose: no SQL, no running totals, every number is counted anew from the landed rows for
every month. It shares nothing with the warehouse but the seeds, so that the same mistake is not made twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from .contract import (
    BY_ID,
    EFFECTIVE_ON,
    FIRST_MONTH,
    LOOKS_AT,
    REQUIREMENTS,
    LandedRow,
    Month,
    Requirement,
    SeedRow,
    Verdict,
    World,
    at,
    before,
    in_year,
    is_active,
    is_countable,
    stands,
)


class Oracle:
    """Judges one world."""

    def __init__(self, world: World):
        self.world = world
        self.orgs = {row["org_code"]: row for row in world.seeds["organizations"]}
        self.modules = {row["module_code"]: row for row in world.seeds["modules"]}
        self._judged: dict[tuple[Month, str, str], Verdict] = {}

    def verdicts(self) -> list[Verdict]:
        """Return "one row for every as-of month from 2020-03 to the as-of month × org × role × ..."."""
        found = []
        first = FIRST_MONTH
        while first <= self.world.as_of:
            month = Month(at(first))
            for org_code, org in self.orgs.items():
                for requirement in REQUIREMENTS:
                    if _has(org, requirement):
                        found.append(self.verdict(month, org_code, requirement))
            first = month.end.date()
        return found

    def verdict(self, month: Month, org: str, requirement: Requirement) -> Verdict:
        """Judge one org on one requirement at the end of one month."""
        key = (month, org, requirement.requirement_id)
        if key not in self._judged:
            self._judged[key] = self._judge(month, org, requirement)
        return self._judged[key]

    def _judge(self, month: Month, org: str, requirement: Requirement) -> Verdict:
        name, kind = requirement.requirement_id, requirement.kind
        numerator = denominator = threshold = observed = gap = None
        if any(self.world.landed[export] is None for export in requirement.exports):
            status = "NO_DATA"
        else:
            numerator, denominator = self._measure(month, org, name)
            threshold = self._threshold(month, org, name)
            status = self._status(month, org, requirement, numerator, denominator, threshold)
        # "threshold: null for NO_DATA, MONITOR_ONLY, NO_TARGET, THRESHOLD_UNSET; else the number compared
        # with"
        if status in ("NO_DATA", "MONITOR_ONLY", "NO_TARGET", "THRESHOLD_UNSET"):
            threshold = None
        # "numerator/denominator (null where that is 0), or the numerator where there is no denominator"
        if denominator is not None:
            observed = Fraction(numerator, denominator) if denominator else None
        elif numerator is not None:
            observed = Fraction(numerator)
        # "gap, for PASS, FAIL, IN_PROGRESS only (else null): ratio, derived: ⌈threshold × denominator⌉ −
        # numerator, at least 0 · count: ⌈threshold⌉ − numerator, at least 0"
        if status in ("PASS", "FAIL", "IN_PROGRESS"):
            due = threshold if kind == "count" else threshold * denominator
            gap = max(0, ceil(due) - numerator)
        return Verdict(
            as_of_month=month.first.date(),
            org_code=org,
            role=requirement.role,
            requirement_id=name,
            numerator=numerator,
            denominator=denominator,
            observed=observed,
            threshold=threshold,
            gap=gap,
            status=status,
            is_final=self._is_final(month, requirement, status),
        )

    def _status(
        self,
        month: Month,
        org: str,
        requirement: Requirement,
        numerator: int,
        denominator: int | None,
        threshold: Fraction | None,
    ) -> str:
        # "Status, the first that fits", from 2 on
        name, kind = requirement.requirement_id, requirement.kind
        if kind == "monitor":
            return "MONITOR_ONLY"
        # "NOT_APPLICABLE its denominator is zero, or nothing is due yet"
        if denominator == 0 or (name == "9.5.month" and not self._assessed(month, org)):
            return "NOT_APPLICABLE"
        if threshold is None:
            return "NO_TARGET" if name == "9.1" else "THRESHOLD_UNSET"
        if numerator >= (threshold if kind == "count" else threshold * denominator):
            return "PASS"
        if kind == "count":
            # "not met: IN_PROGRESS before December, FAIL in December. Exception: 9.5.month is FAIL at once"
            return "FAIL" if month.first.month == 12 or name == "9.5.month" else "IN_PROGRESS"
        if kind == "derived":
            # "All pass: PASS; else any FAIL: FAIL; else IN_PROGRESS"
            return "FAIL" if "FAIL" in self._guided_statuses(month, org, name) else "IN_PROGRESS"
        return "FAIL"

    def _is_final(self, month: Month, requirement: Requirement, status: str) -> bool:
        # "its exports are all dated on or after the as-of month's last day, and: ..."
        last_day = (month.end - timedelta(days=1)).date()
        name = requirement.requirement_id
        for export in requirement.exports:
            if self.world.landed[export] is None or self.world.export_dates[export] < last_day:
                return False
        if month.first.month == 12 or name == "9.5.month":
            return True
        if name == "9.5":
            return status == "FAIL" and self._reading("9.5.year") == "every_month"
        if name == "9.1" and self._reading("9.1.basis") == "cumulative_stock":
            return False  # "then PASS is final in December only"
        return requirement.kind == "count" and status == "PASS"

    # --- numerators and denominators ---

    def _measure(self, month: Month, org: str, name: str) -> tuple[int, int | None]:
        match name.split("."):
            case ["8", "1"]:
                rows = self._rows("process_applications", org)
                onlined = [row for row in rows if before(row["onlined_on"], month.end)]
                return len(onlined), len([row for row in rows if before(row["approved_on"], month.end)])
            case ["8", "2" | "3", key]:
                return self._usage(month, org, self._modules_of(module_key=key))
            case ["8", "4", key]:
                return self._completion(month, org, self._modules_of(module_key=key))
            case ["4", "business_usage"]:
                return self._usage(month, org, self._modules_of(category="business"))
            case ["4", "business_completion"]:
                return self._completion(month, org, self._modules_of(category="business"))
            case ["9", "4", category]:
                modules = self._modules_of(category=category, tracks_completion="true")
                return self._completion(month, org, modules)
            case ["8", "5" | "6" | "7" | "8"]:
                statuses = self._guided_statuses(month, org, name)
                return statuses.count("PASS"), len(statuses)
            case ["8", "9"]:
                rows = [row for row in self._rows("articles", org) if in_year(row["published_at"], month)]
                return len([row for row in rows if stands(row)]), None
            case ["8", "10", "benefits"] | ["9", "7"]:
                return self._published("benefit_services", "launched_on", month, org), None
            case ["8", "10", "activities"] | ["9", "8"]:
                return self._published("activities", "started_on", month, org), None
            case ["8", "11"]:
                plans = self._rows("promotion_plans", org)
                of_year = [row for row in plans if row["plan_year"] == month.first.year]
                return int(any(before(row["adopted_on"], month.end) for row in of_year)), None
            case ["9", "1"]:
                return self._users(month, org), None
            case ["9", "2"]:
                active = [row for row in self._rows("registered_users", org) if is_active(row, month)]
                return len([row for row in active if before(row["certified_at"], month.end)]), len(active)
            case ["9", "3", "members"]:
                return self._through_platform("new_members", "joined_on", month, org)
            case ["9", "3", "unions"]:
                return self._through_platform("new_unions", "founded_on", month, org)
            case ["9", "5", "month"]:
                return self._local_articles(month, org), None
            case ["9", "5"]:
                return self._months(month, org)
            case ["9", "6"]:
                rows = self._rows("channel_visits", org)
                return sum(row["page_views"] for row in rows if in_year(row["visited_on"], month)), None
            case ["5", "cadres"]:
                # "cadres entered before T and not left before T"
                entered = [row for row in self._rows("cadres", org) if before(row["entered_on"], month.end)]
                return len([row for row in entered if not before(row["left_on"], month.end)]), None
        raise ValueError(name)

    def _rows(self, export: str, org: str) -> list[LandedRow]:
        return [row for row in self.world.landed[export] if row["org_code"] == org]

    def _modules_of(self, **wanted: str) -> set[str]:
        return {
            code
            for code, module in self.modules.items()
            if all(module[column] == value for column, value in wanted.items())
        }

    def _items(self, month: Month, org: str, modules: set[str]) -> list[LandedRow]:
        # "countable items of that module accepted in the year"
        rows = [row for row in self._rows("workflow_items", org) if row["module_code"] in modules]
        return [row for row in rows if is_countable(row) and in_year(row["accepted_at"], month)]

    def _usage(self, month: Month, org: str, modules: set[str]) -> tuple[int, int]:
        items = self._items(month, org, modules)
        return len([row for row in items if row["channel"] == "platform"]), len(items)

    def _completion(self, month: Month, org: str, modules: set[str]) -> tuple[int, int]:
        # "countable platform items ... accepted in the year: completed_at < T / all"
        items = [row for row in self._items(month, org, modules) if row["channel"] == "platform"]
        return len([row for row in items if before(row["completed_at"], month.end)]), len(items)

    def _through_platform(self, export: str, column: str, month: Month, org: str) -> tuple[int, int]:
        rows = [row for row in self._rows(export, org) if in_year(row[column], month)]
        return len([row for row in rows if row["channel"] == "platform"]), len(rows)

    def _published(self, export: str, column: str, month: Month, org: str) -> int:
        rows = [row for row in self._rows(export, org) if in_year(row[column], month)]
        return len([row for row in rows if row["status"] == "published"])

    # --- 9.5 ---

    def _assessed(self, month: Month, org: str) -> bool:
        # "where 2020-03-20, and channel_opened_on if given, are on or before its first day"
        opened = self.orgs[org]["channel_opened_on"]
        return month.first >= EFFECTIVE_ON and (not opened or datetime.fromisoformat(opened) <= month.first)

    def _local_articles(self, month: Month, org: str) -> int:
        rows = [row for row in self._rows("articles", org) if row["channel_scope"] == "local"]
        published = [row for row in rows if month.first <= row["published_at"] < month.end]
        return len([row for row in published if stands(row)])

    def _months(self, month: Month, org: str) -> tuple[int, int]:
        # "months of the year so far with 9.5.month PASS / months assessed"
        assessed = [each for each in month.so_far() if self._assessed(each, org)]
        if self._reading("9.5.year") == "monthly_average":
            # "numerator the articles of the assessed months, denominator their number"
            return sum(self._local_articles(each, org) for each in assessed), len(assessed)
        verdicts = [self.verdict(each, org, BY_ID["9.5.month"]) for each in assessed]
        return len([each for each in verdicts if each.status == "PASS"]), len(assessed)

    # --- 9.1 ---

    def _users(self, month: Month, org: str) -> int:
        if self.orgs[org]["org_type"] == "target_group":
            # "the target_group org has the sum of its members"
            return sum(self._users(month, member) for member in self._members(org))
        rows = self._rows("registered_users", org)
        if self._reading("9.1.basis") == "annual_new":
            # "users registered in the year, whether or not cancelled later"
            return len([row for row in rows if in_year(row["registered_at"], month)])
        return len([row for row in rows if is_active(row, month)])

    def _members(self, unit: str) -> list[str]:
        return [code for code, org in self.orgs.items() if org["target_unit_code"] == unit and code != unit]

    def _target(self, month: Month, org: str) -> Fraction | None:
        # "An org whose target_unit_code is another org's shares that one's target"
        unit = self.orgs[org]["target_unit_code"]
        rows = [row for row in self.world.seeds["registration_targets"] if row["target_unit_code"] == unit]
        figures = {int(row["year"]): Fraction(row["target_wan"]) * 10000 for row in rows}
        if not unit or month.first.year not in figures:
            return None  # "After 2022: NO_TARGET", the annex having no figure for the year
        if self._reading("9.1.basis") == "annual_new":
            target = figures[month.first.year]
        else:
            # "the sum of the annex's figures to that year"
            target = sum(figure for year, figure in figures.items() if year <= month.first.year)
        if unit == org:
            return target
        if self._reading("9.1.group_members") == "group_only":
            return None  # "its members have their own numerator and NO_TARGET"
        # "members are also judged, against ⌈group target / number of members⌉"
        return Fraction(ceil(target / len(self._members(unit))))

    # --- thresholds, readings, guidance ---

    def _threshold(self, month: Month, org: str, name: str) -> Fraction | None:
        if BY_ID[name].kind == "monitor":
            return None
        if name == "9.1":
            return self._target(month, org)
        if name in ("8.9", "8.10.benefits", "8.10.activities"):
            rows = [row for row in self.world.seeds["prescribed_quantities"] if row["requirement_id"] == name]
            of_year = {row["org_code"]: row for row in rows if int(row["year"]) == month.first.year}
            # "`*` = every department; a department's own row wins"
            row = of_year.get(org) or of_year.get("*")
            return Fraction(row["quantity"]) if row else None
        if name == "9.5" and self._reading("9.5.year") == "monthly_average":
            name = "9.5.month"  # "threshold 50": what 9.5.month asks for
        for row in self.world.seeds["thresholds"]:
            until = int(row["year_to"]) if row["year_to"] else month.first.year
            if row["requirement_id"] == name and int(row["year_from"]) <= month.first.year <= until:
                return Fraction(row["threshold"])
        raise ValueError(f"no threshold for {name} in {month.first.year}")

    def _reading(self, reading_id: str) -> str:
        (active,) = [
            row["option"]
            for row in self.world.seeds["readings"]
            if row["reading_id"] == reading_id and row["is_active"] == "true"
        ]
        return active

    def _guided_statuses(self, month: Month, department: str, name: str) -> list[str]:
        # "guided orgs that PASS ... that PASS, FAIL or are IN_PROGRESS": one status for each that counts
        found = []
        for row in self.world.seeds["guidance"]:
            if row["department_code"] == department:
                found += self._roll_up(month, row["local_org_code"], LOOKS_AT[name])
        return found

    def _roll_up(self, month: Month, org: str, names: Sequence[str]) -> list[str]:
        # "FAIL if either is, else IN_PROGRESS, else PASS; other statuses do not count"
        looked_at = [BY_ID[name] for name in names if _has(self.orgs[org], BY_ID[name])]
        statuses = [self.verdict(month, org, requirement).status for requirement in looked_at]
        return [status for status in ("FAIL", "IN_PROGRESS", "PASS") if status in statuses][:1]


def _has(org: SeedRow, requirement: Requirement) -> bool:
    # "is_department → department, is_local → local"; "a `target_group` org has just 9.1"
    if org["org_type"] == "target_group" and requirement.requirement_id != "9.1":
        return False
    return org["is_department" if requirement.role == "department" else "is_local"] == "true"
