"""The reference seeds, checked whole before anything is landed or published (contract §3)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import pandas as pd

from orchestration.errors import FaultsFound
from orchestration.landing import KnownCodes
from orchestration.reference.rules import RULES, Frames
from orchestration.reference.seeds import ReferenceSeeds
from orchestration.reference.tables import TABLES, Column, Kind, Table

_SPELLING = {
    Kind.TEXT: r"(?s).+",
    Kind.FLAG: "true|false",
    Kind.YEAR: "[0-9]{4}",
    Kind.DAY: "[0-9]{4}([-/])[0-9]{1,2}\\1[0-9]{1,2}",
    # Not 2020-03: a spreadsheet would make Mar-20 of it.
    Kind.MONTH: "[0-9]{4}([-/])(0?[1-9]|1[0-2])\\1(01|1)",
    Kind.NUMBER: r"-?[0-9]+(\.[0-9]+)?",
}


@dataclass(frozen=True, order=True)
class ReferenceFault:
    """One rule that a reference seed breaks; line 1 is the header, and stands for the whole file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ReferenceRefused(FaultsFound):
    """The reference seeds break their rules; `faults` are all of them."""


def check(seeds: ReferenceSeeds) -> None:
    """Check every reference seed; raises ReferenceRefused with all faults found (contract §3)."""
    faults = [
        ReferenceFault(name, 1, "no reference seed has this name: correct it, or move the file elsewhere")
        for name in seeds.strangers()
    ]
    frames: dict[str, pd.DataFrame] = {}
    for table in TABLES:
        try:
            frames[table.name] = _read(seeds, table)
        except _Unreadable as fault:
            faults.append(ReferenceFault(table.file, fault.line, str(fault)))
    for table in TABLES:
        if table.name in frames:
            faults += _cell_faults(table, frames)
            faults += _key_faults(table, frames[table.name])
    for rule in RULES:
        if all(name in frames for name in rule.needs):
            faults += [
                ReferenceFault(f"{name}.csv", line, text) for name, line, text in rule.broken_by(frames)
            ]
    if faults:
        raise ReferenceRefused(sorted(faults))


def known_codes(seeds: ReferenceSeeds) -> KnownCodes:
    """Return the codes that exports may name: every org but the target groups, every module (contract §2).

    Expects seeds that `check` has passed.
    """
    tables = {table.name: table for table in TABLES}
    orgs = _read(seeds, tables["organizations"])
    modules = _read(seeds, tables["modules"])
    return KnownCodes(
        orgs=frozenset(orgs.loc[orgs["org_type"] != "target_group", "org_code"]),
        modules=frozenset(modules["module_code"]),
    )


class _Unreadable(Exception):
    def __init__(self, message: str, line: int = 1):
        self.line = line
        super().__init__(message)


