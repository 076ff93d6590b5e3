"""The row rules as SQL, generated from an export's spec: one query reads, types and judges (contract §2).

*texts* takes white space off and makes blanks null, *values* types the texts, *refusal* names the first
reason a row is refused for. Nearly every row needs none of this: plain.py reads those.

The rows must come out in the order of the file, so the query must not hold a join: with one, DuckDB gives up
their order. It makes a join of every longer IN list, too; hence the CASEs here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from orchestration.landing.cells import BLANKS, FULL_WIDTH, HALF_WIDTH, TOTALS, UNREADABLE, WHITE_SPACE
from orchestration.landing.exports import Column, Export, GivenExactlyWhen

# The column `refusal` of the judged rows: null for a row that passes, NO_DATA_ROW for a blank or total row,
# else REASON<tab>HEADER of the first offending column (empty where no one column offends).
REFUSAL = "refusal"
NO_DATA_ROW = ""
SEPARATOR = "\t"

_TIME = rf"(?:(?:[{WHITE_SPACE}]+|T)\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?"
_DAYS = (
    r"\d{4}-\d{1,2}-\d{1,2}",
    r"\d{4}/\d{1,2}/\d{1,2}",
    r"\d{4}\.\d{1,2}\.\d{1,2}",
    r"\d{8}",
    r"\d{4}年\d{1,2}月\d{1,2}日",
)
_DATE_SPELLINGS = f"(?:{'|'.join(_DAYS)}){_TIME}"
_DATE_NUMBERS = ("%Y-%m-%d-%H-%M-%S", "%Y-%m-%d-%H-%M", "%Y-%m-%d")
_INTEGER_SPELLINGS = r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?"
_SCIENTIFIC = r"[+-]?\d+(?:\.\d*)?[Ee]\+\d+"


@dataclass(frozen=True)
class CellTable:
    """Raw text cells to check: columns c0..c{width-1} of `relation`, in the order of the file.

    `positions`: landed column name -> cell. A row is ragged if cell `least` - 1 is null (absent), or if a
    cell from `most` on is not blank; sheets are never ragged (least 0, most = width).
    """

    relation: str
    width: int
    positions: dict[str, int]
    least: int
    most: int

    def cell(self, column: Column) -> str:
        """The cell that a landed column is read from."""
        return f"c{self.positions[column.name]}"


def quote(text: str) -> str:
    """Spell a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def enum(members: Iterable[str]) -> str:
    """Spell an ENUM of these members, at least one."""
    return f"ENUM({', '.join(map(quote, members))})"


def judged_rows(export: Export, table: CellTable, export_date: date, *also: str) -> str:
    """Build the query of all rows of `table`, in order: typed landed columns and `refusal` (rules 1 to 7).

    `also` are further columns of the relation to take along, in front. Codes, listed values and refusals are
    ENUMs, a byte a row; `orgs` and `modules` are the connection's.
    """
    landed_at = {place: name for name, place in table.positions.items()}
    others = [place for place in range(table.width) if place not in landed_at]
    texts_in_order = [f"{landed_at.get(place, f'c{place}')}_text" for place in range(table.width)]
    texts = [f"{_text(column, table.cell(column))} AS {column.name}_text" for column in export.landed]
    texts += [f"{_blank_to_null(trimmed(f'c{place}'))} AS c{place}_text" for place in others]
    values = [f"{_value(column)} AS {column.name}" for column in export.landed]
    refusal = _refusal(export, export_date, is_data=_is_data(texts_in_order), is_ragged=_is_ragged(table))
    return f"""
        SELECT {listed([*also, *(column.name for column in export.landed)])}, {refusal} AS {REFUSAL}
        FROM (SELECT *, {listed(values)} FROM (SELECT *, {listed(texts)} FROM {table.relation}))"""


def listed(parts: Iterable[str]) -> str:
    """Spell a list of SQL expressions."""
    return ", ".join(parts)


def _literals(texts: Iterable[str]) -> str:
    return ", ".join(map(quote, texts))


# --- texts: white space off, full width to half width where the type asks for it, blanks to null


