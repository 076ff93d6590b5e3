"""What the environment sets, each setting in one place; docs/operations.md lists them.

Where to work (home, inbox, the office's reference seeds) is said by options first: see `home`.
"""

import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from cronsim import CronSim, CronSimError

from orchestration.errors import UsageFault
from orchestration.language import LANGUAGE_VARIABLE, N_, _, language_of

MEMORY_VARIABLE = "GONGHUI_MEMORY_LIMIT"
THREADS_VARIABLE = "GONGHUI_THREADS"
CRON_VARIABLE = "GONGHUI_CRON"
ALERT_COMMAND_VARIABLE = "GONGHUI_ALERT_COMMAND"
ALERT_URL_VARIABLE = "GONGHUI_ALERT_URL"
POSTGRES_VARIABLE = "GONGHUI_POSTGRES_URL"

# As hours 11 years, as days 270: no calendar ends before that.
MOST = 100_000


def _number(
    variable: str, default: int | Callable[[], int], unit: str, least: int = 1, most: int = MOST
) -> Any:
    """A setting that is a whole number of `unit`, `least` to `most`."""

    def read(text: str) -> int:
        if not (re.fullmatch("[0-9]{1,6}", text) and least <= int(text) <= most):
            raise UsageFault(
                _("{variable} is {text!r}: write a whole number of {unit} from {least} to {most}").format(
                    variable=variable, text=text, unit=_(unit), least=least, most=most
                )
            )
        return int(text)

    return field(metadata={"variable": variable, "default": default, "read": read})


_SIZE = re.compile(r"([1-9]\d*(?:\.\d+)?) ?([KMGT])(i?)B")


def _size(variable: str, default: str) -> Any:
    """A setting that is a size as DuckDB spells it."""

    def read(text: str) -> str:
        if not _SIZE.fullmatch(text):
            raise UsageFault(
                _("{variable} is {text!r}: write a size like 500MB or 4GB").format(
                    variable=variable, text=text
                )
            )
        return text

    return field(metadata={"variable": variable, "default": default, "read": read})


# cron's names for common schedules.
_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
# Of what cronsim knows, Dagster knows neither weekdays near a day (W), nor a last Friday (5L), nor seconds.
_OF_CRONSIM_ALONE = re.compile(r"W(?!ED)|[0-9A-Z]L|(?: \S+){5}", re.IGNORECASE)


def _schedule(variable: str, default: str) -> Any:
    """A setting in cron's notation, of five fields, that cronsim and Dagster read alike."""

    def read(text: str) -> str:
        schedule = " ".join(_NAMED.get(text.strip(), text).split())
        try:
            CronSim(schedule, datetime.min)
            is_one = not _OF_CRONSIM_ALONE.search(schedule)
        except CronSimError:
            is_one = False
        if not is_one:
            raise UsageFault(
                _("{variable} is {text!r}: write cron's notation, for example {default!r}").format(
                    variable=variable, text=text, default=default
                )
            )
        return schedule

    return field(metadata={"variable": variable, "default": default, "read": read})


def _language(variable: str) -> Any:
    """A setting that names a language as a locale does; the locale's own where it is blank."""

    def read(text: str) -> str:
        if text and language_of(text) is None:
            raise UsageFault(
                _("{variable} is {text!r}: write en or zh_CN").format(variable=variable, text=text)
            )
        return text

    return field(metadata={"variable": variable, "default": "", "read": read})


def _secret(variable: str, check: Callable[[str], bool], expected: str) -> Any:
    """A setting that may hold a password or key, and is never shown; none where it is blank."""

    def read(text: str) -> str:
        if text.strip() and not check(text.strip()):
            raise UsageFault(_("{variable} is no {expected}").format(variable=variable, expected=_(expected)))
        return text.strip()

    return field(repr=False, metadata={"variable": variable, "default": "", "read": read})


def _is_command(text: str) -> bool:
    try:
        return bool(shlex.split(text))
    except ValueError:
        return False


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_host = parts.port != 0 and bool(parts.hostname)
    except ValueError:  # of its port, or of a bracket
        return False
    return has_host and "@" not in parts.netloc and bool(re.fullmatch("https?://[!-~]+", url))


