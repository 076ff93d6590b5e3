"""What a cell says (contract §2, "Cells are read forgivingly", "Dates")."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from tests.fuzz.oracle.model import ERROR, IMPOSSIBLE, Cell, Number
from tests.fuzz.spec import Column

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
BLANKS = ("", "-", "--", "—", "——", "/", "\\n", "null", "(null)", "n/a", "无", "暂无")
TOTALS = ("合计", "总计", "共计", "小计")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|([0-9]{2})([0-9]{2})|年([0-9]{1,2})月([0-9]{1,2})日)(?:(?:\s+|T)(.+))?"
)
_TIME = re.compile(
    r"(上午|下午)?\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_LARGE = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?[Ee]\+[0-9]+")

Value = Any


class Fails(Exception):
    """A cell that a row is refused for; `args[0]` is the reason."""


def half_width(text: str) -> str:
    return text.translate(_HALF_WIDTH)


def trimmed(text: str) -> str:
    """Without white space and zero-width characters around it."""
    while True:
        shorter = text.strip().strip(ZERO_WIDTH)
        if shorter == text:
            return text
        text = shorter


def plain(text: str) -> str:
    """A header, code, number, date or listed value: half-width, nothing invisible, unquoted."""
    text = half_width(text)
    for char in ZERO_WIDTH:
        text = text.replace(char, "")
    return unquoted(trimmed(text))


def unquoted(text: str) -> str:
    """Without `="…"` and a leading apostrophe."""
    if len(text) >= 3 and text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    elif text.startswith("'"):
        text = text[1:]
    return trimmed(text)


def said(column: Column | None, cell: Cell) -> Cell:
    """A cell as its column reads it, a blank as None; `column` is None where no landed column stands."""
    if isinstance(cell, Number) and column and column.kind in ("id", "text", "org", "module", "list"):
        if abs(cell.value) >= 10**15 and column.kind != "list":
            return ERROR
        cell = str(int(cell.value)) if cell.value == int(cell.value) else repr(cell.value)
    if not isinstance(cell, str):
        return cell
    text = trimmed(cell)
    if column and column.kind in ("org", "module", "integer", "date", "timestamp", "list"):
        text = plain(text)
    elif column and column.key:
        text = unquoted(text)
    return None if text.lower() in BLANKS else text


def value_of(column: Column, cell: Cell, from_1904: bool) -> Value:
    """The value of a cell that is no code and no listed value (its text, then); raise Fails."""
    if cell is None:
        return None
    if cell is ERROR or (isinstance(cell, str) and IMPOSSIBLE in cell):
        raise Fails("bad_format")
    if column.key and isinstance(cell, str) and _LARGE.fullmatch(cell):
        raise Fails("bad_format")
    if column.kind == "integer":
        return _integer(column, cell)
    if column.kind not in ("date", "timestamp"):
        if not isinstance(cell, str):
            raise Fails("bad_format")
        return cell
    if isinstance(cell, str):
        if not column.required and cell.startswith("0000-00-00"):
            return None
        moment = moment_of(cell)
    else:
        moment = _of_number(cell, from_1904) if isinstance(cell, Number) else cell
    if moment is None or not isinstance(moment, datetime):
        raise Fails("bad_format")
    if not column.required and (moment.year == 9999 or moment.date() == date(1900, 1, 1)):
        return None
    return moment.date() if column.kind == "date" else moment


def _integer(column: Column, cell: Cell) -> int:
    if isinstance(cell, str):
        found = re.fullmatch(r"(-?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.0+)?", cell)
        if not found:
            raise Fails("bad_format")
        number = int(found[1] + found[2].replace(",", ""))
    elif isinstance(cell, Number) and cell.value == int(cell.value):
        number = int(cell.value)
    else:
        raise Fails("bad_format")
    if number >= 2**63 or number < -(2**63):
        raise Fails("bad_format")
    if number < 0 or (column.name == "plan_year" and not 2000 <= number <= 2100):
        raise Fails("bad_value")
    return number


def moment_of(text: str) -> datetime | None:
    """The moment that a text names in Beijing time, None if it names none."""
    found = _DAY.fullmatch(text)
    if not found:
        return None
    year, *days, rest = found.groups()
    month, day = (int(part) for part in days if part is not None)
    try:
        midnight = datetime(int(year), month, day)
    except ValueError:
        return None
    if rest is None:
        return midnight
    time = _TIME.fullmatch(rest)
    if not time:
        return None
    half, hour, minute, second = time[1], int(time[2]), int(time[3]), int(time[4] or 0)
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    if half == "下午" and hour < 12:
        hour += 12
    elif half == "上午" and hour == 12:
        hour = 0
    moment = midnight + timedelta(hours=hour, minutes=minute, seconds=second)
    if time[5]:
        moment += timedelta(hours=8) - _offset(time[5])
    return moment


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta(0)
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return ahead if text[0] == "+" else -ahead


def _of_number(cell: Number, from_1904: bool) -> datetime | None:
    """The moment of a bare number."""
    number = cell.value
    if 19000101 <= number <= 20991231:
        return moment_of(str(int(number))) if number == int(number) else None
    if number >= 20000 and is_a_day(number, from_1904):
        return of_serial(number, from_1904)
    return None


def is_a_day(number: float, from_1904: bool) -> bool:
    """Whether a serial number is of a day before the year 10000: no calendar goes on from there."""
    return number + (1462 if from_1904 else 0) < 2958466


def of_serial(number: float, from_1904: bool) -> datetime:
    """The moment of a serial number from 61 on, to the second."""
    first = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
    return first + timedelta(seconds=int(number * 86400 + 0.5))
