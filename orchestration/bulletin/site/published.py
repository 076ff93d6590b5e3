"""What the pages are made of: rows of one published file, as it names them, by what they are looked up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import TypeVar

import duckdb

from orchestration.bulletin.cells import words
from orchestration.bulletin.site.rows import (
    Compared,
    Export,
    Guidance,
    Key,
    Org,
    Outlook,
    Point,
    Ranking,
    Reading,
    Refused,
    Release,
    Requirement,
    Reviewed,
    Revised,
    Standard,
    Total,
    Trend,
    Unknown,
    Users,
    Verdict,
    Waiver,
)
from orchestration.bulletin.words import GROUPS, last_day
from orchestration.landing import RAW_EXPORTS
from orchestration.publishing.catalog import has

Dated = TypeVar("Dated", Reading, Guidance)
Kind = TypeVar("Kind")
Keyed = TypeVar("Keyed", Verdict, Outlook, Ranking, Compared, Trend)


@dataclass(frozen=True)
class Published:
    """One published file, read whole: nothing of the pages comes from anywhere else.

    Lists are in the order of the regulation and of the annexes: `org_order`, `requirement_order`.
    """

    release: Release
    orgs: Mapping[str, Org]
    org_types: Mapping[str, str]
    """The Chinese name of each type of org and of `all`, in the order in which a bulletin has them."""
    target_sources: Mapping[str, str]
    requirements: Mapping[str, Requirement]
    statuses: Mapping[str, str]
    months: Sequence[date]
    points: Mapping[Key, Sequence[Point]]
    verdicts: Mapping[Key, Verdict]
    outlooks: Mapping[Key, Outlook]
    rankings: Mapping[Key, Ranking]
    compared: Mapping[Key, Compared]
    """Those whose size is known."""
    reviewed: Mapping[str, Sequence[Reviewed]]
    """By requirement: of those that are weighed, or known by a thousand workers, for one unit at least."""
    trends: Mapping[Key, Trend]
    totals: Mapping[str, Sequence[Total]]
    """By requirement, of all months."""
    readings: Sequence[Reading]
    standards: Mapping[str, Sequence[Standard]]
    guidance: Sequence[Guidance]
    waivers: Mapping[Key, Waiver]
    exports: Mapping[str, Export]
    refused: Sequence[Refused]
    unknown: Sequence[Unknown]
    revised: Sequence[Revised]
    users: Sequence[Users]

    @property
    def month(self) -> date:
        """The first day of the as-of month."""
        return self.release.as_of_month

    @cached_property
    def verdicts_of(self) -> Mapping[str, Sequence[Verdict]]:
        """The verdicts of each org, its requirements in their order."""
        return grouped(self.verdicts.values(), "org_code")

    @cached_property
    def verdicts_on(self) -> Mapping[str, Sequence[Verdict]]:
        """The verdicts on each requirement, the orgs in their order."""
        return grouped(self.verdicts.values(), "requirement_id")

    @cached_property
    def totals_now(self) -> Mapping[Key, Total]:
        """The totals of the release's month, by type of org and requirement."""
        return {
            (total.org_type, total.requirement_id): total
            for totals in self.totals.values()
            for total in totals
            if total.as_of_month == self.month
        }

    @cached_property
    def exports_used(self) -> list[str]:
        """The English names of the exports that some requirement uses."""
        return list(dict.fromkeys(name for one in self.requirements.values() for name in one.exports.split()))

    def readings_of(self, requirement: Requirement) -> list[Reading]:
        """The readings in force of its clause, and of the clauses of those that it looks at."""
        looked_at = [self.requirements[source].clause_id for source in requirement.sources]
        clauses = {requirement.clause_id, *looked_at}
        return [reading for reading in self.readings if reading.clause_id in clauses]

    def guided(self, department: str, requirement: Requirement) -> list[Verdict]:
        """The verdicts that keep a department from passing a requirement which looks at others' verdicts."""
        guided = {one.local_org_code for one in self.guidance if one.department_code == department}
        found = [
            verdict
            for source in requirement.sources
            for verdict in self.verdicts_on.get(source, ())
            if verdict.org_code in guided and verdict.status in ("FAIL", "IN_PROGRESS")
        ]
        return sorted(found, key=lambda verdict: verdict.status)


EXPORT_LABELS = {export.name: export.chinese for export in RAW_EXPORTS}
"""What each export is called, landed or not."""
HEADERS = {(export.name, column.name): column.header for export in RAW_EXPORTS for column in export.landed}
"""What stands above each landed column of an export."""


