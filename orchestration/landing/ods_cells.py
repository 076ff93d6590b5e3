"""Finds the error cells of an .ods workbook in its XML, looking through tags alone (ODF 1.3, part 3, 9.1)."""

import re
from array import array
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from zipfile import ZipFile

from orchestration.landing.error_cells import (
    COLUMNS,
    DAYS_FROM_1900_TO_1904,
    MOST_ERRORS,
    DamagedWorkbook,
    Inside,
    in_order,
)
from orchestration.landing.package import member

_TAG = re.compile(
    rb"<(?P<closes>/?)table:(?P<kind>table|table-row|table-cell|covered-table-cell)(?=[\s/>])"
    rb"(?P<attributes>[^<>]*)>"
)
_REPEATED = re.compile(rb"""\btable:number-(?:rows|columns)-repeated\s*=\s*["']([0-9]{1,7})["']""")
_FORMULA = re.compile(rb"\btable:formula\s*=")
_VALUE = re.compile(rb"\boffice:value-type\s*=")
_IS_ERROR = re.compile(rb"""\bcalcext:value-type\s*=\s*["']error["']""")
# What a formula shows in place of a value, where the program did not say that it is an error.
_SHOWS_ERROR = re.compile(rb"[^<>]*</?text:[^<>]*>(?:#[A-Z/0]{2,7}[!?]?|Err:[0-9]{3})<")
_1904 = re.compile(rb"""<table:null-date\b[^<>]*table:date-value\s*=\s*["']1904-01-01""")
_CHUNK_BYTES = 1 << 18
_LONGEST_ROW = 1 << 26


def look_inside(path: Path) -> Inside:
    """What calamine does not tell of a workbook; raises DamagedWorkbook, or one of DAMAGED_ZIP."""
    errors: list[array[int]] = []
    days_ahead = found = 0
    with ZipFile(path) as archive:
        content = member(archive, "content.xml")
        if content is None:
            raise DamagedWorkbook("it has no content.xml")
        row = column = rows = 0
        for chunk in _chunks(archive, content):
            if _1904.search(chunk):
                days_ahead = DAYS_FROM_1900_TO_1904
            for tag in _TAG.finditer(chunk):
                kind, attributes = tag["kind"], tag["attributes"]
                is_open = not tag["closes"]
                if kind == b"table":
                    if is_open:
                        errors.append(array("q"))
                        row = column = rows = 0
                elif kind == b"table-row":
                    if is_open:
                        column, rows = 0, _repeated(attributes)
                    if not is_open or attributes.endswith(b"/"):
                        row += rows
                elif is_open:
                    columns = _repeated(attributes)
                    if errors and _is_error(attributes, chunk, tag.end()):
                        found += rows * columns
                        if found > MOST_ERRORS:
                            raise DamagedWorkbook("too many cells without a value")
                        errors[-1].extend(
                            (row + down) * COLUMNS + column + right
                            for down, right in product(range(rows), range(columns))
                        )
                    column += columns
    return Inside(days_ahead, lambda index, _: in_order(errors[index] if index < len(errors) else ()))


def _chunks(archive: ZipFile, content: str) -> Iterator[bytes]:
    """The XML, cut between rows."""
    rest = b""
    with archive.open(content) as xml:
        while chunk := xml.read(_CHUNK_BYTES):
            rest += chunk
            cut = rest.rfind(b"<table:table-row")
            if cut > 0:
                yield rest[:cut]
                rest = rest[cut:]
            elif len(rest) > _LONGEST_ROW:
                raise DamagedWorkbook("a row that does not end")
    yield rest


def _repeated(attributes: bytes) -> int:
    times = _REPEATED.search(attributes)
    return max(1, int(times[1])) if times else 1


def _is_error(attributes: bytes, chunk: bytes, end: int) -> bool:
    if _IS_ERROR.search(attributes):
        return True
    if not _FORMULA.search(attributes):
        return False
    return not _VALUE.search(attributes) or bool(_SHOWS_ERROR.match(chunk, end))
