"""When the night is: every day at 02:00 Beijing time, unless the environment says otherwise."""

import os
from datetime import datetime

from cronsim import CronSim, CronSimError

from orchestration.common.clock import TIME_ZONE
from orchestration.errors import UsageFault

CRON_VARIABLE = "GONGHUI_CRON"
DEFAULT_CRON = "0 2 * * *"


def cron() -> str:
    """Return the schedule in cron's notation, Beijing time; raises UsageFault where GONGHUI_CRON is none."""
    text = os.environ.get(CRON_VARIABLE)
    if not text:
        return DEFAULT_CRON
    import dagster as dg  # costs seconds, which the default need not cost

    try:
        dg.ScheduleDefinition(job_name="any", cron_schedule=text, execution_timezone=TIME_ZONE)
    except dg.DagsterInvalidDefinitionError:
        raise UsageFault(
            f"{CRON_VARIABLE} is {text!r}: write cron's notation, for example {DEFAULT_CRON!r}"
        ) from None
    return text


# cron's names for common schedules, which Dagster takes and cronsim does not.
_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


def next_run(cron: str, after: datetime) -> datetime | None:
    """Return the first minute after `after`, in its zone, that `cron` names.

    Told without Dagster, which costs seconds to import. None for what is no schedule, and a day that never
    is.
    """
    try:
        return next(CronSim(_NAMED.get(cron, cron), after), None)
    except CronSimError:
        return None
