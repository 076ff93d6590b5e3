"""The sheets of the workbook of details: their order, names and layout, told by tables of a few columns."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest

from orchestration.bulletin.workbooks.tables import write_tables
from orchestration.bulletin.workbooks.writer import About
from tests.bulletin.workbooks.books import look, page, widths, without_words
from tests.publishing.small import RELEASE

Book = Callable[..., openpyxl.Workbook]


@pytest.fixture
def book_of(tmp_path: Path) -> Iterator[Book]:
    """Make tables in the schema `quality`, and a workbook of them; returns what it holds."""
    with duckdb.connect() as connection:
        without_words(connection)
        connection.execute("use memory.quality")

        def write(sql: str, *, is_sample: bool = False) -> openpyxl.Workbook:
            connection.execute(sql)
            about = About(RELEASE.as_of_month, is_sample=is_sample)
            return openpyxl.load_workbook(write_tables(connection, tmp_path, about))

        yield write


def test_sheets_stand_by_the_kind_of_their_table_then_by_its_name(book_of: Book) -> None:
    names = ["a", "bridge_a", "dim_a", "fct_a", "fct_b", "rpt_a", "rpt_b"]
    book = book_of("".join(f"create table {name} (id integer);" for name in names))
    assert book.sheetnames == ["说明", "rpt_a", "rpt_b", "fct_a", "fct_b", "dim_a", "bridge_a", "a"]


def test_a_sheet_is_called_by_its_label_as_excel_takes_it_and_no_two_alike(book_of: Book) -> None:
    comments = ["甲/乙：一", "甲[乙]：二", "甲乙*：三", "说明：四", "/", "长" * 32]
    book = book_of(
        "".join(
            f"create table t{number} (id integer); comment on table t{number} is '{comment}';"
            for number, comment in enumerate(comments)
        )
    )
    assert book.sheetnames == ["说明", "甲乙", "t1", "t2", "t3", "t4", "长" * 31]


@pytest.mark.parametrize(
    ("last", "setup"),
    [(43, ("landscape", 9, None, 0)), (44, ("landscape", 8, 0, 0))],
    ids=["as wide as A4", "wider than A4"],
)
def test_a_sheet_that_is_too_wide_for_one_page_is_printed_on_a3(
    book_of: Book, last: int, setup: tuple[object, ...]
) -> None:
    book = book_of(f"""
        create table texts as
        select repeat('a', 46) as a, repeat('b', 46) as b, repeat('c', {last}) as c, 'd' as d
    """)
    assert page(book["texts"]) == setup


@pytest.mark.parametrize(
    ("columns", "frozen", "repeated"),
    [
        ("code, org_name, more", "C2", "$A:$B"),
        ("title, more", "B2", "$A:$A"),
        ("a, b, c, title", "E2", "$A:$D"),
        ("a, b, c, d, title", "B2", "$A:$A"),
        ("a, b", "B2", "$A:$A"),
    ],
)
def test_the_name_of_what_a_row_is_about_stays_in_view_where_it_comes_early(
    book_of: Book, columns: str, frozen: str, repeated: str
) -> None:
    sheet = book_of(f"create table named ({columns.replace(',', ' integer,')} integer)")["named"]
    assert (sheet.freeze_panes, sheet.print_title_cols) == (frozen, repeated)


@pytest.mark.parametrize(("rows", "last", "note"), [(5000, 5000, False), (5001, "共 5,001 行", True)])
def test_of_each_table_five_thousand_rows_are_shown_and_a_note_says_of_the_rest(
    book_of: Book, rows: int, last: int | str, note: bool
) -> None:
    sheet = book_of(f"create table numbers as select range + 1 as number from range({rows})")["numbers"]
    [cell] = sheet[sheet.max_row]
    assert (str(cell.value).split("，")[0], cell.font.i) == (str(last), note)


@pytest.mark.parametrize(
    ("is_sample", "title"),
    [
        (False, "四川省工会网上工作平台监测评价（草稿）"),
        (True, "四川省工会网上工作平台监测评价（样例数据、草稿）"),
    ],
)
def test_each_printed_page_says_what_it_is_of_when_and_its_number(
    book_of: Book, is_sample: bool, title: str
) -> None:
    sheet = book_of(
        "create table a (id integer); comment on table a is '甲&乙'; comment on column a.id is '编号';",
        is_sample=is_sample,
    )["甲&乙"]
    head = sheet.oddHeader
    assert [part.text for part in (head.left, head.center, head.right)] == [title, "甲&&乙", "2021-02"]
    assert sheet.oddFooter.right.text == "&P / &N"


def test_the_cover_tells_of_each_sheet_in_columns_wide_enough(book_of: Book) -> None:
    cover = book_of("create table told as select range from range(3); comment on table told is '词表'")[
        "说明"
    ]
    assert widths(cover) == [44, 64, 12, 12, 38]
    [row] = [row for row in cover.iter_rows() if row[0].value == "词表"]
    assert [cell.value for cell in row] == ["词表", "词表", 3, 3, "quality.told"]
    assert [look(cell) for cell in (*row, cover["A1"], cover["A2"], cover["B2"])] == [
        (10, True, False, 0),
        (10, False, False, 0),
        (10, False, False, 0),
        (10, False, False, 0),
        (10, False, False, 1),
        (16, True, False, 0),
        (10, True, False, 0),
        (10, False, False, 0),
    ]
