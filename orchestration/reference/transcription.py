"""The regulation as transcribed: `transcription.json`, which `make clauses` writes from the shipped seeds.

An office may rule anew what the regulation says. A slip of the pen in a threshold, an annex figure or a
module looks just like a ruling, so every difference is told. One that nobody can mean is a fault.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from orchestration.language import N_, _
from orchestration.reference.cells import Told
from orchestration.reference.seeds import ReferenceSeeds, Row, canonical
from orchestration.reference.tables import TABLES, Column, Table, Transcribed

PATH = Path(__file__).with_name("transcription.json")

_TEXT = N_("the regulation's transcription")


def differences(table: Table, rows: list[Row]) -> tuple[list[Told], list[Told]]:
    """Return where a table differs from what was transcribed: the faults, then the warnings."""
    transcribed = table.transcribed
    if transcribed is None:
        return [], []
    faults: list[Told] = []
    warnings: list[Told] = []
    names = transcribed.key or table.key
    # What is spelled as nothing can be is told already.
    found = {_key(names, row): row for row in rows if row.sound}
    shipped = {_key(names, row): row for row in _shipped()[table.name]}
    unsound = {_key(names, row) for row in rows if not row.sound}
    for key in shipped.keys() - found.keys() - unsound:
        told = (
            1,
            _("{row} is not there, but is in {text}: was its row meant to go?").format(
                row=_named(key), text=_(_TEXT)
            ),
        )
        if transcribed.may_be_gone:
            warnings.append(told)
        else:
            faults.append((1, _("{row} is not there: add its row again").format(row=_named(key))))
    compared = _compared(table, transcribed, rows)
    for key, row in found.items():
        if key in shipped:
            warnings += _changed(_named(key), compared, row, shipped[key])
        elif not transcribed.may_be_more:
            faults.append(
                (
                    row.line,
                    _("{row} is counted by no model: delete the row, or have a model added").format(
                        row=_named(key)
                    ),
                )
            )
    return faults, warnings


def text_of(seeds: ReferenceSeeds) -> str:
    """Return what `transcription.json` is to hold: the compared tables of `seeds`, a row a line."""
    tables = []
    for table in TABLES:
        if table.transcribed:
            columns = [each for each in table.columns if each.name in _columns(table, table.transcribed)]
            rows = [
                {column.name: canonical(column, row[column.name]) for column in columns}
                for row in seeds.read(table).rows
            ]
            lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
            tables.append(f'"{table.name}": [\n{lines}\n]')
    return "{\n" + ",\n".join(tables) + "\n}\n"


@cache
def _shipped() -> dict[str, list[dict[str, str]]]:
    told: dict[str, list[dict[str, str]]] = json.loads(PATH.read_text(encoding="utf-8"))
    return told


def _columns(table: Table, transcribed: Transcribed) -> tuple[str, ...]:
    return (*(transcribed.key or table.key), *transcribed.compared)


def _key(names: tuple[str, ...], row: Row | Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in names)


def _named(key: tuple[str, ...]) -> str:
    return ", ".join(filter(None, key))


def _compared(table: Table, transcribed: Transcribed, rows: list[Row]) -> list[Column]:
    """The columns to compare: not one that may be absent and says nothing, as in a file that lacks it."""
    return [
        column
        for column in table.columns
        if column.name in transcribed.compared
        and not (column.may_be_absent and not any(row[column.name] for row in rows))
    ]


def _changed(named: str, columns: list[Column], row: Row, shipped: Mapping[str, str]) -> list[Told]:
    return [
        (
            row.line,
            _("{column} of {row} is {cell!r}, but {shipped!r} in {text}: was that meant?").format(
                column=column.name,
                row=named,
                cell=row[column.name],
                shipped=shipped[column.name],
                text=_(_TEXT),
            ),
        )
        for column in columns
        if canonical(column, row[column.name]) != shipped[column.name]
    ]
