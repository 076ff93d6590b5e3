"""CSV reading: DuckDB's own reading and Python's csv module never disagree, and both follow the contract."""

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing import InputRefused, csv_text
from tests.fuzz.oracle.text import swallowed, take_apart
from tests.landing.office import Office, row

HEADER = "稿件ID,机构编码,频道,标题,发布时间,撤稿时间\n"
REST = ",2020-03-05,"


def titles(office: Office, text: str, encoding: str = "utf-8") -> list[str]:
    """The titles landed from a CSV text."""
    office.put("信息发布_20210302.csv", text, encoding)
    office.land(accept=["too_many_rejects"])
    return office.column("articles", "title")


def test_a_name_that_could_be_a_pattern_is_that_of_one_file(office: Office) -> None:
    for suffix in ("a", "[a]", "?", "*"):
        office.put_rows("articles", row("articles", f"A{suffix}"), suffix=f"_{suffix}")
    office.land()
    assert sorted(office.column("articles", "article_id")) == ["A*", "A?", "A[a]", "Aa"]
    assert office.rejected() == []


CELLS = {
    '"a ""b"" c"': 'a "b" c',
    'a"b"c': 'a"b"c',
    'a "b" c': 'a "b" c',
    '"a" ': "a",
    '"a"\u3000\t': "a",
    '"a,b"': "a,b",
    '"a\nb"': "a\nb",
    '"a,b,c,d,e,f\n,,,,g"': "a,b,c,d,e,f\n,,,,g",
    '"a\r\nb"': "a\r\nb",
    '"a\rb"': "a\rb",
    '""""': '"',
    ' "a"': '"a"',
    "'a'": "'a'",
    "#a": "#a",
    "\\": "\\",
    "\\,": "\\",
    "a\u2028b": "a\u2028b",
    "\x01": "\x01",
}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_cell_is_read_alike_whatever_surrounds_it(
    office: Office, cell: str, encoding: str, newline: str
) -> None:
    rest = REST[1:] if cell.endswith("\\,") else REST
    text = (HEADER + "K1,A1,省级频道,\0" + rest + "\nK2,A1,省级频道,某" + REST + "\n").replace("\n", newline)
    assert titles(office, text.replace("\0", cell), encoding) == [CELLS[cell], "某"]


@pytest.mark.parametrize("text", [HEADER + "K1,A1,省级频道,a" + REST, HEADER + f'K1,A1,省级频道,a{REST}""'])
def test_the_last_line_needs_no_newline(office: Office, text: str) -> None:
    assert titles(office, text) == ["a"]


def test_newlines_may_be_mixed(office: Office) -> None:
    lines = [f"K{number},A1,省级频道,{number}{REST}" for number in range(4)]
    assert titles(office, HEADER + f"{lines[0]}\r\n{lines[1]}\r{lines[2]}\n{lines[3]}") == [
        "0",
        "1",
        "2",
        "3",
    ]


def test_a_chunk_may_end_within_a_character(office: Office) -> None:
    # Over a megabyte of three-byte characters, at every phase of the chunk's edge.
    lines = [f"K{number},A1,省级频道,{'某' * 1000}{'x' * (number % 3)}{REST}" for number in range(400)]
    assert len(titles(office, HEADER + "\n".join(lines))) == 400


def test_a_cell_may_be_long(office: Office) -> None:
    assert len(titles(office, HEADER + f"K1,A1,省级频道,{'某' * 900_000}{REST}\n")[0]) == 900_000


FRAGMENTS = ["a", "某", '"', '""', ",", " ", "\u3000", "\n", "\r\n", "-", "\t", "=", "'", "\\", "b c"]


def random_row(chance: random.Random) -> str:
    """A line of an export: mostly sound, its title made of fragments that try the parser."""
    title = "".join(chance.choices(FRAGMENTS, k=chance.randrange(5)))
    if chance.random() < 0.6:
        title = '"' + title.replace('"', '""') + '"'
    line = f"K{chance.randrange(40)},A1,省级频道,{title},2020-03-05,"
    return chance.choice([line] * 8 + [line + ",", line + ",x", line[:-1], "", " ", ",,,", "合计", '""'])


def are_two_rows(cells: list[str]) -> bool:
    """Whether a line break in a quoted cell parts what would be two rows, the second as wide as the first."""
    lines = [line.count(",") for line in re.split("\r\n|\r|\n", ",".join(cells))]
    return any(4 <= one <= 5 and min(5, len(cells) - 1) <= other <= 5 for one, other in pairwise(lines))


