"""What came of the last refresh of a home, kept for whoever asks later: HOME/state/last_refresh.json."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.common.files import write_json
from orchestration.home import Home
from orchestration.language import ENGLISH, LANGUAGES, kept, said_in


@dataclass(frozen=True)
class LastRefresh:
    """One refresh that has ended, well (exit code 0) or not. Times are Beijing's, with zone."""

    began_at: datetime
    ended_at: datetime
    exit_code: int
    release_id: str | None
    """The release in place when it ended: its own, where it published."""
    messages: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """Sentences, like `messages`: who reads them may speak another language than who was told."""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended_at - self.began_at).total_seconds()


def read(home: Home) -> LastRefresh | None:
    """Return the last refresh that ended; None where none did, or none that this version can read."""
    entry = read_json(_file(home))
    try:
        return LastRefresh(
            datetime.fromisoformat(entry["began_at"]),
            datetime.fromisoformat(entry["ended_at"]),
            entry["exit_code"],
            entry["release_id"],
            tuple(_again(entry, "messages")),
            tuple(entry["checks"]),
            tuple(_again(entry, "warnings")),
        )
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def write(home: Home, last: LastRefresh) -> None:
    """Keep `last` in place of the one before: in English, and beside that in the other languages."""
    kept_in = {language: _said_in(language, last) for language in LANGUAGES}
    write_json(_file(home), asdict(last) | {"seconds": last.seconds} | kept_in.pop(ENGLISH) | kept_in)


def _said_in(language: str, last: LastRefresh) -> dict[str, object]:
    told = {"messages": last.messages, "warnings": last.warnings}
    return {name: [said_in(language, line) for line in lines] for name, lines in told.items()}


def _again(entry: Mapping[str, Any], name: str) -> Iterator[str]:
    """The sentences of an entry, in whatever language it has them."""
    others = {language: entry[language][name] for language in LANGUAGES if language in entry}
    for place, line in enumerate(entry[name]):
        yield kept({ENGLISH: line} | {language: lines[place] for language, lines in others.items()})


def read_json(file: Path) -> dict:
    """Return what a state file holds; nothing where it is missing or damaged."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _file(home: Home) -> Path:
    return home.state / "last_refresh.json"
