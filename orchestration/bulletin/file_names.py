"""File names out of what an office has written: safe in any file system and link, and never too long."""

import re
from collections.abc import Iterable

from orchestration.bulletin.tracing import printable

_LONGEST = 60  # characters, of three bytes each at most; a file system takes 255 bytes
_NOT_IN_A_FILE_NAME = frozenset('\\/:*?"<>|')


def stems(codes: Iterable[str]) -> dict[str, str]:
    """Name a file for each code, apart even where case is ignored; to add is the extension."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for code in codes:
        name = re.sub(r"[^A-Za-z0-9._-]", lambda odd: f"~{ord(odd[0]):x}", code)[:_LONGEST]
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        names[code] = name
    return names


def readable(name: str) -> str:
    """As much of a name as a file may be called by; others may be called so, too."""
    return "".join(letter for letter in printable(name) if letter not in _NOT_IN_A_FILE_NAME)[:_LONGEST]
