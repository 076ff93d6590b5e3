"""The row rules as SQL, generated from an export's spec: one query reads, types and judges (contract §2).

Four layers, each a subquery: *trimmed* takes the white space off every cell, *texts* makes blanks null,
*values* types the texts, *judged* names the first reason a row is refused for. Nearly all cells are plain, so
each expression tries a cheap exact test first and leaves the slower, general reading to those that fail it.

The rows must come out in the order of the file, so the query must not hold a join: with one, DuckDB gives up
their order. It makes a join of every longer IN list, too; hence the CASEs here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from orchestration.landing.cells import BLANKS, FULL_WIDTH, HALF_WIDTH, LOST_DIGITS, TOTALS, WHITE_SPACE
from orchestration.landing.exports import Column, Export, GivenExactlyWhen
from orchestration.landing.outcome import KnownCodes

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


def quote(text: str) -> str:
    """Spell a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def judged_rows(export: Export, table: CellTable, export_date: date, codes: KnownCodes) -> str:
    """Build the query of all rows of `table`, in order: typed landed columns and `refusal` (rules 1 to 7)."""
    landed_at = {place: name for name, place in table.positions.items()}
    names = [column.name for column in export.landed]
    others = [f"c{place}" for place in range(table.width) if place not in landed_at]
    in_order = [
        f"{landed_at[place]}_text" if place in landed_at else _blank_to_null(_trimmed(f"c{place}"))
        for place in range(table.width)
    ]
    trimmed = [
        f"{_trim(column, f'c{table.positions[column.name]}')} AS {column.name}_text"
        for column in export.landed
    ]
    texts = [f"{_blank_to_null(f'{name}_text')} AS {name}_text" for name in names]
    texts += [f"{_iso(f'{column.name}_text')} AS {column.name}_iso" for column in export.moments]
    values = [f"{_value(column)} AS {column.name}" for column in export.landed]
    return f"""
        SELECT {_listed(names)}, {_refusal(export, export_date, codes)} AS {REFUSAL}
        FROM (
            SELECT
                {_listed(values)},
                {_listed(f"{name}_text" for name in names)},
                {_is_data(in_order)} AS is_data,
                is_short OR {_is_long(in_order[table.most :])} AS is_ragged
            FROM (
                SELECT {_listed([*texts, *others, "is_short"])}
                FROM (SELECT {_listed([*trimmed, *others, _is_short(table)])} FROM {table.relation})
            )
        )"""


def _is_long(cells_beyond: list[str]) -> str:
    return f"coalesce({_listed(cells_beyond)}) IS NOT NULL" if cells_beyond else "false"


def _is_short(table: CellTable) -> str:
    return f"{f'c{table.least - 1} IS NULL' if table.least else 'false'} AS is_short"


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _literals(texts: Iterable[str]) -> str:
    return ", ".join(map(quote, texts))


# --- trimmed and texts: white space off, full width to half width where the type asks for it, blanks to null


def _trim(column: Column, cell: str) -> str:
    if column.type == "text":
        return _trimmed(cell)
    plain = _is_plain_ascii(cell)
    if column.choices:
        plain = " OR ".join(f"{cell} = {quote(chinese)}" for chinese, _ in column.choices)
    elif column.type in ("date", "timestamp"):
        # This shape in as many bytes as characters: no full width, and a digit in front needs no trim.
        iso = f"strlen({cell}) = 19 AND {cell} >= '0' AND {cell} LIKE '____-__-__ __:__:__'"
        plain = f"({iso}) OR ({plain})"
    general = f"trim(translate({cell}, {quote(FULL_WIDTH)}, {quote(HALF_WIDTH)}), {quote(WHITE_SPACE)})"
    return f"CASE WHEN {cell} = '' OR {plain} THEN {cell} ELSE {general} END"


def _trimmed(cell: str) -> str:
    # No white space lies after the ideographic space.
    plain_chinese = f"{cell} >= '\u3001' AND right({cell}, 1) >= '\u3001'"
    general = f"trim({cell}, {quote(WHITE_SPACE)})"
    return (
        f"CASE WHEN {cell} = '' OR {_is_plain_ascii(cell)} OR {plain_chinese} THEN {cell} ELSE {general} END"
    )


def _is_plain_ascii(cell: str) -> str:
    # No ASCII white space lies after '!'.
    return f"strlen({cell}) = length({cell}) AND {cell} >= '!' AND right({cell}, 1) >= '!'"


def _blank_to_null(text: str) -> str:
    blanks = " ".join(f"WHEN {quote(blank)} THEN NULL" for blank in BLANKS)
    return f"CASE {text} {blanks} ELSE {text} END"


def _is_data(cells_in_order: list[str]) -> str:
    """Test whether the first cell that is not blank is there and no total's word."""
    first = f"coalesce({_listed(cells_in_order)})"
    totals = " ".join(f"WHEN {quote(total)} THEN false" for total in TOTALS)
    return f"CASE {first} {totals} ELSE {first} IS NOT NULL END"


# --- values: null where the text is null or cannot be read


