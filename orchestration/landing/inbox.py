"""Which files of the inbox form which snapshot, by their names alone: nothing is opened (contract §2)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.landing.exports import RAW_EXPORTS, Export
from orchestration.landing.outcome import Fault, FileRefused, InboxNotFound

_AFTER_NAME = re.compile(r"_([0-9]{4})([0-9]{2})([0-9]{2})(?:_.*)?", re.DOTALL)
_BY_CHINESE_NAME = {export.chinese: export for export in RAW_EXPORTS}
READABLE = ("csv", "xlsx")
_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")


@dataclass(frozen=True)
class InboxFile:
    """A file that names its export and date; the extension is lower-case and may be one we cannot read."""

    path: Path
    export: Export
    export_date: date
    extension: str

    @property
    def name(self) -> str:
        """Its name, fit for a line of text."""
        return display_name(self.path.name)


@dataclass(frozen=True)
class InboxSnapshot:
    """All files of one export and one date, in file-name order."""

    export: Export
    export_date: date
    files: tuple[InboxFile, ...]

    @property
    def label(self) -> str:
        """NAME_YYYYMMDD."""
        return f"{self.export.chinese}_{compact(self.export_date)}"


@dataclass(frozen=True)
class Inbox:
    """What the names in an inbox say: the newest snapshot of each export, by export name."""

    snapshots: dict[str, InboxSnapshot]
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]


def read_inbox(inbox: Path | None, exports: Sequence[Export] = RAW_EXPORTS) -> Inbox:
    """List an inbox; no inbox is an empty one. Raises InboxNotFound where it is no directory (contract §2).

    Faults are those of names: unknown_export, no_export_date. Older snapshots become notices, whatever is
    in them.
    """
    if inbox is None:
        return Inbox({}, (), ())
    if not inbox.is_dir():
        raise InboxNotFound(
            f"no inbox at {inbox}: name a directory that holds NAME_YYYYMMDD.csv or .xlsx files"
        )
    faults: list[Fault] = []
    notices: list[str] = []
    by_date: dict[tuple[str, date], list[InboxFile]] = {}
    for path in _listed(inbox):
        if path.name.startswith((".", "~$")):
            continue
        if not path.is_file():
            notices.append(f"{display_name(path.name)}: passed over, not a regular file")
            continue
        try:
            file = _read_name(
                path, {name: each for each in exports for name in (each.chinese, *each.other_names)}
            )
        except FileRefused as refused:
            faults.append(Fault(refused.reason, display_name(path.name), refused.message))
        else:
            by_date.setdefault((file.export.name, file.export_date), []).append(file)

    snapshots: dict[str, InboxSnapshot] = {}
    for (name, day), files in sorted(by_date.items(), reverse=True):
        if name in snapshots:
            newest = snapshots[name].label
            notices += [f"{file.name}: passed over, {newest} is newer" for file in files]
        else:
            snapshots[name] = InboxSnapshot(files[0].export, day, tuple(files))
    return Inbox(snapshots, tuple(faults), tuple(sorted(notices)))


def _listed(inbox: Path) -> list[Path]:
    try:
        return sorted(inbox.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise InboxNotFound(f"the inbox {inbox} cannot be listed: {error.strerror}") from None


def export_dates(inbox: Path | None, exports: Sequence[Export] = RAW_EXPORTS) -> list[date]:
    """The export dates of the newest snapshots in an inbox, by their names alone; raises InboxNotFound."""
    return [snapshot.export_date for snapshot in read_inbox(inbox, exports).snapshots.values()]


def _read_name(path: Path, by_name: Mapping[str, Export]) -> InboxFile:
    stem, _, extension = path.name.rpartition(".") if "." in path.name else (path.name, "", "")
    name = stem.partition("_")[0]
    export = by_name.get(name)
    if export is None:
        raise FileRefused(
            "unknown_export", f"expected a name beginning with one of {'、'.join(_BY_CHINESE_NAME)}"
        )
    return InboxFile(path, export, _read_date(stem.removeprefix(name)), extension.lower())


def _read_date(after_name: str) -> date:
    match = _AFTER_NAME.fullmatch(after_name)
    if match is None:
        raise FileRefused(
            "no_export_date", "expected NAME_YYYYMMDD, then nothing or _anything, then .csv or .xlsx"
        )
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        raise FileRefused("no_export_date", "expected a date of the calendar after NAME_") from None


def compact(day: date) -> str:
    """A date as file names spell it: YYYYMMDD."""
    return f"{day:%Y%m%d}" if day.year >= 1000 else f"{day.year:04d}{day:%m%d}"


def display_name(name: str) -> str:
    """Spell a file name as one line of valid text: controls, line breaks, stray bytes are escaped."""
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in _UNPRINTABLE else char
        for char in name
    )
