"""What section 4 of the contract names: the requirements, the months, what a world and a verdict are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

LandedRow = Mapping[str, Any]
SeedRow = Mapping[str, str]

FIRST_MONTH = date(2020, 3, 1)


@dataclass(frozen=True)
class World:
    """What a refresh knows.

    landed: rows by export (None: never landed). export_dates: of the exports landed. refused: by export, the
    org that each refused row names (None: none that is known). seeds: reference seeds by name. as_of: the
    first day of the last month judged.
    """

    landed: Mapping[str, Sequence[LandedRow] | None]
    export_dates: Mapping[str, date]
    refused: Mapping[str, Sequence[str | None]]
    seeds: Mapping[str, Sequence[SeedRow]]
    as_of: date


@dataclass(frozen=True)
class Verdict:
    """One row of compliance.fct_verdicts."""

    as_of_month: date
    org_code: str
    role: str
    requirement_id: str
    numerator: int | None
    denominator: int | None
    observed: Fraction | None
    threshold: Fraction | None
    gap: int | None
    status: str
    is_final: bool
    evidence_date: date | None
    refused_rows: int | None


@dataclass(frozen=True)
class Requirement:
    """A row of the table in section 4, with the exports it uses."""

    requirement_id: str
    role: str
    kind: str
    exports: tuple[str, ...]


def _table(role: str, *lines: str) -> list[Requirement]:
    parts = [line.split() for line in lines]
    return [Requirement(name, role, kind, tuple(exports)) for name, kind, *exports in parts]


REQUIREMENTS = [
    *_table(
        "department",
        "8.1 ratio process_applications",
        "8.2.external_meetings ratio workflow_items",
        "8.2.internal_meetings ratio workflow_items",
        "8.3.documents ratio workflow_items",
        "8.3.notices ratio workflow_items",
        "8.3.information_reports ratio workflow_items",
        "8.4.documents ratio workflow_items",
        "8.4.proposals ratio workflow_items",
        "8.4.petitions ratio workflow_items",
        "8.5 derived workflow_items",
        "8.6 derived registered_users",
        "8.7 derived registered_users",
        "8.8 derived new_members new_unions",
        "8.9 count articles",
        "8.10.benefits count benefit_services",
        "8.10.activities count activities",
        "8.11 count promotion_plans",
        "4.business_usage monitor workflow_items",
        "4.business_completion monitor workflow_items",
    ),
    *_table(
        "local",
        "9.1 count registered_users",
        "9.2 ratio registered_users",
        "9.3.members ratio new_members",
        "9.3.unions ratio new_unions",
        "9.4.general ratio workflow_items",
        "9.4.business ratio workflow_items",
        "9.5.month count articles",
        "9.5 ratio articles",
        "9.6 monitor channel_visits",
        "9.7 count benefit_services",
        "9.8 count activities",
        "5.cadres monitor cadres",
    ),
]
BY_ID = {requirement.requirement_id: requirement for requirement in REQUIREMENTS}

# "guided orgs ... on 9.4.business, 9.1, 9.2, 9.3"
LOOKS_AT = {
    "8.5": ("9.4.business",),
    "8.6": ("9.1",),
    "8.7": ("9.2",),
    "8.8": ("9.3.members", "9.3.unions"),
}


@dataclass(frozen=True)
class Month:
    """An as-of month, with the words of the contract's "Terms"."""

    first: datetime

    @property
    def end(self) -> datetime:
        """T, "the instant just after the as-of month ends (2020-06 → 2020-07-01 00:00)"."""
        year, month = self.first.year, self.first.month
        return datetime(year + month // 12, month % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        return (self.end - timedelta(days=1)).date()

    @property
    def year_start(self) -> datetime:
        """Return "its 1 January 00:00"."""
        return datetime(self.first.year, 1, 1)

    def so_far(self) -> list["Month"]:
        """Return the months of the year so far."""
        return [Month(datetime(self.first.year, month, 1)) for month in range(1, self.first.month + 1)]

    def is_covered_by(self, export_date: date) -> bool:
        """Tell: "An export covers a month if its date is after the month's last day"."""
        return export_date > self.last_day

    def is_reached_by(self, export_date: date) -> bool:
        """Tell: an export "reaches into it if its date is after the month's first day"."""
        return export_date > self.first.date()


def months(as_of: date) -> list[Month]:
    """Return "every as-of month from 2020-03 to the as-of month"."""
    found = [Month(at(FIRST_MONTH))]
    while found[-1].first < at(as_of):
        found.append(Month(found[-1].end))
    return found


def at(value: date | datetime | None) -> datetime | None:
    """Read a date as its midnight; a timestamp stays."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)


def before(value: date | None, instant: datetime) -> bool:
    """Tell whether it is there and earlier: a blank never happened."""
    return value is not None and at(value) < instant


def in_year(value: date | None, month: Month) -> bool:
    """Tell whether it is in the year: "year start ≤ event < T"."""
    return value is not None and month.year_start <= at(value) < month.end


def is_countable(item: LandedRow) -> bool:
    """Tell: "status neither withdrawn, duplicate nor transferred"."""
    return item["status"] not in ("withdrawn", "duplicate", "transferred")


def is_done(item: LandedRow, month: Month) -> bool:
    """Tell: "Done: status completed and completed_at < T"."""
    return item["status"] == "completed" and before(item["completed_at"], month.end)


def is_active(user: LandedRow, month: Month) -> bool:
    """Tell: "Users active at T: registered_at < T, and cancelled_at blank or ≥ T"."""
    return before(user["registered_at"], month.end) and not before(user["cancelled_at"], month.end)


def stands(article: LandedRow) -> bool:
    """Tell: "not withdrawn before the end of their publication month"."""
    published = article["published_at"]
    return not before(article["withdrawn_at"], Month(datetime(published.year, published.month, 1)).end)