def as_one_character_after_the_other(text: str) -> list[tuple[str, str]] | None:
    """(key, title) of the rows that land, by the fuzz oracle's reading of quotes alone; None: unreadable."""
    lines = take_apart(text, ",")
    if lines.wrong_quote or swallowed(lines, HEADER.strip().split(","), ","):
        return None
    if any(are_two_rows(cells) for cells in lines.rows):
        return None
    kept: dict[str, str] = {}
    for cells in lines.rows[1:]:
        said = [cell.strip() for cell in cells]
        blank = [cell in ("", "-") for cell in said]
        if all(blank) or said[blank.index(False)] == "合计":
            continue
        said += [""] * (6 - len(said))
        sound = all(said[:5]) and said[3] != "-" and all(blank[6:]) and said[1:3] == ["A1", "省级频道"]
        if sound and said[4] == "2020-03-05" and said[5] in ("", "-"):
            kept.setdefault(said[0], said[3])
    return list(kept.items())


@pytest.mark.parametrize("seed", range(40))
def test_random_files_are_read_as_one_character_after_the_other(
    office: Office, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_text, "CHUNK_ROWS", 7)
    chance = random.Random(seed)
    newline = chance.choice(["\n", "\r\n"])
    rows = [random_row(chance) for _ in range(chance.choice([3, 30]))]
    text = HEADER.replace("\n", newline) + newline.join(rows) + newline
    office.put("信息发布_20210302.csv", text, chance.choice(["utf-8", "utf-8-sig", "gb18030"]))
    refused = office.faults(accept=["too_many_rejects"])
    landed = None if refused else office.rows("articles", "article_id, title")
    assert landed == as_one_character_after_the_other(text)


def test_a_cell_of_a_million_characters_is_a_cell(office: Office) -> None:
    long_title = "长" * 1_100_000
    office.put_rows("articles", row("articles", "K1", 标题=long_title), row("articles", "K2"))
    office.land()
    assert [len(title) for title in office.column("articles", "title")] == [1_100_000, 2]


def refusal(office: Office, text: str, encoding: str = "utf-8") -> str:
    """What the one file of an inbox is refused for."""
    office.put("信息发布_20210302.csv", text, encoding)
    with pytest.raises(InputRefused) as refused:
        office.land()
    [fault] = refused.value.faults
    return f"{fault.reason} {fault.message}"


ROWS = [f"K{number},A1,省级频道,某{number},2020-03-05," for number in range(1, 8)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "spoilt",
    [
        {3: 'K3,A1,省级频道,"某3,2020-03-05,'},
        {3: 'K3,A1,省级频道,"某"3,2020-03-05,'},
        {3: 'K3,A1,省级频道,"某" "3",2020-03-05,'},
        {3: 'K3,A1,省级频道,"某3,2020-03-05,', 5: 'K5,A1,省级频道,某5",2020-03-05,'},
        {3: 'K3,A1,省级频道,"某3,2020-03-05,', 4: 'K4,A1,省级频道,某4",2020-03-05,'},
        {3: '"K3,A1,省级频道,某3,2020-03-05,', 4: 'K4",A1,省级频道,某4,2020-03-05,'},
        {3: 'K3,A1,省级频道,"一句\n,,,,,\n三句",2020-03-05,'},
    ],
    ids=[
        "never closed",
        "text after it",
        "a quote after it",
        "two rows on",
        "one row on",
        "the first cell",
        "separators alone",
    ],
)
def test_a_quote_that_swallows_is_named_by_the_line_it_opens_on(
    office: Office, spoilt: dict[int, str], encoding: str
) -> None:
    rows = [spoilt.get(number, line) for number, line in enumerate(ROWS, 1)]
    said = refusal(office, HEADER + "\n".join(rows), encoding)
    assert said.startswith("unreadable") and "line 4" in said


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_quote_of_the_header_swallows_no_row(office: Office, rows: int, encoding: str) -> None:
    swallowed = "".join(f"K{number},A1,省级频道,某,2020-03-05,,\n" for number in range(rows))
    said = refusal(office, f'公示\n{HEADER.strip()},"备注\n{swallowed}甲"\n{ROWS[0]}', encoding)
    assert said.startswith("unreadable") and "line 2" in said


