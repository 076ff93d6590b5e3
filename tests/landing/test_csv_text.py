"""Text files in Python: where the rows of one begin, and the rows themselves."""

from pathlib import Path

import pytest

from orchestration.landing.csv_text import find_head, read_rows
from orchestration.landing.encodings import UTF_8
from orchestration.landing.outcome import FileRefused
from orchestration.landing.quotes import Shape
from tests.landing.office import EXPORTS

CADRES = EXPORTS["cadres"]
HEADER = "干部ID,所属机构编码,录入日期,离任日期"
ROW = "K1,A1,2020-03-05,"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.csv"


@pytest.mark.parametrize(
    ("text", "separator", "lines"),
    [
        (HEADER, ",", (0, 1)),
        (f"{HEADER}\n{ROW}\n", ",", (0, 1)),
        (f"工会干部\n\n{HEADER}\n".replace(",", "\t"), "\t", (2, 3)),
        (f"\ufeffsep=;\n{HEADER}\n".replace(",", ";"), ";", (1, 2)),
        (f'"SEP=|"\n甲乙\n{HEADER}\n'.replace(",", "|"), "|", (2, 3)),
        ('"干部ID\n（必填）",所属机构编码,录入日期,"离任\n日期"\n', ",", (0, 3)),
        (f'一,"二\n三"\n{HEADER}\n', ",", (2, 3)),
        ('a,"b\n' + HEADER.replace(",", ";"), ";", (1, 2)),
        (f'{HEADER}\nK1,A1,"2020-03-05\n{ROW}\n",\n', ",", (0, 1)),
    ],
)
def test_a_header_has_its_separator_and_its_lines(
    path: Path, text: str, separator: str, lines: tuple[int, int]
) -> None:
    path.write_text(text, encoding="utf-8")
    head = find_head(CADRES, path, UTF_8)
    assert head.separator == separator
    assert (head.lines_before, head.lines_through) == lines
    assert head.header.positions == {"cadre_id": 0, "org_code": 1, "entered_on": 2, "left_on": 3}


def test_a_header_tells_how_many_separators_its_rows_have(path: Path) -> None:
    path.write_text("备注,离任日期,干部ID,录入日期,所属机构编码,姓名,序号\n", encoding="utf-8")
    assert find_head(CADRES, path, UTF_8).shape == Shape(6, 4)


@pytest.mark.parametrize("above", ["", "公示\n"])
@pytest.mark.parametrize("swallowed", [f"{ROW},x", f"{ROW},,,x"])
def test_a_header_that_holds_a_row_is_refused(path: Path, above: str, swallowed: str) -> None:
    path.write_text(f'{above}{HEADER},"备注\n{swallowed}\n甲"\n', encoding="utf-8")
    with pytest.raises(FileRefused, match=f"^unreadable: .*line {above.count(chr(10)) + 1} "):
        find_head(CADRES, path, UTF_8)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", 4),
        ("某\n某\n", 4),
        (f"{HEADER[:-5]}\n", 1),
        (f"{HEADER[:-5]}\n".replace(",", ";"), 1),
        ("干部ID\n所属机构编码;录入日期\n", 2),
    ],
)
def test_of_what_is_no_header_the_row_that_comes_closest_is_told(path: Path, text: str, missing: int) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        find_head(CADRES, path, UTF_8)
    assert refused.value.reason == "missing_columns"
    assert refused.value.miss is not None and len(refused.value.miss.missing) == missing


@pytest.mark.parametrize("text", ['a,"b\n', 'a;b\nc,"d"e\n', '干部ID|所属机构编码\na|"b\n', 'sep=,\n"b\n'])
def test_where_there_is_no_header_a_quote_that_is_amiss_is_told(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefused, match=r"^unreadable: .* line \d\b"):
        find_head(CADRES, path, UTF_8)


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        ("", []),
        (f"{ROW}\n", [["K1", "A1", "2020-03-05", ""]]),
        (
            f"K2,A1\n\n{ROW}\n",
            [
                ["K2", "A1", None, None, ""],
                [None, None, None, None, ""],
                ["K1", "A1", "2020-03-05", "", ""],
            ],
        ),
        (
            f"{ROW},-,x,y\n{ROW},-, \n",
            [["K1", "A1", "2020-03-05", "", "x"], ["K1", "A1", "2020-03-05", "", ""]],
        ),
    ],
)
def test_rows_are_as_wide_as_the_header_or_one_cell_wider(
    path: Path, lines: str, rows: list[list[str | None]]
) -> None:
    path.write_text(f"工会干部\n{HEADER}\n{lines}", encoding="utf-8")
    found = read_rows(path, UTF_8, find_head(CADRES, path, UTF_8))
    assert [row for batch in found for row in batch] == rows
