"""`gonghui bulletin issue`: the documents of a month with number and date, which then never change (§6)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.bulletin.issue import Issue
from orchestration.common.as_of import Month
from orchestration.common.clock import now
from orchestration.common.files import hashes, seal, sync
from orchestration.common.sql import literal
from orchestration.errors import UsageFault
from orchestration.explaining.attribution import CHINESE
from orchestration.explaining.tell import between
from orchestration.home import Home
from orchestration.language import _, shaped
from orchestration.publishing import releases
from orchestration.publishing.bulletins import Issued, all_issued, being_written, issued_folder, record
from orchestration.publishing.manifest import Manifest, ManifestUnreadable, read_manifest
from orchestration.publishing.releases import WAREHOUSE

NOT_FINAL = "not_final"
"""What may be accepted: numbers that a later export of the same month may still change."""

_CLOSED = 0o555
# 机关代字、年份、发文顺序号 (GB/T 9704-2012, 7.2.5): year in six-cornered brackets, no 0 before the number.
_NUMBER = re.compile(r"[^\s/\\:*?\"<>|〔〕.][^\s/\\:*?\"<>|〔〕]{0,29}〔\d{4}〕[1-9]\d{0,4}号")


@dataclass(frozen=True)
class Asked:
    """What somebody wants issued."""

    month: Month
    number: str
    """发文字号."""
    issued_on: date
    """成文日期."""
    accepts: frozenset[str] = frozenset()
    """NOT_FINAL, where numbers that are not final are expressly accepted."""
    corrects: str | None = None
    """The number of the issue that this one is to take the place of."""
    release: str | None = None
    """The beginning or end of a release's id; None: the newest one of the month."""

    def check(self) -> None:
        """Look at number and date; raises UsageFault."""
        if not re.fullmatch(_NUMBER, self.number):
            raise UsageFault(
                _(
                    "the number “{number}” is not well-formed: write the office's sign, the year in "
                    "six-cornered brackets, the serial number without a 0 before it, and {unit}, like "
                    "{example}"
                ).format(number=self.number, unit="号", example="川工办通〔2022〕12号")
            )
        if self.issued_on < self.month.following.first_day:
            raise UsageFault(
                _(
                    "{day}, the date on which it is signed, is before the end of {month}: it has not ended"
                ).format(day=self.issued_on, month=self.month)
            )
        if self.issued_on > now().date():
            raise UsageFault(
                _("{day}, the date on which it is signed, is after today: issue it once it is signed").format(
                    day=self.issued_on
                )
            )


def issue(home: Home, asked: Asked, templates: Path | None) -> tuple[Path, Issued]:
    """Make the issued documents of a month; returns their folder and its record. The caller holds the home.

    Raises UsageFault where they may not be issued, IssuedUnreadable, ManifestUnreadable, and
    what writing does; then nothing is there that was not before.
    """
    asked.check()
    before = _before(home, asked)
    manifest = _manifest(home, asked)
    release = manifest.release
    if release.is_sample:
        raise UsageFault(
            _(
                "release {release} is sample data and cannot be issued: refresh with real exports first"
            ).format(release=release.release_id)
        )
    warehouse = home.releases / release.release_id / WAREHOUSE
    open_points = tuple(_not_final(warehouse, asked.month))
    if open_points and NOT_FINAL not in asked.accepts:
        raise UsageFault(
            _("the data of {month} are not final:").format(month=asked.month),
            *(shaped("  {point}", point=point) for point in open_points),
            _(
                "land the exports, refresh and issue it then; to issue it as it is all the same, add "
                "--accept {reason}"
            ).format(reason=NOT_FINAL),
        )
    changes = tuple(_changes(home, before, release.release_id)) if before else ()
    folder = issued_folder(home, release.as_of_month, asked.number)
    from orchestration.bulletin import documents, workbooks  # python-docx and XlsxWriter, when needed alone

    with _assembled(folder) as new:
        of = Issue(asked.number, asked.issued_on, asked.corrects, changes)
        documents.write(warehouse, new, templates, issue=of)
        workbooks.write(warehouse, new, issue=of)
        files = hashes(new, (path for path in new.rglob("*") if path.is_file()))
        made = Issued(
            asked.number,
            asked.issued_on,
            release.as_of_month,
            release.release_id,
            open_points,
            asked.corrects,
            changes,
            files,
        )
        record(new, made)
    return folder, made


