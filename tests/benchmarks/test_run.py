"""A benchmark that is cut off leaves its exports as they were generated."""

import shutil
from pathlib import Path

import pytest

from benchmarks.run import one_small_change


def test_a_small_change_is_gone_though_the_refresh_failed(inbox: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(inbox, tmp_path / "inbox"))
    before = sorted(copy.iterdir())
    with pytest.raises(SystemExit, match="refresh ended with 1"), one_small_change(copy):
        assert len(list(copy.iterdir())) == len(before) + 1
        raise SystemExit("refresh ended with 1")
    assert sorted(copy.iterdir()) == before
