"""How old a release, and a landed export, may be before somebody should look."""

from datetime import date, timedelta

from orchestration.common.clock import now
from orchestration.common.settings import Settings


def release_max_age() -> timedelta:
    """Return the age from which a release is stale; raises UsageFault where a setting is wrong."""
    return timedelta(hours=Settings.read().release_max_age_hours)


def export_max_age() -> timedelta:
    """Return the age from which an export is stale; raises UsageFault where a setting is wrong."""
    return timedelta(days=Settings.read().export_max_age_days)


def is_stale(export_date: date) -> bool:
    """Whether a snapshot of that date is older, by today's date in Beijing, than an export may be."""
    return now().date() - export_date > export_max_age()