def _is_server(url: str) -> bool:
    import psycopg  # costs a fifth of a second, which no mirror need not cost
    from psycopg.conninfo import conninfo_to_dict

    try:
        told = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return False
    # A @ or / in a password ends it: its rest would be told as the name of a host or database.
    return not any("@" in str(told.get(name, "")) for name in ("service", "host", "hostaddr", "dbname"))


@dataclass(frozen=True)
class Settings:
    """Everything that can be set; to be read where work begins."""

    # Of one DuckDB, what needs more spills to disk; the process itself takes some 0.3 GB beside it.
    memory: str = _size(MEMORY_VARIABLE, "3GB")
    threads: int = _number(THREADS_VARIABLE, lambda: len(os.sched_getaffinity(0)), N_("threads"), most=999)
    log_files: int = _number("GONGHUI_LOG_FILES", 4, N_("log files"))
    release_days: int = _number("GONGHUI_RELEASE_DAYS", 30, N_("days"), least=0)
    release_months: int = _number("GONGHUI_RELEASE_MONTHS", 120, N_("as-of months"), least=0)
    # 0: a refresh writes none.
    bulletin_months: int = _number("GONGHUI_BULLETIN_MONTHS", 12, N_("months"), least=0)
    run_days: int = _number("GONGHUI_RUN_DAYS", 30, N_("days"))
    # A night and two hours; a month and some days for the platform's office to export it.
    release_max_age_hours: int = _number("GONGHUI_RELEASE_MAX_AGE_HOURS", 26, N_("hours"))
    export_max_age_days: int = _number("GONGHUI_EXPORT_MAX_AGE_DAYS", 35, N_("days"))
    alert_timeout_seconds: int = _number("GONGHUI_ALERT_TIMEOUT_SECONDS", 10, N_("seconds"))
    alert_repeat_hours: int = _number("GONGHUI_ALERT_REPEAT_HOURS", 12, N_("hours"), least=0)
    # When the night is, Beijing time.
    cron: str = _schedule(CRON_VARIABLE, "0 2 * * *")
    # Read by `language`, wherever something is said.
    language: str = _language(LANGUAGE_VARIABLE)
    alert_command: str = _secret(
        ALERT_COMMAND_VARIABLE,
        _is_command,
        N_("command: close its quotes, and write a word after a backslash"),
    )
    alert_url: str = _secret(
        ALERT_URL_VARIABLE,
        _is_address,
        N_(
            "http(s) address: write https://HOST:PORT/PATH, in ASCII and without spaces, no USER@ before HOST"
        ),
    )
    postgres_url: str = _secret(
        POSTGRES_VARIABLE,
        _is_server,
        N_(
            "PostgreSQL URL: write postgresql://USER@HOST:5432/DATABASE, with @, / and % of a password as "
            "%40, %2F and %25, or the password in ~/.pgpass"
        ),
    )

    @classmethod
    def read(cls, *only: str) -> Self:
        """Read the environment, in which a blank variable is none; raises UsageFault where one is wrong.

        `only`: these settings, the others are as if not set. For what must go on to tell of the rest.
        """
        found = {}
        for each in fields(cls):
            default = each.metadata["default"]
            asked = os.environ.get(each.metadata["variable"]) if not only or each.name in only else None
            text = asked or str(default() if callable(default) else default)
            found[each.name] = each.metadata["read"](text)
        return cls(**found)

    @property
    def memory_bytes(self) -> int:
        """The size `memory` as a number."""
        found = _SIZE.fullmatch(self.memory)
        assert found
        return int(float(found[1]) * (1024 if found[3] else 1000) ** ("KMGT".index(found[2]) + 1))

    def duckdb(self, spill: Path) -> dict[str, str | bool | int | float | list[str]]:
        """Return DuckDB's settings for a connection that may spill into the folder `spill`."""
        return {"memory_limit": self.memory, "threads": str(self.threads), "temp_directory": str(spill)}