def _read(seeds: ReferenceSeeds, table: Table) -> pd.DataFrame:
    """Read the declared columns as text, with `line`, and `sound`: no fault found in the row as yet."""
    try:
        text = seeds.path(table).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise _Unreadable("the file is missing: restore it, every reference seed is needed") from None
    except UnicodeDecodeError:
        raise _Unreadable("the file is not UTF-8: save it again as CSV UTF-8") from None
    records = _records(text)
    line, header = next(records, (1, []))
    names = [column.name for column in table.columns]
    if missing := [name for name in names if header.count(name) != 1]:
        raise _Unreadable(
            f"the header must have each of these columns once: {', '.join(missing)}",
            line,
        )
    rows = [(line, len(cells) == len(header), *cells) for line, cells in records]
    width = len(header) + 2
    # A row of another width keeps its cells, so that the codes it defines stay known to the other files.
    padded = [(*row, *[""] * width)[:width] for row in rows]
    declared = [name if name in names else "" for name in header]  # another may be called `line`, too
    frame = pd.DataFrame(padded, columns=["line", "sound", *declared])
    for flag in (column.name for column in table.columns if column.kind is Kind.FLAG):
        frame[flag] = frame[flag].str.lower()  # Excel writes TRUE
    return frame[["line", "sound", *names]].astype(
        {"line": "int64", "sound": bool} | dict.fromkeys(names, "str")
    )


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each record, blank ones apart; a quoted cell may span several lines."""
    reader = csv.reader(StringIO(text), strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise _Unreadable(f"not a CSV record: {error}; check the quotes from this line on", start) from None


def _cell_faults(table: Table, frames: Frames) -> list[ReferenceFault]:
    frame = frames[table.name]
    faults = [
        ReferenceFault(
            table.file, line, "the row has more or fewer cells than the header: check its commas and quotes"
        )
        for line in frame.loc[~frame["sound"], "line"]
    ]
    sound = frame["sound"].copy()
    for column in table.columns:
        unexamined = frame["sound"].copy()
        for bad, expected in _cell_checks(column, frame[column.name], frames):
            offending = unexamined & bad
            if not offending.any():
                continue
            found = frame[offending]
            unexamined &= ~bad
            sound &= ~frame.index.isin(found.index)
            faults += [
                ReferenceFault(table.file, line, f"{column.name} is {value!r}: expected {expected}")
                for line, value in zip(found["line"], found[column.name], strict=True)
            ]
    frame["sound"] = sound
    return faults


def _cell_checks(column: Column, cells: pd.Series, frames: Frames) -> Iterator[tuple[pd.Series, str]]:
    """Yield the cells that are bad and what was expected of them, from the most basic demand on."""
    if not column.may_be_blank:
        yield cells == "", f"{column.kind.value}; it must not be blank"
    given = cells != ""
    yield given & (cells != cells.str.strip()), "no white space around it"
    spelled = cells.str.fullmatch(_SPELLING[column.kind])
    if column.kind is Kind.DAY:
        dashed = cells.where(spelled).str.replace("/", "-")  # Excel writes 2020/3/20
        spelled &= pd.to_datetime(dashed, format="%Y-%m-%d", errors="coerce").notna()
    yield given & ~spelled, column.kind.value
    if column.one_of:
        yield given & ~cells.isin(column.one_of), f"one of {', '.join(column.one_of)}"
    if column.kind is Kind.NUMBER:
        yield from _number_checks(column, cells)
    if column.known_in:
        yield from _code_checks(column, cells, frames)


def _number_checks(column: Column, cells: pd.Series) -> Iterator[tuple[pd.Series, str]]:
    yield cells.str.startswith("-"), "a number that is not negative"
    if column.positive:
        yield cells.str.fullmatch(r"[0.]+"), "a number above 0"
    parts = cells.str.extract(r"^0*(?P<whole>[0-9]*)\.?(?P<decimals>[0-9]*?)0*$")
    # The seeds are decimal(18, 4): what is finer would be rounded without a word.
    yield parts["decimals"].str.len() > 4, "at most 4 decimals"
    yield parts["whole"].str.len() > 14, "at most 14 digits before the decimal point"


def _code_checks(column: Column, cells: pd.Series, frames: Frames) -> Iterator[tuple[pd.Series, str]]:
    table, name = column.known_in.split(".")
    if table not in frames:
        return
    known = frames[table]
    given = ~cells.isin(["", column.wildcard])
    others = f" or {column.wildcard}" if column.wildcard else ""
    yield (
        given & ~cells.isin(known[name]),
        f"one that {table}.csv has as {name}{others}; correct it, or add it there",
    )
    if column.flagged:
        allowed = known.loc[known[column.flagged] == "true", name]
        yield given & ~cells.isin(allowed), f"one whose {column.flagged} is true in {table}.csv{others}"


def _key_faults(table: Table, frame: pd.DataFrame) -> list[ReferenceFault]:
    if not table.key:
        return []
    key = list(table.key)
    first_lines = frame.groupby(key, sort=False)["line"].transform("first")
    repeated = frame["sound"] & (frame["line"] != first_lines)
    return [
        ReferenceFault(
            table.file, line, f"{', '.join(key)} occur again after line {first}: keep one of the two rows"
        )
        for line, first in zip(frame.loc[repeated, "line"], first_lines[repeated], strict=True)
    ]
