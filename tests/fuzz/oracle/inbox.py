"""What becomes of an inbox (contract §2): a snapshot in force for each export, or faults."""

from datetime import date
from typing import Any

from tests.fuzz.oracle.codes import is_told
from tests.fuzz.oracle.header import find_header, has_half
from tests.fuzz.oracle.judge import Setting, is_data, judged
from tests.fuzz.oracle.model import (
    Cell,
    Fault,
    File,
    Landed,
    Outcome,
    Reference,
    Refused,
    Rejected,
    Rows,
)
from tests.fuzz.oracle.names import Named, passed_over, read_name
from tests.fuzz.oracle.text import SEPARATOR_LINE, decode, swallowed, take_apart
from tests.fuzz.spec import SPECS, Spec

SEPARATORS = (",", "\t", ";", "|")
EITHER = "unreadable or missing_columns"
"""No separator finds the header, and quotes are wrong for some of them: the contract does not say which."""

Table = tuple[str, str | None, Setting, list[list[Cell]]]
"""(file, sheet, what its rows are judged by, the rows after its header)"""


def outcome(
    files: dict[str, File],
    reference: Reference,
    today: date,
    before: Outcome | None = None,
    accept: frozenset[str] = frozenset(),
) -> Outcome | list[Fault]:
    """What is in force after a landing, or why it is refused. `files` are the regular files of the inbox."""
    faults: list[Fault] = []
    named: dict[str, Named] = {}
    for name in sorted(files):
        if passed_over(name):
            continue
        try:
            named[name] = read_name(name, reference, today)
        except Refused as refused:
            faults.append(Fault(name, refused.args[0]))
    in_force = dict(before or {})
    for spec in SPECS.values():
        days = [each.day for each in named.values() if each.spec is spec]
        if not days:
            continue
        newest = max(days)
        names = [name for name, each in named.items() if each.spec is spec and each.day == newest]
        old = in_force.get(spec.name)
        contents = frozenset(files[name].content for name in names)
        if old and (newest < old.day or (newest == old.day and contents == old.contents)):
            continue
        tables, wrong = _tables(spec, newest, {name: named[name] for name in names}, files, reference)
        if wrong:
            faults += wrong
            continue
        landed = _landed(spec, newest, tables, tuple(names), contents)
        if reason := _refusal(spec, landed, old, accept):
            faults.append(Fault(f"{spec.chinese}_{newest:%Y%m%d}", reason))
        in_force[spec.name] = landed
    return sorted(faults) if faults else in_force


def _tables(
    spec: Spec, day: date, named: dict[str, Named], files: dict[str, File], reference: Reference
) -> tuple[list[Table], list[Fault]]:
    tables: list[Table] = []
    faults: list[Fault] = []
    seen: set[bytes] = set()
    for name in sorted(named):
        if files[name].content in seen:
            continue
        seen.add(files[name].content)
        try:
            if not named[name].right_extension:
                raise Refused("unreadable")
            tables += read_file(name, files[name], spec, day, reference)
        except Refused as refused:
            faults.append(Fault(name, refused.args[0]))
    return tables, faults


def read_file(name: str, file: File, spec: Spec, day: date, reference: Reference) -> list[Table]:
    """The tables of one file; raise Refused."""
    if file.seen is None:
        return [_read_text(name, file.content, spec, day, reference)]
    tables: list[Table] = []
    for sheet in file.seen.sheets:
        if sheet.hidden:
            continue
        header = find_header(spec, sheet.rows, reference)
        if header:
            setting = Setting(spec, day, reference, header, False, file.seen.from_1904)
            tables.append((name, sheet.name, setting, sheet.rows[header.at + 1 :]))
        elif has_half(spec, sheet.rows, reference):
            raise Refused("missing_columns")
    if not tables:
        raise Refused("missing_columns")
    return tables


def _read_text(name: str, content: bytes, spec: Spec, day: date, reference: Reference) -> Table:
    text = decode(content)
    line_before = 0
    if first := SEPARATOR_LINE.match(text):
        text = text[first.end() :]
        line_before = 1
    wrong_quotes = []
    for separator in SEPARATORS:
        lines = take_apart(text, separator)
        rows: list[list[Cell]] = [[*row] for row in lines.rows]
        header = find_header(spec, rows, reference)
        if not header:
            wrong_quotes += [lines.wrong_quote] if lines.wrong_quote else []
            continue
        wrong = swallowed(lines, lines.rows[header.at], separator)
        wrong += [lines.wrong_quote] if lines.wrong_quote else []
        if wrong:
            raise Refused("unreadable", min(wrong) + line_before)
        return name, None, Setting(spec, day, reference, header, True, False), rows[header.at + 1 :]
    if len(wrong_quotes) == len(SEPARATORS):
        raise Refused("unreadable", min(wrong_quotes) + line_before)
    raise Refused(EITHER if wrong_quotes else "missing_columns")


def _landed(
    spec: Spec, day: date, tables: list[Table], names: tuple[str, ...], contents: frozenset[bytes]
) -> Landed:
    rows: Rows = []
    rejected: list[Rejected] = []
    unknown: dict[tuple[str, str], int] = {}
    kept: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for file, sheet, setting, table in tables:
        for number, cells in enumerate(table, 1):
            if not is_data(setting, cells):
                continue
            row = judged(setting, cells)
            for spelling in row.unknown:
                unknown[spelling] = unknown.get(spelling, 0) + 1
            reason, columns = row.reason, row.columns
            if not reason:
                values = tuple(row.values[column.name] for column in spec.landed)
                key = tuple(row.values[column.name] for column in spec.landed if column.key)
                if key not in kept:
                    kept[key] = values
                    rows.append(values)
                    continue
                reason = "duplicate_row" if kept[key] == values else "duplicate_key"
                columns = frozenset([None, *(column.name for column in spec.landed if column.key)])
            rejected.append(Rejected(file, number, reason, sheet, columns, row.org_code))
    told = {spelling: count for spelling, count in unknown.items() if is_told(spelling[1], count)}
    return Landed(day, rows, rejected, told, names, contents)


def _refusal(spec: Spec, landed: Landed, old: Landed | None, accept: frozenset[str]) -> str:
    """The reason that a snapshot is refused for, '' if none."""
    refused = len(landed.rejected)
    if "too_many_rejects" not in accept and refused > 20 and refused * 20 > landed.rows_read:
        return "too_many_rejects"
    if old and "shrunk" not in accept:
        keys, old_keys = _keys(spec, landed.rows), _keys(spec, old.rows)
        if len(landed.rows) * 10 < len(old.rows) * 9 or len(old_keys - keys) * 10 > len(old_keys):
            return "shrunk"
    return ""


def _keys(spec: Spec, rows: Rows) -> set[tuple[Any, ...]]:
    places = [place for place, column in enumerate(spec.landed) if column.key]
    return {tuple(row[place] for place in places) for row in rows}
