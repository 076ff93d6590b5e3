"""File names (contract §2, "Names")."""

import re
from dataclasses import dataclass
from datetime import date

from tests.fuzz.oracle.cells import half_width
from tests.fuzz.oracle.model import Reference, Refused
from tests.fuzz.spec import SPECS, Spec

EXTENSIONS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et", ".htm", ".html")
UNFINISHED = (".crdownload", ".part", ".partial", ".tmp", ".download")
_DATE = re.compile(
    r"[_\- ]?(?:([0-9]{4})([0-9]{2})([0-9]{2})"
    r"|([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"|([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日)(?![0-9])"
)


@dataclass(frozen=True)
class Named:
    """What a file's name says of it."""

    spec: Spec
    day: date
    right_extension: bool


def decoded(name: bytes) -> str:
    """A file name as text."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("gb18030")


def passed_over(name: str) -> bool:
    """Whether a file is none of the inbox's exports by its name."""
    name = half_width(name)
    if name.startswith((".", "~$")) or name in ("Thumbs.db", "desktop.ini"):
        return True
    return name.lower().endswith(UNFINISHED)


def read_name(name: str, reference: Reference, today: date) -> Named:
    """Raise Refused with unknown_export or no_export_date."""
    name = half_width(name)
    names = {spec.chinese: spec for spec in SPECS.values()}
    for each in reference.spellings:
        if not each.column and not each.value:
            names[half_width(each.spelling)] = SPECS[each.export]
    beginnings = [known for known in names if name.startswith(known)]
    if not beginnings:
        raise Refused("unknown_export")
    longest = max(beginnings, key=len)
    found = _DATE.match(name, len(longest))
    if not found:
        raise Refused("no_export_date")
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        exported = date(year, month, day)
    except ValueError:
        raise Refused("no_export_date") from None
    if exported > today:
        raise Refused("no_export_date")
    return Named(names[longest], exported, name[found.end() :].lower().endswith(EXTENSIONS))
