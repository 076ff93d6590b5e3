"""What an engineer who lands 注册用户 by hand writes down first, whatever the library.

The peers read what generate.py writes and no more: no other encoding, header, blank, width or date than its.
"""

import csv
from datetime import datetime
from pathlib import Path

import numpy as np

SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "reference"

# Header: landed name. The personal columns are not in it, and the first three are required.
COLUMNS = {
    "用户ID": "user_id",
    "所属机构编码": "org_code",
    "注册时间": "registered_at",
    "认证时间": "certified_at",
    "注销时间": "cancelled_at",
}
REQUIRED = ("user_id", "org_code", "registered_at")
MOMENTS = ("registered_at", "certified_at", "cancelled_at")
SPELLINGS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d")
SCIENTIFIC = r"^\d+(?:\.\d*)?E\+\d+$"
# The export is of 2023-01-03.
NEXT_DAY = datetime(2023, 1, 4)


def org_codes() -> list[str]:
    """Return the codes that an export may name."""
    with (SEEDS / "organizations.csv").open(encoding="utf-8-sig", newline="") as seed:
        return [row["org_code"] for row in csv.DictReader(seed) if row["org_type"] != "target_group"]


def is_long(content: bytes) -> np.ndarray:
    """Tell for each row below the header of a CSV without quotes whether it has more cells than the header.

    polars and pandas pass over what stands beyond the last column, so their readers cannot tell.
    """
    characters = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    commas = np.diff(np.searchsorted(np.flatnonzero(characters == ord(",")), ends), prepend=0)
    return commas[1:] > commas[0]
