"""A home as a landing of one snapshot leaves it, without its rows."""

from collections.abc import Sequence
from pathlib import Path

from orchestration.landing import LandedSnapshot
from orchestration.landing.home import put_in_force, workspace, write_manifest


def land(home: Path, snapshot: LandedSnapshot, gathered: Sequence[str] = ()) -> None:
    """Put a generation of the snapshot in force, gathered from these provinces."""
    with workspace(home) as work:
        (work / "generation").mkdir()
        write_manifest(home, work / "generation", [snapshot], {}, gathered)
        put_in_force(home, work / "generation")
