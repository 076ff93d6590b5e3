"""CSV reading: DuckDB's own reading and Python's csv module never disagree, and both follow the contract."""

import csv
import io
import random

import pytest
from landing_office import Office, row

from orchestration.landing import csv_text

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
    '"a"b': "ab",
    '"a" ': "a",
    '"a,b"': "a,b",
    '"a\nb"': "a\nb",
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
    "\x01absent\x01": "\x01absent\x01",
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


def as_python_reads(text: str) -> list[tuple[str, str]] | None:
    """(key, title) of the rows that land, by the csv module and the contract alone; None: unreadable."""
    *rows, last = csv.reader(io.StringIO(text + "last,line", newline=""))
    if last != ["last", "line"]:
        return None  # a quote never closed has swallowed the line we added
    kept: dict[str, str] = {}
    for cells in rows[1:]:
        blank = [cell.strip() in ("", "-", "--", "NULL", "无") for cell in cells]
        if all(blank) or cells[blank.index(False)].strip() == "合计":
            continue
        sound = len(cells) >= 6 and not any(blank[:5]) and all(blank[6:]) and cells[1:3] == ["A1", "省级频道"]
        if sound and cells[4] == "2020-03-05" and blank[5]:
            kept.setdefault(cells[0].strip(), cells[3].strip())
    return list(kept.items())


@pytest.mark.parametrize("seed", range(60))
def test_random_files_are_read_as_python_reads_them(
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
    assert landed == as_python_reads(text)


def test_a_cell_of_a_million_characters_is_a_cell(office: Office) -> None:
    long_title = "长" * 1_100_000
    office.put_rows("articles", row("articles", "K1", 标题=long_title), row("articles", "K2"))
    office.land()
    assert [len(title) for title in office.column("articles", "title")] == [1_100_000, 2]
