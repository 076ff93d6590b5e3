"""The header row and the encoding of a file, each found by itself (contract §2)."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.landing import encodings
from orchestration.landing.encodings import Encoding, decoded, encoding_of, is_utf_16, open_text
from orchestration.landing.exports import Export
from orchestration.landing.header import Header, NoHeader, compared, find_header
from orchestration.landing.outcome import FileRefused, HeaderMiss
from tests.landing.office import EXPORTS

CADRES = EXPORTS["cadres"]
TITLES = ["干部ID", "所属机构编码", "录入日期", "离任日期"]
NAMES = ["cadre_id", "org_code", "entered_on", "left_on"]


# The same export where a column has other headers, too (spellings.py).
OTHERS = replace(
    CADRES,
    columns=tuple(
        replace(column, other_headers=("录入时间", "登记日期")) if column.name == "entered_on" else column
        for column in CADRES.columns
    ),
)


def header(*rows: list[str], export: Export = CADRES) -> Header:
    found = find_header(export, rows)
    assert isinstance(found, Header)
    return found


def missed(*rows: list[str], export: Export = CADRES) -> NoHeader:
    found = find_header(export, rows)
    assert isinstance(found, NoHeader)
    return found


@pytest.mark.parametrize(("above", "is_found"), [(0, True), (10, True), (11, False)])
def test_a_header_is_looked_for_in_eleven_rows(above: int, is_found: bool) -> None:
    found = find_header(CADRES, [*[["说明"]] * above, TITLES])
    assert isinstance(found, Header) == is_found
    assert not isinstance(found, Header) or found.row == above


def test_columns_stand_in_any_order_among_others() -> None:
    found = header(["序号", *reversed(TITLES), "备注", "姓名"])
    assert found.positions == dict(zip(NAMES, (4, 3, 2, 1), strict=True))
    assert (found.most, found.titles["姓名"]) == (7, "姓名")


def test_the_first_of_two_headers_counts() -> None:
    assert header(["x"], TITLES, [*TITLES, "y"]).most == 4


@pytest.mark.parametrize(("cells", "is_refused"), [(256, False), (257, True)])
def test_a_header_has_no_more_cells_than_any_export(cells: int, is_refused: bool) -> None:
    row = [*TITLES, *[""] * (cells - 4)]
    if is_refused:
        with pytest.raises(FileRefused, match=r"at most 256 columns; it has 257"):
            header(row)
    else:
        assert header(row).most == 256


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("*入会 日期（年月日）", "入会日期"),
        ("录入日期(a)[b]【c】", "录入日期"),
        ("(a)", "(a)"),
        ("干部ＩＤ", "干部id"),
        ('="录入日期"', "录入日期"),
        ("录入(a)日期", "录入(a)日期"),
        ("录入日期（年月日（必填））", "录入日期"),
        ("录入日期〖必填〗「月」《日》", "录入日期"),
        ("录入日期（必填", "录入日期(必填"),
    ],
)
def test_a_header_cell_is_compared_without_what_people_add(cell: str, expected: str) -> None:
    assert compared(cell) == expected


def test_of_several_cells_that_fit_the_exact_one_counts() -> None:
    assert header([*TITLES, "*录入日期"]).positions["entered_on"] == 2
    assert header(["*录入日期", *TITLES]).positions["entered_on"] == 3
    another = [*TITLES[:2], "登记日期", TITLES[3]]
    assert header(["*录入日期", *another], export=OTHERS).positions["entered_on"] == 3


def test_a_column_that_stands_twice_is_no_header() -> None:
    assert missed([*TITLES, "录入日期"]).message.endswith("; standing twice: 录入日期")
    assert missed([*TITLES, "姓名", "姓名"]).miss == HeaderMiss((), ("姓名",), (), ("姓名",))
    both = missed([*TITLES[:2], "录入时间", "登记日期", TITLES[3]], export=OTHERS)
    assert both.miss == HeaderMiss((), ("录入日期",), (), ("登记日期",))


@pytest.mark.parametrize(
    ("export", "row", "present", "came_close"),
    [
        ("cadres", TITLES[:1], 1, False),
        ("cadres", TITLES[:2], 2, True),
        ("cadres", TITLES[:3], 3, True),
        ("cadres", ["说明"], 0, False),
        ("articles", ["频道", "标题"], 2, False),
        ("articles", ["频道", "标题", "撤稿时间"], 3, True),
        ("workflow_items", ["状态", "办件编号", "办结时间"], 3, False),
    ],
)
def test_a_row_with_half_of_the_columns_came_close(
    export: str, row: list[str], present: int, came_close: bool
) -> None:
    found = missed(row, export=EXPORTS[export])
    assert (found.present, found.came_close) == (present, came_close)


def test_the_row_that_came_closest_is_the_one_that_is_told_of() -> None:
    found = missed(["说明"], TITLES[:3], TITLES[:2], [*TITLES[1:]])
    assert found.miss.missing == ("离任日期",)


def test_what_is_missing_is_told_with_what_stands_in_its_place() -> None:
    found = missed([*TITLES[:2], "录入的日期", "电话13800000000", "备注"])
    assert found.miss == HeaderMiss(
        ("录入日期", "离任日期"),
        (),
        (("录入日期", "录入的日期"), ("离任日期", "录入的日期")),
        ("录入的日期", "备注"),
    )
    assert found.message == (
        "expected one row among the first 11 with every column of 工会干部 once; "
        "missing: 录入日期、离任日期; "
        "nearest: 录入的日期 for 录入日期, 录入的日期 for 离任日期; without a column: 录入的日期、备注"
    )
    assert missed([*TITLES[:3], "离岗日期", "离任的日期"]).miss.nearest == (("离任日期", "离任的日期"),)
    assert missed(TITLES[:2]).message.endswith("nothing stands in their place")
    assert missed(["张三"]).message.endswith("missing: " + "、".join(TITLES))


def test_no_more_than_ten_cells_are_told() -> None:
    told = missed([TITLES[0], *(f"甲{number}" for number in range(12))]).message
    assert len(re.findall(r"甲\d+", told)) == 10


@pytest.mark.parametrize(
    ("cell", "title"),
    [
        ("  录入\n 日期 ", "录入 日期"),
        ("录入日期（如20200305）", "录入日期"),
        ("录入日期（年4位）", "录入日期（年4位）"),
        ("录入日期（" + "长" * 24 + "）", "录入日期（" + "长" * 24 + "）"),
        ("录入日期（" + "长" * 25 + "）", "录入日期"),
    ],
)
def test_a_title_is_told_as_it_is_seen_unless_it_may_say_a_number(cell: str, title: str) -> None:
    assert header([*TITLES[:2], cell, TITLES[3]]).titles["录入日期"] == title


@pytest.fixture(params=[7, None])
def text(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to be written, which is read in small pieces, or in those it is read in anyway."""
    if request.param:
        monkeypatch.setattr(encodings, "_CHUNK_BYTES", request.param)
    return tmp_path / "x.csv"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("机构编码".encode(), Encoding("utf-8")),
        (b"\xef\xbb\xbf\xef\xbb\xbfabc", Encoding("utf-8")),
        (b"abcdefg\xef\xbb\xbf", Encoding("utf-8")),
        ("机构编码".encode("gb18030"), Encoding("gb18030")),
        ("机构编码".encode("utf-16"), Encoding("utf-16")),
        (b"\xfe\xff" + "机构编码".encode("utf-16-be"), Encoding("utf-16")),
        ("机构编码".encode() + b"a" * 987 + b"\xff", Encoding("utf-8", damaged=True)),
        (("机构" * 300).encode("gb18030") + b"\xff", Encoding("gb18030", damaged=True)),
        (b"\xef\xbb\xbf" * 334 + b"\xe6", Encoding("utf-8", damaged=True)),
    ],
)
def test_an_encoding_is_the_first_that_fits_or_errs_least(
    text: Path, content: bytes, encoding: Encoding
) -> None:
    text.write_bytes(content)
    assert encoding_of(text) == encoding
    assert is_utf_16(text) == (encoding.name == "utf-16")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\xff\xfe", "the file is empty"),
        (b"abc\0", "without NUL characters"),
        (b"a\0" + b"b" * 20, "without NUL characters"),
        (b"\xff" + b"\0" * 1 + b"a" * 998, "without NUL characters"),
        (b"a" * 998 + b"\xff", "expected UTF-8, UTF-16 with a BOM, or GB18030"),
    ],
)
def test_a_file_without_text_or_with_too_many_impossible_bytes_is_refused(
    text: Path, content: bytes, said: str
) -> None:
    text.write_bytes(content)
    with pytest.raises(FileRefused, match=said):
        encoding_of(text)


def test_one_byte_in_a_thousand_may_be_impossible(text: Path) -> None:
    text.write_bytes(b"a" * 1_998 + b"\xff\xff")
    assert encoding_of(text) == Encoding("utf-8", damaged=True)
    text.write_bytes(b"a" * 1_997 + b"\xff\xff")
    with pytest.raises(FileRefused, match="expected UTF-8"):
        encoding_of(text)


def test_the_text_has_no_boms_and_a_mark_for_each_impossible_byte(text: Path) -> None:
    text.write_bytes(b"\xef\xbb\xbf\xef\xbb\xbfa\r\n\xff\xffb\n")
    damaged = Encoding("utf-8", damaged=True)
    with open_text(text, damaged) as lines:
        assert [*lines] == ["a\r\n", "\ufffd\ufffdb\n"]
    assert "".join(decoded(text, damaged)) == "a\r\n\ufffd\ufffdb\n"
    with pytest.raises(UnicodeDecodeError, match="invalid"), open_text(text, Encoding("utf-8")) as lines:
        list(lines)
    text.write_bytes(b"\xef\xbb\xbf")
    with open_text(text, Encoding("utf-8")) as lines:
        assert [*lines] == []
