"""The step after the swap that writes for people who read no SQL; readers do not wait (contract §6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.bulletin import drafts
from orchestration.common.logs import logger
from orchestration.common.settings import Settings
from orchestration.errors import KnownFault, UsageFault
from orchestration.home import Home
from orchestration.language import _
from orchestration.publishing import releases
from orchestration.publishing.bulletins import folder_of
from orchestration.publishing.release import Release
from orchestration.refreshing.failure import Failure


class DocumentsFailed(KnownFault):
    """The release is published, its documents are not written; the message says why, and what to do."""


def are_written() -> bool:
    """Whether a refresh writes documents: not where GONGHUI_BULLETIN_MONTHS is 0."""
    return Settings.read("bulletin_months").bulletin_months > 0


def caught_up(home: Home, templates: Path | None) -> bool:
    """Have the drafts of the release in force lie in HOME/bulletins/; False where they did already.

    False, too, where GONGHUI_BULLETIN_MONTHS is 0. The caller holds the home. Raises DocumentsFailed, and
    UsageFault where there is no release.
    """
    if not are_written():
        return False
    release = releases.in_force(home)
    if release is None:
        raise UsageFault(
            _("no release is in force in {home}: run gonghui refresh first").format(home=home.root)
        )
    with _told(home, release):
        if drafts.are_there(home, release, templates):
            return False
        logger.info(
            _("documents of release {release}: {folder}").format(
                release=release.release_id, folder=drafts.write(home, release, templates)
            )
        )
    return True


def written_anew(home: Home, release: Release, templates: Path | None) -> Path:
    """Write the drafts of a release whatever lies there; returns their folder.

    The caller holds the home. Raises DocumentsFailed.
    """
    with _told(home, release):
        return drafts.write(home, release, templates)


@contextmanager
def _told(home: Home, release: Release) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        first, *rest = Failure.of(error, remains="").messages
        raise DocumentsFailed(
            _("the documents of release {release} are not in {folder}: {first}").format(
                release=release.release_id, folder=folder_of(home, release), first=first
            ),
            *rest,
            _(
                "the release stands, and so do the documents of before; the next refresh writes "
                "these, or gonghui bulletin does"
            ),
        ) from error
