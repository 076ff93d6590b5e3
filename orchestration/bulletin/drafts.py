"""The drafts of a release: documents, workbooks and site in a folder, seen whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from orchestration.common.files import changed, exchange, hashes, link_or_copy, seal, sha256, sync
from orchestration.common.logs import logger
from orchestration.home import Home
from orchestration.language import _
from orchestration.publishing.bulletins import (
    DRAFTS,
    Drafts,
    are_current,
    being_written,
    folder_of,
    follows_from,
    read_drafts,
    record,
)
from orchestration.publishing.release import Release
from orchestration.publishing.releases import WAREHOUSE, in_force

SITE = "site"


def are_there(home: Home, release: Release, templates: Path | None) -> bool:
    """Whether the drafts of a release are there whole, of these tables and these templates."""
    folder = folder_of(home, release)
    drafts = read_drafts(folder)
    return (
        drafts is not None and drafts.templates == _digests(templates) and are_current(home, release, folder)
    )


def write(home: Home, release: Release, templates: Path | None) -> Path:
    """Write the drafts of a release anew; returns their folder. The caller holds the home.

    `templates` is the folder of the office's own, None: the shipped ones. What people have put into the
    folder, or changed in it, stays there. Raises what the documents and the site do, and OSError; then the
    folder is as it was.
    """
    # python-docx, XlsxWriter and Jinja2, when needed alone
    from orchestration.bulletin import documents, site, workbooks

    folder = folder_of(home, release)
    is_in_force = in_force(home) == release
    published = home.published_file if is_in_force else home.releases / release.release_id / WAREHOUSE
    with _swapped_in(folder) as new:
        documents.write(published, new, templates)
        workbooks.write(published, new)
        site.write(published, new / SITE)
        written = hashes(new, (path for path in new.rglob("*") if path.is_file()))
        record(
            new,
            Drafts(
                release.release_id,
                release.as_of_month,
                follows_from(home, release),
                _digests(templates),
                written,
            ),
        )
    return folder


def _digests(templates: Path | None) -> dict[str, str]:
    """The sha256 of each of the office's templates, by its name."""
    found = templates.glob("*.docx") if templates else ()
    return {path.name: sha256(path) for path in sorted(found) if not path.name.startswith((".", "~$"))}


@contextmanager
def _swapped_in(folder: Path) -> Iterator[Path]:
    """A folder to write in, which takes the place of `folder` once the block has ended well."""
    with being_written(folder) as new:
        yield new
        seal(new)
        if folder.exists():
            _keep_of_people(folder, new)
            exchange(new, folder)
        else:
            new.rename(folder)
        sync(folder.parent)


def _keep_of_people(folder: Path, new: Path) -> None:
    """Take over what lies in `folder` and nobody wrote there but people: their own files, changed documents.

    A changed document goes under another name, beside the new one; a damaged site is written anew.
    """
    drafts = read_drafts(folder)
    written = drafts.files if drafts else {}
    as_written = written.keys() - set(changed(folder, written)) | {DRAFTS}
    for source in folder.rglob("*"):
        name = source.relative_to(folder).as_posix()
        if not source.is_file() or name in as_written:
            continue
        target = new / name
        if target.exists():
            if name.startswith(f"{SITE}/") or sha256(target) == sha256(source):
                continue
            target = _free_beside(target)
            logger.warning(
                _("{file} was changed by somebody: what it was is now {name}").format(
                    file=source, name=target.name
                )
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(source, target)


def _free_beside(path: Path) -> Path:
    """A name like that of `path` under which nothing lies."""
    names = (path.with_stem(f"{path.stem}（改动{number}）") for number in count(1))
    return next(name for name in names if not name.exists())
