"""Readers in processes of their own, who connect, query and connect again while somebody publishes."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb

READERS = 4
_PATIENCE_SECONDS = 300
_QUERIES = (
    "select release_id from quality.release",
    "select count(*) from quality.rejected_rows",
    "select count(*) from indicators.fct_module_rates",
    "select count(*) from compliance.fct_verdicts semi join quality.release using (as_of_month)",
    "select release_id from quality.release",
)
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Look:
    """What one connection saw: the release named first and last, and rows of each schema between."""

    release_id: str
    rejected_rows: int
    module_rates: int
    verdicts: int
    release_id_again: str


@dataclass
class Reader:
    """One reader; what it saw is there once it has stopped."""

    process: multiprocessing.process.BaseProcess
    looked: Event
    """Set with each look: clear it, and wait for the next."""
    looks: list[Look] = field(default_factory=list)
    """In order, those like the one before left out."""
    errors: list[str] = field(default_factory=list)


@contextmanager
def readers(published_file: Path, pause: float) -> Iterator[list[Reader]]:
    """Have READERS read `published_file` for the length of a `with`, and once more at its end.

    Between two connections each waits `pause` seconds: the cores are the publisher's, too.
    """
    stop, told = _SPAWN.Event(), [_SPAWN.Queue() for _ in range(READERS)]
    reading = []
    for queue in told:
        looked = _SPAWN.Event()
        process = _SPAWN.Process(target=_read, args=(published_file, pause, stop, looked, queue), daemon=True)
        process.start()
        reading.append(Reader(process, looked))
    try:
        wait_for_a_look(reading)
        yield reading
    finally:
        stop.set()
        for reader, queue in zip(reading, told, strict=True):
            reader.looks, reader.errors = queue.get(timeout=_PATIENCE_SECONDS)
            reader.process.join()


def wait_for_a_look(reading: list[Reader]) -> None:
    """Wait until every reader has begun to look, and looked, again: a look under way may be of before."""
    for _ in range(2):
        for reader in reading:
            reader.looked.clear()
        for reader in reading:
            assert reader.looked.wait(_PATIENCE_SECONDS), "a reader has stopped reading"


def _read(published_file: Path, pause: float, stop: Event, looked: Event, told: "Queue[Any]") -> None:
    looks: list[Look] = []
    errors: list[str] = []
    last = False
    while not last:
        last = stop.is_set()
        try:
            with duckdb.connect(published_file, read_only=True, config={"threads": 1}) as connection:
                look = Look(*(connection.execute(query).fetchall()[0][0] for query in _QUERIES))
            if look not in looks[-1:]:
                looks.append(look)
        except Exception as error:
            errors.append(repr(error))
        looked.set()
        time.sleep(pause)
    told.put((looks, errors))
