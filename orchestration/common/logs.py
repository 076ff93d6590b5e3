"""What a refresh says: lines on the terminal, more of them in HOME/logs; never a value out of an export.

A person is told in the language chosen, a file or a program in English.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from orchestration.common.clock import BEIJING
from orchestration.common.settings import Settings
from orchestration.language import english

logger = logging.getLogger("gonghui")
"""For a person who watches: the terminal, Dagster's UI and the file."""

detail = logging.getLogger("gonghui_detail")
"""One line per dbt node: not for a person, and Dagster would store each line as an event of the run."""

FILE_BYTES = 5_000_000


class _Terminal(logging.Handler):
    """Prints to whatever stderr is at the moment: a progress bar puts itself in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        _to_stderr(record.getMessage())


class _File(RotatingFileHandler):
    """Appends to a file, and gives up a line that the disk does not take: the refresh says what is wrong."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: Python would print a traceback."""


class _JsonLines(logging.Handler):
    """Prints one JSON object per line on stderr: time, level, message, and the fields of the event."""

    def emit(self, record: logging.LogRecord) -> None:
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "message": english(record.getMessage()),
            **getattr(record, "fields", {}),
        }
        _to_stderr(json.dumps(line, ensure_ascii=False, default=str))


class _FileLines(logging.Formatter):
    """Says it in English, and the time as the JSON lines do, whatever zone the machine is in."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy(record)
        record.msg, record.args = english(record.getMessage()), None
        return super().format(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return _time(record)


def _to_stderr(line: str) -> None:
    """Print where somebody may have stopped reading: that ends no refresh, and the file has the line."""
    with suppress(OSError):
        print(line, file=sys.stderr)


def say(text: str) -> None:
    """Print on stdout what a command was asked for; who stops reading, as `head` does, has read enough."""
    with suppress(BrokenPipeError):
        print(text, flush=True)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, BEIJING).isoformat(timespec="milliseconds")


def fields(event: str, **values: Any) -> dict[str, Any]:
    """Return a logging call's `extra`: what its line says, for a program that reads the log as JSON."""
    return {"fields": {"event": event, **values}}


def to_terminal() -> None:
    """Show the log's lines for people on stderr, as plain lines."""
    _add(_Terminal(), logger)


def to_json() -> None:
    """Write every line to stderr as JSON."""
    _add(_JsonLines(), logger, detail)


@contextmanager
def to_file(path: Path) -> Iterator[None]:
    """Append every line to `path`, which is rotated, so that a home does not grow without bound.

    GONGHUI_LOG_FILES older files are kept; raises UsageFault where a setting is wrong.
    """
    kept = Settings.read("log_files").log_files
    path.parent.mkdir(parents=True, exist_ok=True)
    for older in path.parent.glob(f"{path.name}.*"):
        if older.suffix[1:].isdecimal() and int(older.suffix[1:]) > kept:
            older.unlink()  # from when more were to be kept
    handler = _File(path, maxBytes=FILE_BYTES, backupCount=kept, encoding="utf-8")
    handler.setFormatter(_FileLines("%(asctime)s %(levelname)s %(message)s"))
    with heard_by(handler, logger, detail):
        try:
            yield
        finally:
            handler.close()


@contextmanager
def heard_by(handler: logging.Handler, *loggers: logging.Logger) -> Iterator[None]:
    """Let `handler` hear the loggers, the one for people where none is named, for the length of a `with`."""
    loggers = loggers or (logger,)
    _add(handler, *loggers)
    try:
        yield
    finally:
        for each in loggers:
            each.removeHandler(handler)


def _add(handler: logging.Handler, *loggers: logging.Logger) -> None:
    for each in loggers:
        each.setLevel(logging.INFO)
        each.propagate = False
        each.addHandler(handler)
