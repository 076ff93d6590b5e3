"""What reads bare and what the product reads are the same rows with the same values."""

from pathlib import Path

from benchmarks import reading


def test_both_sides_read_the_same(inbox: Path, tmp_path: Path) -> None:
    found = reading.measure(inbox, tmp_path, rounds=1)
    read = {name: [(one.groups, one.rows, one.digest) for one in runs[0]] for name, runs in found.items()}
    assert {name: first for name, (first, _) in read.items()} == {
        name: second for name, (_, second) in read.items()
    }
    assert [runs[0][1].rows > runs[0][1].unread > 0 for runs in found.values()] == [True, True]
