"""The documents of a home, and what they say they are: drafts of its releases, and the issued ones.

HOME/bulletins/2020-06/                       drafts of the release in force, or of the last one of that month
HOME/bulletins/2020-06_20201122T200031-481726/  drafts of another release, asked for by hand
HOME/bulletins/issued/2020-06_川工办通〔2020〕12号/  issued: read-only, never written again
HOME/bulletins/.new-…                         being written, or removed

Each folder has a record of what was written into it, by which it is told whether that is whole and of now.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from orchestration.common.files import changed
from orchestration.errors import KnownFault
from orchestration.home import Home
from orchestration.language import _, chinese, listing
from orchestration.publishing import releases
from orchestration.publishing.manifest import ManifestUnreadable, read_manifest
from orchestration.publishing.release import Release
from orchestration.publishing.revised import read_revised

DRAFTS = "drafts.json"
ISSUED = "issued.json"
NEW = ".new-"


@dataclass(frozen=True)
class Drafts:
    """What a folder of drafts was written from, and what was written."""

    release_id: str
    as_of_month: date
    """The month's first day."""
    follows_from: str
    """A digest of all that the tables of the release follow from: `follows_from`."""
    templates: Mapping[str, str]
    """The sha256 of each file among the office's own templates, by its name."""
    files: Mapping[str, str]
    """The sha256 of each file that was written, by its path in the folder."""

    @property
    def documents(self) -> list[str]:
        """The names of documents and workbooks that are one for all; those for each org lie in folders."""
        return [name for name in self.files if name.endswith((".docx", ".xlsx")) and "/" not in name]


@dataclass(frozen=True)
class Issued:
    """One issue of the documents of a month: what its record says."""

    number: str
    """发文字号, as 川工办通〔2020〕12号."""
    issued_on: date
    """成文日期."""
    as_of_month: date
    """The month's first day."""
    release_id: str
    """The release that its numbers are of, which is kept."""
    accepted: tuple[str, ...]
    """What was not final in them, and expressly accepted; none: they were final."""
    corrects: str | None
    """The number of the issue that this one is a correction of."""
    changes: tuple[str, ...]
    """What differs from that one, in words, a line each."""
    files: Mapping[str, str]
    """The sha256 of each file, by its path in the folder."""


class IssuedUnreadable(KnownFault):
    """An issued bulletin has no record, or one that this code cannot read; the message is a sentence."""


def folder_of(home: Home, release: Release) -> Path:
    """Where the drafts of a release are written: those of the one in force by its month."""
    of_month, of_release = _folders_of(home, release)
    return of_month if releases.in_force(home) == release else of_release


def _folders_of(home: Home, release: Release) -> tuple[Path, Path]:
    month = home.bulletins / f"{release.as_of_month:%Y-%m}"
    return month, month.with_name(f"{month.name}_{release.release_id}")


def drafts_of(home: Home, release: Release) -> Path | None:
    """Where whole drafts of a release's tables lie; None where none do."""
    folders = _folders_of(home, release)
    return next((folder for folder in folders if are_current(home, release, folder)), None)


def follows_from(home: Home, release: Release) -> str:
    """Return a digest of all that the tables of a release follow from: equal digests, equal tables.

    A release that cannot tell is equal to itself alone.
    """
    folder = home.releases / release.release_id
    try:
        inputs = read_manifest(folder).inputs
        told = [inputs.exports, sorted(inputs.reference_seeds.items()), inputs.code, inputs.packages]
    except ManifestUnreadable:
        told = [release.release_id]
    revised = read_revised(folder / releases.WAREHOUSE)
    return sha256(repr([release.as_of_month, release.is_sample, told, revised]).encode()).hexdigest()


