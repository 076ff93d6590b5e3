"""What the environment sets in numbers, each setting in one place; docs/operations.md lists them."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from orchestration.errors import UsageFault

MEMORY_VARIABLE = "GONGHUI_MEMORY_LIMIT"
THREADS_VARIABLE = "GONGHUI_THREADS"

# As hours 11 years, as days 270: no calendar ends before that.
MOST = 100_000


def _number(
    variable: str, default: int | Callable[[], int], unit: str, least: int = 1, most: int = MOST
) -> Any:
    """A setting that is a whole number of `unit`, `least` to `most`."""

    def read(text: str) -> int:
        if not (re.fullmatch("[0-9]{1,6}", text) and least <= int(text) <= most):
            raise UsageFault(f"{variable} is {text!r}: write a whole number of {unit} from {least} to {most}")
        return int(text)

    return field(metadata={"variable": variable, "default": default, "read": read})


def _size(variable: str, default: str) -> Any:
    """A setting that is a size as DuckDB spells it."""

    def read(text: str) -> str:
        if not re.fullmatch(r"[1-9]\d*(\.\d+)? ?[KMGT]i?B", text):
            raise UsageFault(f"{variable} is {text!r}: write a size like 500MB or 4GB")
        return text

    return field(metadata={"variable": variable, "default": default, "read": read})


@dataclass(frozen=True)
class Settings:
    """Every number that can be set; to be read where work begins."""

    # Of one DuckDB, what needs more spills to disk; the process itself takes some 0.3 GB beside it.
    memory: str = _size(MEMORY_VARIABLE, "3GB")
    threads: int = _number(THREADS_VARIABLE, lambda: len(os.sched_getaffinity(0)), "threads", most=999)
    log_files: int = _number("GONGHUI_LOG_FILES", 4, "log files")
    release_days: int = _number("GONGHUI_RELEASE_DAYS", 30, "days", least=0)
    release_months: int = _number("GONGHUI_RELEASE_MONTHS", 120, "as-of months", least=0)
    # 0: a refresh writes none.
    bulletin_months: int = _number("GONGHUI_BULLETIN_MONTHS", 12, "months", least=0)
    run_days: int = _number("GONGHUI_RUN_DAYS", 30, "days")
    # A night and two hours; a month and some days for the platform's office to export it.
    release_max_age_hours: int = _number("GONGHUI_RELEASE_MAX_AGE_HOURS", 26, "hours")
    export_max_age_days: int = _number("GONGHUI_EXPORT_MAX_AGE_DAYS", 35, "days")
    alert_timeout_seconds: int = _number("GONGHUI_ALERT_TIMEOUT_SECONDS", 10, "seconds")
    alert_repeat_hours: int = _number("GONGHUI_ALERT_REPEAT_HOURS", 12, "hours", least=0)

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

    def duckdb(self, spill: Path) -> dict[str, str | bool | int | float | list[str]]:
        """Return DuckDB's settings for a connection that may spill into the folder `spill`."""
        return {"memory_limit": self.memory, "threads": str(self.threads), "temp_directory": str(spill)}
