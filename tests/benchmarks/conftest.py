"""The benchmark's exports at their smallest, and what the product makes of them."""

from pathlib import Path

import pytest

from benchmarks.generate import generate
from benchmarks.measure import Run
from benchmarks.run import refresh
from tests.benchmarks.scale import SCALE
from tests.once import once


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All eleven of SCALE; only to be read."""
    return once(tmp_path_factory, "bench-inbox", _generated)


@pytest.fixture(scope="session")
def refreshed(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """A refresh from them, and its home; only to be read."""
    return once(tmp_path_factory, "bench-home", lambda home: (refresh(inbox, home), home))


def _generated(folder: Path) -> Path:
    generate(SCALE, folder)
    return folder
