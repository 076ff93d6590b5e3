"""How much of the machine DuckDB may take, set by the environment: landing, build and publishing ask here."""

import os
import re
from pathlib import Path

from orchestration.errors import UsageFault

MEMORY_VARIABLE = "GONGHUI_MEMORY_LIMIT"
THREADS_VARIABLE = "GONGHUI_THREADS"

# Of one DuckDB; the process itself takes some 0.3 GB beside it. What needs more spills to disk in the home.
DEFAULT_MEMORY = "3GB"


def memory_limit() -> str:
    """Return the memory limit as DuckDB spells sizes; raises UsageFault where it is none."""
    limit = os.environ.get(MEMORY_VARIABLE) or DEFAULT_MEMORY
    if not re.fullmatch(r"[1-9]\d*(\.\d+)? ?[KMGT]i?B", limit):
        raise UsageFault(f"{MEMORY_VARIABLE} is {limit!r}: write a size like 500MB or 4GB")
    return limit


def threads() -> int:
    """Return the number of threads, one per core where none is set; raises UsageFault where it is none."""
    number = os.environ.get(THREADS_VARIABLE) or str(len(os.sched_getaffinity(0)))
    if not re.fullmatch(r"[1-9]\d{0,2}", number):
        raise UsageFault(f"{THREADS_VARIABLE} is {number!r}: write a number of threads, 1 or more")
    return int(number)


def settings(spill: Path) -> dict[str, str]:
    """Return DuckDB's settings for a connection that may spill into the folder `spill`; raises UsageFault."""
    return {"memory_limit": memory_limit(), "threads": str(threads()), "temp_directory": str(spill)}
