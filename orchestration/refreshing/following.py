"""What follows a swap, whoever made it: the one list of steps, none of which readers wait for."""

from pathlib import Path

from orchestration.errors import KnownFault
from orchestration.home import Home
from orchestration.publishing.mirror.mirrored import mirrored
from orchestration.refreshing.documents import caught_up
from orchestration.refreshing.failure import Failure


class StepsFailed(KnownFault):
    """The release is published, steps after it failed: the lines of each."""


def follow(home: Home, templates: Path | None) -> None:
    """Have mirror and documents hold the release in force, each whatever becomes of the other.

    The caller holds the home. Raises StepsFailed. Dagster has an asset for each of these steps.
    """
    lines: list[str] = []
    for step in (lambda: mirrored(home), lambda: caught_up(home, templates)):
        try:
            step()
        except Exception as error:
            lines += Failure.of(error, remains="").messages
    if lines:
        raise StepsFailed(*lines)
