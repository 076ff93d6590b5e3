"""The cells of a sheet that cannot be read: errors (#N/A, #REF! …), and formulas without a stored value.

calamine reads both as if they were blank. Each kind of workbook is looked through for them in a way of its
own: xlsx_cells, xlsb_cells, xls_cells, ods_cells.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

import numpy as np

# A place as one number: the row times this, and the column, both from 0.
COLUMNS = 1 << 16

# Eight columns of a sheet that is full.
MOST_ERRORS = 8 << 20

# The calendar of old Macs counts days from 1904-01-01.
DAYS_FROM_1900_TO_1904 = 1_462


class DamagedWorkbook(Exception):
    """A workbook does not hold what its format demands."""


@dataclass(frozen=True)
class Inside:
    """What calamine does not tell: how many days after 1900 serial numbers begin, and where errors stand.

    `errors` returns the places of a sheet, by its index and name, in order; raises DamagedWorkbook.
    """

    days_ahead: int
    errors: Callable[[int, str], np.ndarray]


def in_order(places: Iterable[int]) -> np.ndarray:
    """Places as an array, in order; raises DamagedWorkbook for more than any sheet of an office has."""
    found = np.unique(np.fromiter(islice(places, MOST_ERRORS + 1), dtype=np.int64))
    if found.size > MOST_ERRORS:
        raise DamagedWorkbook("too many cells without a value")
    return found
