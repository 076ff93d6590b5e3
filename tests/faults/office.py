"""A home, its inbox, and refreshes of it to the end."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.processes import Running, start
from tests.faults.small_inbox import Seen, fill, read_whole


@dataclass(frozen=True)
class Ended:
    """What a refresh came to."""

    exit_code: int
    stderr: str


@dataclass(frozen=True)
class Office:
    """A home, and an inbox; inboxes 1 and 2 were built, and need landing alone."""

    home: Path
    inbox: Path

    @property
    def published(self) -> Path:
        """Where readers look."""
        return self.home / "warehouse" / "gonghui.duckdb"

    def put(self, number: int) -> None:
        """Fill the inbox."""
        fill(self.inbox, number)

    def start(self, *arguments: str | Path, **conditions: Any) -> Running:
        """Start a refresh from the inbox, `conditions` being those of processes.start."""
        talk = self.inbox.with_name(f"{self.home.name}-said")
        asked = arguments or ("--inbox", self.inbox)
        return start("refresh", "--home", self.home, *asked, talk=talk, **conditions)

    def refresh(self, *arguments: str | Path, **conditions: Any) -> Ended:
        """Refresh to the end; whatever came of it was said in sentences."""
        running = self.start(*arguments, **conditions)
        ended = Ended(running.wait(), running.stderr)
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended

    def seen(self) -> Seen:
        """What readers see: one whole release."""
        return read_whole(self.published)

    def releases(self) -> set[str]:
        """All that lies where releases are, finished or not."""
        return {path.name for path in (self.home / "releases").iterdir()}

    def assert_recovers(self, number: int) -> None:
        """A refresh from the inbox of that number succeeds, now that nothing is wrong any more."""
        self.put(number)
        before, ended = self.seen(), self.refresh()
        assert ended.exit_code == 0, ended.stderr
        assert self.seen().number == number
        assert self.seen().release_id > before.release_id
