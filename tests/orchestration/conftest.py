"""Reference seeds to spoil."""

import shutil
from pathlib import Path

import pytest

from orchestration.home import REFERENCE_SEEDS
from tests.checkouts import Seeds


@pytest.fixture
def seeds(tmp_path: Path) -> Seeds:
    """The shipped reference seeds, copied."""
    return Seeds(Path(shutil.copytree(REFERENCE_SEEDS, tmp_path / "reference")))
