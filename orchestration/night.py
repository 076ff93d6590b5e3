"""When the night is: every day at 02:00 Beijing time, unless the environment says otherwise."""

import os

from orchestration.usage import UsageFault

CRON_VARIABLE = "GONGHUI_CRON"
DEFAULT_CRON = "0 2 * * *"
TIME_ZONE = "Asia/Shanghai"


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
