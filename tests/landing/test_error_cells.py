"""Where the cells of a workbook are that cannot be read, found in its parts without calamine."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any

import pytest

from orchestration.landing import error_cells, ods_cells, xls_cells, xlsb_cells, xlsx_cells
from orchestration.landing.error_cells import DamagedWorkbook, Inside, in_order
from tests.landing.books import WRITERS, Error, Formula, edit

LOOKS = {
    "xlsx": xlsx_cells.look_inside,
    "xls": xls_cells.look_inside,
    "ods": ods_cells.look_inside,
    "xlsb": xlsb_cells.look_inside,
}
KINDS = list(LOOKS)
# Of three rows: the first and second cell, and those beside the columns Z and AA.
PLACES = [(row, column) for row in range(3) for column in (0, 1, 24, 25, 26, 27, 51, 52)]


def grid(
    places: list[tuple[int, int]], amiss: Any = Error, width: int = 54, rows: int = 4
) -> list[list[Any]]:
    """A sheet with what is amiss in some places, and numbers elsewhere."""
    return [[amiss if (row, column) in places else 7 for column in range(width)] for row in range(rows)]


def found(inside: Inside, index: int = 0, name: str = "S") -> list[tuple[int, int]]:
    """The places of a sheet, as rows and columns."""
    return [divmod(place, 1 << 16) for place in inside.errors(index, name).tolist()]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook of a kind."""

    def write(kind: str, sheets: dict[str, list[list[Any]]], **how: Any) -> Path:
        WRITERS[kind](tmp_path / f"book.{kind}", sheets, **how)
        return tmp_path / f"book.{kind}"

    return write


@pytest.mark.parametrize("amiss", [Error, Formula])
def test_each_is_found_where_it_stands(kind: str, written: Callable[..., Path], amiss: type) -> None:
    book = written(kind, {"first": grid([(1, 1)], amiss), "S": grid(PLACES, amiss), "last": grid([])})
    inside = LOOKS[kind](book)
    assert [found(inside, *sheet) for sheet in ((0, "first"), (1, "S"), (2, "last"))] == [
        [(1, 1)],
        PLACES,
        [],
    ]
    assert inside.days_ahead == 0


@pytest.mark.parametrize("kind", ["xls", "xlsb"])
def test_a_workbook_that_counts_from_1904_is_1462_days_ahead(kind: str, written: Callable[..., Path]) -> None:
    assert LOOKS[kind](written(kind, {"S": grid([])}, from_1904=True)).days_ahead == 1462


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_no_other_record_of_an_xlsb_is_taken_for_its_properties(
    written: Callable[..., Path], state: str
) -> None:
    book = written("xlsb", {"S": grid([])}, hidden={"S": state})  # one of them begins with an odd byte
    assert LOOKS["xlsb"](book).days_ahead == 0


def wide(text: str) -> bytes:
    return pack("<I", len(text)) + text.encode("utf-16-le")


@pytest.mark.parametrize("kind", [b"\x80\x01", b"\x98\x01", b"\x9a\x01", b"\x9b\x01", b"\x9d\x01"])
def test_other_records_of_an_xlsb_are_passed_over(written: Callable[..., Path], kind: bytes) -> None:
    book = written("xlsb", {"S": grid([(0, 0)])})
    body = b"\x01" * 8 + wide("no link") + wide("S")
    record = kind + bytes([len(body)]) + body
    edit(book, lambda name, part: record + part if name == "xl/workbook.bin" else part)
    inside = LOOKS["xlsb"](book)
    assert (inside.days_ahead, found(inside)) == (0, [(0, 0)])


def test_the_place_of_an_error_of_an_xlsb_is_four_bytes_each_way(written: Callable[..., Path]) -> None:
    book = written("xlsb", {"S": grid([])})
    error = b"\x03\x06\x02\x00\x00\x00\xff\xff"
    part = error + b"\x00\x06\x04\x03\x02\x01\xff\xff" + error + b"\x0b\x06\x03\x00\x00\x01\xff\xff"
    edit(book, lambda name, whole: part if name.endswith("sheet1.bin") else whole)
    assert found(LOOKS["xlsb"](book)) == [(0, 2), (0x01020304, 2), (0x01020404, 3)]


