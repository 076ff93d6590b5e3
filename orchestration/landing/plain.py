"""The quick reading: nearly every row is *plain*, each cell as it lands and no rule to refuse the row.

The cells are cast as they stand, and one cheap and exact test says for which rows that was right. The others
come out unread, their cells in a list, for the general reading (checks.py), which takes plain rows alike and
is only slower.
"""

from dataclasses import replace
from datetime import date

from orchestration.common.sql import literal
from orchestration.landing.cells import BLANKS, IMPOSSIBLE, TOTALS
from orchestration.landing.checks import (
    REFUSAL,
    UNKNOWN,
    CellTable,
    choice,
    in_range,
    is_blank_word,
    is_trimmed,
    listed,
    refusal_type,
    trimmed,
    value_rules,
)
from orchestration.landing.exports import Column, Export

# The cells of a row that is not plain, null for a plain one; those that do not land are `_reduced`.
UNREAD = "unread"

# As Excel saves moments to CSV, or with the time left out: the cast reads them as the general reading does.
_RARER_MOMENTS = r"[12]\d{3}(-\d{1,2}-|/\d{1,2}/)\d{1,2}([ T]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?"

# Stands for the text of a cell that does not land: it says "not blank" and nothing else.
MASK = "*"


def plain_rows(export: Export, table: CellTable, export_date: date) -> str:
    """Build the query of all rows of `table`, in order: the columns of `judged_rows`, and `unread`.

    The refusals are null. What stands in the landed columns of an unread row means nothing.
    """
    landed_at = {place: name for name, place in table.positions.items()}
    casts = [f"{_cast(column, table.cell(column))} AS {column.name}" for column in export.landed]
    cells = [f"c{place}" if place in landed_at else _reduced(f"c{place}") for place in range(table.width)]
    return f"""
        SELECT {listed(column.name for column in export.landed)},
            CAST(NULL AS {refusal_type(export)}) AS {REFUSAL},
            CAST(NULL AS VARCHAR) AS {UNKNOWN},
            CASE WHEN NOT {_is_plain(export, table, export_date)} THEN [{listed(cells)}] END AS {UNREAD}
        FROM (SELECT *, {listed(casts)} FROM {table.relation})"""


def unread_cells(table: CellTable) -> CellTable:
    """Return the cells of a table of unread rows of `table`, which is called `unread`, as its column is."""
    cells = [f"{UNREAD}[{place + 1}] AS c{place}" for place in range(table.width)]
    query = f"(SELECT place, {listed(cells)} FROM {UNREAD})"
    return replace(table, relation=query)


def _cast(column: Column, cell: str) -> str:
    """Read a cell as if it were plain; null where it is blank or cannot be read so, wrong where it is not."""
    match column.type:
        case "text":
            return cell
        case "choice":
            return choice(column, cell)
        case "code":
            return f"try_cast({cell} AS {column.codes})"
        case _:
            return f"CASE WHEN {cell} <> '' THEN try_cast({cell} AS {column.sql_type}) END"


def _is_plain(export: Export, table: CellTable, export_date: date) -> str:
    names = {column.name: column.name for column in export.landed}
    refused = [f"({broken})" for _, _, broken in value_rules(export, export_date, names)]
    conditions = [
        *(_is_plain_cell(column, table.cell(column)) for column in export.landed),
        *(f"NOT contains({cell}, {literal(IMPOSSIBLE)})" for cell in _free_texts(export, table)),
        *(f"coalesce({cell} = '' OR {_is_plain_text(cell)}, true)" for cell in _leading_cells(export, table)),
        *(f"c{place} IS NULL" for place in range(table.most, table.width)),
        f"CASE WHEN {' OR '.join(refused)} THEN false ELSE true END",
    ]
    # As a CASE, not a value: then a condition is tried only on the rows that met those before it.
    return f"CASE WHEN {' AND '.join(conditions)} THEN true ELSE false END"


def _is_plain_cell(column: Column, cell: str) -> str:
    match column.type:
        case "text":
            plain = _is_plain_key(cell) if column.key else _is_plain_text(cell)
        case "code" | "choice":
            plain = f"{column.name} IS NOT NULL"
        case "integer":
            plain = f"CAST({column.name} AS VARCHAR) = {cell} AND {in_range(column)}"
        case "date":
            return _is_plain_moment(column, cell, 10)
        case "timestamp":
            return _is_plain_moment(column, cell, 19)
    return plain if column.required else f"(coalesce({cell}, '') = '' OR ({plain}))"


def _is_plain_moment(column: Column, cell: str, length: int) -> str:
    # The cast alone would also take zones, fractions, 24:00, years of five digits, and -infinity.
    may_be_absent = may_be_blank = is_some_day = ""
    if not column.required:
        may_be_absent, may_be_blank = f"WHEN {cell} IS NULL THEN true", f"{cell} = '' OR"
        # 1900-01-01 may stand for a blank; a day in 9999 is refused where it does not.
        is_some_day = f"AND {column.name} >= DATE '1900-01-02'"
    # A CASE, for an OR would have DuckDB work out parts of the rare spellings for every row.
    return f"""CASE {may_be_absent}
        WHEN CAST({column.name} AS VARCHAR) = {cell} THEN strlen({cell}) = {length} {is_some_day}
        ELSE {may_be_blank} {column.name} IS NOT NULL {is_some_day}
            AND regexp_full_match({cell}, {literal(_RARER_MOMENTS)}) END"""


def _is_plain_key(cell: str) -> str:
    # '-' and '(' lie before '.', the totals are not ASCII; ="…" is what it quotes.
    ascii_alone = f"strlen({cell}) = length({cell}) AND {cell}[-1] >= '!'"
    some_word = f"NOT {is_blank_word(cell)} AND ({cell} < '=' OR {cell} >= '>')"
    return f"{cell} >= '.' AND {ascii_alone} AND {some_word} AND NOT contains({cell}, '+')"


def _is_plain_text(cell: str) -> str:
    totals = " AND ".join(f"{cell} <> {literal(word)}" for word in TOTALS)
    return f"({cell} >= '.' AND {is_trimmed(cell)} AND NOT {is_blank_word(cell)} AND {totals})"


def _free_texts(export: Export, table: CellTable) -> list[str]:
    """The cells of a damaged table that may hold what could not be decoded and be plain for all that."""
    return [table.cell(column) for column in export.landed if column.type == "text" and table.damaged]


def _leading_cells(export: Export, table: CellTable) -> list[str]:
    """The cells before the first that a plain row cannot leave blank: a total's word may stand there."""
    first = min(table.positions[column.name] for column in export.landed if column.required)
    return [f"c{place}" for place in range(first)]


def _reduced(cell: str) -> str:
    """A cell that does not land, as far as the row rules need it: blank, a total's word, or MASK."""
    # A vector has one or two such rows: what costs is how many functions there are, not what they do.
    stands_for = {**dict.fromkeys(BLANKS, ""), **{word: word for word in TOTALS}}
    words, stand_for = (literal([*each]) for each in (stands_for, stands_for.values()))
    or_blank = f"ifnull({cell}, '')"
    word = f"lower({trimmed(or_blank)})"
    return f"coalesce(list_extract({stand_for}, list_position({words}, {word})), {literal(MASK)})"
