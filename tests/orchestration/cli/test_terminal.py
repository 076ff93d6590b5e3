"""What a person at a terminal sees while a refresh works."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from rich.console import Console
from rich.progress import TaskID

from orchestration.cli.terminal import TerminalWatcher
from orchestration.common.watcher import Progress, Reading


class Clock:
    """Time that stands still until a test moves it."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_terminal(width: int, clock: Clock | None = None) -> Console:
    """A terminal whose text is kept."""
    return Console(
        file=io.StringIO(), force_terminal=True, width=width, color_system=None, get_time=clock or Clock()
    )


@pytest.fixture
def screen() -> Console:
    """A wide one."""
    return a_terminal(120)


def shown(screen: Console) -> str:
    """All that ever stood on it."""
    return screen.file.getvalue()  # type: ignore[attr-defined]


def a_reading(told: Callable[[], Progress]) -> Reading:
    """A file in its first pass."""
    reading = Reading()
    reading.passes(told)
    return reading


def test_a_file_shows_its_name_and_how_many_rows_of_how_much_are_read(screen: Console) -> None:
    reading = a_reading(lambda: Progress(0.25, 1_234_567))
    with TerminalWatcher(screen) as watcher, watcher.reads("办件_20230103.csv", 400_000_000, reading):
        watcher._progress.refresh()
        [task] = watcher._progress.tasks
        assert task.percentage == 25
    assert re.search(r"办件_20230103.csv .* 1,234,567 rows of 400 MB ", shown(screen))


def test_a_file_of_which_nothing_is_known_yet_has_a_bar_that_only_moves(screen: Console) -> None:
    with TerminalWatcher(screen) as watcher, watcher.reads("办件_20230103.xlsx", 48_000_000, Reading()):
        watcher._progress.refresh()
        [task] = watcher._progress.tasks
        assert task.total is None
    assert "0 rows of 48 MB" in shown(screen)


def test_no_speed_is_told_before_a_row_is_read() -> None:
    clock = Clock()
    screen = a_terminal(120, clock)
    with TerminalWatcher(screen) as watcher, watcher.reads("办件_20230103.xlsx", 48_000_000, Reading()):
        clock.now = 8
        watcher._progress.refresh()
    assert "0 rows of 48 MB 0:00:08" in shown(screen)


@pytest.mark.parametrize(("size_bytes", "megabytes"), [(1_499_999, 1), (1_500_000, 2)])
def test_a_size_is_told_in_whole_megabytes(screen: Console, size_bytes: int, megabytes: int) -> None:
    with TerminalWatcher(screen) as watcher, watcher.reads("x.csv", size_bytes, Reading()):
        watcher._progress.refresh()
    assert f" 0 rows of {megabytes} MB" in shown(screen)


def test_eighty_columns_are_enough_for_the_largest_export() -> None:
    clock = Clock()
    screen = a_terminal(80, clock)
    reading = a_reading(lambda: Progress(0.5, 10_000_000))
    with TerminalWatcher(screen) as watcher, watcher.reads("注册用户_20230103.csv", 1_500_000_000, reading):
        clock.now = 8
        watcher._progress.refresh()
    assert re.search(
        r"注册用户_20230103.csv .* 10,000,000 rows of 1,500 MB, 1,250,000 rows/s 0:00:08", shown(screen)
    )


def test_a_long_name_of_a_node_is_cut_short_and_pushes_nothing_away() -> None:
    screen = a_terminal(80)
    with TerminalWatcher(screen) as watcher:
        watcher.starts(f"test {'relationships_' * 9}", 193, 207)
        watcher._progress.refresh()
    assert re.search(r"dbt .*193 of 207: test relationships_.*… 0:00:\d\d", shown(screen))


def test_nodes_that_start_at_once_share_a_bar(screen: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    with TerminalWatcher(screen) as watcher, ThreadPoolExecutor(2) as threads:
        add_task = watcher._progress.add_task

        both = Barrier(2)

        def slowly(*given: Any, **fields: Any) -> TaskID:
            with suppress(BrokenBarrierError):  # where the other node is kept out until this bar is there
                both.wait(0.05)
            return add_task(*given, **fields)

        monkeypatch.setattr(watcher._progress, "add_task", slowly)
        list(threads.map(lambda place: watcher.starts("seed", place, 2), (1, 2)))
        assert len(watcher._progress.tasks) == 1


def test_what_a_pass_has_told_never_falls_and_the_next_one_begins_anew() -> None:
    told = iter([Progress(0.5, 10), Progress(0.75, 9), Progress(0.25, 12)])
    reading = a_reading(lambda: next(told))
    assert [reading.so_far() for _ in range(3)] == [(0.5, 10), (0.75, 10), (0.75, 12)]
    reading.passes(lambda: Progress(0.1, 3))
    assert reading.so_far() == (0.1, 3)


def test_a_reader_that_has_told_nothing_yet_has_read_nothing() -> None:
    assert Reading().so_far() == (0, 0)


def test_a_snapshot_shows_how_many_rows_are_compared(screen: Console) -> None:
    with TerminalWatcher(screen) as watcher, watcher.writes("办件_20230103", 20_000_000):
        watcher._progress.refresh()
    assert re.search(r"办件_20230103 .* landing 20,000,000 rows", shown(screen))


def test_the_build_shows_the_node_that_runs_and_how_many_have(screen: Console) -> None:
    with TerminalWatcher(screen) as watcher:
        watcher.starts("model fct_verdicts", 57, 250)
        watcher._progress.refresh()
        assert "57 of 250: model fct_verdicts" in shown(screen)
        watcher.built()
        assert watcher._progress.tasks == []


def test_nothing_stays_of_a_bar_that_is_done(screen: Console) -> None:
    with TerminalWatcher(screen) as watcher:
        with pytest.raises(OSError, match="gone"), watcher.reads("x.csv", 1, Reading()):
            raise OSError("gone")
        assert watcher._progress.tasks == []


def test_nothing_stays_of_a_build_that_failed_either(screen: Console) -> None:
    with TerminalWatcher(screen) as watcher:
        watcher.starts("seed codes", 1, 250)
    assert shown(screen).endswith("\r\x1b[1A\x1b[2K")


def test_bars_go_to_stderr_and_what_a_command_says_to_stdout(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with TerminalWatcher() as watcher, watcher.reads("x.csv", 1, Reading()):
        watcher._progress.refresh()
        print("landed")
    said = capsys.readouterr()
    assert said.out == "landed\n"
    assert "x.csv" in said.err
