"""How far apart the cells of a sheet lie: calamine takes 32 bytes for each place between them, or aborts."""

import re
from pathlib import Path
from zipfile import ZipFile

from orchestration.landing.error_cells import column_number, part_of

_PLACE = rb"""["']([A-Z]{1,3})([0-9]{1,7})"""
_USED = re.compile(
    rb"""<(?:[\w.-]+:)?dimension\s+ref\s*=\s*""" + _PLACE + rb""":([A-Z]{1,3})([0-9]{1,7})["']"""
)
_FILLED = re.compile(rb"""<(?:[\w.-]+:)?c\s+r\s*=\s*""" + _PLACE + rb"""["'][^<>]*(?<!/)>""")
_CHUNK_BYTES = 1 << 20
_LONGEST_TAG = 1 << 12


def places_spanned(path: Path, sheet_name: str, most: int) -> int:
    """How many places lie between the filled cells of a sheet, 0 where it declares no more than `most`.

    What a sheet declares counts cells, too, that have a format alone; some writers declare nothing, or A1.
    Raises KeyError, or an error of zip or XML, where the workbook is corrupt.
    """
    with ZipFile(path) as archive, archive.open(part_of(archive, sheet_name)) as xml:
        chunk = xml.read(_CHUNK_BYTES)
        used = _USED.search(chunk)
        if used and _places({used[1], used[3]}, int(used[4])) <= most:
            return 0
        columns: set[bytes] = set()
        last_row = 0
        while chunk:
            for column, row in _FILLED.findall(chunk):
                columns.add(column)
                last_row = max(last_row, int(row))
            more = xml.read(_CHUNK_BYTES)
            chunk = chunk[-_LONGEST_TAG:] + more if more else b""
    return _places(columns, last_row)


def _places(columns: set[bytes], rows: int) -> int:
    numbers = [*map(column_number, columns)]
    return (max(numbers) - min(numbers) + 1) * rows if numbers else 0