def _text(column: Column, cell: str) -> str:
    if column.type == "text":
        return _blank_to_null(trimmed(cell))
    # DuckDB's translate costs some 10 µs a cell, however short.
    half_width = [
        f"strlen({cell}) = length({cell})",
        *(f"{cell} = {quote(word)}" for word, _ in column.choices),
    ]
    translated = trimmed(f"translate({cell}, {quote(FULL_WIDTH)}, {quote(HALF_WIDTH)})")
    return _blank_to_null(f"CASE WHEN {' OR '.join(half_width)} THEN {trimmed(cell)} ELSE {translated} END")


def is_trimmed(cell: str) -> str:
    """Test a cell that is not empty for white space at its ends, as cheaply as can be: some has none."""
    # All white space lies before '!', between '~' and '、', or nowhere.
    latin = f"strlen({cell}) = length({cell}) AND {cell} >= '!' AND {cell}[-1] >= '!'"
    ends = [f"({end} >= '!' AND {end} < '\x7f' OR {end} >= '\u3001')" for end in (cell, f"right({cell}, 1)")]
    return f"({latin} OR {' AND '.join(ends)})"


def trimmed(cell: str) -> str:
    """Take white space off a cell."""
    # DuckDB's trim of given characters costs some 4 µs a cell.
    costly = f"trim({cell}, {quote(WHITE_SPACE)})"
    return f"CASE WHEN {cell} = '' OR {is_trimmed(cell)} THEN {cell} ELSE {costly} END"


def _blank_to_null(text: str) -> str:
    blanks = " ".join(f"WHEN {quote(blank)} THEN NULL" for blank in BLANKS)
    return f"CASE {text} {blanks} ELSE {text} END"


def _is_data(texts_in_order: list[str]) -> str:
    """Test whether the first cell that is not blank is there and no total's word."""
    first = f"coalesce({listed(texts_in_order)})"
    totals = " ".join(f"WHEN {quote(total)} THEN false" for total in TOTALS)
    return f"CASE {first} {totals} ELSE {first} IS NOT NULL END"


def _is_ragged(table: CellTable) -> str:
    beyond = [f"c{place}_text" for place in range(table.most, table.width)]
    is_long = f"coalesce({listed(beyond)}) IS NOT NULL" if beyond else "false"
    is_short = f"c{table.least - 1} IS NULL" if table.least else "false"
    return f"({is_short} OR {is_long})"


# --- values: null where the text is null or cannot be read


def _value(column: Column) -> str:
    text = f"{column.name}_text"
    match column.type:
        case "text":
            return text
        case "code":
            return rf"try_cast(regexp_replace({text}, '^(\d+)\.0+$', '\1') AS {column.codes})"
        case "choice":
            return choice(column, text)
        case "integer":
            return _integer(text)
        case "date":
            return f"CAST({_moment(text)} AS DATE)"
        case "timestamp":
            return _moment(text)


def choice(column: Column, text: str) -> str:
    """Read a listed value into its ENUM, null where it is not on the list."""
    # The codes are cast, not the CASE: constants are cast once.
    listed = _judged_type(column)
    cases = (f"WHEN {quote(word)} THEN CAST({quote(code)} AS {listed})" for word, code in column.choices)
    return f"CASE {text} {' '.join(cases)} END"


def _integer(text: str) -> str:
    digits = rf"regexp_replace(replace({text}, ',', ''), '\.0+$', '')"
    return f"""CASE
        WHEN regexp_full_match({text}, {quote(_INTEGER_SPELLINGS)}) THEN try_cast({digits} AS BIGINT)
    END"""


def _moment(text: str) -> str:
    numbers = rf"regexp_replace({text}, '^(\d{{4}})(\d{{2}})(\d{{2}})', '\1-\2-\3')"
    numbers = rf"rtrim(regexp_replace({numbers}, '\D+', '-', 'g'), '-')"
    return f"""CASE
        WHEN {text} >= '0001' AND regexp_full_match({text}, {quote(_DATE_SPELLINGS)})
            THEN try_strptime({numbers}, [{_literals(_DATE_NUMBERS)}])
    END"""


