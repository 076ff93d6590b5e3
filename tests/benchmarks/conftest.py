"""The benchmark's exports at their smallest."""

from pathlib import Path

import pytest

from benchmarks.generate import generate
from tests.benchmarks.scale import SCALE


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All eleven of SCALE; only to be read."""
    folder = tmp_path_factory.mktemp("bench") / "inbox"
    generate(SCALE, folder)
    return folder
