"""Finds the error cells of an .xlsx or .xlsm workbook in its XML, looking through bytes alone."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import numpy as np

from orchestration.landing.error_cells import (
    COLUMNS,
    DAYS_FROM_1900_TO_1904,
    DamagedWorkbook,
    Inside,
    in_order,
)
from orchestration.landing.package import main_part, relationships

_NAMED = rb"(?:[\w.-]+:)?"
_ERROR_CELL = re.compile(rb"<" + _NAMED + rb"""c\s([^<>]*?\bt\s*=\s*["']e["'][^<>]*)>""")
_FORMULA = rb"\s*<" + _NAMED + rb"f\b[^<>]*(?:/>|>[^<]*</" + _NAMED + rb"f\s*>)\s*"
_NO_VALUE = rb"(?:</|(<" + _NAMED + rb"v\b[^<>]*(?:/>|>\s*</)))"
_FORMULA_CELL = re.compile(rb"<" + _NAMED + rb"c\s([^<>]*)(?<!/)>" + _FORMULA + _NO_VALUE)
_IS_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
_ADDRESS = re.compile(rb"""(?<![^\s])r\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""", re.IGNORECASE)
_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true)["']""")
_END_OF_ROWS = re.compile(rb"</" + _NAMED + rb"sheetData\s*>")
_LONGEST_END = 64
_CHUNK_BYTES = 1 << 18
_LONGEST_ROW = 1 << 26


def look_inside(path: Path) -> Inside:
    """What calamine does not tell of a workbook; raises DamagedWorkbook, or one of DAMAGED_ZIP."""
    with ZipFile(path) as archive:
        main = main_part(archive) or ""
        xml = archive.read(main)
        parts = {link.id: link.member for link in relationships(archive, main)}
    links: dict[str, str] = {}
    for sheet in ElementTree.fromstring(xml).iterfind("{*}sheets/{*}sheet"):
        [link] = [value for name, value in sheet.items() if name.endswith("}id")] or [""]
        links.setdefault(sheet.get("name", ""), parts.get(link, ""))

    def errors(_: int, sheet_name: str) -> np.ndarray:
        part = links.get(sheet_name)
        if not part:
            raise DamagedWorkbook(f"sheet {sheet_name} is not in it")
        with ZipFile(path) as archive:
            return in_order(_errors(archive, part))

    return Inside(DAYS_FROM_1900_TO_1904 if _1904.search(xml) else 0, errors)


def _errors(archive: ZipFile, part: str) -> Iterator[int]:
    for rows in _whole_rows(archive, part):
        for start in _suspects(rows):
            if cell := _ERROR_CELL.match(rows, start):
                yield _place(cell[1])
        if b"<f" in rows or b":f" in rows:
            for cell in _FORMULA_CELL.finditer(rows):
                # A formula may well give the empty text.
                if cell[2] is None or not _IS_TEXT.search(cell[1]):
                    yield _place(cell[1])


def _whole_rows(archive: ZipFile, part: str) -> Iterator[bytes]:
    """The XML of a sheet up to the end of its rows, cut between rows."""
    rest = b""
    with archive.open(part) as xml:
        while chunk := xml.read(_CHUNK_BYTES):
            searched = max(0, len(rest) - _LONGEST_END)
            rest += chunk
            if end := _END_OF_ROWS.search(rest, searched):
                yield rest[: end.start()]
                return
            cut = rest.rfind(b"row>", searched) + len(b"row>")
            if cut >= len(b"row>"):
                yield rest[:cut]
                rest = rest[cut:]
            if len(rest) > _LONGEST_ROW:
                raise DamagedWorkbook("a row that does not end")
    yield rest


def _suspects(rows: bytes) -> Iterator[int]:
    """Where the tags begin that an e in quotes stands in, or behind."""
    for quoted in (b'"e"', b"'e'"):
        at = rows.find(quoted)
        while at >= 0:
            yield max(0, rows.rfind(b"<", 0, at))
            following = rows.find(b"<", at)
            at = rows.find(quoted, following) if following >= 0 else -1


def _place(attributes: bytes) -> int:
    address = _ADDRESS.search(attributes)
    if address is None:
        raise DamagedWorkbook("an error cell that does not say where it is")
    column = 0
    for letter in address[1].upper():
        column = 26 * column + letter - ord("A") + 1
    return (int(address[2]) - 1) * COLUMNS + column - 1
