"""The releases of a home: each an immutable folder, one of them in force, which readers open elsewhere.

HOME/releases/20261122T200031-481726/   gonghui.duckdb, manifest.json, parquet/; all read-only
HOME/releases/.new-…, .old-…            of a release that is being written, or removed
HOME/warehouse/gonghui.duckdb           a hard link to, or a copy of, the one in force
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from itertools import count
from pathlib import Path

from orchestration.common.files import changed, link_or_copy, seal, sync
from orchestration.common.logs import logger
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.language import _, listing
from orchestration.publishing.manifest import (
    MANIFEST,
    Inputs,
    Manifest,
    ManifestUnreadable,
    read_manifest,
)
from orchestration.publishing.release import ID_FORMAT, Release, read_release

WAREHOUSE = "gonghui.duckdb"
OLD = ".old-"
_NEW = ".new-"
_NEXT = ".gonghui."
_NAMED = 3


def following(home: Home, as_of_month: date, is_sample: bool) -> Release:
    """Make a release of now, whose id sorts behind those in the home; says so where the clock does not."""
    newest = datetime.min
    for folder in folders(home):
        with suppress(ValueError):  # no folder of ours
            newest = max(newest, datetime.strptime(folder.name, ID_FORMAT))
    release = Release.now(as_of_month, is_sample, after=newest)
    if release.published_at < newest.replace(microsecond=0):
        logger.warning(
            _(
                "the clock says {time}, which is before the newest release ({newest:%F %T}): set "
                "it right; this release is named {release}, so that it sorts behind that one"
            ).format(time=release.published_at, newest=newest, release=release.release_id)
        )
    return release


@contextmanager
def assembled(home: Home, release: Release) -> Iterator[Path]:
    """The folder to put a release's files in; it becomes HOME/releases/<release_id>, whole or not at all.

    Files in it are made read-only, and are on the disk before the folder has its name. The caller holds the
    home's lock.
    """
    clear(home)
    folder = home.releases / f"{_NEW}{release.release_id}"
    folder.mkdir(parents=True)
    try:
        yield folder
        seal(folder)
        folder.rename(home.releases / release.release_id)
        sync(home.releases)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def carry_over(before: Path, folder: Path) -> None:
    """Take the files of the release in folder `before` into another: its DuckDB file copied, to be changed.

    The others are hard links, or copies: what such a file holds must follow from the tables alone, and not
    name the release.
    """
    for source in before.rglob("*"):
        target = folder / source.relative_to(before)
        if source.is_dir():
            target.mkdir()
        elif target == folder / WAREHOUSE:
            shutil.copyfile(source, target)
        elif target != folder / MANIFEST:
            link_or_copy(source, target)


def put_in_force(home: Home, release_id: str) -> None:
    """Let readers see a release: it takes the place of the published file at once.

    Whoever has the old file open goes on reading it. The caller holds the home's lock.
    """
    published = home.published_file
    published.parent.mkdir(exist_ok=True)
    clear(home)
    temporary = published.with_name(f"{_NEXT}{release_id}.tmp")
    try:
        link_or_copy(home.releases / release_id / WAREHOUSE, temporary)
        sync(temporary)
        _move_foreign_aside(home)
        # DuckDB would apply a log left beside the old file to the new one.
        published.with_name(f"{published.name}.wal").unlink(missing_ok=True)
        temporary.replace(published)
        sync(published.parent)
    finally:
        temporary.unlink(missing_ok=True)  # os.replace leaves it where both are links to one file


def _move_foreign_aside(home: Home) -> None:
    """Rename what lies at the published path and is no release, with its log: it is somebody's."""
    published = home.published_file
    if not os.path.lexists(published) or _is_ours(home):
        return
    aside = next(
        name
        for number in count(1)
        if not os.path.lexists(name := published.with_name(f"{published.name}.aside-{number}"))
    )
    published.rename(aside)
    log = published.with_name(f"{published.name}.wal")
    if log.exists():
        log.rename(aside.with_name(f"{aside.name}.wal"))
    logger.warning(
        _("{file} was no release of this home, or damaged: it is now {name}, untouched").format(
            file=published, name=aside.name
        )
    )


def _is_ours(home: Home) -> bool:
    """Whether readers see a release: a link to one, which may be open in a way that locks it, or a copy."""
    published = home.published_file
    links = (folder / WAREHOUSE for folder in folders(home))
    is_link = published.exists() and any(link.exists() and link.samefile(published) for link in links)
    return is_link or in_force(home) is not None


def in_force(home: Home) -> Release | None:
    """Return the release that readers see; None where there is none, or none that this code has written."""
    return read_release(home.published_file)


def folders(home: Home) -> list[Path]:
    """Return the folders of the releases, the newest first."""
    if not home.releases.is_dir():
        return []
    found = (path for path in home.releases.iterdir() if path.is_dir() and not path.name.startswith("."))
    return sorted(found, key=lambda path: path.name, reverse=True)


def none_yet(home: Home) -> str:
    """Say that a home has no release."""
    return _("{home} has no release yet: run gonghui refresh first, or say --home").format(home=home.root)


def existing(home: Home) -> list[Path]:
    """Return the folders of the releases, the newest first; raises UsageFault without any."""
    found = folders(home)
    if not found:
        raise UsageFault(none_yet(home))
    return found


def find(home: Home, asked: str) -> Path:
    """Return the folder of the one release whose id begins or ends with `asked`.

    Raises UsageFault where there is none such, or several.
    """
    ids = [folder.name for folder in existing(home)]
    found = [each for each in ids if each == asked] or [
        each for each in ids if asked and (each.startswith(asked) or each.endswith(asked))
    ]
    if not found:
        raise UsageFault(
            _(
                "there is no release “{asked}”: the newest is {newest}, gonghui releases list lists them all"
            ).format(asked=asked, newest=ids[0])
        )
    if len(found) > 1:
        message = (
            _("“{asked}” may be {count} releases ({some} and more): write more of the id")
            if len(found) > _NAMED
            else _("“{asked}” may be {count} releases ({some}): write more of the id")
        )
        raise UsageFault(message.format(asked=asked, count=len(found), some=listing(found[:_NAMED])))
    [meant] = found
    return home.releases / meant


def read_sound(folder: Path) -> Manifest:
    """Return the manifest of a release whose files are all what they were; raises ManifestUnreadable."""
    manifest = read_manifest(folder)
    if names := damaged(folder, manifest):
        raise ManifestUnreadable(
            _("{release} is damaged: {files} is gone, or not what it was").format(
                release=folder.name, files=listing(names)
            )
        )
    return manifest


def with_inputs(home: Home, as_of_month: date, inputs: Inputs) -> Manifest | None:
    """Return the manifest of the newest sound release that follows from `inputs` as of the month, if any."""
    for folder in folders(home):
        try:
            manifest = read_manifest(folder)
            if (manifest.release.as_of_month, manifest.inputs) == (as_of_month, inputs):
                return read_sound(folder)
        except ManifestUnreadable:
            continue
    return None


def damaged(folder: Path, manifest: Manifest) -> list[str]:
    """Return the files of a release that are gone, or not what they were when it was made."""
    return changed(folder, manifest.files)


def clear(home: Home) -> None:
    """Remove what a refresh that was killed left behind: unfinished folders and files."""
    for folder, pattern in (
        (home.releases, f"{_NEW}*"),
        (home.releases, f"{OLD}*"),
        (home.warehouse, f"{_NEXT}*"),
    ):
        for leftover in folder.glob(pattern):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
