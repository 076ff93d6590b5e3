"""Reads an inbox as a landing would, and lands nothing: what each file is, and what would come of it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import duckdb

from orchestration.common import engine_faults
from orchestration.common.watcher import Watcher
from orchestration.landing.bench import Bench, Form, Part, open_bench
from orchestration.landing.encodings import encoding_of
from orchestration.landing.exports import Column, Export
from orchestration.landing.hashes import Hashes
from orchestration.landing.home import in_force, landed_dir, refuse_gathered
from orchestration.landing.inbox import EXTENSIONS, InboxFile, InboxSnapshot, display_name, read_inbox
from orchestration.landing.kinds import kind_of
from orchestration.landing.lists import REJECTED, UNKNOWN, open_lists
from orchestration.landing.outcome import (
    WAIVERS,
    Fault,
    FileRefused,
    KnownCodes,
    LandedSnapshot,
    LandingFailed,
    Notice,
)
from orchestration.landing.run import NOBODY, choose, judge_snapshot
from orchestration.landing.snapshot import (
    CheckedSnapshot,
    check_snapshot,
    list_refused,
    list_unknown,
    rows_read,
)
from orchestration.landing.spellings import spelled

MOST_LISTED = 100_000
"""How many refused rows of a snapshot are told one by one."""


@dataclass(frozen=True)
class FoundColumn:
    """A column of an export (a personal one has no name), and the header it was found under, if it was."""

    header: str
    name: str
    found_as: str | None


@dataclass(frozen=True)
class RefusedRows:
    """The rows of one part refused for one reason in one column; its landed name is blank for a whole row.

    `numbers` count from the header, as those of quality.rejected_rows: the first MOST_LISTED of a snapshot.
    """

    reason: str
    column: str
    header: str
    rows: int
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class InspectedPart:
    """One text, sheet or table that has the header, in row `header_row` (from 1)."""

    sheet: str | None
    header_row: int
    columns: tuple[FoundColumn, ...]
    rows_read: int
    refused: tuple[RefusedRows, ...]

    @property
    def rows_refused(self) -> int:
        """How many of its rows are refused."""
        return sum(one.rows for one in self.refused)


@dataclass(frozen=True)
class InspectedFile:
    """A file of a snapshot that a refresh would read; without parts where it has a fault.

    `extension` is in small letters; `form` is unknown where the file cannot even be opened.
    """

    name: str
    extension: str
    form: Form | None
    parts: tuple[InspectedPart, ...]
    fault: Fault | None


@dataclass(frozen=True)
class UnknownSpelling:
    """What cells say that nobody knows, in how many rows, and the known word most like it."""

    column: str
    header: str
    spelling: str
    rows: int
    nearest: str | None


@dataclass(frozen=True)
class InspectedSnapshot:
    """A snapshot that a refresh would read; `rows_landed`, `rows_rejected` are None where a file is refused.

    `faults` are those of its files, else its own.
    """

    export_name: str
    chinese: str
    export_date: date
    label: str
    files: tuple[InspectedFile, ...]
    rows_landed: int | None
    rows_rejected: int | None
    unknown: tuple[UnknownSpelling, ...]
    faults: tuple[Fault, ...]
    before: LandedSnapshot | None
    """The landed one that it would replace."""

    @property
    def rows_read(self) -> int | None:
        """How many rows its files have; None where a file is refused."""
        if self.rows_landed is None or self.rows_rejected is None:
            return None
        return self.rows_landed + self.rows_rejected


@dataclass(frozen=True)
class Inspection:
    """What a refresh would make of an inbox. `landed` are the snapshots landed already, by their labels."""

    snapshots: tuple[InspectedSnapshot, ...]
    landed: tuple[str, ...]
    notices: tuple[Notice, ...]
    faults: tuple[Fault, ...]
    """All, as a refresh tells them: in the order of their files."""


def inspect(
    inbox: Path | None,
    codes: KnownCodes,
    scratch: Path,
    home: Path | None = None,
    accept: frozenset[str] = frozenset(),
    watcher: Watcher = NOBODY,
) -> Inspection:
    """Read an inbox as `land` would (contract §1, check); `scratch` is an empty folder, soon gone.

    A `home` is only read: without one, nothing counts as landed. Raises InboxNotFound, LandingFailed, and
    UsageFault where it holds gathered provinces.
    """
    if home:
        refuse_gathered(home)
    before = in_force(home) if home else {}
    folder = landed_dir(home or scratch)
    found = read_inbox(inbox, spelled(codes))
    due, judged_anew, notices = choose(found, before, codes, Hashes(home or scratch))
    inspected: list[InspectedSnapshot] = []
    bench = open_bench(scratch, codes, due)
    try:
        open_lists(bench.con)
        for snapshot in due:
            replaced = before.get(snapshot.export.name)
            checked = check_snapshot(bench, snapshot, watcher)
            faults = checked.faults
            if not faults:
                waived = WAIVERS if snapshot.export.name in judged_anew else accept
                faults = tuple(judge_snapshot(bench, snapshot, checked, replaced, folder, waived))
            inspected.append(_inspected(bench, snapshot, checked, faults, replaced))
            notices += checked.notices
    except duckdb.Error as error:  # its text may quote a row
        raise LandingFailed(engine_faults.sentence(error)) from None
    finally:
        bench.con.close()
    all_faults = [*found.faults, *(fault for one in inspected for fault in one.faults)]
    seen = {snapshot.export.name for snapshot in due}
    landed = [
        snapshot.label
        for name, snapshot in found.snapshots.items()
        if name not in seen and snapshot.export_date == before[name].export_date
    ]
    ordered = sorted(all_faults, key=lambda fault: fault.file)
    return Inspection(tuple(inspected), tuple(sorted(landed)), tuple(notices), tuple(ordered))


def _form(file: InboxFile) -> Form | None:
    """What a refused file is, as far as that can be told."""
    if file.extension not in EXTENSIONS:
        return None
    form = None
    with suppress(FileRefused, OSError):
        if file.path.stat().st_size:
            form = Form(kind_of(file.path))
            if form.kind in ("text", "page"):
                form = Form(form.kind, encoding_of(file.path))
    return form


def _inspected(
    bench: Bench,
    snapshot: InboxSnapshot,
    checked: CheckedSnapshot,
    faults: tuple[Fault, ...],
    before: LandedSnapshot | None,
) -> InspectedSnapshot:
    export = snapshot.export
    for name in (REJECTED, UNKNOWN):
        bench.con.execute(f"DELETE FROM {name}")
    list_refused(bench, checked, into=REJECTED)
    list_unknown(bench, export, into=UNKNOWN)
    refused, read = _refused(bench, export), rows_read(bench, checked)
    parts: dict[str, list[InspectedPart]] = {}
    for place, part in enumerate(checked.parts):  # list_refused counts them from 1
        told = _part(export, part, read[place], tuple(refused.get(place + 1, ())))
        parts.setdefault(part.file_name, []).append(told)
    forms = {file.file.name: file.form for file in checked.files}
    of_files = {fault.file: fault for fault in checked.faults}
    files = tuple(
        InspectedFile(file.name, file.extension, _form(file), (), of_files[file.name])
        if file.name in of_files
        else InspectedFile(file.name, file.extension, forms[file.name], tuple(parts[file.name]), None)
        for file in snapshot.files
    )
    landed = None if checked.faults else checked.landed
    return InspectedSnapshot(
        export_name=export.name,
        chinese=export.chinese,
        export_date=snapshot.export_date,
        label=snapshot.label,
        files=files,
        rows_landed=landed.rows_landed if landed else None,
        rows_rejected=landed.rows_rejected if landed else None,
        unknown=_unknown(bench, export),
        faults=faults,
        before=before,
    )


def _part(export: Export, part: Part, read: int, refused: tuple[RefusedRows, ...]) -> InspectedPart:
    columns = tuple(
        FoundColumn(column.header, column.name, part.header.titles.get(column.header))
        for column in export.columns
    )
    sheet = None if part.sheet_name is None else display_name(part.sheet_name)
    return InspectedPart(sheet, part.header.row + 1, columns, read, refused)


def _refused(bench: Bench, export: Export) -> dict[int, list[RefusedRows]]:
    """What the listed rows were refused for, by part, the most frequent first."""
    found = bench.con.execute(
        f"""WITH numbered AS (
            SELECT *, row_number() OVER (ORDER BY part, row_number) AS place FROM {REJECTED}
        )
        SELECT part, reason, coalesce(column_name, '') AS landed_name, count(*) AS refused,
            list(row_number ORDER BY row_number) FILTER (place <= {MOST_LISTED})
        FROM numbered GROUP BY part, reason, landed_name ORDER BY part, refused DESC, reason, landed_name"""
    ).fetchall()
    refused: dict[int, list[RefusedRows]] = {}
    for part, reason, name, rows, numbers in found:
        header = export.column(name).header if name else ""
        refused.setdefault(part, []).append(RefusedRows(reason, name, header, rows, tuple(numbers or ())))
    return refused


def _unknown(bench: Bench, export: Export) -> tuple[UnknownSpelling, ...]:
    rows = bench.con.execute(
        f"SELECT column_name, spelling, rows FROM {UNKNOWN} ORDER BY column_name, rows DESC, spelling"
    ).fetchall()
    return tuple(
        UnknownSpelling(name, column.header, spelling, count, _nearest(spelling, column, bench.codes))
        for name, spelling, count in rows
        for column in [export.column(name)]
    )


def _nearest(spelling: str, column: Column, codes: KnownCodes) -> str | None:
    lists = {"orgs": codes.orgs, "modules": codes.modules}
    listed = sorted(lists[column.codes]) if column.codes else []
    words = [*(word for word, _ in (*column.choices, *column.other_words)), *listed]
    return next(iter(get_close_matches(spelling, words, cutoff=0.5)), None)