def test_header_cells_may_have_several_lines(office: Office) -> None:
    header = ",".join(f'"{title}\n（必填）"' for title in HEADER.strip().split(","))
    office.put("信息发布_20210302.csv", f"{header}\n{ROWS[0]}")
    office.land()
    assert office.column("articles", "article_id") == ["K1"]


def test_lines_are_counted_over_cells_of_several_lines_and_one_that_names_a_separator(office: Office) -> None:
    several = 'K0,A1,省级频道,"一\n\n三",2020-03-05,'
    said = refusal(office, f'sep=,\n信息发布\n{HEADER}{several}\n{ROWS[0]}\nK9,A1,省级频道,"某\n')
    assert "line 8" in said


_CELLS = st.sampled_from(["某稿", "一句", "x", "", "甲 乙"])
_PLACES = st.lists(st.tuples(st.integers(0, 200), st.booleans()), min_size=1, max_size=4)


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(titles=st.lists(_CELLS, min_size=2, max_size=6), places=_PLACES, quoted=st.booleans())
def test_no_quote_put_in_or_taken_out_lands_two_rows_in_one_cell(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str], places: list[tuple[int, bool]], quoted: bool
) -> None:
    mark = '"' if quoted else ""
    lines = [
        ",".join(f"{mark}{cell}{mark}" for cell in (f"K{number}", "A1", "省级频道", title, "2020-03-05", ""))
        for number, title in enumerate(titles)
    ]
    text = "\n".join(lines)
    for place, puts_in in places:
        at = place % (len(text) + 1)
        if puts_in:
            text = text[:at] + '"' + text[at:]
        elif (at := text.find('"', at)) >= 0:
            text = text[:at] + text[at + 1 :]
    folder = tmp_path_factory.mktemp("office")
    (folder / "inbox").mkdir()
    office = Office(folder / "inbox", folder / "home")
    office.put("信息发布_20210302.csv", HEADER + text)
    if (faults := office.faults(accept=["too_many_rejects"])) == []:
        read, _, _ = office.counts()["articles"]
        assert read == len(titles)
        cells = [cell for landed in office.rows("articles", "article_id, title") for cell in landed]
        assert [cell for cell in cells if "\n" in cell] == []
    else:
        assert faults == [("unreadable", "信息发布_20210302.csv")]


ENCODED = {
    "utf-8": "utf-8",
    "utf-8 with BOMs": "utf-8",
    "utf-16": "utf-16",
    "utf-16 big-endian": "utf-16-be",
    "gb18030": "gb18030",
}


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoded", ENCODED)
def test_a_file_is_read_in_each_encoding_with_each_separator(
    office: Office, encoded: str, separator: str
) -> None:
    boms = {"utf-8 with BOMs": "\ufeff\ufeff", "utf-16 big-endian": "\ufeff"}.get(encoded, "")
    text = f"{boms}sep={separator}\n信息发布\n{HEADER}K1,A1,省级频道,某稿{REST}\n".replace(",", separator)
    assert titles(office, text, ENCODED[encoded]) == ["某稿"]


@pytest.mark.parametrize("length", [999, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_byte_in_a_thousand_may_be_impossible(office: Office, encoding: str, length: int) -> None:
    head = HEADER + f"K1,A1,省级频道,某{REST}\nK2,A1,省级频道,坏"
    start, end = head.encode(encoding) + b"\xff", f"{REST}\nK3,A1,省级频道,某".encode(encoding)
    rest = REST.encode() + b"\n"
    content = start + end
    content += b"x" * (length - len(content) - len(rest)) + rest
    office.put("信息发布_20210302.csv", content)
    if length < 1000:
        assert office.faults() == [("unreadable", "信息发布_20210302.csv")]
    else:
        office.land()
        assert office.rejected("row_number, reason, column_name") == [(2, "bad_format", "title")]


def test_a_replacement_character_that_stands_in_a_valid_file_is_text(office: Office) -> None:
    assert titles(office, HEADER + f"K1,A1,省级频道,\ufffd{REST}\n") == ["\ufffd"]


def test_a_title_in_the_place_of_a_title_row_may_not_be_told(office: Office) -> None:
    said = refusal(
        office, HEADER.replace("标题", "稿件标题").replace("频道", "栏目") + "K1,A1,省级频道,某,,\n"
    )
    assert said.startswith("missing_columns") and "稿件标题 for 标题" in said and "栏目" in said
    said = refusal(office, "张三,13800138000,510300199001011234,省级频道,某,\n")
    assert "张三" not in said and "1380013" not in said
