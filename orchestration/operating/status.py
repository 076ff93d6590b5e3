"""How a home stands: what `gonghui status` shows, what a monitor asks. Imports neither Dagster nor dbt."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
from cronsim import CronSim

from orchestration.common import lock
from orchestration.common.clock import BEIJING, now
from orchestration.common.lock import Holder
from orchestration.common.settings import Settings
from orchestration.home import Home
from orchestration.landing import RAW_EXPORTS, LandingFailed, in_force, landed_dir, refused_rows
from orchestration.language import _, in_english
from orchestration.operating import alerts, last_refresh
from orchestration.operating.alerts import Alert
from orchestration.operating.freshness import export_max_age, is_stale, release_max_age
from orchestration.operating.last_refresh import LastRefresh
from orchestration.publishing import bulletins
from orchestration.publishing.bulletins import Issued
from orchestration.publishing.release import Release, read_release
from orchestration.publishing.revised import read_revised


@dataclass(frozen=True)
class ExportState:
    """One export, and its snapshot in force if it ever landed."""

    name: str
    chinese: str
    export_date: date | None = None
    age_days: int | None = None
    is_stale: bool = False
    rows_read: int = 0
    rows_landed: int = 0
    rows_refused: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    """The refused rows by reason."""


@dataclass(frozen=True)
class DocumentsState:
    """The drafts of the release in place, and all that was issued."""

    folder: Path | None
    """Where the drafts are to lie; None without a release."""
    release_id: str | None
    """The release that they name: that in place, or one before with the same tables; None: there are none."""
    documents: tuple[str, ...]
    are_current: bool
    """Whether they are whole, and of what is published; else the next refresh writes them."""
    issued: tuple[Issued, ...]
    """By month and number; those whose record cannot be read are told as a fault."""
    are_written: bool
    """Whether a refresh writes drafts: not where GONGHUI_BULLETIN_MONTHS is 0."""


@dataclass(frozen=True)
class Status:
    """One home at one moment; times are Beijing's, with zone."""

    time: datetime
    home: Path
    release: Release | None
    max_age: timedelta
    last_refresh: LastRefresh | None
    holder: Holder | None
    """The refresh at work, or one that was killed."""
    next_run: datetime | None
    exports: tuple[ExportState, ...]
    """Empty where nothing was ever landed: the release is built from the sample seeds."""
    revised: int
    """How many final verdicts the release in place revises: `quality.revised_verdicts`."""
    bulletins: DocumentsState
    faults: tuple[Alert, ...]
    """What somebody should look at; none: all is well."""

    def age(self, release: Release) -> timedelta:
        """How old a release is."""
        return self.time - _published(release)

    def as_json(self) -> str:
        """All of it for a program; ages in hours."""
        hours = timedelta(hours=1)
        content = asdict(self) | {
            "is_healthy": not self.faults,
            "published_at": _published(self.release) if self.release else None,
            "age_hours": round(self.age(self.release) / hours, 1) if self.release else None,
            "max_age_hours": self.max_age / hours,
        }
        del content["max_age"]
        return json.dumps(in_english(content), ensure_ascii=False, indent=2, default=_spelled)


def status(home: Home) -> Status:
    """Look at a home; nothing is written, and no refresh at work is disturbed.

    Raises UsageFault where a setting of the environment cannot be understood.
    """
    time, max_age = now(), release_max_age()
    try:
        exports, damage = tuple(_exports(home, time.date())), None
    except (LandingFailed, duckdb.Error, OSError, ValueError, TypeError, KeyError):
        exports = ()
        what = _("{folder} cannot be read: restore it from a backup").format(folder=landed_dir(home.root))
        damage = Alert("landed_damaged", (what,))
    release = read_release(home.published_file)
    looked = Status(
        time=time,
        home=home.root,
        release=release,
        max_age=max_age,
        last_refresh=last_refresh.read(home),
        holder=lock.holder(home.lock_file),
        next_run=next(CronSim(Settings.read("cron").cron, time)) if _is_served(home) else None,
        exports=exports,
        revised=len(read_revised(home.published_file)),
        bulletins=_bulletins(home, release),
        faults=(damage,) if damage else (),
    )
    return replace(looked, faults=(*_faults(looked, home), *looked.faults))


def alert_faults(home: Home) -> Status:
    """Look at a home, and call the alert hooks for each fault found; raises UsageFault."""
    found = status(home)
    for fault in found.faults:
        alerts.send(home, fault)
    return found


def _faults(looked: Status, home: Home) -> Iterator[Alert]:
    """What is wrong, in words that stay the same while it is: the same is not alerted twice."""
    last, holder = looked.last_refresh, looked.holder
    if holder and not holder.is_alive:
        what = _(
            "the refresh that began at {since:%Y-%m-%d %H:%M:%S} (process {pid}) was killed: run it again, "
            "it begins anew"
        )
        yield Alert("refresh_killed", (what.format(since=holder.since, pid=holder.pid),))
    if last and last.exit_code:
        yield Alert.of_failure(last.exit_code, last.messages)
    if looked.release is None:
        what = (
            _("{file} cannot be read: run gonghui refresh")
            if home.published_file.exists()
            else _("{file} is not there: run gonghui refresh")
        )
        yield Alert("release_missing", (what.format(file=home.published_file),))
    elif looked.age(looked.release) > looked.max_age:
        what = _(
            "release {release}, published at {published_at:%Y-%m-%d %H:%M:%S}, is more than {hours} hours old"
        ).format(
            release=looked.release.release_id,
            published_at=looked.release.published_at,
            hours=looked.max_age // timedelta(hours=1),
        )
        yield Alert("release_stale", (what,))
    if damage := bulletins.faults_of_issued(home):
        yield Alert("issued_damaged", tuple(damage))
    if stale := [export for export in looked.exports if export.is_stale]:
        days = export_max_age().days
        yield Alert(
            "exports_stale",
            tuple(
                _("{export} is of {day}, more than {days} days ago: put a newer export in the inbox").format(
                    export=export.chinese, day=export.export_date, days=days
                )
                for export in stale
            ),
        )


def _bulletins(home: Home, release: Release | None) -> DocumentsState:
    none = DocumentsState(
        folder=None,
        release_id=None,
        documents=(),
        are_current=False,
        issued=tuple(bulletins.legible_issued(home)),
        are_written=Settings.read("bulletin_months").bulletin_months > 0,
    )
    if release is None:
        return none
    folder = bulletins.folder_of(home, release)
    drafts = bulletins.read_drafts(folder)
    if drafts is None:
        return replace(none, folder=folder)
    return replace(
        none,
        folder=folder,
        release_id=drafts.release_id,
        documents=tuple(drafts.documents),
        are_current=bulletins.are_current(home, release, folder),
    )


def _is_served(home: Home) -> bool:
    serves = lock.holder(home.serving_file)
    return serves is not None and serves.is_alive


def _exports(home: Home, today: date) -> Iterator[ExportState]:
    snapshots = in_force(home.root)
    if not snapshots:
        return
    refused = refused_rows(home.root)
    for export in RAW_EXPORTS:
        landed = snapshots.get(export.name)
        if landed is None:
            yield ExportState(export.name, export.chinese)
            continue
        yield ExportState(
            export.name,
            export.chinese,
            landed.export_date,
            (today - landed.export_date).days,
            is_stale(landed.export_date),
            landed.rows_read,
            landed.rows_landed,
            landed.rows_rejected,
            refused.get(export.name, {}),
        )


def _published(release: Release) -> datetime:
    return release.published_at.replace(tzinfo=BEIJING)


def _spelled(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
