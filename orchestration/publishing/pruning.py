"""Which releases a home keeps: the newest days whole, of the time before them one release per as-of month.

And those that an issued bulletin has its numbers of, for as long as that is there; and those that called
verdicts final which a kept one has, but not final: what comes after is held against them.
"""

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from orchestration.common.clock import BEIJING
from orchestration.common.settings import Settings
from orchestration.home import Home
from orchestration.publishing import bulletins, releases
from orchestration.publishing.manifest import Manifest, ManifestUnreadable, read_manifest
from orchestration.publishing.release import ID_FORMAT, Release


@dataclass(frozen=True)
class Retention:
    """How long releases are kept; the one in force always is."""

    days: int
    """Every release of the last so many days."""
    months: int
    """And the last release of each of the newest so many as-of months, however old it is."""
    bulletins: int
    """The drafts of so many newest as-of months."""

    @classmethod
    def of_environment(cls) -> Self:
        """Read GONGHUI_RELEASE_DAYS, GONGHUI_RELEASE_MONTHS, GONGHUI_BULLETIN_MONTHS; raises UsageFault."""
        settings = Settings.read()
        return cls(settings.release_days, settings.release_months, settings.bulletin_months)


def prune(home: Home, retention: Retention) -> list[str]:
    """Remove the releases, and drafts, that need not be kept; returns the releases' ids, the newest first.

    The caller holds the home's lock. Raises OSError where the system refuses, and IssuedUnreadable where
    nobody can tell which releases were issued: what is there stays whole.
    """
    now = datetime.now(BEIJING).replace(tzinfo=None)
    sound, broken = _found(home)
    in_force = releases.in_force(home)
    kept = {each.release_id for each in bulletins.all_issued(home)}
    kept |= kept_ids([made.release for made in sound], retention, now)
    kept |= {in_force.release_id} if in_force else set()
    kept |= {older for made in sound if made.release.release_id in kept for older in made.called_final_by}
    # One that cannot be read is of no use as the last of its month, but may be looked into for a while.
    kept |= {name for name, made in broken.items() if made is None or _is_recent(made, retention, now)}
    gone = [folder for folder in releases.folders(home) if folder.name not in kept]
    for folder in gone:
        # Renamed first: what is left of one that was not removed to its end is no release.
        shutil.rmtree(folder.rename(folder.with_name(f"{releases.OLD}{folder.name}")))
    bulletins.prune(home, retention.bulletins)
    return [folder.name for folder in gone]


def kept_ids(found: Collection[Release], retention: Retention, now: datetime) -> set[str]:
    """Return the ids of the releases to keep for their age or month; `now` is Beijing time without zone."""
    recent = {each.release_id for each in found if _is_recent(each.published_at, retention, now)}
    in_order = sorted(found, key=lambda each: each.release_id)
    last_of_month = {each.as_of_month: each.release_id for each in in_order}
    newest_months = sorted(last_of_month, reverse=True)[: retention.months]
    return recent | {last_of_month[month] for month in newest_months}


def _is_recent(made: datetime, retention: Retention, now: datetime) -> bool:
    return made >= now - timedelta(days=retention.days)


def _found(home: Home) -> tuple[list[Manifest], dict[str, datetime | None]]:
    """The manifests that can be read, and of the other releases when they were made, as their name has it."""
    sound, broken = [], {}
    for folder in releases.folders(home):
        try:
            sound.append(read_manifest(folder))
        except ManifestUnreadable:
            broken[folder.name] = _made(folder)
    return sound, broken


def _made(folder: Path) -> datetime | None:
    try:
        return datetime.strptime(folder.name, ID_FORMAT)
    except ValueError:  # no folder of ours
        return None
