"""Who watches a refresh while it works: nobody, the log, or a person at a terminal (terminal.py)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from orchestration.common.logs import detail, fields, logger


class Progress(NamedTuple):
    """How far a pass over a file has come: its share of the file, 0 to 1, and the rows it has passed."""

    share: float
    rows: int


_NOTHING = Progress(0, 0)


class Reading:
    """A file being read. Its reader says how to tell how far it is; who watches asks, from another thread."""

    def __init__(self) -> None:
        self.passes(lambda: _NOTHING)

    def passes(self, told: Callable[[], Progress]) -> None:
        """A pass over the file begins; `told` tells how far it has come, and costs next to nothing."""
        self._told, self._most = told, _NOTHING

    def so_far(self) -> Progress:
        """Tell how far the pass has come: never less than was told of it before."""
        told, most = self._told(), self._most
        self._most = Progress(max(told.share, most.share), max(told.rows, most.rows))
        return self._most


class Watcher:
    """Told of each step as it is taken. This one heeds nothing."""

    @contextmanager
    def reads(self, name: str, size_bytes: int, reading: Reading) -> Iterator[None]:
        """The block reads a file; `reading` tells how far it has come."""
        yield

    @contextmanager
    def writes(self, name: str, rows: int) -> Iterator[None]:
        """The block looks for duplicates in a snapshot of so many rows, and writes it."""
        yield

    def landed(self, line: str, told: Mapping[str, object]) -> None:
        """An export has landed; `line` says what came of it, `told` the same for a program."""

    def starts(self, node: str, place: int, total: int) -> None:
        """A dbt node has started, the `place`-th of `total`."""

    def built(self) -> None:
        """The last dbt node has ended."""


class LogWatcher(Watcher):
    """Logs the line of each export; the line of each dbt node is the build's own."""

    @contextmanager
    def reads(self, name: str, size_bytes: int, reading: Reading) -> Iterator[None]:
        """Log its beginning, for should it be the last word."""
        detail.info(f"reading {name}", extra=fields("reading", file=name))
        yield

    def landed(self, line: str, told: Mapping[str, object]) -> None:
        """Log it."""
        logger.info(line, extra=fields("export", **told))
