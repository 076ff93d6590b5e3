"""The quick reading: nearly every row is *plain*, each cell as it lands and no rule to refuse the row.

The cells are cast as they stand, and one cheap and exact test says for which rows that was right. The others
come out unread, their cells in a list, for the general reading (checks.py), which takes plain rows alike and
is only slower.
"""

from datetime import date

from orchestration.landing.cells import BLANKS, TOTALS
from orchestration.landing.checks import (
    CellTable,
    choice,
    is_trimmed,
    listed,
    quote,
    refusal_type,
    trimmed,
    value_rules,
)
from orchestration.landing.exports import Column, Export

# The cells of a row that is not plain, null for a plain one; those that do not land are `_reduced`.
UNREAD = "unread"

# As Excel saves moments to CSV, or with the time left out: the cast reads them as the general reading does.
_RARER_MOMENTS = r"[12]\d{3}(-\d{1,2}-|/\d{1,2}/)\d{1,2}( ([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?"

# Stands for the text of a cell that does not land: it says "not blank" and nothing else.
MASK = "*"


def plain_rows(export: Export, table: CellTable, export_date: date) -> str:
    """Build the query of all rows of `table`, in order: typed landed columns, null `refusal`, `unread`.

    What stands in the landed columns of an unread row means nothing.
    """
    landed_at = {place: name for name, place in table.positions.items()}
    casts = [f"{_cast(column, table.cell(column))} AS {column.name}" for column in export.landed]
    cells = [f"c{place}" if place in landed_at else _reduced(f"c{place}") for place in range(table.width)]
    return f"""
        SELECT {listed(column.name for column in export.landed)},
            CAST(NULL AS {refusal_type(export)}) AS refusal,
            CASE WHEN NOT {_is_plain(export, table, export_date)} THEN [{listed(cells)}] END AS {UNREAD}
        FROM (SELECT *, {listed(casts)} FROM {table.relation})"""


def unread_cells(table: CellTable) -> CellTable:
    """Return the cells of a table of unread rows of `table`, which is called `unread`, as its column is."""
    cells = [f"{UNREAD}[{place + 1}] AS c{place}" for place in range(table.width)]
    query = f"(SELECT place, {listed(cells)} FROM {UNREAD})"
    return CellTable(query, table.width, table.positions, table.least, table.most)


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
        *(f"coalesce({cell} = '' OR {_is_plain_text(cell)}, true)" for cell in _leading_cells(export, table)),
        *(f"c{place} IS NULL" for place in range(table.most, table.width)),
        f"CASE WHEN {' OR '.join(refused)} THEN false ELSE true END",
    ]
    if table.least:
        conditions.append(f"c{table.least - 1} IS NOT NULL")
    # As a CASE, not a value: then a condition is tried only on the rows that met those before it.
    return f"CASE WHEN {' AND '.join(conditions)} THEN true ELSE false END"


def _is_plain_cell(column: Column, cell: str) -> str:
    match column.type:
        case "text":
            plain = _is_plain_key(cell) if column.key else _is_plain_text(cell)
        case "code" | "choice":
            plain = f"{column.name} IS NOT NULL"
        case "integer":
            plain = f"CAST({column.name} AS VARCHAR) = {cell} AND {column.name} >= 0"
        case "date":
            return _is_plain_moment(column, cell, 10)
        case "timestamp":
            return _is_plain_moment(column, cell, 19)
    return plain if column.required else f"({cell} = '' OR ({plain}))"


def _is_plain_moment(column: Column, cell: str, length: int) -> str:
    # The cast alone would also take zones, fractions, 24:00, years of five digits, and -infinity.
    value, lengths = f"CAST({column.name} AS VARCHAR)", f"= {length}"
    if not column.required:
        value, lengths = f"ifnull({value}, '')", f"IN (0, {length})"
    # A CASE, for an OR would have DuckDB work out parts of the rare spellings for every row.
    return f"""CASE WHEN {value} = {cell} AND strlen({cell}) {lengths} THEN true
        ELSE {column.name} IS NOT NULL AND regexp_full_match({cell}, {quote(_RARER_MOMENTS)}) END"""


def _is_plain_key(cell: str) -> str:
    # '-' and '--' lie before '.', the other blanks and the totals are not ASCII.
    ascii_alone = f"strlen({cell}) = length({cell}) AND {cell}[-1] >= '!'"
    return f"{cell} >= '.' AND {ascii_alone} AND {cell} <> 'NULL' AND NOT contains({cell}, '+')"


def _is_plain_text(cell: str) -> str:
    words = [word for word in (*BLANKS, *TOTALS) if word >= "."]
    return (
        f"({cell} >= '.' AND {is_trimmed(cell)} AND {' AND '.join(f'{cell} <> {quote(w)}' for w in words)})"
    )


def _leading_cells(export: Export, table: CellTable) -> list[str]:
    """The cells before the first that a plain row cannot leave blank: a total's word may stand there."""
    first = min(table.positions[column.name] for column in export.landed if column.required)
    return [f"c{place}" for place in range(first)]


def _reduced(cell: str) -> str:
    """A cell that does not land, as far as the row rules need it: absent, blank, a total's word, or MASK."""
    text = trimmed(cell)
    blanks = " ".join(f"WHEN {quote(blank)} THEN ''" for blank in BLANKS)
    totals = " ".join(f"WHEN {quote(total)} THEN {quote(total)}" for total in TOTALS)
    return f"CASE WHEN {cell} IS NULL THEN NULL ELSE CASE {text} {blanks} {totals} ELSE {quote(MASK)} END END"
