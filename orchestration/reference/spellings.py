"""How exports may spell NAMEs, headers, listed values and codes: a spelling means one thing (contract §3)."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from orchestration.landing import RAW_EXPORTS, Column, Export, Spelling
from orchestration.landing.cells import code, half_width, is_blank, said
from orchestration.landing.header import compared

_Frames = Mapping[str, pd.DataFrame]
_Broken = tuple[str, int, str]


def names_of_codes(orgs: pd.DataFrame, modules: pd.DataFrame) -> frozenset[Spelling]:
    """The names that mean a code without being listed: of orgs, short ones where no other has it, of modules.

    One that would mean two codes means none.
    """
    full = _names(orgs, "org_code", "org_name")
    short = {
        name: known for name, known in _names(orgs, "org_code", "short_name").items() if name not in full
    }
    return frozenset(
        Spelling("", column, value, name)
        for column, names in (
            ("org_code", {**short, **full}),
            ("module_code", _names(modules, "module_code", "module_name")),
        )
        for name, value in names.items()
    )


def _names(table: pd.DataFrame, key: str, name: str) -> dict[str, str]:
    codes = set(table[key])
    owners: dict[str, set[str]] = {}
    for owner, spelled in zip(table[key], table[name], strict=True):
        owners.setdefault(code(spelled), set()).add(owner)
    return {
        spelled: next(iter(of))
        for spelled, of in owners.items()
        if len(of) == 1 and spelled and spelled not in codes
    }


def listed(spellings: pd.DataFrame) -> frozenset[Spelling]:
    """The rows of spellings.csv."""
    columns = (spellings[name] for name in ("export_name", "column_name", "value", "spelling"))
    return frozenset(Spelling(*row) for row in zip(*columns, strict=True))


def spellings_mean_one_thing(frames: _Frames) -> Iterator[_Broken]:
    """Refuse a spelling of nothing, and one that means something else already, be it by another row."""
    rows = frames["spellings"]
    names = names_of_codes(frames["organizations"], frames["modules"])
    codes = {
        "orgs": frozenset(frames["organizations"]["org_code"]),
        "modules": frozenset(frames["modules"]["module_code"]),
    }
    meanings = _own_meanings(names, codes)
    for row in rows[rows["sound"]].itertuples():
        one = Spelling(row.export_name, row.column_name, row.value, row.spelling)
        fault = _spells_nothing(one, codes)
        if fault is None:
            fault = next(_other_meanings(one, meanings), None)
        if fault is not None:
            yield "spellings", row.line, fault


_Meanings = dict[tuple[str, ...], str]
"""What a spelling means, by its export ('' for NAMEs), column ('' for headers) and itself, as compared."""


def _own_meanings(names: Iterable[Spelling], codes: Mapping[str, frozenset[str]]) -> _Meanings:
    found: _Meanings = {}
    for export in RAW_EXPORTS:
        found["", "", half_width(export.chinese)] = export.name
        for column in export.columns:
            found[export.name, "", compared(column.header)] = column.name or column.header
            for word, value in column.choices:
                found[export.name, column.name, word] = value
            if column.codes:
                for known in codes[column.codes]:
                    found[export.name, column.name, known] = known
        for name in names:
            found.setdefault((export.name, name.column_name, name.spelling), name.value)
    return found


def _spells_nothing(one: Spelling, codes: Mapping[str, frozenset[str]]) -> str | None:
    if is_blank(said(one.spelling)):
        return f"spelling is {one.spelling!r}, which counts as blank: no cell can say it"
    if not one.column_name:
        if one.value or not one.export_name:
            return "another NAME needs export_name, and no value: for another word give column_name, too"
        return None
    columns = [column for _, column in _columns(one)]
    if not columns:
        where = one.export_name or "any export"
        return f"column_name is {one.column_name!r}: expected a landed column of {where}"
    if not one.value:
        return None
    known = {value for column in columns for value in _values(column, codes)}
    if one.value not in known:
        return f"value is {one.value!r}: expected a listed value of {one.column_name}, or a code of the seeds"
    return None


def _other_meanings(one: Spelling, meanings: _Meanings) -> Iterator[str]:
    """Say what a spelling means already, if that is something else; note what it means now."""
    for place, value in _meant(one):
        before = meanings.setdefault(place, value)
        if before != value:
            yield f"spelling {one.spelling!r} means {before!r} already: a spelling means one thing, keep one"


def _meant(one: Spelling) -> list[tuple[tuple[str, ...], str]]:
    if not one.column_name:
        return [(("", "", half_width(one.spelling)), one.export_name)]
    if not one.value:
        return [((export.name, "", compared(one.spelling)), one.column_name) for export, _ in _columns(one)]
    return [
        ((export.name, one.column_name, (code if column.codes else said)(one.spelling)), one.value)
        for export, column in _columns(one)
        if column.codes or one.value in _values(column, {})
    ]


def _columns(one: Spelling) -> list[tuple[Export, Column]]:
    """The landed columns that a row is about, each with its export."""
    return [
        (export, column)
        for export in RAW_EXPORTS
        if one.export_name in ("", export.name)
        for column in export.landed
        if column.name == one.column_name
    ]


def _values(column: Column, codes: Mapping[str, frozenset[str]]) -> frozenset[str]:
    if column.codes:
        return codes.get(column.codes, frozenset())
    return frozenset(value for _, value in column.choices)
