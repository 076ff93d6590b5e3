"""Which files of the inbox form which snapshot, by their names alone: nothing is opened (contract §2)."""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from orchestration.common import clock
from orchestration.landing.cells import half_width
from orchestration.landing.exports import RAW_EXPORTS, Export
from orchestration.landing.hashes import Hashes
from orchestration.landing.outcome import Fault, FileRefused, InboxNotFound, Notice
from orchestration.language import _

EXTENSIONS = ("csv", "txt", "tsv", "xlsx", "xlsm", "xlsb", "xls", "ods", "et", "htm", "html")
_UNFINISHED = (".crdownload", ".part", ".partial", ".tmp", ".download")
_NOBODYS = ("thumbs.db", "desktop.ini")

_AFTER_NAME = re.compile(
    r"""[-_ ]?([0-9]{4})
        (?:([0-9]{2})([0-9]{2})
        | -([0-9]{1,2})-([0-9]{1,2}) | \.([0-9]{1,2})\.([0-9]{1,2}) | 年([0-9]{1,2})月([0-9]{1,2})日)
        (?![0-9])""",
    re.VERBOSE,
)
_EXAMPLE = "办件_20210302.csv"
_BEGINNING = 65_536  # bytes: a header and hundreds of rows
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
        """Its name as decoded, fit for a line of text."""
        return display_name(_decoded(self.path))


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
    notices: tuple[Notice, ...]


def files_of_an_inbox() -> str:
    """What an office is told to put into an inbox."""
    extensions = " ".join(f".{one}" for one in EXTENSIONS)
    return _("called NAME and date, like {example} ({extensions})").format(
        example=_EXAMPLE, extensions=extensions
    )


def read_inbox(inbox: Path | None, exports: Sequence[Export] = RAW_EXPORTS) -> Inbox:
    """List an inbox; no inbox is an empty one. Raises InboxNotFound where it is no directory (contract §2).

    `exports` say which NAMEs there are. Faults are those of names: unknown_export, no_export_date. Older
    snapshots become notices, whatever is in them.
    """
    if inbox is None:
        return Inbox({}, (), ())
    if not inbox.is_dir():
        raise InboxNotFound(
            _("no inbox at {inbox}: name a directory that holds files like {example}").format(
                inbox=inbox, example=_EXAMPLE
            )
        )
    by_spelling = _by_spelling(exports)
    faults: list[Fault] = []
    notices: list[Notice] = []
    by_date: dict[tuple[str, date], list[InboxFile]] = {}
    for path, decoded in _listed(inbox):
        plain = half_width(decoded).casefold()
        if plain.startswith((".", "~$")) or plain in _NOBODYS:
            continue
        shown = display_name(decoded)
        if not path.is_file():
            notices.append(Notice(shown, "not_a_file"))
            continue
        if plain.endswith(_UNFINISHED):
            notices.append(Notice(shown, "unfinished"))
            continue
        try:
            file = _read_name(path, decoded, by_spelling)
        except FileRefused as refused:
            faults.append(Fault(refused.reason, shown, refused.message))
        else:
            by_date.setdefault((file.export.name, file.export_date), []).append(file)

    snapshots: dict[str, InboxSnapshot] = {}
    for (name, day), files in sorted(by_date.items(), reverse=True):
        if name in snapshots:
            newest = snapshots[name].label
            notices += [Notice(file.name, "older", newest) for file in files]
        else:
            snapshots[name] = InboxSnapshot(files[0].export, day, tuple(files))
    return Inbox(snapshots, tuple(faults), tuple(sorted(notices)))


def _listed(inbox: Path) -> list[tuple[Path, str]]:
    """What lies in the inbox, each with its name as decoded, in the order of the code points of these."""
    try:
        return sorted(((path, _decoded(path)) for path in inbox.iterdir()), key=lambda named: named[1])
    except OSError as error:
        raise InboxNotFound(
            _("the inbox {inbox} cannot be listed: {reason}").format(inbox=inbox, reason=error.strerror)
        ) from None


