"""The step after a release: its mirror in PostgreSQL, where GONGHUI_POSTGRES_URL names one.

psycopg costs a fifth of a second to import: when needed alone.
"""

from orchestration.common.settings import Settings
from orchestration.home import Home


def mirrored(home: Home) -> None:
    """Have the mirror, where one is named, hold the release in force; raises MirrorFailed, UsageFault."""
    if url := Settings.read().postgres_url:
        from orchestration.publishing.mirror.server import Server, mirror

        mirror(home.published_file, Server.at(url))
