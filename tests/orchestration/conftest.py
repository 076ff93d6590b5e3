"""Reference seeds to spoil, and a process that pyspark takes for a command."""

import shutil
import sys
from pathlib import Path

import pytest

from orchestration.home import REFERENCE_SEEDS
from tests.checkouts import Seeds


@pytest.fixture
def seeds(tmp_path: Path) -> Seeds:
    """The shipped reference seeds, copied."""
    return Seeds(Path(shutil.copytree(REFERENCE_SEEDS, tmp_path / "reference")))


@pytest.fixture
def as_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command has a file, and a worker of xdist has none: pyspark takes that for a doctest of its own."""
    monkeypatch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)