def read_drafts(folder: Path) -> Drafts | None:
    """Return the record of a folder of drafts; None where there is none that this code can read."""
    try:
        told = json.loads((folder / DRAFTS).read_text(encoding="utf-8"))
        return Drafts(**told | {"as_of_month": date.fromisoformat(told["as_of_month"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def are_current(home: Home, release: Release, folder: Path) -> bool:
    """Whether whole drafts of these tables lie in a folder, and name a release that is still there."""
    drafts = read_drafts(folder)
    return (
        drafts is not None
        and drafts.follows_from == follows_from(home, release)
        and (home.releases / drafts.release_id).is_dir()
        and not changed(folder, drafts.files)
    )


def issued_folder(home: Home, as_of_month: date, number: str) -> Path:
    """Where an issue lies."""
    return home.bulletins / "issued" / f"{as_of_month:%Y-%m}_{number}"


def issued_folders(home: Home) -> list[Path]:
    """Return the folders of all that was issued, by month and number."""
    folder = home.bulletins / "issued"
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def read_issued(folder: Path) -> Issued:
    """Return the record of an issued bulletin; raises IssuedUnreadable."""
    try:
        return _issued(json.loads((folder / ISSUED).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise IssuedUnreadable(
            _("{folder} has no {file}: restore it from a backup").format(folder=folder, file=ISSUED)
        ) from None
    except OSError as error:
        raise IssuedUnreadable(
            _("{file} cannot be opened ({reason})").format(file=folder / ISSUED, reason=error.strerror)
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise IssuedUnreadable(
            _("{file} is damaged: restore it from a backup").format(file=folder / ISSUED)
        ) from None


def _issued(told: dict[str, Any]) -> Issued:
    days = {name: date.fromisoformat(told[name]) for name in ("issued_on", "as_of_month")}
    lines = {name: tuple(told[name]) for name in ("accepted", "changes")}
    return Issued(**told | days | lines)


def all_issued(home: Home) -> list[Issued]:
    """Return the records of all that was issued, by month and number; raises IssuedUnreadable."""
    return [read_issued(folder) for folder in issued_folders(home)]


def legible_issued(home: Home) -> list[Issued]:
    """Return the records that can be read; of the others `faults_of_issued` tells."""
    found = []
    for folder in issued_folders(home):
        with suppress(IssuedUnreadable):
            found.append(read_issued(folder))
    return found


def faults_of_issued(home: Home) -> list[str]:
    """Say what is wrong with what was issued: files or releases that are gone or changed."""
    faults: list[str] = []
    for folder in issued_folders(home):
        try:
            issued = read_issued(folder)
        except IssuedUnreadable as fault:
            faults.append(str(fault))
            continue
        if names := changed(folder, issued.files):
            message = _("{files} in {folder} is gone, or not what was issued: restore it from a backup")
            faults.append(message.format(folder=folder, files=listing(names)))
        if not (home.releases / issued.release_id).is_dir():
            message = _(
                "release {release}, which {number} was issued from, is gone: restore it from a backup"
            )
            faults.append(message.format(release=issued.release_id, number=issued.number))
    return faults


@contextmanager
def being_written(folder: Path) -> Iterator[Path]:
    """A new folder to fill and then rename to `folder`; where that was not done it is gone in the end."""
    new = folder.with_name(f"{NEW}{folder.name}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def record(folder: Path, of: Drafts | Issued) -> None:
    """Write the record of a folder."""
    content = asdict(of)
    if isinstance(of, Issued):  # like what was issued
        content["accepted"] = [chinese(line) for line in of.accepted]
    text = json.dumps(content, ensure_ascii=False, indent=2, default=lambda day: day.isoformat())
    (folder / (DRAFTS if isinstance(of, Drafts) else ISSUED)).write_text(text + "\n", encoding="utf-8")


def prune(home: Home, months: int) -> None:
    """Remove the drafts of all but the newest so many months and the release in force, and of lost releases.

    Where people have put something of their own beside them, they stay. The caller holds the home.
    """
    in_force = releases.in_force(home)
    kept = {folder_of(home, in_force).name} if in_force else set()
    kept |= {path.name for path in sorted(home.bulletins.glob("????-??"), reverse=True)[:months]}
    for folder in home.bulletins.glob("????-??*"):
        _, _, release_id = folder.name.partition("_")
        is_needed = (home.releases / release_id).is_dir() if release_id else folder.name in kept
        if not (is_needed or _has_strangers(folder)):
            shutil.rmtree(folder.rename(folder.with_name(f"{NEW}{folder.name}")))


def _has_strangers(folder: Path) -> bool:
    drafts = read_drafts(folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return drafts is None or bool(files - drafts.files.keys() - {DRAFTS} or changed(folder, drafts.files))


def clear(home: Home) -> None:
    """Remove what was being written, or removed, when it was killed; the caller holds the home."""
    for folder in (home.bulletins, home.bulletins / "issued"):
        for leftover in folder.glob(f"{NEW}*"):
            shutil.rmtree(leftover)
