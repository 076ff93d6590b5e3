"""The row rules as SQL, generated from an export's spec: one query reads, types and judges (contract §2).

Layer upon layer: *raws* takes white space off, *texts* quotes, and makes blanks null, *reads* takes texts
apart, *values* types them, *refusal* names the first reason a row is refused for. Nearly every row needs none
of this: plain.py reads those.

The rows must come out in the order of the file, so the query must not hold a join: with one, DuckDB gives up
their order. It makes a join of every longer IN list, too; hence the CASEs here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from orchestration.common.sql import literal
from orchestration.landing import moments
from orchestration.landing.cells import (
    BLANKS,
    FULL_WIDTH,
    HALF_WIDTH,
    IMPOSSIBLE,
    TOTALS,
    UNREADABLE,
    WHITE_SPACE,
    ZERO_WIDTH,
)
from orchestration.landing.exports import Column, Export, GivenWhen

# The column `refusal` of the judged rows: null for a row that passes, NO_DATA_ROW for a blank or total row,
# else REASON<tab>COLUMN of the first offending column (empty where no one column offends).
REFUSAL = "refusal"
NO_DATA_ROW = ""
SEPARATOR = "\t"

# What the cells of code and listed-value columns say that nobody knows, in the order of `spelled_columns`,
# with BETWEEN between them; null where each is known or blank. A list DuckDB would not update in its place.
UNKNOWN = "unknown"
BETWEEN = "chr(0)"

_AROUND = WHITE_SPACE + ZERO_WIDTH
_TRANSLATED = f"[\uff01-\uff5e\u3000{ZERO_WIDTH}]"
_INTEGER_SPELLINGS = r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?"
_SCIENTIFIC = r"[+-]?\d+(?:\.\d*)?[Ee]\+\d+"


@dataclass(frozen=True)
class CellTable:
    """Raw text cells to check: columns c0..c{width-1} of `relation`, in the order of the file.

    `positions`: landed column name -> cell. A row is too wide if a cell from `most` on is not blank; an
    absent cell is null or blank. In a `damaged` one IMPOSSIBLE stands for what could not be decoded.
    """

    relation: str
    width: int
    positions: dict[str, int]
    most: int
    damaged: bool = False

    def cell(self, column: Column) -> str:
        """The cell that a landed column is read from."""
        return f"c{self.positions[column.name]}"


def enum(members: Iterable[str]) -> str:
    """Spell an ENUM of these members."""
    return f"ENUM({', '.join(map(literal, members))})"


def judged_rows(export: Export, table: CellTable, export_date: date, *also: str) -> str:
    """Build the query of all rows of `table`, in order: typed landed columns, `refusal`, `unknown`.

    They are refused by rules 1 to 7. `also` are columns of the relation to take along, in front. Codes,
    listed values and refusals are ENUMs, a byte a row; `orgs` and `modules` are the connection's.
    """
    landed_at = {table.positions[column.name]: column for column in export.landed}
    others = [place for place in range(table.width) if place not in landed_at]
    layers: list[list[str]] = [[] for _ in range(5)]
    raws, texts, parts, reads, values = layers
    for column in export.landed:
        name = column.name
        raws.append(f"{_raw(column, table.cell(column))} AS {name}_raw")
        texts.append(f"{_text(column)} AS {name}_text")
        if column.codes:
            parts.append(rf"regexp_replace({name}_text, '^(\d+)\.0+$', '\1') AS {name}_digits")
            reads.append(f"{_word(column)} AS {name}_word")
        elif column.type in ("date", "timestamp"):
            parts.append(f"{moments.parts(f'{name}_text')} AS {name}_parts")
            read = moments.instant(f"{name}_parts", may_be_blank=_may_be_never(column))
            reads.append(f"{read} AS {name}_read")
        values.append(f"{_value(column)} AS {name}")
    raws += [f"{trimmed(f'c{place}')} AS c{place}_raw" for place in others]
    texts += [f"{_blank_to_null(f'c{place}_raw')} AS c{place}_text" for place in others]
    in_order = [
        _text_if_any(landed_at[place]) if place in landed_at else f"c{place}_text"
        for place in range(table.width)
    ]
    refusal = _refusal(export, table, export_date, is_data=_is_data(in_order))
    query = table.relation
    for layer in layers:
        query = f"(SELECT *, {listed(layer)} FROM {query})" if layer else query
    columns = listed([*also, *(column.name for column in export.landed)])
    return f"SELECT {columns}, {refusal} AS {REFUSAL}, {_unknown(export, table)} AS {UNKNOWN} FROM {query}"


def listed(parts: Iterable[str]) -> str:
    """Spell a list of SQL expressions."""
    return ", ".join(parts)


# --- raws: white space off, full width to half width where the type asks for it


def _raw(column: Column, cell: str) -> str:
    if column.type == "text":
        return trimmed(cell)
    # DuckDB's translate costs some 10 µs a cell, however short. Where it has no twin, it takes a mark away.
    translated = trimmed(f"translate({cell}, {literal(FULL_WIDTH + ZERO_WIDTH)}, {literal(HALF_WIDTH)})")
    is_as_it_stands = f"strlen({cell}) = length({cell}) OR NOT regexp_matches({cell}, {literal(_TRANSLATED)})"
    return f"CASE WHEN {is_as_it_stands} THEN {trimmed(cell)} ELSE {translated} END"


def is_trimmed(cell: str) -> str:
    """Test a cell that is not empty for nothing at its ends that goes, as cheaply as can be."""
    # All white space and marks without width lie before '!' or between '~' and '、', but for one.
    latin = f"strlen({cell}) = length({cell}) AND {cell} >= '!' AND {cell}[-1] >= '!'"
    ends = [
        f"({end} >= '!' AND {end} < '\x7f' OR {end} >= '\u3001' AND NOT starts_with({end}, '\ufeff'))"
        for end in (cell, f"right({cell}, 1)")
    ]
    return f"({latin} OR {' AND '.join(ends)})"


def trimmed(cell: str) -> str:
    """Take white space and marks without width off a cell; an absent one is empty."""
    # DuckDB's trim of given characters costs some 4 µs a cell.
    costly = f"trim({cell}, {literal(_AROUND)})"
    return f"CASE WHEN {cell} = '' OR {is_trimmed(cell)} THEN {cell} ELSE {costly} END"


# --- texts: what is quoted out of its quotes, blanks to null


def _text(column: Column) -> str:
    raw = f"{column.name}_raw"
    if column.type == "text" and not column.key:
        return _blank_to_null(raw)
    unquoted = f"""CASE
        WHEN starts_with({raw}, '="') AND ends_with({raw}, '"') AND length({raw}) > 2
            THEN trim(replace({raw}[3:-2], '""', '"'), {literal(_AROUND)})
        WHEN starts_with({raw}, '''') THEN trim({raw}[2:], {literal(_AROUND)})
        ELSE {raw} END"""
    return _blank_to_null(f"CASE WHEN {raw} < '''' OR {raw} >= '>' THEN {raw} ELSE {unquoted} END")


def is_blank_word(text: str) -> str:
    """Test a cell for one of the words that stand for nothing, in any case."""
    words = " ".join(f"WHEN {literal(blank)} THEN true" for blank in BLANKS)
    longest = max(len(blank.encode()) for blank in BLANKS)
    # As a CASE: what an AND holds would be worked out for every row.
    return (
        f"CASE WHEN strlen({text}) <= {longest} THEN CASE lower({text}) {words} ELSE false END ELSE false END"
    )


def _blank_to_null(text: str) -> str:
    return f"CASE WHEN {is_blank_word(text)} THEN NULL ELSE {text} END"


def _text_if_any(column: Column) -> str:
    """The text of a column, null also where a moment in it stands for a blank."""
    name = column.name
    if not _may_be_never(column):
        return f"{name}_text"
    return f"CASE WHEN {name}_read IS NULL OR {name} IS NOT NULL THEN {name}_text END"


def _is_data(texts_in_order: list[str]) -> str:
    """Test whether the first cell that is not blank is there and no total's word."""
    first = f"coalesce({listed(texts_in_order)})"
    totals = " ".join(f"WHEN {literal(total)} THEN false" for total in TOTALS)
    return f"CASE {first} {totals} ELSE {first} IS NOT NULL END"


def _is_too_wide(table: CellTable) -> str:
    beyond = [f"c{place}_text" for place in range(table.most, table.width)]
    return f"coalesce({listed(beyond)}) IS NOT NULL" if beyond else "false"


# --- parts, reads and values: null where the text is null or cannot be read


def _word(column: Column) -> str:
    """The code that another word stands for, null for none. An ENUM finds one among hundreds at once."""
    if not column.other_words:
        return "CAST(NULL AS VARCHAR)"
    codes = listed(literal(code) for _, code in column.other_words)
    place = f"enum_code(try_cast({column.name}_digits AS {enum(word for word, _ in column.other_words)}))"
    return f"[{codes}][CAST({place} AS INTEGER) + 1]"


def _may_be_never(column: Column) -> bool:
    return column.type in ("date", "timestamp") and not column.required


def _value(column: Column) -> str:
    name = column.name
    match column.type:
        case "text":
            return f"{name}_text"
        case "code":
            return f"try_cast(coalesce({name}_word, {name}_digits) AS {column.codes})"
        case "choice":
            return choice(column, f"{name}_text")
        case "integer":
            return _integer(f"{name}_text")
        case "date" | "timestamp":
            value = f"{name}_read"
            if _may_be_never(column):
                value = f"CASE WHEN NOT {moments.is_never(value)} THEN {value} END"
            return f"CAST({value} AS {column.sql_type})"


def choice(column: Column, text: str) -> str:
    """Read a listed value into its ENUM, null where it is not on the list."""
    # The codes are cast, not the CASE: constants are cast once.
    listed = _judged_type(column)
    words = (*column.choices, *column.other_words)
    cases = (f"WHEN {literal(word)} THEN CAST({literal(code)} AS {listed})" for word, code in words)
    return f"CASE {text} {' '.join(cases)} END"


def _integer(text: str) -> str:
    digits = rf"regexp_replace(replace({text}, ',', ''), '\.0+$', '')"
    return f"""CASE
        WHEN regexp_full_match({text}, {literal(_INTEGER_SPELLINGS)}) THEN try_cast({digits} AS BIGINT)
    END"""


# --- refusal: the first reason that fits over the whole row


Rule = tuple[str, str, str]  # reason, the offending column or '', SQL condition


def _refusal(export: Export, table: CellTable, export_date: date, *, is_data: str) -> str:
    cases = "\n".join(
        f"WHEN {condition} THEN {literal(reason + SEPARATOR + column)}"
        for reason, column, condition in _rules(export, export_date, _is_too_wide(table), table.damaged)
    )
    return f"CAST(CASE WHEN NOT {is_data} THEN {literal(NO_DATA_ROW)}\n{cases} END AS {refusal_type(export)})"


def judged_types(export: Export) -> dict[str, str]:
    """The SQL types of the columns that `judged_rows` builds, in order, by name."""
    types = {column.name: _judged_type(column) for column in export.landed}
    return {**types, REFUSAL: refusal_type(export), UNKNOWN: "VARCHAR"}


def _judged_type(column: Column) -> str:
    return enum(code for _, code in column.choices) if column.choices else column.codes or column.sql_type


def refusal_type(export: Export) -> str:
    """The type of `refusal`: an ENUM of all that a row of the export can be refused for, duplicates too."""
    rules = [(reason, column) for reason, column, _ in _rules(export, date.max, "true", damaged=True)]
    rules += [("duplicate_row", ""), ("duplicate_key", export.keys[0].name)]
    return enum(dict.fromkeys([NO_DATA_ROW, *(reason + SEPARATOR + column for reason, column in rules)]))


def _rules(export: Export, export_date: date, is_too_wide: str, damaged: bool) -> list[Rule]:
    values = {column.name: column.name for column in export.landed}
    return [
        *_missing_required(export),
        *_bad_format(export, is_too_wide, damaged),
        *_bad_value(export),
        *_unknown_code(export),
        *value_rules(export, export_date, values),
    ]


def value_rules(export: Export, export_date: date, values: Mapping[str, str]) -> list[Rule]:
    """The rules that look at typed values alone, 5 to 7; `values` are the SQL of each landed column's."""
    return [
        *_date_order(export, values),
        *_future_date(export, export_date, values),
        *_status_conflict(export, values),
    ]


def _missing_required(export: Export) -> list[Rule]:
    return [
        ("missing_required", column.name, f"{column.name}_text IS NULL")
        for column in export.landed
        if column.required
    ]


def _bad_format(export: Export, is_too_wide: str, damaged: bool) -> list[Rule]:
    rules: list[Rule] = []
    for column in export.landed:
        name, text = column.name, f"{column.name}_text"
        if column.type in ("date", "timestamp"):
            condition = f"{name}_read IS NULL AND {text} IS NOT NULL"
        elif column.type == "integer":
            condition = f"{name} IS NULL AND {text} IS NOT NULL"
        else:
            condition = f"{text} = chr({ord(UNREADABLE)})"
            if damaged:
                condition += f" OR contains({text}, {literal(IMPOSSIBLE)})"
        rules.append(("bad_format", name, condition))
        if column.key:
            scientific = f"contains({text}, '+') AND regexp_full_match({text}, {literal(_SCIENTIFIC)})"
            rules.append(("bad_format", name, scientific))
    return [*rules, ("bad_format", "", is_too_wide)]


def _bad_value(export: Export) -> list[Rule]:
    rules: list[Rule] = []
    for column in export.landed:
        name = column.name
        if column.type == "choice":
            rules.append(("bad_value", name, f"{name} IS NULL AND {name}_text IS NOT NULL"))
        elif column.type == "integer":
            rules.append(("bad_value", name, f"NOT {in_range(column)}"))
    return rules


def in_range(column: Column) -> str:
    """Test an integer column's value for its range."""
    most = "" if column.most is None else f" AND {column.name} <= {column.most}"
    return f"({column.name} >= {column.least}{most})"


def _unknown_code(export: Export) -> list[Rule]:
    return [
        ("unknown_code", column.name, f"{column.name} IS NULL AND {column.name}_text IS NOT NULL")
        for column in export.landed
        if column.codes
    ]


def spelled_columns(export: Export) -> tuple[Column, ...]:
    """The columns of codes and listed values: their cells say what somebody must know."""
    return tuple(column for column in export.landed if column.codes or column.choices)


def _unknown(export: Export, table: CellTable) -> str:
    cells = []
    for column in spelled_columns(export):
        name, text = column.name, f"{column.name}_text"
        is_unknown = f"{name} IS NULL AND {text} <> chr({ord(UNREADABLE)})"
        if column.codes:
            is_unknown += f" AND {name}_word IS NULL"
        if table.damaged:
            is_unknown += f" AND NOT contains({text}, {literal(IMPOSSIBLE)})"
        cells.append(f"CASE WHEN {is_unknown} THEN {text} ELSE '' END")
    nothing = f"repeat({BETWEEN}, {len(cells) - 1})"
    return f"nullif(concat_ws({BETWEEN}, {listed(cells)}), {nothing})"


def _date_order(export: Export, values: Mapping[str, str]) -> list[Rule]:
    return [
        ("date_order", order.later, f"{values[order.later]} < {values[order.earlier]}")
        for order in export.date_order
    ]


def _future_date(export: Export, export_date: date, values: Mapping[str, str]) -> list[Rule]:
    next_day = f"DATE {literal(export_date.isoformat())} + 1"
    return [("future_date", column.name, f"{values[column.name]} >= {next_day}") for column in export.moments]


def _status_conflict(export: Export, values: Mapping[str, str]) -> list[Rule]:
    rules: list[Rule] = []
    for conflict in export.conflicts:
        column = values[conflict.column]
        if isinstance(conflict, GivenWhen):
            condition = f"{column} IS NULL AND {values[conflict.status]} = {literal(conflict.value)}"
        else:
            condition = f"{column} IS NOT NULL AND {values[conflict.other]} IS NULL"
        rules.append(("status_conflict", conflict.column, condition))
    return rules
