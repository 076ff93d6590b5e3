"""How old a release, and a landed export, may be before somebody should look."""

from datetime import date, timedelta

from orchestration.common.clock import now
from orchestration.common.settings import number

RELEASE_VARIABLE = "GONGHUI_RELEASE_MAX_AGE_HOURS"
EXPORT_VARIABLE = "GONGHUI_EXPORT_MAX_AGE_DAYS"

# A night and two hours; a month and some days for the platform's office to export it.
DEFAULT_RELEASE_HOURS = 26
DEFAULT_EXPORT_DAYS = 35


def release_max_age() -> timedelta:
    """Return the age from which a release is stale; raises UsageFault where the variable is no number."""
    return timedelta(hours=number(RELEASE_VARIABLE, DEFAULT_RELEASE_HOURS, "hours"))


def export_max_age() -> timedelta:
    """Return the age from which an export is stale; raises UsageFault where the variable is no number."""
    return timedelta(days=number(EXPORT_VARIABLE, DEFAULT_EXPORT_DAYS, "days"))


def is_stale(export_date: date) -> bool:
    """Whether a snapshot of that date is older, by today's date in Beijing, than an export may be."""
    return now().date() - export_date > export_max_age()
