"""Text taken apart into rows as RFC 4180 has them, and what one pass over the bytes of a file tells."""

from hashlib import sha256
from io import StringIO
from itertools import chain
from pathlib import Path

import pytest

from orchestration.landing import csv_text, quotes
from orchestration.landing.csv_text import CsvScan, scan_csv
from orchestration.landing.outcome import FileRefused
from orchestration.landing.quotes import Lines, Record, Shape, batches, check_swallowed, records


def lines(text: str) -> Lines:
    return Lines(iter(StringIO(text, newline="")))


def read(text: str, separator: str = ",") -> list[Record]:
    return [*records(lines(text), separator)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\nc,d\n", [Record(["a", "b"], 1, 1, {}), Record(["c", "d"], 2, 2, {})]),
        ("a,b\r\nc", [Record(["a", "b"], 1, 1, {}), Record(["c"], 2, 2, {})]),
        (",\n", [Record(["", ""], 1, 1, {})]),
        ("\n\r\nx", [Record([], 1, 1, {}), Record([], 2, 2, {}), Record(["x"], 3, 3, {})]),
        ('"a",b', [Record(["a", "b"], 1, 1, {0: 1})]),
        ('"",""', [Record(["", ""], 1, 1, {0: 1, 1: 1})]),
        ('"a""b","""",x', [Record(['a"b', '"', "x"], 1, 1, {0: 1, 1: 1})]),
        ('a"b,"c,d"', [Record(['a"b', "c,d"], 1, 1, {1: 1})]),
        ('a,"b\nc",d\ne', [Record(["a", "b\nc", "d"], 1, 2, {1: 1}), Record(["e"], 3, 3, {})]),
        ('x\na,"b\r\n\r\nc"\r\n', [Record(["x"], 1, 1, {}), Record(["a", "b\r\n\r\nc"], 2, 4, {1: 2})]),
        ('"a\nb","c\nd"', [Record(["a\nb", "c\nd"], 1, 3, {0: 1, 1: 2})]),
        ('"a" \u3000,"b" \n', [Record(["a", "b"], 1, 1, {0: 1, 1: 1})]),
    ],
)
def test_a_row_has_its_cells_its_lines_and_where_quotes_opened(text: str, expected: list[Record]) -> None:
    assert read(text) == expected