def read(connection: duckdb.DuckDBPyConnection) -> Published:
    """Read the published file that `connection` has open; raises duckdb.Error where it lacks a column."""

    def rows(kind: type[Kind], source: str) -> list[Kind]:
        columns = ", ".join(field.name for field in fields(kind))  # type: ignore[arg-type]
        return [kind(*row) for row in connection.execute(f"select {columns} from {source}").fetchall()]

    def of_month(kind: type[Keyed], table: str) -> dict[Key, Keyed]:
        found = rows(kind, f"{table} as rows {_IN_ORDER} where as_of_month = date '{month}'")
        return {(row.org_code, row.requirement_id): row for row in found}

    [release] = rows(Release, "quality.release")
    month, end = release.as_of_month, last_day(release.as_of_month)
    orgs = {org.org_code: org for org in rows(Org, "indicators.dim_organizations order by org_order")}
    requirements = rows(Requirement, "compliance.dim_requirements order by requirement_order")
    points: dict[Key, list[Point]] = defaultdict(list)
    for point in rows(Point, "compliance.fct_verdicts order by as_of_month, org_code, requirement_id"):
        points[point.key].append(point)
    type_names = words(connection, "compliance", "fct_requirement_totals", "org_type")
    listed = {org.org_type for org in orgs.values()} | {"all"}
    labels = connection.execute(
        "select code, label from compliance.dim_verdict_labels where kind = 'status' order by code"
    ).fetchall()
    months = connection.execute(
        "select distinct as_of_month from compliance.fct_verdicts order by as_of_month"
    ).fetchall()
    waivers = rows(Waiver, f"compliance.dim_waivers where date '{month}' between month_from and month_to")
    return Published(
        release=release,
        orgs=orgs,
        org_types={
            code: type_names.get(code, code)
            for code in dict.fromkeys([*GROUPS, *sorted(listed)])
            if code in listed
        },
        target_sources=words(connection, "compliance", "dim_requirements", "target_source"),
        requirements={one.requirement_id: one for one in requirements},
        statuses=dict(labels),
        months=[month for (month,) in months],
        points=points,
        verdicts=of_month(Verdict, "compliance.fct_verdicts"),
        outlooks=of_month(Outlook, "compliance.fct_outlook"),
        rankings=of_month(Ranking, "compliance.fct_rankings"),
        compared=of_month(Compared, _COMPARED) if has(connection, _COMPARED) else {},
        reviewed=grouped(rows(Reviewed, _REVIEWED.format(year=month.year)), "requirement_id")
        if has(connection, _REVIEW)
        else {},
        trends=of_month(Trend, "compliance.fct_trends"),
        totals=grouped(
            rows(Total, "compliance.fct_requirement_totals order by as_of_month, org_type, requirement_id"),
            "requirement_id",
        ),
        readings=_in_force(
            rows(Reading, "compliance.dim_readings where is_active order by reading_id, period_number"), end
        ),
        standards=grouped(
            rows(Standard, "compliance.dim_thresholds order by requirement_id, year_from"), "requirement_id"
        ),
        guidance=_in_force(
            rows(
                Guidance,
                "indicators.bridge_guidance order by department_code, local_org_code, period_number",
            ),
            end,
        ),
        waivers={(waiver.org_code, waiver.requirement_id): waiver for waiver in waivers},
        exports={one.export_name: one for one in rows(Export, "quality.landed_exports order by export_name")},
        refused=rows(Refused, _REFUSED),
        unknown=rows(
            Unknown, "quality.unknown_spellings order by rows desc, export_name, column_name, spelling"
        ),
        revised=rows(Revised, _REVISED),
        users=rows(Users, f"indicators.fct_user_totals where as_of_month = date '{month}' order by org_type"),
    )


_COMPARED = "compliance.fct_rankings_per_thousand"
_REVIEW = "compliance.rpt_standards_review"
_REVIEWED = f"""(
    select review.*, orgs.org_order
    from {_REVIEW} as review
    left join indicators.dim_organizations as orgs on review.target_unit_code = orgs.org_code
    where review.year = {{year}}
    qualify
        count(review.weighted_share) over (partition by review.requirement_id)
        + count(review.standard_per_thousand_workers) over (partition by review.requirement_id) > 0
) order by org_order, target_unit_code
"""

_IN_ORDER = """
    left join (select org_code, org_order from indicators.dim_organizations) as orgs using (org_code)
    left join (
        select requirement_id, requirement_order from compliance.dim_requirements
    ) as requirements using (requirement_id)
"""

_REFUSED = """(
    select
        export_name, export_label, reason_label, column_name, count(*) as rows,
        arg_min(file_name, (file_name, row_number)) as file_name,
        arg_min(row_number, (file_name, row_number)) as row_number,
    from quality.rejected_rows group by all order by export_label, rows desc, reason_label, column_name
)"""

_REVISED = """(
    select revised.*
    from quality.revised_verdicts as revised
    left join indicators.dim_organizations as orgs using (org_code)
    left join compliance.dim_requirements as requirements using (requirement_id)
    order by as_of_month desc, org_order, requirement_order, release_before
)"""


def grouped(rows: Iterable[Kind], column: str) -> dict[str, list[Kind]]:
    """Return `rows` by the value of a column, in their order."""
    found: dict[str, list[Kind]] = {}
    for row in rows:
        found.setdefault(getattr(row, column), []).append(row)
    return found


def _in_force(rows: Sequence[Dated], day: date) -> list[Dated]:
    """Those that hold on `day`; a blank date is no bound."""
    return [row for row in rows if (row.valid_from or day) <= day <= (row.valid_to or day)]