def _decoded(path: Path) -> str:
    name = os.fsencode(path.name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return path.name


def _by_spelling(exports: Sequence[Export]) -> dict[str, Export]:
    """The export of every NAME, half-width, the longest first: one may begin with another."""
    spelled = {
        half_width(name): export for export in exports for name in (*export.other_names, export.chinese)
    }
    return dict(sorted(spelled.items(), key=lambda named: -len(named[0])))


def export_dates(inbox: Path | None, exports: Sequence[Export] = RAW_EXPORTS) -> list[date]:
    """The export dates of the newest snapshots in an inbox, by their names alone; raises InboxNotFound."""
    return [snapshot.export_date for snapshot in read_inbox(inbox, exports).snapshots.values()]


def without_copies(snapshot: InboxSnapshot, hashes: Hashes) -> tuple[InboxSnapshot, list[Notice]]:
    """Leave out the files that equal one before them byte for byte, with a notice for each (contract §2).

    Only files of one size that begin alike are hashed: landing hashes what it reads, and a file need not be
    read twice for that. One that cannot be read stays, and is refused when its turn comes.
    """
    first: dict[str, InboxFile] = {}
    kept: list[InboxFile] = []
    notices: list[Notice] = []
    sizes = [_size(file) for file in snapshot.files]
    one_size = Counter(sizes)
    looks = [
        (size, _beginning(file)) if one_size[size] > 1 else (size, None)
        for file, size in zip(snapshot.files, sizes, strict=True)
    ]
    alike = Counter(looks)
    for file, look in zip(snapshot.files, looks, strict=True):
        digest = _digest(file, hashes) if alike[look] > 1 else None
        original = first.setdefault(digest, file) if digest else file
        if original is file:
            kept.append(file)
        else:
            notices.append(Notice(file.name, "copy", original.name))
    return replace(snapshot, files=tuple(kept)), notices


def _size(file: InboxFile) -> int | None:
    try:
        return file.path.stat().st_size
    except OSError:
        return None


def _beginning(file: InboxFile) -> bytes | None:
    try:
        with file.path.open("rb") as content:
            return content.read(_BEGINNING)
    except OSError:
        return None


def _digest(file: InboxFile, hashes: Hashes) -> str | None:
    try:
        return hashes.of(file.path)
    except OSError:
        return None


def _read_name(path: Path, decoded: str, by_spelling: Mapping[str, Export]) -> InboxFile:
    name = half_width(decoded)
    spelling = next((each for each in by_spelling if name.startswith(each)), None)
    if spelling is None:
        raise FileRefused(
            "unknown_export",
            _(
                "expected a name beginning with one of {names}, or with another NAME that spellings.csv lists"
            ).format(names="、".join(export.chinese for export in RAW_EXPORTS)),
        )
    after_name = name.removeprefix(spelling)
    extension = after_name.rpartition(".")[2].lower() if "." in after_name else ""
    return InboxFile(path, by_spelling[spelling], _read_date(after_name), extension)


def _read_date(after_name: str) -> date:
    match = _AFTER_NAME.match(after_name)
    if match is None:
        raise FileRefused(
            "no_export_date",
            _(
                "expected the export date right after NAME, and no digit after it: 20210302, 2021-03-02, "
                "2021.3.2 or 2021年3月2日"
            ),
        )
    try:
        day = date(*(int(part) for part in match.groups() if part))
    except ValueError:
        raise FileRefused("no_export_date", _("expected a date of the calendar after NAME")) from None
    if day > (today := clock.now().date()):
        raise FileRefused(
            "no_export_date",
            _("expected a date up to today, {today}: is the year or the month mistyped?").format(today=today),
        )
    return day


def compact(day: date) -> str:
    """A date as file names spell it: YYYYMMDD."""
    return day.isoformat().replace("-", "")


def display_name(name: str) -> str:
    """Spell a file name as one line of valid text: controls, line breaks, stray bytes are escaped."""
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in _UNPRINTABLE else char
        for char in name
    )
