"""What a person at a terminal sees of a refresh: which file, how far, how fast; which dbt node runs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from orchestration.common.watcher import LogWatcher, Reading
from orchestration.language import _

_MB = 1_000_000


class _SoFar(ProgressColumn):
    """How much is done: of a file rows, and how fast; of the build nodes. A narrow terminal cuts it short."""

    def render(self, task: Task) -> Text:
        reading: Reading | None = task.fields.get("reading")
        return Text(
            _told(task, reading) if reading else task.fields["so_far"], no_wrap=True, overflow="ellipsis"
        )


def _told(task: Task, reading: Reading) -> str:
    share, rows = reading.so_far()
    size = task.fields["size_bytes"]
    task.total = size if share else None  # until a workbook is open, nobody can tell: the bar only moves
    task.completed = share * size
    speed = _(", {speed:,.0f} rows/s").format(speed=rows / task.elapsed) if rows and task.elapsed else ""
    return _("{rows:,} rows of {size:,.0f} MB{speed}").format(rows=rows, size=size / _MB, speed=speed)


class TerminalWatcher(LogWatcher):
    """One bar at a time on stderr while something goes on; the log's lines come out above it."""

    def __init__(self, console: Console | None = None) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None, table_column=Column(ratio=1)),
            _SoFar(),
            TimeElapsedColumn(),
            console=console or Console(file=sys.stderr),
            expand=True,
            transient=True,
            redirect_stdout=False,
        )
        self._build: TaskID | None = None
        self._starting = Lock()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @contextmanager
    def reads(self, name: str, size_bytes: int, reading: Reading) -> Iterator[None]:
        """Show how much of the file is read, how many rows that is, and how fast it goes."""
        with (
            super().reads(name, size_bytes, reading),
            self._bar(name, size_bytes=size_bytes, reading=reading),
        ):
            yield

    @contextmanager
    def writes(self, name: str, rows: int) -> Iterator[None]:
        """Show how many rows there are to compare and write."""
        with self._bar(name, so_far=_("landing {rows:,} rows").format(rows=rows)):
            yield

    def starts(self, node: str, place: int, total: int) -> None:
        """Show the node that has started last, and how many have."""
        with self._starting:  # the first nodes start at once, each in a thread
            if self._build is None:
                self._build = self._progress.add_task("", total=total, so_far="")
        so_far = _("{place} of {total}: {node}").format(place=place, total=total, node=node)
        self._progress.update(self._build, description="dbt", completed=place, so_far=so_far)

    def built(self) -> None:
        """Take the bar away."""
        if self._build is not None:
            self._progress.remove_task(self._build)
            self._build = None

    @contextmanager
    def _bar(self, description: str, **fields: Any) -> Iterator[None]:
        task = self._progress.add_task(description, total=None, **fields)
        try:
            yield
        finally:
            self._progress.remove_task(task)