def _before(home: Home, asked: Asked) -> Issued | None:
    """The issue to be corrected, if any; raises UsageFault where this one is not the next of its month."""
    issued = all_issued(home)
    if any(each.number == asked.number for each in issued):
        raise UsageFault(
            _(
                "{number} is issued, and changes no more: a correction has a number of its own, and says "
                "--correction-of {number}"
            ).format(number=asked.number)
        )
    of_month = [each for each in issued if each.as_of_month == asked.month.first_day]
    corrected = {each.corrects for each in of_month}
    last = next((each for each in of_month if each.number not in corrected), None)
    if last is None:
        if asked.corrects:
            raise UsageFault(
                _("{number} was never issued of {month}: there is nothing to correct").format(
                    number=asked.corrects, month=asked.month
                )
            )
        return None
    if asked.corrects != last.number:
        raise UsageFault(
            _(
                "{number} ({day}) is issued of {month}: another one can only correct it, and says "
                "--correction-of {number}"
            ).format(month=asked.month, number=last.number, day=last.issued_on)
        )
    return last


def _manifest(home: Home, asked: Asked) -> Manifest:
    """The manifest of the release to be issued, sound; raises UsageFault, ManifestUnreadable."""
    if asked.release:
        manifest = releases.read_sound(releases.find(home, asked.release))
        if manifest.release.as_of_month != asked.month.first_day:
            raise UsageFault(
                _("release {release} is as of {found}, not {month}").format(
                    release=manifest.release.release_id,
                    found=Month.of(manifest.release.as_of_month),
                    month=asked.month,
                )
            )
        return manifest
    in_force = releases.in_force(home)
    folders = releases.existing(home)
    if in_force and in_force.as_of_month == asked.month.first_day:
        folders = [home.releases / in_force.release_id]
    for folder in folders:
        try:
            found = read_manifest(folder).release.as_of_month == asked.month.first_day
        except ManifestUnreadable:
            continue
        if found:
            return releases.read_sound(folder)
    raise UsageFault(
        _("there is no release as of {month}: run gonghui refresh --as-of {month} first").format(
            month=asked.month
        )
    )


def _not_final(warehouse: Path, month: Month) -> Iterator[str]:
    """Say which exports that verdicts of the month look at can still change its numbers."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        rows = connection.execute(
            f"""
            with used as (
                select distinct unnest(string_split(exports, ' ')) as export_name
                from compliance.dim_requirements where exports is not null
            )
            select used.export_name, landed.export_date
            from used left join quality.landed_exports as landed using (export_name)
            where landed.export_date is null or landed.export_date < {literal(month.following.first_day)}
            order by used.export_name
            """
        ).fetchall()
    for name, exported_on in rows:
        if exported_on is None:
            yield _("{export}: never landed").format(export=CHINESE[name])
        else:
            yield _("{export}: the newest is of {day}, and does not cover all of {month}").format(
                export=CHINESE[name], day=exported_on, month=month
            )


def _changes(home: Home, before: Issued, release_id: str) -> Iterator[str]:
    """What differs from what was issued before, in words."""
    if before.release_id == release_id:
        yield f"与{before.number}同据发布批次{release_id}，数字没有变动。"
    else:
        found = between(home.releases / before.release_id, home.releases / release_id)
        yield from found.in_words(before.as_of_month)


@contextmanager
def _assembled(folder: Path) -> Iterator[Path]:
    """A folder to write in, which becomes `folder`, whole, read-only, on the disk, or not at all."""
    with being_written(folder) as new:
        yield new
        seal(new)
        new.rename(folder)
        for each in (folder, *filter(Path.is_dir, folder.rglob("*"))):
            each.chmod(_CLOSED)
        sync(folder.parent)
