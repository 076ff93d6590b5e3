"""What landing must make of CSV files and workbooks, worked out cell by cell from the contract's §2 alone.

It shares no code with landing: it is slow, and has none of its SQL, its fast paths and its streaming.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import floor
from typing import Any

from tests.fuzz.sheets import TEXTS, Book, Cell
from tests.fuzz.spec import Column, Spec

BLANKS = ("", "-", "--", "NULL", "无")
TOTALS = ("合计", "总计", "共计")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})日)(?:(?:\s+|T)(\d{1,2}):(\d{2})(?::(\d{2}))?)?",
    re.ASCII,
)
_INTEGER = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?", re.ASCII)

# A cell that nobody can read: not blank, and no value of any column.
ERROR = "\0error"

Record = dict[str, Any]


class Refused(Exception):
    """A file that is refused; `args[0]` is the reason."""


@dataclass(frozen=True)
class Landed:
    """A snapshot that lands: its rows, and (file, row number, reason) of those that do not."""

    rows: list[tuple[Any, ...]]
    refused: list[tuple[str, int, str]]


@dataclass(frozen=True)
class Codes:
    """The codes of the reference seeds."""

    orgs: frozenset[str]
    modules: frozenset[str]


@dataclass(frozen=True)
class _Table:
    """The rows of one file or sheet under its header, as text."""

    file: str
    titles: list[str]
    rows: list[list[str]]


def outcome(spec: Spec, day: date, files: dict[str, bytes], codes: Codes) -> Landed | list[tuple[str, str]]:
    """What becomes of a snapshot of these CSV files: its rows, or (reason, file) of each fault."""
    tables: list[_Table] = []
    faults: list[tuple[str, str]] = []
    for name in sorted(files):
        try:
            rows = _parsed(_text(files[name]))
            at = _header(spec, rows)
            tables.append(_Table(name, _titles(rows[at]), rows[at + 1 :]))
        except Refused as refused:
            faults.append((refused.args[0], name))
    return faults or _settled(spec, day, tables, codes, ragged=True)


def outcome_of_book(
    spec: Spec, day: date, name: str, book: Book, codes: Codes
) -> Landed | list[tuple[str, str]]:
    """What becomes of a snapshot of one workbook."""
    tables: list[_Table] = []
    for sheet in book.sheets.values():
        width = max(map(len, sheet), default=0)
        rows = [[*row, *[None] * (width - len(row))] for row in sheet]
        heads = [[_head(cell) for cell in row] for row in rows[:11]]
        try:
            at = _header(spec, heads)
        except Refused as refused:
            needed = {column.header for column in spec.landed}
            if any(2 * len(needed.intersection(_titles(head))) >= len(needed) for head in heads):
                return [(refused.args[0], name)]
            continue
        titles = _titles(heads[at])
        kinds = {column.header: column.kind for column in spec.landed}
        texts = [
            [_shown(cell, kinds.get(title), book.days_ahead) for cell, title in zip(row, titles, strict=True)]
            for row in rows[at + 1 :]
        ]
        tables.append(_Table(name, titles, texts))
    return _settled(spec, day, tables, codes, ragged=False) if tables else [("missing_columns", name)]


def _settled(
    spec: Spec, day: date, tables: list[_Table], codes: Codes, *, ragged: bool
) -> Landed | list[tuple[str, str]]:
    landed = Landed([], [])
    kept: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for table in tables:
        for number, cells in enumerate(table.rows, 1):
            read_cells = (_read(spec, table.titles, place, cell) for place, cell in enumerate(cells))
            first = next(filter(None, read_cells), "")
            if first in ("", *TOTALS):
                continue
            reason, record = _judged(spec, table.titles, cells, day, codes, ragged=ragged)
            if not reason:
                key = tuple(record[column.name] for column in spec.landed if column.key)
                values = tuple(record.values())
                if key not in kept:
                    kept[key] = values
                    landed.rows.append(values)
                    continue
                reason = "duplicate_row" if kept[key] == values else "duplicate_key"
            landed.refused.append((table.file, number, reason))
    read_rows = len(landed.rows) + len(landed.refused)
    if len(landed.refused) > 20 and len(landed.refused) * 20 > read_rows:
        return [("too_many_rejects", f"{spec.chinese}_{day:%Y%m%d}")]
    return landed


def _head(cell: Cell | None) -> str:
    """A cell among the first rows: only texts can be titles."""
    return cell.text if cell and cell.kind in TEXTS else ""


def _shown(cell: Cell | None, kind: str | None, days_ahead: int) -> str:
    """A cell as the text that a CSV would have in its place; ERROR where that is none."""
    if cell is None:
        return ""
    if cell.kind in TEXTS:
        return cell.text
    if kind is None:
        return "not blank"
    match cell.kind:
        case "error":
            return ERROR
        case "bool":
            return str(cell.text == "1")
        case "iso":
            return str(datetime.fromisoformat(cell.text))
        case "date":
            return _of_serial(float(cell.text) + days_ahead)
    number = float(cell.text)
    if kind in ("date", "timestamp") and 1 <= number < 2_958_466:
        return _of_serial(number + days_ahead)
    text = str(int(number)) if number == int(number) else repr(number)
    lost = abs(number) >= 10**15 or len(text.lstrip("-0.").replace(".", "")) > 15
    return ERROR if lost and kind in ("id", "text", "org", "module") else text


def _of_serial(number: float) -> str:
    """Excel's day 1 is 1900-01-01, its day 60 never was."""
    seconds = floor(number * 86_400 + 0.5)
    if seconds // 86_400 == 60:
        return ERROR
    first = datetime(1899, 12, 30) if seconds // 86_400 > 60 else datetime(1899, 12, 31)
    return str(first + timedelta(seconds=seconds))


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused("unreadable")
    if not text or "\0" in text:
        raise Refused("unreadable")
    return text