def _value(column: Column) -> str:
    text = f"{column.name}_text"
    match column.type:
        case "text":
            return text
        case "code":
            whole = rf"regexp_replace({text}, '^(\d+)\.0+$', '\1')"
            return f"CASE WHEN contains({text}, '.') THEN {whole} ELSE {text} END"
        case "choice":
            cases = " ".join(f"WHEN {quote(chinese)} THEN {quote(code)}" for chinese, code in column.choices)
            return f"CASE {text} {cases} END"
        case "integer":
            return _integer(text)
        case "date":
            return f"CAST({_moment(text, f'{column.name}_iso')} AS DATE)"
        case "timestamp":
            return _moment(text, f"{column.name}_iso")


def _integer(text: str) -> str:
    digits = rf"regexp_replace(replace({text}, ',', ''), '\.0+$', '')"
    return f"""CASE
        WHEN regexp_full_match({text}, {quote(_INTEGER_SPELLINGS)}) THEN try_cast({digits} AS BIGINT)
    END"""


def _iso(text: str) -> str:
    return f"CASE WHEN (strlen({text}) = 19 OR strlen({text}) = 10) THEN try_cast({text} AS TIMESTAMP) END"


def _moment(text: str, iso: str) -> str:
    # What casts there and back to itself is spelled in the ISO way, and nothing else is: the cast alone would
    # also take zones, fractions and 24:00. Only other spellings pay for regular expressions.
    numbers = rf"regexp_replace({text}, '^(\d{{4}})(\d{{2}})(\d{{2}})', '\1-\2-\3')"
    numbers = rf"rtrim(regexp_replace({numbers}, '\D+', '-', 'g'), '-')"
    return f"""CASE
        WHEN CAST({iso} AS VARCHAR) = CASE WHEN strlen({text}) = 10 THEN {text} || ' 00:00:00' ELSE {text} END
            THEN {iso}
        WHEN {text} >= '0001' AND regexp_full_match({text}, {quote(_DATE_SPELLINGS)})
            THEN try_strptime({numbers}, [{_literals(_DATE_NUMBERS)}])
    END"""


# --- judged: the first reason that fits over the whole row


def _refusal(export: Export, export_date: date, codes: KnownCodes) -> str:
    rules = [
        *_missing_required(export),
        *_bad_format(export),
        *_bad_value(export),
        *_unknown_code(export, codes),
        *_date_order(export),
        *_future_date(export, export_date),
        *_status_conflict(export),
    ]
    cases = "\n".join(
        f"WHEN {condition} THEN {quote(reason + SEPARATOR + header)}" for reason, header, condition in rules
    )
    return f"CASE WHEN NOT is_data THEN {quote(NO_DATA_ROW)}\n{cases} END"


Rule = tuple[str, str, str]  # reason, header of the offending column or '', SQL condition


def _missing_required(export: Export) -> list[Rule]:
    return [
        ("missing_required", column.header, f"{column.name}_text IS NULL")
        for column in export.landed
        if column.required
    ]


def _bad_format(export: Export) -> list[Rule]:
    rules: list[Rule] = []
    for column in export.landed:
        text = f"{column.name}_text"
        if column.type in ("integer", "date", "timestamp"):
            rules.append(("bad_format", column.header, f"{column.name} IS NULL AND {text} IS NOT NULL"))
        if column.type in ("text", "code"):
            rules.append(("bad_format", column.header, f"{text} = chr({ord(LOST_DIGITS)})"))
            if column.key:
                scientific = f"contains({text}, '+') AND regexp_full_match({text}, {quote(_SCIENTIFIC)})"
                rules.append(("bad_format", column.header, scientific))
    return [*rules, ("bad_format", "", "is_ragged")]


def _bad_value(export: Export) -> list[Rule]:
    conditions = {"choice": "{0} IS NULL AND {0}_text IS NOT NULL", "integer": "{0} < 0"}
    return [
        ("bad_value", column.header, conditions[column.type].format(column.name))
        for column in export.landed
        if column.type in conditions
    ]


def _unknown_code(export: Export, codes: KnownCodes) -> list[Rule]:
    known = {"orgs": codes.orgs, "modules": codes.modules}
    return [
        ("unknown_code", column.header, _not_among(column.name, known[column.codes]))
        for column in export.landed
        if column.codes
    ]


def _not_among(value: str, known: frozenset[str]) -> str:
    # A cast to an enum is one look-up in a hash; a long IN list is compared one by one.
    if not known:
        return f"{value} IS NOT NULL"
    return f"{value} IS NOT NULL AND try_cast({value} AS ENUM({_literals(sorted(known))})) IS NULL"


def _date_order(export: Export) -> list[Rule]:
    return [
        ("date_order", export.column(order.later).header, f"{order.later} < {order.earlier}")
        for order in export.date_order
    ]


def _future_date(export: Export, export_date: date) -> list[Rule]:
    day = f"DATE {quote(export_date.isoformat())}"
    return [
        ("future_date", column.header, f"CAST({column.name} AS DATE) > {day}") for column in export.moments
    ]


def _status_conflict(export: Export) -> list[Rule]:
    rules: list[Rule] = []
    for conflict in export.conflicts:
        if isinstance(conflict, GivenExactlyWhen):
            condition = f"({conflict.column} IS NOT NULL) <> ({conflict.status} = {quote(conflict.value)})"
        else:
            condition = f"{conflict.column} IS NOT NULL AND {conflict.other} IS NULL"
        rules.append(("status_conflict", export.column(conflict.column).header, condition))
    return rules
