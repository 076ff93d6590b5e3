"""What one cell of a reference seed may hold, and that a key stands on one row."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from orchestration.language import _, listing
from orchestration.reference.seeds import Row, day
from orchestration.reference.tables import Column, Kind, Table

Told = tuple[int, str]
"""Line (1 for the file itself), what is wrong and what to do."""

# Landing makes a code half-width, without white space, quotes, zero-width characters: no other is ever met.
_UNTYPED = r"\s\u200b-\u200f\u2060\ufeff\uff01-\uff5e\u3000'\"="

_SPELLING = {
    Kind.TEXT: r"[^\r\n]+",
    Kind.PROSE: r"(?s).+",
    Kind.CODE: f"[^{_UNTYPED}]+",
    Kind.FLAG: "true|false",
    Kind.YEAR: "20[0-9]{2}",
    Kind.DAY: r"(19|20)[0-9]{2}([-/])[0-9]{1,2}\2[0-9]{1,2}",
    # Not 2020-03: a spreadsheet would make Mar-20 of it.
    Kind.MONTH: r"20[0-9]{2}([-/])(0?[1-9]|1[0-2])\1(01|1)",
    Kind.NUMBER: r"-?[0-9]+(\.[0-9]+)?",
}


def cell_faults(table: Table, rows: Mapping[str, list[Row]]) -> Iterator[Told]:
    """Tell the first fault of each cell of a table; a row with one is no longer sound."""
    for row in rows[table.name]:
        if not row.sound:
            yield row.line, _("the row has more or fewer cells than the header: check its commas and quotes")
    known = {column: _known(column, rows) for column in table.columns}
    for row in [row for row in rows[table.name] if row.sound]:
        for column in table.columns:
            cell = row[column.name]
            if expected := _expected(column, cell) or _expected_code(column, cell, known[column]):
                row.sound = False
                yield (
                    row.line,
                    _("{column} is {cell!r}: expected {expected}").format(
                        column=column.name, cell=cell, expected=expected
                    ),
                )


def key_faults(table: Table, rows: list[Row]) -> Iterator[Told]:
    """Tell of sound rows whose key an earlier row has."""
    first: dict[tuple[str, ...], int] = {}
    for row in rows if table.key else ():
        earlier = first.setdefault(tuple(row[column] for column in table.key), row.line)
        if row.sound and earlier != row.line:
            yield (
                row.line,
                _("{columns} occur again after line {earlier}: keep one of the two rows").format(
                    columns=listing(table.key), earlier=earlier
                ),
            )


def _expected(column: Column, cell: str) -> str:
    """Return what a cell should have been, from the most basic demand on; blank where it is sound."""
    if not cell:
        return (
            ""
            if column.may_be_blank
            else _("{expected}; it must not be blank").format(expected=_(column.kind.value))
        )
    if cell != cell.strip():
        return _("no white space around it")
    if not re.fullmatch(_SPELLING[column.kind], cell) or not _is_in_the_calendar(column, cell):
        return _(column.kind.value)
    if column.one_of and cell not in column.one_of:
        return _("one of {values}").format(values=listing(column.one_of))
    return _expected_number(column, Decimal(cell)) if column.kind is Kind.NUMBER else ""


def _is_in_the_calendar(column: Column, cell: str) -> bool:
    if column.kind is not Kind.DAY:
        return True
    try:
        day(cell)
    except ValueError:
        return False
    return True


def _expected_number(column: Column, number: Decimal) -> str:
    if number.is_signed():
        return _("a number that is not negative")
    if column.positive and not number:
        return _("a number above 0")
    # The seeds are decimal(18, 4): what is finer would be rounded without a word.
    if number != round(number, 4):
        return _("at most 4 decimals")
    if number >= 10**14:
        return _("at most 14 digits before the decimal point")
    if column.at_least is not None and number < column.at_least:
        return _("{least} or more").format(least=column.at_least)
    if column.at_most is not None and number > column.at_most:
        return _("at most {most}").format(most=column.at_most)
    return ""


def _known(column: Column, rows: Mapping[str, list[Row]]) -> dict[str, bool] | None:
    """Return the codes that a column may name, each with whether it has the flag; None: nobody can tell."""
    if not column.known_in:
        return None
    table, name = column.known_in.split(".")
    if table not in rows:
        return None
    return {row[name]: not column.flagged or row[column.flagged] == "true" for row in rows[table]}


def _expected_code(column: Column, cell: str, known: Mapping[str, bool] | None) -> str:
    if known is None or cell in ("", column.wildcard) or known.get(cell):
        return ""
    table, name = column.known_in.split(".")
    others = _(" or {wildcard}").format(wildcard=column.wildcard) if column.wildcard else ""
    if cell in known:
        return _("one whose {flag} is true in {table}.csv{others}").format(
            flag=column.flagged, table=table, others=others
        )
    return _("one that {table}.csv has as {column}{others}; correct it, or add it there").format(
        table=table, column=name, others=others
    )
