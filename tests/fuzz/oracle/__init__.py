"""What landing must make of an inbox, worked out cell by cell from the contract's §2 alone.

It shares no code with landing: plain Python, one row after the other, with none of its SQL, its fast paths
and its streaming.
"""

from tests.fuzz.oracle.inbox import outcome
from tests.fuzz.oracle.model import (
    ERROR,
    Book,
    Cell,
    Fault,
    File,
    Landed,
    Number,
    Org,
    Outcome,
    Reference,
    Rejected,
    Sheet,
    Spelling,
)

__all__ = [
    "ERROR",
    "Book",
    "Cell",
    "Fault",
    "File",
    "Landed",
    "Number",
    "Org",
    "Outcome",
    "Reference",
    "Rejected",
    "Sheet",
    "Spelling",
    "outcome",
]