# --- refusal: the first reason that fits over the whole row


Rule = tuple[str, str, str]  # reason, header of the offending column or '', SQL condition


def _refusal(export: Export, export_date: date, *, is_data: str, is_ragged: str) -> str:
    cases = "\n".join(
        f"WHEN {condition} THEN {quote(reason + SEPARATOR + header)}"
        for reason, header, condition in _rules(export, export_date, is_ragged)
    )
    return f"CAST(CASE WHEN NOT {is_data} THEN {quote(NO_DATA_ROW)}\n{cases} END AS {refusal_type(export)})"


def judged_types(export: Export) -> dict[str, str]:
    """The SQL types of the columns that `judged_rows` builds, in order, by name."""
    types = {column.name: _judged_type(column) for column in export.landed}
    return {**types, REFUSAL: refusal_type(export)}


def _judged_type(column: Column) -> str:
    return enum(code for _, code in column.choices) if column.choices else column.codes or column.sql_type


def refusal_type(export: Export) -> str:
    """The type of `refusal`: an ENUM of all that a row of the export can be refused for, duplicates too."""
    rules = [(reason, header) for reason, header, _ in _rules(export, date.max, "true")]
    rules += [("duplicate_row", ""), ("duplicate_key", export.keys[0].header)]
    return enum(dict.fromkeys([NO_DATA_ROW, *(reason + SEPARATOR + header for reason, header in rules)]))


def _rules(export: Export, export_date: date, is_ragged: str) -> list[Rule]:
    values = {column.name: column.name for column in export.landed}
    return [
        *_missing_required(export),
        *_bad_format(export, is_ragged),
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
        ("missing_required", column.header, f"{column.name}_text IS NULL")
        for column in export.landed
        if column.required
    ]


def _bad_format(export: Export, is_ragged: str) -> list[Rule]:
    rules: list[Rule] = []
    for column in export.landed:
        text = f"{column.name}_text"
        if column.type in ("integer", "date", "timestamp"):
            rules.append(("bad_format", column.header, f"{column.name} IS NULL AND {text} IS NOT NULL"))
        else:
            rules.append(("bad_format", column.header, f"{text} = chr({ord(UNREADABLE)})"))
        if column.type in ("text", "code") and column.key:
            scientific = f"contains({text}, '+') AND regexp_full_match({text}, {quote(_SCIENTIFIC)})"
            rules.append(("bad_format", column.header, scientific))
    return [*rules, ("bad_format", "", is_ragged)]


def _bad_value(export: Export) -> list[Rule]:
    conditions = {"choice": "{0} IS NULL AND {0}_text IS NOT NULL", "integer": "{0} < 0"}
    return [
        ("bad_value", column.header, conditions[column.type].format(column.name))
        for column in export.landed
        if column.type in conditions
    ]


def _unknown_code(export: Export) -> list[Rule]:
    return [
        ("unknown_code", column.header, f"{column.name} IS NULL AND {column.name}_text IS NOT NULL")
        for column in export.landed
        if column.codes
    ]


def _date_order(export: Export, values: Mapping[str, str]) -> list[Rule]:
    return [
        ("date_order", export.column(order.later).header, f"{values[order.later]} < {values[order.earlier]}")
        for order in export.date_order
    ]


def _future_date(export: Export, export_date: date, values: Mapping[str, str]) -> list[Rule]:
    next_day = f"DATE {quote(export_date.isoformat())} + 1"
    return [
        ("future_date", column.header, f"{values[column.name]} >= {next_day}") for column in export.moments
    ]


def _status_conflict(export: Export, values: Mapping[str, str]) -> list[Rule]:
    rules: list[Rule] = []
    for conflict in export.conflicts:
        column = values[conflict.column]
        if isinstance(conflict, GivenExactlyWhen):
            condition = f"({column} IS NOT NULL) <> ({values[conflict.status]} = {quote(conflict.value)})"
        else:
            condition = f"{column} IS NOT NULL AND {values[conflict.other]} IS NULL"
        rules.append(("status_conflict", export.column(conflict.column).header, condition))
    return rules
