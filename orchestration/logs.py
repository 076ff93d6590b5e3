"""What a refresh says: lines on the terminal, more of them in HOME/logs; never a value out of an export."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

logger = logging.getLogger("gonghui")
"""For a person who watches: the terminal, Dagster's UI and the file."""

detail = logging.getLogger("gonghui_detail")
"""One line per dbt node: for the file alone, or Dagster would store each line as an event of the run."""


class _Terminal(logging.Handler):
    """Prints to whatever stderr is at the moment: a progress bar puts itself in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        print(record.getMessage(), file=sys.stderr)


_FILE_BYTES = 5_000_000
_FILES_KEPT = 4


def to_terminal() -> None:
    """Show the log's lines for people on stderr, as plain lines."""
    _add(_Terminal(), logger)


@contextmanager
def to_file(path: Path) -> Iterator[None]:
    """Append every line to `path`, which is rotated, so that a home does not grow without bound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _add(handler, logger, detail)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        detail.removeHandler(handler)
        handler.close()


def _add(handler: logging.Handler, *loggers: logging.Logger) -> None:
    for each in loggers:
        each.setLevel(logging.INFO)
        each.propagate = False
        each.addHandler(handler)
