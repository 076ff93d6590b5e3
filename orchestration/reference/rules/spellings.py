"""What exports say in place of a NAME, a header, a listed value or a code (contract §2)."""

import re
import unicodedata
from collections.abc import Iterator

from orchestration.landing import RAW_EXPORTS, Column, Export
from orchestration.reference.rules.rule import Broken, Rows, over, sound
from orchestration.reference.seeds import Row

_Meant = tuple[str, str, str]
"""The export, column and kind of cell in which a spelling is met, and the spelling as it is compared."""


@over("spellings")
def spellings_are_of_something(rows: Rows) -> Iterator[Broken]:
    """A spelling of what no export has, or of a value that its column does not list, is never met."""
    for row in sound(rows, "spellings"):
        columns = [
            column
            for export in _exports(row)
            for column in export.landed
            if column.name == row["column_name"]
        ]
        listed = [column for column in columns if column.choices or column.codes]
        message = ""
        if not row["column_name"] and (row["value"] or not row["export_name"]):
            message = "column_name is blank: expected the landed column whose header or value is spelled"
        elif row["column_name"] and not columns:
            of = row["export_name"] or "any export"
            message = f"column_name is {row['column_name']!r}: expected a landed column of {of}"
        elif row["value"] and not any(_lists(column, row["value"], rows) for column in listed):
            message = (
                f"value is {row['value']!r}: expected a landed value, or a code, of {row['column_name']}"
            )
        if message:
            yield "spellings", row.line, message


@over("spellings", "organizations", "modules")
def spellings_mean_one_thing(rows: Rows) -> Iterator[Broken]:
    """Where a spelling may be met it is of one NAME, header, value or code, and of no personal column."""
    meanings = dict(_built_in(rows))
    for row in sound(rows, "spellings"):
        means = row["value"] or row["column_name"] or row["export_name"]
        for key in _met(row):
            told, line = meanings.setdefault(key, (means, row.line))
            if told != means:
                where = f" in line {line}" if line else ""
                message = (
                    f"spelling is {row['spelling']!r}, which means {told}{where}: expected one thing alone"
                )
                yield "spellings", row.line, message
                break


def spelled_codes(rows: Rows) -> Iterator[tuple[str, str, str]]:
    """Yield column, code and name, for each name of an org or module that means its code unlisted."""
    modules, orgs = rows["modules"], rows["organizations"]
    yield from (("module_code", module["module_code"], module["module_name"]) for module in modules)
    names = [(org["org_code"], name) for org in orgs for name in {org["org_name"], org["short_name"]}]
    spelled = [_folded(name) for _, name in names]
    for (code, name), folded in zip(names, spelled, strict=True):
        if spelled.count(folded) == 1:
            yield "org_code", code, name


def _exports(row: Row) -> list[Export]:
    return [export for export in RAW_EXPORTS if row["export_name"] in ("", export.name)]


def _lists(column: Column, value: str, rows: Rows) -> bool:
    codes = {"orgs": ("organizations", "org_code"), "modules": ("modules", "module_code")}
    if column.codes is None:
        return value in (landed for _, landed in column.choices)
    name, key = codes[column.codes]
    return name not in rows or value in (row[key] for row in rows[name])


def _met(row: Row) -> Iterator[_Meant]:
    spelling = _folded(row["spelling"])
    if not row["column_name"]:
        yield "", "name", spelling
        return
    for export in _exports(row):
        if row["column_name"] in (column.name for column in export.landed):
            yield export.name, row["column_name"] if row["value"] else "header", spelling


def _built_in(rows: Rows) -> Iterator[tuple[_Meant, tuple[str, int]]]:
    for export in RAW_EXPORTS:
        yield ("", "name", _folded(export.chinese)), (export.name, 0)
        for column in export.columns:
            means = "a personal column" if column.personal else column.name
            yield (export.name, "header", _folded(column.header)), (means, 0)
            for chinese, landed in column.choices:
                yield (export.name, column.name, _folded(chinese)), (landed, 0)
            for name, code, spelling in [*spelled_codes(rows), *_codes(rows)] if column.codes else ():
                if name == column.name:
                    yield (export.name, column.name, _folded(spelling)), (code, 0)


def _codes(rows: Rows) -> Iterator[tuple[str, str, str]]:
    for name, column in (("organizations", "org_code"), ("modules", "module_code")):
        yield from ((column, row[column], row[column]) for row in rows[name])


def _folded(spelling: str) -> str:
    """Return what landing may take it for: half-width, in one case, without blanks and stars."""
    half_width = unicodedata.normalize("NFKC", spelling).casefold()
    return re.sub(r"[\s\u200b-\u200f\u2060\ufeff*]", "", half_width)


FAULTS = (spellings_are_of_something, spellings_mean_one_thing)