def test_properties_of_an_xlsb_may_be_empty(written: Callable[..., Path]) -> None:
    book = written("xlsb", {"S": grid([(0, 0)])})
    properties = pack("<II", 0, 0) + pack("<I", 0)
    edit(
        book, lambda _, part: part.replace(b"\x99\x01" + bytes([len(properties)]) + properties, b"\x99\x01\0")
    )
    inside = LOOKS["xlsb"](book)
    assert (inside.days_ahead, found(inside)) == (0, [(0, 0)])


@pytest.mark.parametrize(("kind", "attribute"), [("xlsx", b"1"), ("xlsx", b"true"), ("xlsx", b"0")])
def test_an_xlsx_says_in_its_properties_that_it_does(
    kind: str, attribute: bytes, written: Callable[..., Path]
) -> None:
    book = written(kind, {"S": grid([])})
    edit(book, lambda _, xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="' + attribute + b'"', 1))
    assert LOOKS[kind](book).days_ahead == (0 if attribute == b"0" else 1462)


@pytest.mark.parametrize("kind", ["xlsx", "xlsb"])
def test_a_sheet_that_is_not_there_is_damage(kind: str, written: Callable[..., Path]) -> None:
    inside = LOOKS[kind](written(kind, {"S": grid([])}))
    with pytest.raises(DamagedWorkbook, match="sheet T is not in it"):
        inside.errors(0, "T")


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_sheet_beyond_the_last_has_none(kind: str, written: Callable[..., Path]) -> None:
    inside = LOOKS[kind](written(kind, {"S": grid([(0, 0)])}))
    assert (found(inside, 0), found(inside, 1)) == ([(0, 0)], [])


def test_places_come_once_and_in_order_and_no_more_than_an_office_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (error_cells.COLUMNS, error_cells.MOST_ERRORS) == (65_536, 8_388_608)
    assert in_order(iter([3, 1, 3])).tolist() == [1, 3]
    monkeypatch.setattr(error_cells, "MOST_ERRORS", 3)
    assert in_order(range(3)).size == 3
    with pytest.raises(DamagedWorkbook, match="too many"):
        in_order(range(4))


MODULES = {"xlsx": xlsx_cells, "xlsb": xlsb_cells, "ods": ods_cells}


@pytest.mark.parametrize("size", [100, 127, 1000])
@pytest.mark.parametrize("kind", list(MODULES))
def test_it_does_not_matter_in_what_pieces_a_part_is_read(
    kind: str, size: int, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = grid(PLACES)
    rows[3][0] = "长" * 9_000  # a record of three bytes of size
    rows.append([Error])
    monkeypatch.setattr(MODULES[kind], "_CHUNK_BYTES", size)
    assert found(LOOKS[kind](written(kind, {"S": rows}))) == [*PLACES, (4, 0)]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_row_that_does_not_end_is_damage(
    kind: str, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MODULES[kind]._LONGEST_ROW == 67_108_864
    book = written(kind, {"S": [["x" * 5_000]]})
    monkeypatch.setattr(MODULES[kind], "_CHUNK_BYTES", 100)
    monkeypatch.setattr(MODULES[kind], "_LONGEST_ROW", 6_000)
    found(LOOKS[kind](book))
    monkeypatch.setattr(MODULES[kind], "_LONGEST_ROW", 4_000)
    with pytest.raises(DamagedWorkbook, match="a row that does not end"):
        found(LOOKS[kind](book))


def sheet_xml(cells: bytes) -> bytes:
    return b"<worksheet><sheetData><row>" + cells + b"</row></sheetData></worksheet>"


@pytest.mark.parametrize(
    ("cell", "places"),
    [
        (b'<c r="A1" t="e"><v>#N/A</v></c>', [(0, 0)]),
        (b"<c r='ab12' t='e'><v>#N/A</v></c>", [(11, 27)]),
        (b'<c t="e" s="1" r="XFD1048576"><v/></c>', [(1_048_575, 16_383)]),
        (b'<x:c r="C3" t = "e"><x:v>#N/A</x:v></x:c>', [(2, 2)]),
        (b'<c r="A1" t="s"><v>1</v></c>', []),
        (b'<c r="A1" s="e"><v>1</v></c>', []),
        (b'<c r="A1"><f>1+1</f></c>', [(0, 0)]),
        (b'<c r="A1"><f>1+1</f><v></v></c>', [(0, 0)]),
        (b'<c r="A1"><f>1+1</f><v/></c>', [(0, 0)]),
        (b'<x:c r="C3"><x:f>1+1</x:f></x:c>', [(2, 2)]),
        (b'<c r="A1"><f/><v>2</v></c>', []),
        (b'<c r="A1" t="str"><f>1+1</f><v></v></c>', []),
        (b'<c r="A1" t="str"><f>1+1</f></c>', [(0, 0)]),
        (b'<c r="A1"><f t="str">1+1</f><v/></c>', [(0, 0)]),
        (b'<c r="A1"/><c r="B1"><f>1</f><v>2</v></c>', []),
        (b'<c r="A1" t="e"/><c r="B1" t=\'e\'/><c r="C1" t="e"/>', [(0, 0), (0, 1), (0, 2)]),
    ],
)
def test_a_cell_of_an_xlsx_is_an_error_or_a_formula_without_a_value(
    cell: bytes, places: list[tuple[int, int]], written: Callable[..., Path]
) -> None:
    book = written("xlsx", {"S": [[1]]})
    edit(book, lambda name, part: sheet_xml(cell) if "sheet1" in name and "rels" not in name else part)
    assert found(LOOKS["xlsx"](book)) == places


def test_an_error_cell_that_does_not_say_where_it_is_is_damage(written: Callable[..., Path]) -> None:
    book = written("xlsx", {"S": [[1]]})
    edit(book, lambda name, part: sheet_xml(b'<c t="e"/>') if "sheet1" in name else part)
    with pytest.raises(DamagedWorkbook, match="does not say where it is"):
        found(LOOKS["xlsx"](book))


def test_a_sheet_of_an_xlsx_that_points_at_no_part_is_damage(written: Callable[..., Path]) -> None:
    book = written("xlsx", {"S": [[1]], "T": grid([(0, 0)])})
    edit(book, lambda name, part: re.sub(rb' r:id="rId1"', b"", part) if name == "xl/workbook.xml" else part)
    inside = LOOKS["xlsx"](book)
    assert found(inside, 1, "T") == [(0, 0)]
    with pytest.raises(DamagedWorkbook, match="sheet S is not in it"):
        inside.errors(0, "S")


@pytest.mark.parametrize(
    "size", [1, 7, 40, len(sheet_xml(b'<c r="A1" t="e"/>').partition(b"</sheetData>")[0])]
)
def test_what_stands_behind_the_rows_is_no_cell_in_whatever_pieces(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(xlsx_cells, "_CHUNK_BYTES", size)
    book = written("xlsx", {"S": [[1]]})
    behind = sheet_xml(b'<c r="A1" t="e"/>') + b'<c r="B1" t="e"/>'
    edit(book, lambda name, part: behind if "sheet1" in name else part)
    assert found(LOOKS["xlsx"](book)) == [(0, 0)]


def test_a_sheet_of_an_xlsx_may_end_within_a_tag(written: Callable[..., Path]) -> None:
    book = written("xlsx", {"S": [[1]]})
    edit(book, lambda name, part: b'<row><c r="A1" t="e"' if "sheet1" in name else part)
    assert found(LOOKS["xlsx"](book)) == []


def test_rows_of_an_xlsx_are_not_cut_within_a_cell(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_cells, "_CHUNK_BYTES", 30)
    book = written("xlsx", {"S": [[1]]})
    rows = b"".join(b'<row><c r="A%d" t="e"/></row>' % number for number in range(1, 9))
    edit(book, lambda name, part: rows if "sheet1" in name else part)
    assert found(LOOKS["xlsx"](book)) == [(row, 0) for row in range(8)]


@pytest.mark.parametrize("lost", [1, 2, 9])
def test_a_record_of_an_xlsb_that_does_not_end_is_damage(lost: int, written: Callable[..., Path]) -> None:
    book = written("xlsb", {"S": grid([(0, 0)])})
    whole = b"\x92\x01\x00\x82\x01\x00"  # the last two records
    edit(
        book,
        lambda name, part: part.removesuffix(whole)[: -lost or None] if "sheet1.bin" in name else part,
    )
    with pytest.raises(DamagedWorkbook, match="a record that does not end"):
        found(LOOKS["xlsb"](book))


def test_the_size_of_a_record_has_seven_bits_a_byte_and_four_bytes_at_most() -> None:
    sizes = [0, 127, 128, 16_383, 16_384, 2_097_152]

    def spelled(size: int) -> bytes:
        places = [size >> shift & 0x7F for shift in range(0, 28, 7) if size >> shift or not shift]
        return bytes([*(place | 0x80 for place in places[:-1]), places[-1]])

    class Part:
        def __init__(self, content: bytes) -> None:
            self.content = content

        def read(self, size: int) -> bytes:
            piece, self.content = self.content[:size], self.content[size:]
            return piece

    records = b"".join(
        kind + spelled(size) + bytes(size) for size in sizes for kind in (b"\x05", b"\x9c\x01")
    )
    read = [(kind, len(body)) for kind, body in xlsb_cells._records(Part(records))]  # type: ignore[arg-type]
    assert read == [(kind, size) for size in sizes for kind in (5, 156)]
    four = [(kind, len(body)) for kind, body in xlsb_cells._records(Part(b"\x05\x80\x80\x80\x80\x06\x00"))]  # type: ignore[arg-type]
    assert four == [(5, 0), (6, 0)]


def test_a_head_of_six_bytes_may_be_read_in_two_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsb_cells, "_CHUNK_BYTES", 7)
    part = BytesIO(b"\x05\x00" + b"\x9c\x01\x80\x80\x80\x00")
    assert [*xlsb_cells._records(part)] == [(5, b""), (156, b"")]


def xls_stream(*records: tuple[int, bytes]) -> bytes:
    return b"".join(pack("<HH", kind, len(body)) + body for kind, body in records)


CELL = pack("<HHH", 5, 3, 0)
SHEET = [
    ((0x0205, CELL + b"\x2a\x01"), True),
    ((0x0205, CELL + b"\x01\x00"), False),  # true
    ((0x0205, CELL), False),  # cut off
    ((0x0006, CELL + b"\x02\0\x2a\0\0\0\xff\xff" + bytes(8)), True),
    ((0x0006, CELL + b"\x03\0\0\0\0\0\xff\xff" + bytes(8)), True),  # the empty text, never calculated
    ((0x0006, CELL + b"\x00\0\0\0\0\0\xff\xff" + bytes(8)), False),  # a text that follows
    ((0x0006, CELL + b"\x02\0\x2a\0\0\0\xff\x3f" + bytes(8)), False),  # a number
    ((0x0006, CELL + b"\x02\0\x2a\0\0"), False),  # cut off
    ((0x0205, CELL + b"\x2a\x02"), False),
    ((0x0006, CELL + b"\x02\0\x2a\0\0\0\xff\xff"), True),  # as short as may be
    ((0x0006, CELL + b"\x04\0\0\0\0\0\xff\xff" + bytes(8)), False),
    *(((kind, CELL + b"\x2a\x01"), False) for kind in (0x0204, 0x0206)),
    *(((kind, CELL + b"\x02\0\x2a\0\0\0\xff\xff" + bytes(8)), False) for kind in (0x0005, 0x0007)),
]


@pytest.mark.parametrize(("record", "is_error"), SHEET)
def test_a_record_of_an_xls_is_an_error_or_not(record: tuple[int, bytes], is_error: bool) -> None:
    begin, end = (0x0809, b"\0\6\5\0"), (0x000A, b"")
    chart = [begin, (0x0205, pack("<HHH", 1, 1, 0) + b"\x2a\x01"), end]
    stream = xls_stream((1, b""), begin, *chart, record, end, (0x0205, CELL + b"\x2a\x01"))
    found = [*xls_cells._errors(stream, 4, was_calculated=False)]
    assert found == ([5 * 65_536 + 3] if is_error else [])


def test_the_empty_text_of_an_xls_that_was_calculated_is_a_value() -> None:
    begin = (0x0809, b"\0\6\5\0")
    empty = (0x0006, CELL + b"\x03\0\0\0\0\0\xff\xff" + bytes(8))
    assert [*xls_cells._errors(xls_stream(begin, empty), 0, was_calculated=True)] == []
    assert [*xls_cells._errors(xls_stream(begin, empty), 0, was_calculated=False)] != []


@pytest.mark.parametrize(
    ("record", "following"),
    [
        ((0x0205, CELL + b"\x2a"), (0x0001, b"")),
        ((0x0205, CELL), (0x0100, b"")),
        ((0x0006, CELL + b"\x02\0\x2a\0\0\0\xff"), (0x00FF, b"")),
    ],
)
def test_a_record_of_an_xls_that_is_cut_short_does_not_go_on_in_the_next(
    record: tuple[int, bytes], following: tuple[int, bytes]
) -> None:
    stream = xls_stream((0x0809, b"\0\6\5\0"), record, following)
    assert [*xls_cells._errors(stream, 0, was_calculated=False)] == []


def test_records_of_an_xls_are_those_of_one_substream() -> None:
    begin, end, error = (0x0809, b"\0\6\5\0"), (0x000A, b""), (0x0205, CELL + b"\x2a\x01")

    def kinds(*records: tuple[int, bytes], less: int = 0) -> list[int]:
        stream = xls_stream(*records)
        return [kind for kind, _, _ in xls_cells._records(stream[: len(stream) - less], 0)]

    assert kinds(begin, (0x0862, b"x"), error) == [0x0809, 0x0862, 0x0205]  # others may have higher numbers
    assert kinds(begin, begin, error, end, error, end, error) == [0x0809, 0x000A, 0x0205]
    assert kinds(end, error) == []
    assert kinds(begin, (0x0006, b"")) == [0x0809, 0x0006]
    assert kinds(begin, (0x0006, b""), less=1) == [0x0809]


def test_a_stream_of_an_xls_that_is_cut_off_ends_there() -> None:
    begin, error = (0x0809, b"\0\6\5\0"), (0x0205, CELL + b"\x2a\x01")
    stream = xls_stream(begin, error)
    whole, cut = ([*xls_cells._records(part, 0)] for part in (stream, stream[:-1]))
    assert [kind for kind, _, _ in whole] == [0x0809, 0x0205]
    assert [kind for kind, _, _ in cut] == [0x0809]
    assert [*xls_cells._records(stream[:7], 0)] == []


class Compound:
    """A compound file with one stream."""

    def __init__(self, stream: bytes, name: str = "Workbook") -> None:
        self.stream, self.name = stream, name

    def __enter__(self) -> "Compound":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def exists(self, name: str) -> bool:
        return name == self.name

    def openstream(self, name: str) -> BytesIO:
        assert name == self.name
        return BytesIO(self.stream)


BEGIN, DATE_MODE, BOUND_SHEET, RECALCULATED = 0x0809, 0x0022, 0x0085, 0x01C1


@pytest.mark.parametrize(
    ("records", "days"),
    [
        ([(DATE_MODE, b"\1\0")], 1462),
        ([(DATE_MODE, b"\0\0")], 0),
        ([(DATE_MODE, b"\2\0")], 0),
        ([(DATE_MODE, b"\1\0\0")], 1462),
        ([(DATE_MODE, b"\1"), (0x0100, b"")], 0),  # cut off: what follows is another record
        ([(DATE_MODE, b""), (0x0001, b"")], 0),
        ([(0x0023, b"\1\0")], 0),
    ],
)
@pytest.mark.parametrize("name", ["Workbook", "Book"])
def test_an_xls_says_in_a_record_that_it_counts_from_1904(
    monkeypatch: pytest.MonkeyPatch, records: list[tuple[int, bytes]], days: int, name: str
) -> None:
    stream = xls_stream((BEGIN, b"\0\6\5\0"), *records)
    monkeypatch.setattr(xls_cells.olefile, "OleFileIO", lambda _: Compound(stream, name))
    assert xls_cells.look_inside(Path("x.xls")).days_ahead == days


@pytest.mark.parametrize(
    ("entry", "following", "is_known"),
    [
        (b"\x20\0\0\0", 0x0001, True),
        (b"\x20\0\0\0x", 0x0001, True),
        (b"\x20\0\0", 0x0100, False),  # cut off: what follows is another record
        (b"", 0x0020, False),
    ],
)
def test_a_sheet_of_an_xls_begins_where_its_entry_says(
    monkeypatch: pytest.MonkeyPatch, entry: bytes, following: int, is_known: bool
) -> None:
    book = xls_stream((BEGIN, b"\0\6\5\0"), (BOUND_SHEET, entry), (following, b""), (0x000A, b""))
    empty = (0x0006, CELL + b"\x03\0\0\0\0\0\xff\xff" + bytes(8))
    sheet = xls_stream((BEGIN, b"\0\6\5\0"), (0x0205, CELL + b"\x2a\x01"), empty)
    monkeypatch.setattr(xls_cells.olefile, "OleFileIO", lambda _: Compound(book.ljust(32, b"\0") + sheet))
    places = [(5, 3)] if is_known else []
    assert found(xls_cells.look_inside(Path("x.xls"))) == places


def test_an_xls_that_was_calculated_says_so_in_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = (0x0006, CELL + b"\x03\0\0\0\0\0\xff\xff" + bytes(8))
    sheet = xls_stream((BEGIN, b"\0\6\5\0"), empty)
    seen = {}
    for kind in (RECALCULATED, RECALCULATED + 1):
        book = xls_stream((BEGIN, b"\0\6\5\0"), (kind, b""), (BOUND_SHEET, b"\x20\0\0\0"), (0x000A, b""))
        stream = book.ljust(32, b"\0") + sheet
        monkeypatch.setattr(xls_cells.olefile, "OleFileIO", lambda _, stream=stream: Compound(stream))
        seen[kind] = found(xls_cells.look_inside(Path("x.xls")))
    assert seen == {RECALCULATED: [], RECALCULATED + 1: [(5, 3)]}


def test_what_an_ods_holds_outside_of_tables_is_no_cell(written: Callable[..., Path]) -> None:
    book = written("ods", {"S": [[Error]]})
    cell = f"<table:table-row>{ERROR}</table:table-row>".encode()
    edit(book, lambda _, part: part.replace(b"<table:table ", cell + b"<table:table ", 1))
    assert found(LOOKS["ods"](book)) == [(0, 0)]


@pytest.mark.parametrize(("kind", "of_rows"), [("ods", "content.xml"), ("xlsx", "xl/worksheets/sheet1.xml")])
def test_a_piece_without_a_row_is_bounded_exactly(
    kind: str, of_rows: str, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = written(kind, {"S": [[1]]})
    edit(book, lambda name, part: b"x" * 50 if name == of_rows else part)
    monkeypatch.setattr(MODULES[kind], "_LONGEST_ROW", 50)
    assert found(LOOKS[kind](book)) == []
    monkeypatch.setattr(MODULES[kind], "_LONGEST_ROW", 49)
    with pytest.raises(DamagedWorkbook, match="a row that does not end"):
        found(LOOKS[kind](book))


def ods_table(rows: str) -> Callable[[str, bytes], bytes]:
    """Replace the rows of a sheet."""
    return lambda name, part: (
        re.sub(b"<table:table-row>.*</table:table-row>", rows.encode(), part)
        if name == "content.xml"
        else part
    )


ERROR = '<table:table-cell table:formula="of:=1" calcext:value-type="error"/>'
TWO_ERRORS = ERROR.replace("/>", ' table:number-columns-repeated="2"/>')


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        (f"<table:table-row>{ERROR}</table:table-row>", [(0, 0)]),
        (f"<table:table-row/><table:table-row>{ERROR}</table:table-row>", [(1, 0)]),
        (
            '<table:table-row table:number-rows-repeated="3"/>'
            f"<table:table-row><table:table-cell/><table:covered-table-cell/>{ERROR}</table:table-row>",
            [(3, 2)],
        ),
        (
            '<table:table-row table:number-rows-repeated="2">'
            f'<table:table-cell table:number-columns-repeated="4"/>{TWO_ERRORS}</table:table-row>'
            f"<table:table-row>{ERROR}</table:table-row>",
            [(0, 4), (0, 5), (1, 4), (1, 5), (2, 0)],
        ),
        ('<table:table-row><table:table-cell table:formula="of:=1"/></table:table-row>', [(0, 0)]),
        (
            '<table:table-row><table:table-cell table:formula="of:=1" office:value-type="float"/>'
            "</table:table-row>",
            [],
        ),
        (
            '<table:table-row><table:table-cell table:formula="of:=1" office:value-type="string">'
            "<text:p>#N/A</text:p></table:table-cell></table:table-row>",
            [(0, 0)],
        ),
        (
            '<table:table-row><table:table-cell table:formula="of:=1" office:value-type="string">'
            "<text:p>#1</text:p></table:table-cell></table:table-row>",
            [],
        ),
        ('<table:table-row><table:table-cell office:value-type="string"/></table:table-row>', []),
        (
            f'<table:table-row table:number-rows-repeated="0"/><table:table-row>{ERROR}</table:table-row>',
            [(1, 0)],
        ),
    ],
)
def test_a_cell_of_an_ods_is_an_error_or_a_formula_without_a_value(
    rows: str, places: list[tuple[int, int]], written: Callable[..., Path]
) -> None:
    book = written("ods", {"first": [[Error]], "S": [[Error]]})
    edit(book, ods_table(f"{rows}</table:table><table:table>{rows}"))
    inside = LOOKS["ods"](book)
    assert [found(inside, index) for index in range(3)] == [places, places, []]


def test_an_ods_with_more_errors_than_an_office_has_is_damage(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    book = written("ods", {"S": [[Error, Error], [Error]], "T": [[Error]]})
    monkeypatch.setattr(ods_cells, "MOST_ERRORS", 4)
    assert len(found(LOOKS["ods"](book))) == 3
    monkeypatch.setattr(ods_cells, "MOST_ERRORS", 3)
    with pytest.raises(DamagedWorkbook, match="too many"):
        LOOKS["ods"](book)


def test_an_ods_without_its_content_is_damage(written: Callable[..., Path]) -> None:
    book = written("ods", {"S": [[1]]})
    edit(book, lambda _, part: part, lambda name: name.replace("content", "contents"))
    with pytest.raises(DamagedWorkbook, match=r"no content\.xml"):
        LOOKS["ods"](book)


def test_the_files_are_closed_again(kind: str, written: Callable[..., Path]) -> None:
    open_files = Path("/proc/self/fd")
    book = written(kind, {"S": grid([(0, 0)])})
    before = len([*open_files.iterdir()])
    found(LOOKS[kind](book))
    assert len([*open_files.iterdir()]) == before
