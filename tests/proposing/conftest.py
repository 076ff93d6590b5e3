"""The tiny world, refreshed once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.home import Home
from tests.once import once

from . import tiny as world


@pytest.fixture(autouse=True, scope="package")
def in_chinese() -> Iterator[None]:
    """A proposal is read by those who decide on it, in Chinese."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGHUI_LANG", "zh_CN")
        yield


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the `office`'s seeds and the `home` that was refreshed with them; only to be read."""
    return once(tmp_path_factory, "tiny", world.refreshed)


@pytest.fixture
def published(tiny: Path) -> Path:
    """The published file of the tiny world."""
    return Home(tiny / "home").published_file
