"""The reference seeds, checked whole before anything is landed or published (contract §3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestration.errors import FaultsFound
from orchestration.landing import KnownCodes
from orchestration.language import _, shaped
from orchestration.reference.cells import Told, cell_faults, key_faults
from orchestration.reference.rules import FAULTS, WARNINGS, Rows, Rule
from orchestration.reference.seeds import ReferenceSeeds, Unreadable
from orchestration.reference.spellings import listed, names_of_codes
from orchestration.reference.tables import TABLES, Table
from orchestration.reference.transcription import differences


@dataclass(frozen=True, order=True)
class ReferenceFault:
    """What is wrong in a reference seed, or to be noticed; line 1 stands for the whole file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return shaped("{file}:{line}: {message}", file=self.file, line=self.line, message=self.message)


class ReferenceRefused(FaultsFound):
    """The reference seeds break their rules; `faults` are all of them."""


def check(seeds: ReferenceSeeds) -> list[ReferenceFault]:
    """Check every reference seed; returns what the office may mean, and should know of, by file and line.

    Raises ReferenceRefused with all faults found (contract §3).
    """
    faults, warnings = told_of(seeds)
    if faults:
        raise ReferenceRefused(faults)
    return warnings


def told_of(seeds: ReferenceSeeds) -> tuple[list[ReferenceFault], list[ReferenceFault]]:
    """Return the faults of the reference seeds, and what the office should know of, by file and line."""
    faults = [
        ReferenceFault(name, 1, _("no reference seed has this name: correct it, or move the file elsewhere"))
        for name in seeds.strangers()
    ]
    warnings: list[ReferenceFault] = []
    rows: Rows = {}
    for table in TABLES:
        try:
            content = seeds.read(table)
        except Unreadable as fault:
            faults.append(ReferenceFault(table.file, fault.line, str(fault)))
            continue
        rows[table.name] = content.rows
        unread = (
            _("column {name} is read by nobody: is it a slip of the pen?").format(name=name)
            for name in content.unread
        )
        warnings += _of(table, ((content.header_line, text) for text in unread))
    there = [table for table in TABLES if table.name in rows]
    for table in there:
        faults += _of(table, cell_faults(table, rows))
        faults += _of(table, key_faults(table, rows[table.name]))
    faults += _broken(FAULTS, rows)
    for table in there:
        refused, told = differences(table, rows[table.name])
        faults += _of(table, refused)
        warnings += _of(table, told)
    return sorted(faults), sorted([*warnings, *_broken(WARNINGS, rows)])


def known_codes(seeds: ReferenceSeeds) -> KnownCodes:
    """Return the codes that exports may name, every org but the target groups, and their spellings (§2).

    Expects seeds that `check` has passed.
    """
    tables = {table.name: table for table in TABLES}
    orgs = seeds.read(tables["organizations"]).rows
    modules = seeds.read(tables["modules"]).rows
    spellings = seeds.read(tables["spellings"]).rows
    return KnownCodes(
        orgs=frozenset(org["org_code"] for org in orgs if org["org_type"] != "target_group"),
        modules=frozenset(module["module_code"] for module in modules),
        groups=frozenset(org["org_code"] for org in orgs if org["org_type"] == "target_group"),
        spellings=names_of_codes(orgs, modules) | listed(spellings),
    )


def spellings_at_least(seeds: ReferenceSeeds) -> KnownCodes | None:
    """Return no codes, but the spellings listed, whatever else is refused; None where they are unreadable."""
    [table] = (table for table in TABLES if table.name == "spellings")
    try:
        return KnownCodes(frozenset(), frozenset(), spellings=listed(seeds.read(table).rows))
    except Unreadable:
        return None


def codes_if_sound(seeds: ReferenceSeeds) -> KnownCodes:
    """Return the codes and spellings of the seeds; none where they are refused: the refresh will say so."""
    if told_of(seeds)[0]:
        return KnownCodes(frozenset(), frozenset())
    return known_codes(seeds)


def _of(table: Table, told: Iterable[Told]) -> Iterator[ReferenceFault]:
    return (ReferenceFault(table.file, line, text) for line, text in told)


def _broken(rules: Iterable[Rule], rows: Rows) -> Iterator[ReferenceFault]:
    for rule in rules:
        if all(name in rows for name in rule.needs):
            for name, line, text in rule.broken_by(rows):
                yield ReferenceFault(f"{name}.csv", line, text)
