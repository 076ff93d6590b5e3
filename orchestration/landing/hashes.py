"""The sha256 of files in the inbox, remembered: a file is known again as git's index knows it, by its status.

Whoever writes to a file, or puts another one in its place, changes its change time at least; that of a file
changed less than SETTLED seconds ago may not have moved on yet, so such a file is not remembered.
"""

import json
import os
import time
from contextlib import suppress
from pathlib import Path

from orchestration.common.files import sha256

SETTLED = 2.0
_FILE = "hashes.json"


class Hashes:
    """What was remembered in a home, and what has been asked for since."""

    def __init__(self, home: Path) -> None:
        self._path = home / "landed" / _FILE
        self._known: dict[str, str] = {}
        with suppress(OSError, ValueError, TypeError):
            self._known = dict(json.loads(self._path.read_text(encoding="ascii")))
        self._asked: dict[str, str] = {}
        self._begun: dict[Path, str] = {}

    def of(self, path: Path) -> str:
        """Return the sha256 of a file, as hex, without reading it where that is known; raises OSError."""
        self.begins(path)
        digest = self._known.get(_key(path.stat())) or sha256(path)
        self.ended(path, digest)
        return digest

    def begins(self, path: Path) -> None:
        """Note that a file is going to be read, by somebody who will tell its sha256; raises OSError."""
        status = path.stat()
        if time.time() - max(status.st_mtime, status.st_ctime) > SETTLED:
            self._begun[path] = _key(status)

    def ended(self, path: Path, digest: str) -> None:
        """Take the sha256 of what was read, unless the file has changed since it began; raises OSError."""
        if (key := self._begun.get(path)) and _key(path.stat()) == key:
            self._asked[key] = digest

    def remember(self) -> None:
        """Keep what was asked for, and nothing else; where nothing can be written, all is hashed again."""
        if self._asked in ({}, self._known):
            return
        unfinished = self._path.with_name(f".{_FILE}")
        with suppress(OSError):
            unfinished.write_text(json.dumps(self._asked), encoding="ascii")
            unfinished.replace(self._path)


def _key(status: os.stat_result) -> str:
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return "-".join(map(str, (status.st_dev, status.st_ino, status.st_size, *times)))
