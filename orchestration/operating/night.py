"""When the night is: every day at 02:00 Beijing time, unless the environment says otherwise."""

import os
from datetime import datetime, timedelta

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


def next_run(cron: str, after: datetime) -> datetime | None:
    """Return the first minute after `after`, in its zone, that `cron` names.

    Told without Dagster, which costs seconds to import: of cron's notation numbers, lists, ranges and
    steps; None for the rest of it, and for a day that never is.
    """
    try:
        minutes, hours, days, months, weekdays = map(_numbers, cron.split(), *zip(*_RANGES, strict=True))
    except ValueError:
        return None
    _, _, day_field, _, weekday_field = cron.split()
    first = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for offset in range(_LEAP_YEARS_COME_BACK_DAYS):
        day = first.date() + timedelta(days=offset)
        of_month, of_week = day.day in days, day.isoweekday() % 7 in {number % 7 for number in weekdays}
        # Where both are given, cron takes either.
        either = of_month or of_week if "*" not in (day_field[0], weekday_field[0]) else of_month and of_week
        if day.month in months and either:
            for hour in sorted(hours):
                for minute in sorted(minutes):
                    time = first.replace(
                        year=day.year, month=day.month, day=day.day, hour=hour, minute=minute
                    )
                    if time >= first:
                        return time
    return None


_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_LEAP_YEARS_COME_BACK_DAYS = 8 * 366


def _numbers(field: str, least: int, most: int) -> set[int]:
    numbers: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span == "*":
            start, end = least, most
        else:
            first, dash, last = span.partition("-")
            start = int(first)
            end = int(last) if dash else (most if step else start)
        if not least <= start <= end <= most:
            raise ValueError(f"{field} is out of range")
        numbers.update(range(start, end + 1, int(step or 1)))
    return numbers
