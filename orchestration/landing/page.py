"""Reads the tables of an HTML page into judged rows: what many systems call .xls (contract §2)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from orchestration.common.files import sha256
from orchestration.common.watcher import Progress, Reading
from orchestration.landing.bench import Bench, Columns, Form, Part, ReadFile, cell_tables, judge
from orchestration.landing.cells import is_blank
from orchestration.landing.encodings import Encoding, decoded, encoding_of
from orchestration.landing.header import ROWS_SEARCHED, Header, NoHeader, find_header
from orchestration.landing.inbox import InboxFile
from orchestration.landing.outcome import FileRefused, LandedFile, Notice
from orchestration.landing.page_tables import table_rows
from orchestration.language import _

_CHUNK_ROWS = 20_000
_MOST_TABLES = 1_000
_DEEPEST = 4


def read_page(bench: Bench, file: InboxFile, reading: Reading) -> ReadFile:
    """Judge all rows of every table that has the header (contract §2).

    The page is read once, and once more for tables within such a table: never more of it is in memory than
    some rows. Raises FileRefused: unreadable, missing_columns; OSError.
    """
    landed = LandedFile(file.name, sha256(file.path), file.path.stat().st_size)
    page = _Page(bench, file, reading, encoding_of(file.path))
    page.read()
    found = {number: find_header(file.export, head) for number, head in sorted(page.heads.items())}
    within = {number: each for number, each in found.items() if isinstance(each, Header)}
    for number in page.parts:
        del within[number]
    for _deep in range(_DEEPEST):
        if within:
            page.read_within(within)
    if within:
        raise FileRefused("unreadable", _("expected no tables within tables within tables"))
    others = {number: each for number, each in found.items() if isinstance(each, NoHeader)}
    close = [
        FileRefused(
            "missing_columns",
            _("table {number}: {message}").format(number=number + 1, message=header.message),
            header.miss,
        )
        for number, header in others.items()
        if header.came_close
    ]
    if close or not page.parts:
        without = [FileRefused("missing_columns", other.message, other.miss) for other in others.values()]
        no_table = FileRefused("missing_columns", _("expected a table with a header row"))
        raise [*close, *without, no_table][0]
    notices = [Notice(file.name, "table_without_header", str(number + 1)) for number in others]
    return ReadFile(landed, Form("page", page.encoding), tuple(page.parts.values()), tuple(notices))


class _Page:
    """A page being read: the first rows of each table that has rows, and what has been judged, by number."""

    def __init__(self, bench: Bench, file: InboxFile, reading: Reading, encoding: Encoding) -> None:
        self.encoding = encoding
        self.heads: dict[int, list[list[str]]] = {}
        self.parts: dict[int, Part] = {}
        self._bench, self._file, self._reading = bench, file, reading

    def read(self) -> None:
        """Judge the tables that have the header, but for those within another one."""
        events = self._events()
        for number, row in events:
            if row is not None and self._begins(number, row):
                header = find_header(self._file.export, self.heads[number])
                if isinstance(header, Header):
                    self._judge(number, header, events)

    def read_within(self, headers: dict[int, Header]) -> None:
        """Judge these tables, but for those within another one of them, which are left."""
        rows: Counter[int] = Counter()
        events = self._events()
        for number, row in events:
            rows[number] += row is not None
            if number in headers and rows[number] > headers[number].row:
                self._judge(number, headers.pop(number), events)

    def _begins(self, number: int, row: list[str]) -> bool:
        """Whether a row may be the header of its table; keeps it."""
        head = self.heads.setdefault(number, [])
        if len(self.heads) > _MOST_TABLES:
            raise FileRefused(
                "unreadable",
                _("expected at most {most:,} tables on a page").format(most=_MOST_TABLES),
            )
        if len(head) == ROWS_SEARCHED:
            return False
        head.append(row)
        return isinstance(find_header(self._file.export, [row]), Header)

    def _judge(self, number: int, header: Header, events: Iterator[tuple[int, list[str] | None]]) -> None:
        # Rows may have more cells than the header: no column, but then they are not blank.
        wider = replace(header, most=header.most + 1)
        chunks = _chunks(self._rows(number, header.most, events))
        tables = cell_tables(self._bench, chunks, wider, self._counts, damaged=self.encoding.damaged)
        rows = judge(self._bench, self._file, tables)
        self.parts[number] = Part(self._file.name, f"table {number + 1}", rows, header)

    def _rows(
        self, number: int, width: int, events: Iterator[tuple[int, list[str] | None]]
    ) -> Iterator[list[str]]:
        """The rows of a table to its end, one cell wider than `width`, which tells whether there is more."""
        for of, row in events:
            if of == number:
                if row is None:
                    return
                beyond = next((cell for cell in row[width:] if not is_blank(cell)), "")
                yield [*row[:width], *[""] * (width - len(row)), beyond]
            elif row is not None:
                self._begins(of, row)

    def _events(self) -> Iterator[tuple[int, list[str] | None]]:
        passed, size = 0, self._file.path.stat().st_size
        self._counts: list[int] = []
        self._reading.passes(lambda: Progress(min(1, passed / size), sum(self._counts)))

        def pieces() -> Iterator[str]:
            nonlocal passed
            for piece in decoded(self._file.path, self.encoding):
                yield piece
                passed += len(piece.encode(self.encoding.name, errors="ignore"))

        return table_rows(pieces())


def _chunks(rows: Iterator[list[str]]) -> Iterator[Columns]:
    while some := list(islice(rows, _CHUNK_ROWS)):
        yield Columns([np.array(cells, dtype=object) for cells in zip(*some, strict=True)])
