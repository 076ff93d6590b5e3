"""The verdicts once more, straight from the contract's sentences (sections 3 and 4), which are quoted.

Slow and plain on purpose: no SQL, no running totals, every number is counted anew from the landed rows for
every month. It shares nothing with the warehouse but the seeds, so that the same mistake is not made twice.
"""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from math import ceil

from .contract import (
    BY_ID,
    LOOKS_AT,
    REQUIREMENTS,
    LandedRow,
    Month,
    Requirement,
    Verdict,
    World,
    before,
    in_year,
    is_active,
    is_countable,
    is_done,
    months,
    stands,
)
from .reference import Reference

JUDGED = ("PASS", "FAIL", "IN_PROGRESS")


class Oracle:
    """Judges one world."""

    def __init__(self, world: World):
        self.world = world
        self.reference = Reference(world.seeds)
        self._judged: dict[tuple[Month, str, str], Verdict] = {}
        self._rows_of: dict[tuple[str, str], list[LandedRow]] = {}
        for export, rows in world.landed.items():
            for row in rows or []:
                self._rows_of.setdefault((export, row["org_code"]), []).append(row)

    def verdicts(self) -> list[Verdict]:
        """Return "one row for every as-of month × org that is open in it × role × requirement"."""
        return [
            self.verdict(month, org, requirement)
            for month in months(self.world.as_of)
            for org in self.reference.orgs
            for requirement in REQUIREMENTS
            if self.reference.is_asked(month, org, requirement)
        ]

    def verdict(self, month: Month, org: str, requirement: Requirement) -> Verdict:
        """Judge one org on one requirement at the end of one month."""
        key = (month, org, requirement.requirement_id)
        if key not in self._judged:
            self._judged[key] = self._judge(month, org, requirement)
        return self._judged[key]

    def _judge(self, month: Month, org: str, requirement: Requirement) -> Verdict:
        name, kind = requirement.requirement_id, requirement.kind
        numerator = denominator = threshold = observed = gap = None
        if self._is_without_data(month, requirement):
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
        if status in JUDGED:
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
            evidence_date=self._evidence_date(requirement),
            refused_rows=self._refused_rows(org, requirement),
        )

    # --- status ---

    def _is_without_data(self, month: Month, requirement: Requirement) -> bool:
        # "NO_DATA an export it uses was never landed, or, for 9.5.month, does not reach into the month"
        if any(self.world.landed[export] is None for export in requirement.exports):
            return True
        return requirement.requirement_id == "9.5.month" and not month.is_reached_by(
            self.world.export_dates["articles"]
        )

    def _are_covering(self, month: Month, requirement: Requirement) -> bool:
        dates = self.world.export_dates
        return all(export in dates and month.is_covered_by(dates[export]) for export in requirement.exports)

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
        if denominator == 0 or (name == "9.5.month" and not self._is_assessed(month, org)):
            return "NOT_APPLICABLE"
        if threshold is None:
            return "NO_TARGET" if name == "9.1" else "THRESHOLD_UNSET"
        if numerator >= (threshold if kind == "count" else threshold * denominator):
            return "PASS"
        if name == "9.5.month":
            # "9.5.month: FAIL if its export covers the month, else IN_PROGRESS"
            return "FAIL" if self._are_covering(month, requirement) else "IN_PROGRESS"
        if kind == "count":
            # "count, not met: FAIL in December if its exports cover it, else IN_PROGRESS"
            is_over = month.first.month == 12 and self._are_covering(month, requirement)
            return "FAIL" if is_over else "IN_PROGRESS"
        if kind == "derived":
            # "All pass: PASS; else any FAIL: FAIL; else IN_PROGRESS"
            return "FAIL" if "FAIL" in self._guided_statuses(month, org, name) else "IN_PROGRESS"
        return "FAIL"

    def _is_final(self, month: Month, requirement: Requirement, status: str) -> bool:
        # "its exports all cover the as-of month, and: the month is December, or it is kind count with PASS,
        # or it is 9.5.month, or it is 9.5 with FAIL under `every_month`. THRESHOLD_UNSET is never final"
        name = requirement.requirement_id
        if status == "THRESHOLD_UNSET" or not self._are_covering(month, requirement):
            return False
        if month.first.month == 12 or name == "9.5.month":
            return True
        if name == "9.5":
            return status == "FAIL" and self.reference.reading(month, "9.5.year") == "every_month"
        if name == "9.1" and self.reference.reading(month, "9.1.basis") == "cumulative_stock":
            return False  # "then PASS is final in December only"
        return requirement.kind == "count" and status == "PASS"

    def _evidence_date(self, requirement: Requirement) -> date | None:
        # "the oldest date of the exports it uses; null where one was never landed"
        dates = [self.world.export_dates.get(export) for export in requirement.exports]
        return None if None in dates else min(dates)

    def _refused_rows(self, org: str, requirement: Requirement) -> int | None:
        # "the rows refused in the exports it uses whose org is this one (of a `target_group`: is a member),
        # or is none that is known; null for derived and where one was never landed"
        if requirement.kind == "derived" or self._evidence_date(requirement) is None:
            return None
        is_group = self.reference.orgs[org]["org_type"] == "target_group"
        counted = [None, *(self.reference.members(org) if is_group else [org])]
        refused = [code for export in requirement.exports for code in self.world.refused.get(export, [])]
        return len([code for code in refused if code in counted])

    def _threshold(self, month: Month, org: str, name: str) -> Fraction | None:
        if BY_ID[name].kind == "monitor":
            return None
        if name == "9.1":
            return self.reference.target(month, org)
        if name in ("8.9", "8.10.benefits", "8.10.activities"):
            return self.reference.prescribed(month, org, name)
        if name == "9.5" and self.reference.reading(month, "9.5.year") == "monthly_average":
            name = "9.5.month"  # "threshold that of 9.5.month"
        return self.reference.threshold(month, name)

    # --- numerators and denominators ---

    def _measure(self, month: Month, org: str, name: str) -> tuple[int, int | None]:
        modules = self.reference.modules
        match name.split("."):
            case ["8", "1"]:
                rows = self._rows("process_applications", org)
                onlined = [row for row in rows if before(row["onlined_on"], month.end)]
                return len(onlined), len([row for row in rows if before(row["approved_on"], month.end)])
            case ["8", "2" | "3", key]:
                return self._usage(month, org, modules(module_key=key))
            case ["8", "4", key]:
                return self._completion(month, org, modules(module_key=key))
            case ["4", "business_usage"]:
                return self._usage(month, org, modules(category="business"))
            case ["4", "business_completion"]:
                return self._completion(month, org, modules(category="business"))
            case ["9", "4", category]:
                return self._completion(month, org, modules(category=category, tracks_completion="true"))
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
        return self._rows_of.get((export, org), [])

    def _items(self, month: Month, org: str, modules: set[str]) -> list[LandedRow]:
        # "countable items of that module accepted in the year"
        rows = [row for row in self._rows("workflow_items", org) if row["module_code"] in modules]
        return [row for row in rows if is_countable(row) and in_year(row["accepted_at"], month)]

    def _usage(self, month: Month, org: str, modules: set[str]) -> tuple[int, int]:
        # "on the platform / all"
        items = self._items(month, org, modules)
        return len([row for row in items if row["channel"] == "platform"]), len(items)

    def _completion(self, month: Month, org: str, modules: set[str]) -> tuple[int, int]:
        # "countable platform items ... accepted in the year: done / all"
        items = [row for row in self._items(month, org, modules) if row["channel"] == "platform"]
        return len([row for row in items if is_done(row, month)]), len(items)

    def _through_platform(self, export: str, column: str, month: Month, org: str) -> tuple[int, int]:
        rows = [row for row in self._rows(export, org) if in_year(row[column], month)]
        return len([row for row in rows if row["channel"] == "platform"]), len(rows)

    def _published(self, export: str, column: str, month: Month, org: str) -> int:
        rows = [row for row in self._rows(export, org) if in_year(row[column], month)]
        return len([row for row in rows if row["status"] == "published"])

    def _users(self, month: Month, org: str) -> int:
        if self.reference.orgs[org]["org_type"] == "target_group":
            # "the target_group org has the sum of its members"
            return sum(self._users(month, member) for member in self.reference.members(org))
        rows = self._rows("registered_users", org)
        if self.reference.reading(month, "9.1.basis") == "annual_new":
            # "users registered in the year, whether or not cancelled later"
            return len([row for row in rows if in_year(row["registered_at"], month)])
        return len([row for row in rows if is_active(row, month)])

    # --- 9.5 ---

    def _is_assessed(self, month: Month, org: str) -> bool:
        # "where 2020-03-20, and channel_opened_on if given, are on or before its first day"
        opened = self.reference.orgs[org]["channel_opened_on"]
        return month.first >= datetime(2020, 3, 20) and (
            not opened or datetime.fromisoformat(opened) <= month.first
        )

    def _local_articles(self, month: Month, org: str) -> int:
        # "local-channel articles published in the as-of month, not withdrawn before its end"
        rows = [row for row in self._rows("articles", org) if row["channel_scope"] == "local"]
        published = [row for row in rows if month.first <= row["published_at"] < month.end]
        return len([row for row in published if stands(row)])

    def _months(self, month: Month, org: str) -> tuple[int, int]:
        # "Of the assessed months 9.5 counts those that are PASS or FAIL"; "A month without a verdict of
        # 9.5.month ... does not count for 9.5"
        each_month = BY_ID["9.5.month"]
        asked = [each for each in month.so_far() if self.reference.is_asked(each, org, each_month)]
        verdicts = [self.verdict(each, org, each_month) for each in asked if self._is_assessed(each, org)]
        counted = [verdict for verdict in verdicts if verdict.status in ("PASS", "FAIL")]
        if self.reference.reading(month, "9.5.year") == "monthly_average":
            # "numerator the articles of the months that count, denominator their number"
            return sum(verdict.numerator for verdict in counted), len(counted)
        return len([verdict for verdict in counted if verdict.status == "PASS"]), len(counted)

    # --- derived ---

    def _guided_statuses(self, month: Month, department: str, name: str) -> list[str]:
        # "guided orgs that PASS / that PASS, FAIL or are IN_PROGRESS": one status for each that counts
        found = []
        for org in self.reference.guided(month, department):
            found += self._roll_up(month, org, LOOKS_AT[name])
        return found

    def _roll_up(self, month: Month, org: str, names: Sequence[str]) -> list[str]:
        # "FAIL if either is, else IN_PROGRESS, else PASS; other statuses do not count"
        asked = [BY_ID[name] for name in names if self.reference.is_asked(month, org, BY_ID[name])]
        statuses = [self.verdict(month, org, requirement).status for requirement in asked]
        return [status for status in ("FAIL", "IN_PROGRESS", "PASS") if status in statuses][:1]
