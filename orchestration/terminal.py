"""What a person at a terminal sees of a refresh: which file, how far, how fast; which dbt node runs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from orchestration.watcher import LogWatcher

_MB = 1_000_000


class _SoFar(ProgressColumn):
    """How much is done of what, and how fast: of a file bytes, of the build nodes."""

    def render(self, task: Task) -> Text:
        share: Callable[[], float] | None = task.fields.get("share")
        if share is None:
            return Text(task.fields["so_far"])
        size = task.total or 0
        task.completed = max(task.completed, share() * size)
        speed = f", {task.completed / _MB / task.elapsed:,.0f} MB/s" if task.elapsed else ""
        return Text(f"{task.completed / _MB:,.0f} of {size / _MB:,.0f} MB{speed}")


class TerminalWatcher(LogWatcher):
    """One bar at a time on stderr while something goes on; the log's lines come out above it."""

    def __init__(self, console: Console | None = None) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            _SoFar(),
            TimeElapsedColumn(),
            console=console or Console(file=sys.stderr),
            transient=True,
            redirect_stdout=False,
        )
        self._build: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @contextmanager
    def reads(self, name: str, size_bytes: int, share: Callable[[], float]) -> Iterator[None]:
        """Show the bytes of the file that are read, and how fast that goes."""
        with self._bar(f"reading {name}", size_bytes, share=share):
            yield

    @contextmanager
    def writes(self, name: str, rows: int) -> Iterator[None]:
        """Show how many rows there are to compare and write."""
        with self._bar(f"landing {name}", None, so_far=f"{rows:,} rows"):
            yield

    def starts(self, node: str, place: int, total: int) -> None:
        """Show the node that has started last, and how many have."""
        if self._build is None:
            self._build = self._progress.add_task("", total=total, so_far="")
        so_far = f"{place} of {total}: {node}"
        self._progress.update(self._build, description="dbt", completed=place, so_far=so_far)

    def built(self) -> None:
        """Take the bar away."""
        if self._build is not None:
            self._progress.remove_task(self._build)
            self._build = None

    @contextmanager
    def _bar(self, description: str, total: float | None, **fields: object) -> Iterator[None]:
        task = self._progress.add_task(description, total=total, **fields)
        try:
            yield
        finally:
            self._progress.remove_task(task)