def test_a_separator_that_is_white_space_ends_a_quoted_cell() -> None:
    assert read('"a"\t"b" \tc', "\t") == [Record(["a", "b", "c"], 1, 1, {0: 1, 1: 1})]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a\n"b', "the one that opens on line 2 is not"),
        ('a,"b\nc\nd', "the one that opens on line 1 is not"),
        ('"a\nb","c', "the one that opens on line 2 is not"),
        ('"a"x,b', "text follows the quotes that open on line 1"),
        ('x\n"a\n"b', "text follows the quotes that open on line 2"),
    ],
)
def test_a_quote_that_is_amiss_is_refused_with_the_line_on_which_it_opened(text: str, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        read(text)


def test_a_quote_never_closed_takes_no_more_than_so_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert quotes.LONGEST_CELL == 67_108_864
    monkeypatch.setattr(quotes, "LONGEST_CELL", 4)
    assert read('"abc\nd"')[0].cells == ["abc\nd"]
    assert read('"a\nb\n"')[0].cells == ["a\nb\n"]
    for text in ('"abcd\ne"', '"a\nbc\nd"'):
        with pytest.raises(FileRefused, match="opens on line 1 is not"):
            read(text)


TEXT = 'a,b\n"c\nd",e\nf,g\n"h",i\n"j\n\nk",l\n'
ROWS = [["a", "b"], ["c\nd", "e"], ["f", "g"], ["h", "i"], ["j\n\nk", "l"]]


@pytest.mark.parametrize("at_a_time", [1, 2, 3, 4, 5, 8, 9, 100])
def test_it_does_not_matter_how_many_lines_are_read_at_a_time(at_a_time: int) -> None:
    wide = Shape(2, 2)
    assert [*chain.from_iterable(batches(lines(TEXT), ",", wide, at_a_time))] == ROWS


@pytest.mark.parametrize(
    ("text", "expected"), [("a\n" * 7, [3, 3, 1]), ('a\n"b\nc"\nd\ne\nf\ng\n', [2, 3, 1])]
)
def test_no_more_rows_come_at_a_time_than_lines_were_asked_for(text: str, expected: list[int]) -> None:
    found = [len(rows) for rows in batches(lines(text), ",", Shape(1, 1), 3)]
    assert found == expected


@pytest.mark.parametrize("at_a_time", [1, 2, 100])
def test_a_row_that_was_swallowed_is_refused_wherever_it_stands(at_a_time: int) -> None:
    with pytest.raises(FileRefused, match="one that opens on line 3 holds rows after it"):
        [*batches(lines('a,b\nc,d\n"e,f\ng,h",i\n'), ",", Shape(1, 1), at_a_time)]


@pytest.mark.parametrize(
    ("text", "shape", "line"),
    [
        ('a,"x,y,z",c', Shape(2, 1), None),  # one line
        ('a,"x\n1,2,3\n",c', Shape(2, 2), 1),  # a line as wide as the header
        ('a,"x\n1,2\n",c', Shape(2, 2), None),
        ('a,"x\n1,2,3,4\n",c', Shape(2, 2), 1),
        ('a,"b\nc,d",e', Shape(2, 1), 1),  # two rows, the first one short
        ('a,"b\nc,d",e', Shape(3, 1), 1),  # neither is as wide as the header, nor is the row
        ('a,"b\nc,d",e', Shape(2, 2), None),  # too short to be one
        ('"a,b\nc",d', Shape(1, 1), 1),
        ('"a,b,x\nc",d', Shape(1, 1), None),  # wider than the header
        ('a,"b\nc",d,e', Shape(1, 1), None),
        ('a,"b\nc",d', Shape(2, 1), None),  # what follows is no row
        ('"p\nq","b,b\nc",d', Shape(2, 2), None),
        ('"p\nq","b\nc",d,e', Shape(3, 1), None),
        ('"o","p\nq",d', Shape(1, 1), 1),
    ],
)
def test_a_quoted_cell_that_holds_rows_is_told_from_one_that_holds_lines(
    text: str, shape: Shape, line: int | None
) -> None:
    [record] = read(text)
    if line is None:
        check_swallowed(record, ",", shape)
    else:
        with pytest.raises(FileRefused, match=f"one that opens on line {line} holds rows after it"):
            check_swallowed(record, ",", shape)


@pytest.mark.parametrize("size", [3, 5, 1 << 20])
@pytest.mark.parametrize(
    ("content", "count", "plain"),
    [
        (b"a", 1, True),
        (b"a\n", 1, True),
        (b"a\n\n\n", 1, True),
        (b"\n\n", 1, True),
        (b"a\nb", 2, True),
        (b"a\n\nb\n", 3, True),
        (b"a\r\nb\r\n", 2, True),
        (b"a\r\nb\n", 2, False),
        (b"a\nb\r\n", 2, False),
        (b"a\rb\n", 1, False),
        (b"aa\rb\n", 1, False),
        (b"a\r\nb\r", 2, False),
        (b'a,"b" ,c\n', 1, True),
        (b'a, "b"\n', 1, False),
        (b'a,  "b"\n', 1, False),
        (b'x "b"\n', 1, True),
        (b' "b"\n', 1, False),
        (b'"a" "b"\n', 1, False),
        (b"\xff\xfea\0\n\0", 2, False),
    ],
)
def test_a_pass_over_the_bytes_counts_lines_and_tells_whether_duckdb_may_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, content: bytes, count: int, plain: bool
) -> None:
    monkeypatch.setattr(csv_text, "CHUNK_BYTES", size)
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    counts: list[int] = []
    assert scan_csv(path, counts) == CsvScan(sha256(content).hexdigest(), len(content), count, plain)
    assert counts == [content[: end + size].count(b"\n") for end in range(0, len(content), size)]


def test_spaces_before_a_quote_are_not_forgotten_over_a_later_quote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_text, "CHUNK_BYTES", 64)
    (tmp_path / "x.csv").write_bytes(b'a, "b"\n' + b"x" * 512 + b' "c"\n')
    assert not scan_csv(tmp_path / "x.csv", []).plain


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "the file is empty"), (b"a\0b", "text without NUL characters")]
)
def test_a_file_that_holds_no_text_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(FileRefused, match=said):
        scan_csv(tmp_path / "x.csv", [])


@pytest.mark.parametrize(
    ("plain", "rows", "above", "expected"),
    [(True, 9, 1, True), (True, 8, 1, False), (True, 10, 1, False), (True, 8, 2, True), (False, 9, 1, False)],
)
def test_a_file_has_plain_rows_where_each_line_below_its_header_is_one(
    plain: bool, rows: int, above: int, expected: bool
) -> None:
    assert CsvScan("", 1, 10, plain).has_plain_rows(rows, above) == expected
