"""Seeds by which a refresh is asked for, which nodes dbt was asked to run, and what is told of it."""

from pathlib import Path
from typing import Any

import pytest

from orchestration.common.watcher import Watcher
from orchestration.home import REFERENCE_SEEDS


class Recorder(Watcher):
    """Keeps which dbt nodes were started."""

    def __init__(self) -> None:
        self.nodes: set[str] = set()

    def starts(self, node: str, place: int, total: int) -> None:
        """Keep it."""
        self.nodes.add(node)


def ruled_anew(folder: Path) -> Path:
    """Make it the office's folder: a threshold is another one."""
    shipped = (REFERENCE_SEEDS / "thresholds.csv").read_text(encoding="utf-8")
    (folder / "thresholds.csv").write_text(
        shipped.replace("9.2,2022,,0.9,", "9.2,2022,,0.8,"), encoding="utf-8"
    )
    return folder


def fields(said: pytest.LogCaptureFixture, line: int) -> dict[str, Any]:
    """What a program is told with a line."""
    return vars(said.records[line])["fields"]
