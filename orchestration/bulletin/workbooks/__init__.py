"""The two workbooks of a published file: one to read and print, one to filter and look up."""

from pathlib import Path

import duckdb

from orchestration.bulletin.basis import corrections, data_notes, draft_reasons
from orchestration.bulletin.issue import Issue
from orchestration.bulletin.published import Published
from orchestration.bulletin.standing import Teller
from orchestration.bulletin.tracing import Ledger, readable
from orchestration.bulletin.workbooks.pages import write_pages
from orchestration.bulletin.workbooks.tables import write_tables
from orchestration.bulletin.workbooks.writer import About


def write(published: Path, into: Path, issue: Issue | None = None) -> list[Path]:
    """Write the workbooks of a published file, as of the month of its release, into the folder `into`.

    `into` exists. Without an `issue` they are drafts, marked so on each page. All follows from the file
    alone: equal files give equal workbooks, to the byte. Returns their paths. Raises duckdb.Error where the
    file lacks a table or column of today's, OSError where the disk will not take them.
    """
    with duckdb.connect(published, read_only=True) as connection:
        data = Published(connection)
        about = About(data.as_of_month, data.release["is_sample"], _notes(data, issue), issue)
        return [write_pages(connection, into, about), write_tables(connection, into, about)]


def _notes(data: Published, issue: Issue | None) -> tuple[str, ...]:
    """What the documents say of their numbers, too."""
    told = Teller(data, Ledger())
    notes = [*corrections(told, issue), *draft_reasons(told, issue), *data_notes(told)]
    return tuple(map(readable, notes))
