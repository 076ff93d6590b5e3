"""A trick is measured beside the project without it, which is the project in all else."""

from pathlib import Path

import pytest

from benchmarks.measure import CHECKOUT
from benchmarks.tricks import TRICKS, Trick, without


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_the_copy_does_without_the_trick_alone(trick: Trick, tmp_path: Path) -> None:
    copy = without([trick], tmp_path / "copy")
    differing = [
        path.relative_to(copy).as_posix()
        for path in copy.rglob("*")
        if path.is_file() and path.read_bytes() != (CHECKOUT / path.relative_to(copy)).read_bytes()
    ]
    assert differing == [trick.file]


def test_a_trick_that_is_gone_is_not_measured(tmp_path: Path) -> None:
    gone = Trick("none", "orchestration/home.py", "no such text", "")
    with pytest.raises(ValueError, match="no such text"):
        without([gone], tmp_path / "copy")
