"""What a person at a terminal sees while a refresh works."""

import io

import pytest
from rich.console import Console

from orchestration.terminal import TerminalWatcher


@pytest.fixture
def screen() -> Console:
    """A terminal whose text is kept."""
    return Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)


def shown(screen: Console) -> str:
    """All that ever stood on it."""
    return screen.file.getvalue()  # type: ignore[attr-defined]


def test_a_file_shows_its_name_and_how_much_of_it_is_read(screen: Console) -> None:
    with TerminalWatcher(screen) as watcher, watcher.reads("办件_20230103.csv", 400_000_000, lambda: 0.25):
        watcher._progress.refresh()
    assert "reading 办件_20230103.csv" in shown(screen)
    assert "100 of 400 MB" in shown(screen)


def test_how_much_is_read_never_falls(screen: Console) -> None:
    share = [0.5]
    with (
        TerminalWatcher(screen) as watcher,
        watcher.reads("x.csv", 100_000_000, lambda: share[0]),
    ):
        watcher._progress.refresh()
        share[0] = 0.25
        watcher._progress.refresh()
    assert "50 of 100 MB" in shown(screen)
    assert "25 of 100 MB" not in shown(screen)


def test_a_snapshot_shows_how_many_rows_are_compared(screen: Console) -> None:
    with TerminalWatcher(screen) as watcher, watcher.writes("办件_20230103", 20_000_000):
        watcher._progress.refresh()
    assert "landing 办件_20230103" in shown(screen)
    assert "20,000,000 rows" in shown(screen)


def test_the_build_shows_the_node_that_runs_and_how_many_have(screen: Console) -> None:
    with TerminalWatcher(screen) as watcher:
        watcher.starts("model fct_verdicts", 57, 250)
        watcher._progress.refresh()
        assert "57 of 250: model fct_verdicts" in shown(screen)
        watcher.built()
        assert watcher._progress.tasks == []


def test_nothing_stays_of_a_bar_that_is_done(screen: Console) -> None:
    with TerminalWatcher(screen) as watcher:
        with pytest.raises(OSError), watcher.reads("x.csv", 1, lambda: 0.0):
            raise OSError
        assert watcher._progress.tasks == []