def _parsed(text: str) -> list[list[str]]:
    """RFC 4180, with any newline; a quote inside an unquoted cell is text. No row after the last newline."""
    rows: list[list[str]] = [[""]]
    state = "start"
    for char in _newlines(text):
        if state == "quoted":
            if char == '"':
                state = "closed"
            else:
                rows[-1][-1] += "\r\n" if char == "\n\r" else char
        elif state == "closed" and char == '"':
            rows[-1][-1] += '"'
            state = "quoted"
        elif char in ("\n", "\r", "\n\r"):
            rows.append([""])
            state = "start"
        elif char == ",":
            rows[-1].append("")
            state = "start"
        elif char == '"' and state == "start":
            state = "quoted"
        else:
            rows[-1][-1] += char
            state = "unquoted"
    if state == "quoted":
        raise Refused("unreadable")
    if rows[-1] == [""] and state == "start":
        rows.pop()
    return rows


def _newlines(text: str) -> Iterator[str]:
    """The characters, a CRLF as one that nothing else is: LF CR."""
    yield from (match[0].replace("\r\n", "\n\r") for match in re.finditer(r"\r\n|(?s:.)", text))


def _header(spec: Spec, rows: list[list[str]]) -> int:
    """The place of the header row."""
    known = [column.header for column in spec.columns]
    needed = {column.header for column in spec.landed}
    for index, row in enumerate(rows[:11]):
        titles = _titles(row)
        if needed <= set(titles) and all(titles.count(title) < 2 for title in known):
            return index
    raise Refused("missing_columns")


def _titles(row: list[str]) -> list[str]:
    return [_half(cell).strip() for cell in row]


def _half(text: str) -> str:
    return text.translate(_HALF_WIDTH)


def _read(spec: Spec, titles: list[str], place: int, cell: str) -> str:
    """A cell without white space, half-width where its column asks for it; blank is ''."""
    column = {column.header: column for column in spec.landed}.get(
        titles[place] if place < len(titles) else ""
    )
    kept_as_is = column is None or column.kind in ("id", "text")
    text = (cell if kept_as_is else _half(cell)).strip()
    return "" if text in BLANKS else text


def _judged(
    spec: Spec, titles: list[str], cells: list[str], day: date, codes: Codes, *, ragged: bool
) -> tuple[str, Record]:
    """The reason a row is refused for, '' if none, and its values by landed name.

    `ragged`: its rows may have fewer or more cells than the header, which is a fault.
    """
    least = max(place for place, title in enumerate(titles) if title) + 1
    texts = {}
    for column in spec.landed:
        place = titles.index(column.header)
        texts[column.name] = _read(spec, titles, place, cells[place]) if place < len(cells) else ""
    if any(column.required and not texts[column.name] for column in spec.landed):
        return "missing_required", {}
    values: Record = {}
    reasons: set[str] = set()
    for column in spec.landed:
        values[column.name], reason = _value(column, texts[column.name], codes)
        reasons.add(reason)
    beyond = any(cell.strip() not in BLANKS for cell in cells[len(titles) :])
    if ragged and (len(cells) < least or beyond):
        reasons.add("bad_format")
    for reason in ("bad_format", "bad_value", "unknown_code"):
        if reason in reasons:
            return reason, {}
    moments = {name: _instant(value) for name, value in values.items() if isinstance(value, date)}
    if any(
        moments[later] < moments[earlier]
        for earlier, later in spec.order
        if {earlier, later} <= moments.keys()
    ):
        return "date_order", {}
    if any(moment >= _instant(day) + timedelta(days=1) for moment in moments.values()):
        return "future_date", {}
    if spec.name == "workflow_items" and (values["completed_at"] is None) == (
        values["status"] == "completed"
    ):
        return "status_conflict", {}
    if spec.name == "process_applications" and values["onlined_on"] and not values["approved_on"]:
        return "status_conflict", {}
    return "", values


def _instant(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)


def _value(column: Column, text: str, codes: Codes) -> tuple[Any, str]:
    """The value of a cell, and the reason that it is refused for, '' if none."""
    if not text:
        return None, ""
    if text == ERROR:
        return None, "bad_format"
    match column.kind:
        case "id":
            scientific = re.fullmatch(r"[+-]?\d+(\.\d*)?[Ee]\+\d+", text, re.ASCII)
            return text, "bad_format" if scientific else ""
        case "text":
            return text, ""
        case "org" | "module":
            code = re.sub(r"^(\d+)\.0+$", r"\1", text, flags=re.ASCII)
            known = codes.orgs if column.kind == "org" else codes.modules
            scientific = column.key and re.fullmatch(r"[+-]?\d+(\.\d*)?[Ee]\+\d+", text, re.ASCII)
            return code, "bad_format" if scientific else "" if code in known else "unknown_code"
        case "integer":
            number = _INTEGER.fullmatch(text)
            value = int(number[1] + number[2].replace(",", "")) if number else 2**63
            if not -(2**63) <= value < 2**63:
                return None, "bad_format"
            return value, "bad_value" if value < 0 else ""
        case "list":
            return column.values.get(text), "" if text in column.values else "bad_value"
    moment = _moment(text)
    if moment is None:
        return None, "bad_format"
    return moment.date() if column.kind == "date" else moment, ""


def _moment(text: str) -> datetime | None:
    found = _DAY.fullmatch(text)
    if not found:
        return None
    year, *days = found.groups()[:-3]
    month, day = (int(part) for part in days if part is not None)
    hour, minute, second = (int(part or 0) for part in found.groups()[-3:])
    try:
        return datetime(int(year), month, day, hour, minute, second)
    except ValueError:
        return None
