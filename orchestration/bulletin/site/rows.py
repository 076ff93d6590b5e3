"""The rows that the pages are made of, as the published file names their columns."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Key = tuple[str, str]
"""An org's code and a requirement's id: a requirement has one role, so a month has one verdict for both."""


@dataclass(frozen=True, slots=True)
class Release:
    """The one row of `quality.release`."""

    release_id: str
    published_at: datetime
    as_of_month: date
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Org:
    """A row of `indicators.dim_organizations`."""

    org_code: str
    org_name: str
    short_name: str
    org_type: str
    is_department: bool
    is_local: bool
    target_unit_code: str | None
    target_unit_name: str | None
    opened_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of `compliance.dim_requirements`."""

    requirement_id: str
    clause_id: str
    article: str
    item: str | None
    clause_text: str
    role: str
    title: str
    unit: str
    target_source: str
    period: str | None
    numerator_label: str | None
    denominator_label: str | None
    source_requirements: str | None
    exports: str

    @property
    def clause(self) -> str:
        """How its clause is called, 第九条（一）."""
        return f"{self.article}{self.item or ''}"

    @property
    def sources(self) -> list[str]:
        """The requirements whose verdicts it looks at."""
        return (self.source_requirements or "").split()


@dataclass(frozen=True, slots=True)
class Point:
    """A verdict of any month, as far as a trend shows it."""

    as_of_month: date
    org_code: str
    requirement_id: str
    numerator: int | None
    denominator: int | None
    observed: float | None
    threshold: Decimal | None
    unit: str
    status: str

    @property
    def key(self) -> Key:
        """Whose verdict it is."""
        return self.org_code, self.requirement_id


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict of the release's own month."""

    org_code: str
    requirement_id: str
    org_type: str
    numerator: int | None
    denominator: int | None
    observed: float | None
    threshold: Decimal | None
    unit: str
    gap: int | None
    gap_unit: str | None
    status: str
    status_label: str
    reason_label: str | None
    is_final: bool
    is_waived: bool
    evidence_date: date | None
    refused_rows: int | None

    @property
    def key(self) -> Key:
        """Whose verdict it is."""
        return self.org_code, self.requirement_id


@dataclass(frozen=True, slots=True)
class Outlook:
    """A row of `compliance.fct_outlook`."""

    org_code: str
    requirement_id: str
    gap: int | None
    unit: str
    months_elapsed: int
    months_left: int
    needed_pace: float | None
    projected: int
    outlook_label: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """A row of `compliance.fct_rankings`."""

    org_code: str
    requirement_id: str
    org_type: str
    completion: Decimal | None
    rank: int
    ranked_orgs: int
    rank_before: int | None

    @property
    def rise(self) -> int:
        """How many places it rose since the month before; below 0 it fell."""
        return self.rank_before - self.rank if self.rank_before else 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of `compliance.fct_rankings_per_thousand`."""

    org_code: str
    requirement_id: str
    factor_label: str
    factor_unit: str
    factor_year: int
    factor_value: Decimal
    per_thousand: Decimal | None
    rank_per_thousand: int
    compared_orgs: int
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A row of `compliance.rpt_standards_review`, of the year of the release's month."""

    target_unit_code: str
    requirement_id: str
    standard: Decimal
    unit: str
    standard_share: Decimal | None
    weighted_share: Decimal | None
    difference: int | None
    standard_per_thousand_workers: Decimal | None
    reached: int | None
    finding: str
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """A row of `compliance.fct_trends`."""

    org_code: str
    requirement_id: str
    unit: str
    months_failed_in_a_row: int
    change_on_month_before: float | None
    change_on_year_before: float | None


@dataclass(frozen=True, slots=True)
class Total:
    """A row of `compliance.fct_requirement_totals`, of any month."""

    as_of_month: date
    org_type: str
    requirement_id: str
    orgs: int
    orgs_passed: int
    orgs_failed: int
    orgs_in_progress: int
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A row of `compliance.dim_readings`, one option of a reading for a time."""

    reading_id: str
    option: str
    option_label: str
    clause_id: str
    rationale: str | None
    decided_on: date | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Standard:
    """A row of `compliance.dim_thresholds`."""

    requirement_id: str
    year_from: int
    year_to: int | None
    threshold: Decimal
    unit: str
    clause_text: str


@dataclass(frozen=True, slots=True)
class Guidance:
    """A row of `indicators.bridge_guidance`."""

    department_code: str
    local_org_code: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A row of `compliance.dim_waivers`."""

    org_code: str
    requirement_id: str
    month_from: date
    month_to: date
    reason: str
    approved_by: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Export:
    """A row of `quality.landed_exports`."""

    export_name: str
    export_label: str
    export_date: date
    rows_read: int
    rows_landed: int
    rows_rejected: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Rows of `quality.rejected_rows` of one reason and column."""

    export_name: str
    export_label: str
    reason_label: str
    column_name: str | None
    rows: int
    file_name: str
    row_number: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A row of `quality.unknown_spellings`."""

    export_name: str
    export_label: str
    column_name: str
    spelling: str
    rows: int


@dataclass(frozen=True, slots=True)
class Revised:
    """A row of `quality.revised_verdicts`."""

    as_of_month: date
    org_code: str
    org_name: str
    requirement_id: str
    requirement_title: str
    status_before_label: str
    status_label: str | None
    numerator_before: int | None
    numerator: int | None
    denominator_before: int | None
    denominator: int | None
    release_before: str
    cause: str


@dataclass(frozen=True, slots=True)
class Users:
    """A row of `indicators.fct_user_totals` of the release's month."""

    org_type: str
    orgs: int
    registered_users_stock: int | None
    registered_users_change_on_month_before: int | None
    registered_users_change_on_year_before: int | None
    registered_users_new_in_month: int | None
    registered_users_new_in_year: int | None
    certified_users_stock: int | None
    certified_users_change_on_month_before: int | None
    certified_users_change_on_year_before: int | None
    certified_users_new_in_month: int | None
    certified_users_new_in_year: int | None
