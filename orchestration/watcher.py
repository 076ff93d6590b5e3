"""Who watches a refresh while it works: nobody, the log, or a person at a terminal (terminal.py)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from orchestration.logs import fields, logger


class Watcher:
    """Told of each step as it is taken. This one heeds nothing."""

    @contextmanager
    def reads(self, name: str, size_bytes: int, share: Callable[[], float]) -> Iterator[None]:
        """The block reads a file; `share()` tells how much of it is done, 0 to 1, whatever thread asks."""
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

    def landed(self, line: str, told: Mapping[str, object]) -> None:
        """Log it."""
        logger.info(line, extra=fields("export", **told))
