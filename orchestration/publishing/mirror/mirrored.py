"""The step after a release: its mirror in PostgreSQL, where GONGHUI_POSTGRES_URL names one.

psycopg costs a fifth of a second to import: when needed alone.
"""

import os

from orchestration.errors import KnownFault
from orchestration.home import Home

POSTGRES_VARIABLE = "GONGHUI_POSTGRES_URL"


class MirrorFailed(KnownFault):
    """The release is published, PostgreSQL has it not; the message says why, and what to do."""


def mirror_named() -> str | None:
    """Return what names the mirror; None where there is to be none."""
    return os.environ.get(POSTGRES_VARIABLE) or None


def check_mirror() -> None:
    """Look at the mirror's URL before anything is done; raises UsageFault where it is none."""
    if url := mirror_named():
        from orchestration.publishing.mirror.server import Server

        Server.at(url)


def mirrored(home: Home) -> None:
    """Have the mirror, where one is named, hold the release in force; raises MirrorFailed, UsageFault."""
    if url := mirror_named():
        from orchestration.publishing.mirror.server import Server, mirror

        mirror(home.published_file, Server.at(url))
