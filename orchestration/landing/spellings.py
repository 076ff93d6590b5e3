"""The exports as one office spells them: other NAMEs, headers and words, out of the reference seeds."""

from dataclasses import replace

from orchestration.landing.cells import code, said
from orchestration.landing.exports import RAW_EXPORTS, Column, Export
from orchestration.landing.outcome import KnownCodes, Spelling


def spelled(codes: KnownCodes) -> tuple[Export, ...]:
    """The eleven exports, each with the spellings that hold in it; a target group's code is one of itself."""
    groups = {Spelling("", "org_code", code, code) for code in codes.groups}
    in_order = sorted(codes.spellings | groups)
    return tuple(
        _spelled(export, [one for one in in_order if one.export_name in ("", export.name)])
        for export in RAW_EXPORTS
    )


def _spelled(export: Export, spellings: list[Spelling]) -> Export:
    names = tuple(one.spelling for one in spellings if one.export_name and not one.column_name)
    columns = tuple(
        column
        if column.personal
        else _spelled_column(column, [s for s in spellings if s.column_name == column.name])
        for column in export.columns
    )
    return replace(export, columns=columns, other_names=names)


def _spelled_column(column: Column, spellings: list[Spelling]) -> Column:
    clean = code if column.codes else said
    listed = {value for _, value in column.choices}
    words = {
        clean(one.spelling): one.value
        for one in spellings
        if one.value and (column.codes or one.value in listed)
    }
    headers = tuple(one.spelling for one in spellings if not one.value)
    return replace(column, other_headers=headers, other_words=tuple(words.items()))
