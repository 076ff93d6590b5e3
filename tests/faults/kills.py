"""Refreshes of a small home that are killed at chosen moments, and what must hold after each kill.

A stage is told by what the victim left behind, once it is dead: from outside, and whatever its code.
"""

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from orchestration.common.files import changed
from orchestration.home import Home
from orchestration.publishing.bulletins import read_drafts
from tests.faults.processes import Running, start
from tests.faults.small_inbox import Seen, fill, read_whole

STAGES = ("start", "landing", "dbt", "audit", "publish", "ended")
KILLED = -9
_POLL_SECONDS = 0.005


@dataclass
class Victims:
    """A home whose refreshes are killed; `number` is the inbox put there last."""

    folder: Path
    engine: str = "duckdb"
    number: int = 0
    seen: Seen | None = None
    built: set[int] = field(default_factory=set)
    """The inboxes of which there is a release: that one is published again, nothing is built."""
    seconds: dict[bool, dict[str, float]] = field(default_factory=dict)
    """How long each stage took, where all was built and where not: when in a stage to kill."""

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def put(self, number: int) -> None:
        """Fill the inbox: other exports than those landed have to be landed, be they known or not."""
        self.number = number
        fill(self.folder / "inbox", number)

    def kill(self, stage: str, share: float, *, whole: bool) -> str:
        """Start a refresh and kill it when `share` of `stage` is over; returns the stage it died in.

        `whole`: with the process that waits for it; else that one tells of it. Raises AssertionError where
        readers then see anything but one whole release, old or new, or nothing was told.
        """
        before = self._shown()
        running = self._start()
        if stage != "start":
            self._watch(running, before, until=stage)
        running.process.join(share * self.seconds.get(self.number in self.built, {}).get(stage, 1.0))
        if whole or not running.cut_off():
            code = running.kill()
            assert code in (KILLED, 0), f"exit code {code}:\n{running.stderr}"
            died_in = self._stage(running, before)
        else:
            died_in = self._stage(running, before)
            code = running.tell()
            is_told = code == 1 and "the refresh was cut off (signal 9" in running.stderr
            assert is_told or code == 0, f"exit code {code}:\n{running.stderr}"
        died_in = died_in if code else "ended"
        self._check_readers(died_in)
        return died_in

    def refresh(self) -> None:
        """Refresh to the end: without help, after whatever happened before, with nothing left over."""
        before = self._shown()
        running = self._start()
        self.seconds[self.number in self.built] = self._watch(running, before, until="")
        code = running.wait()
        assert code == 0, f"the refresh after a kill ended with {code}:\n{running.stderr}"
        assert "Traceback" not in running.stderr, running.stderr
        seen = read_whole(self._published)
        assert seen.number == self.number, f"published {seen.number}, the inbox was {self.number}"
        assert self.seen is None or seen.release_id > self.seen.release_id, "release ids do not sort"
        self.seen = seen
        self.built.add(self.number)
        left = {path.name for path in (self.home / "landed").iterdir()} - {"hashes.json"}
        assert len(left) == 2 and "current" in left, f"left in landed: {left}"
        hidden = [name for name, _ in self._shown() if name.startswith(".")]
        hidden += [path.name for path in (self.home / "bulletins").glob(".*")]
        hidden += [path.name for path in Home(self.home).build_engine.glob("*")]
        assert not hidden, f"left unfinished: {hidden}"

    def state(self) -> frozenset[str]:
        """What kind of home the last kill left: its files without the numbers and dates in their names."""
        kinds: set[str] = set()
        for path in self.home.rglob("*"):
            name = str(path.relative_to(self.home))
            if not name.startswith(("dbt/run/", "logs/")):
                kind = re.sub(r"\d{8}T\d{6}-\w{6}|[.\w]+(?=\.parquet)|\d{6}", "*", name)
                kinds.add(f"{kind} {'empty' if path.is_file() and path.stat().st_size == 0 else ''}")
        return frozenset(kinds)

    @property
    def _published(self) -> Path:
        return self.home / "warehouse" / "gonghui.duckdb"

    def _start(self) -> Running:
        arguments = ("--inbox", self.folder / "inbox", "--home", self.home, "--engine", self.engine)
        return start("refresh", *arguments, talk=self.folder / "said")

    def _check_documents(self) -> None:
        for folder in (self.home / "bulletins").glob("????-??"):
            drafts = read_drafts(folder)
            assert drafts, f"{folder} has no record"
            assert changed(folder, drafts.files) == [], f"{folder} is not whole"

    def _check_readers(self, died_in: str) -> None:
        self._check_documents()
        if self.seen is None and not self._published.exists():
            return
        seen = read_whole(self._published)
        if self.seen and seen.release_id == self.seen.release_id:
            assert seen == self.seen, "the release that was published has changed"
        else:
            assert seen.number == self.number, f"a release of inbox {seen.number} out of nowhere"
            assert died_in in ("publish", "ended"), f"killed in {died_in}, and yet it was published"
            self.built.add(self.number)
        self.seen = seen

    def _shown(self) -> frozenset[tuple[str, int]]:
        """What lies where releases are written: names, and which files bear them."""
        found: set[tuple[str, int]] = set()
        for folder in (self.home / "warehouse", self.home / "releases"):
            with suppress(FileNotFoundError):
                found |= {(entry.name, entry.inode()) for entry in os.scandir(folder)}
        return frozenset(found)

    def _stage(self, running: Running, before: frozenset[tuple[str, int]]) -> str:
        if self._shown() != before:
            return "publish"
        log = self.home / "logs" / "refresh.log"
        if "building as of" in running.stderr:
            last = log.read_text(encoding="utf-8").rpartition("\n")[0].rpartition("\n")[2]
            return "audit" if " dbt test " in last else "dbt"
        if (self.home / "landed" / ".work").exists() or "rows read" in running.stderr:
            return "landing"
        return "start"

    def _watch(self, running: Running, before: frozenset[tuple[str, int]], until: str) -> dict[str, float]:
        """Wait until the refresh is in that stage, or has ended; returns how long it was in each stage."""
        entered, stage = monotonic(), "start"
        seconds = dict.fromkeys(STAGES, 0.0)
        while stage != until and running.process.is_alive():
            sleep(_POLL_SECONDS)
            now = self._stage(running, before)
            if STAGES.index(now) > STAGES.index(stage):
                seconds[stage] = monotonic() - entered
                entered, stage = monotonic(), now
        return {**seconds, stage: monotonic() - entered}
