"""How exports may spell NAMEs, headers, listed values and codes: a spelling means one thing (contract §3)."""

from collections.abc import Iterable, Iterator, Mapping

from orchestration.landing import RAW_EXPORTS, Column, Export, Spelling
from orchestration.landing.cells import code, half_width, is_blank, said
from orchestration.landing.header import compared
from orchestration.language import _
from orchestration.reference.rules.rule import Broken, Rows, over, sound
from orchestration.reference.spellings import names_of_codes


@over("spellings", "organizations", "modules")
def spellings_mean_one_thing(rows: Rows) -> Iterator[Broken]:
    """Refuse a spelling of nothing, and one that means something else already, be it by another row."""
    orgs, modules = rows["organizations"], rows["modules"]
    codes = {
        "orgs": frozenset(org["org_code"] for org in orgs),
        "modules": frozenset(module["module_code"] for module in modules),
    }
    meanings = _own_meanings(names_of_codes(orgs, modules), codes)
    for row in sound(rows, "spellings"):
        one = Spelling(row["export_name"], row["column_name"], row["value"], row["spelling"])
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
        return _("spelling is {spelling!r}, which counts as blank: no cell can say it").format(
            spelling=one.spelling
        )
    if not one.column_name:
        if one.value or not one.export_name:
            return _("another NAME needs export_name, and no value: for another word give column_name, too")
        return None
    columns = [column for _, column in _columns(one)]
    if not columns:
        where = one.export_name or _("any export")
        return _("column_name is {column!r}: expected a landed column of {where}").format(
            column=one.column_name, where=where
        )
    if not one.value:
        return None
    known = {value for column in columns for value in _values(column, codes)}
    if one.value not in known:
        return _("value is {value!r}: expected a listed value of {column}, or a code of the seeds").format(
            value=one.value, column=one.column_name
        )
    return None


def _other_meanings(one: Spelling, meanings: _Meanings) -> Iterator[str]:
    """Say what a spelling means already, if that is something else; note what it means now."""
    for place, value in _meant(one):
        before = meanings.setdefault(place, value)
        if before != value:
            yield _(
                "spelling {spelling!r} means {before!r} already: a spelling means one thing, keep one"
            ).format(spelling=one.spelling, before=before)


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


FAULTS = (spellings_mean_one_thing,)
