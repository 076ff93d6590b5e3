"""The workbook of details: what a person reads of each table, and can trust."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.cell import Cell
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.bulletin import workbooks
from orchestration.bulletin.workbooks.tables import write_tables
from orchestration.bulletin.workbooks.writer import About
from orchestration.publishing.catalog import tables
from orchestration.publishing.publish import publish
from tests.bulletin.workbooks.books import page, widths, without_words
from tests.publishing.small import RELEASE, comment_everything

FEBRUARY = RELEASE.as_of_month

ABOUT = About(FEBRUARY, is_sample=False, notes=("第一句。", "第二句。"))
NAME = "四川省工会网上工作平台监测评价_2021-02_明细.xlsx"

_ODD = """
create table quality.odd (
    as_of_year integer, opened_on date, seen_at timestamp, is_new boolean, wan decimal(18, 4), text varchar,
    usage_rate double, kind varchar
);
insert into quality.odd values
    (2021, '2021-02-03', '2021-02-03 04:05:06', true, 18.7, '=1+1', 0.89999, 'general'),
    (null, null, null, null, null, null, null, null);
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, built_once: Path) -> Path:
    """A published file."""
    folder = tmp_path_factory.mktemp("release")
    build = folder / "build.duckdb"
    build.write_bytes(built_once.read_bytes())
    with duckdb.connect(build) as connection:
        connection.execute(_ODD)
        comment_everything(connection)
        for column, comment in {
            "compliance.fct_verdicts.status_label": "状态（中文）",
            "compliance.fct_verdicts.as_of_month": "截至月份（当月第一天）；数字截至该月月末",
            "quality.odd.kind": "类别：general 通用，business 业务",
        }.items():
            connection.execute(f"comment on column {column} is '{comment}'")
        connection.execute("comment on table compliance.fct_verdicts is '评价结论：一行一条。粒度：行。'")
    publish(build, folder / "gonghui.duckdb", RELEASE)
    return folder / "gonghui.duckdb"


@pytest.fixture(scope="module")
def path(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of it, alone in its folder."""
    return written(published, tmp_path_factory.mktemp("workbook"))


@pytest.fixture(scope="module")
def book(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def written(published: Path, folder: Path, about: About = ABOUT) -> Path:
    """Write the workbook of a file; returns where."""
    with duckdb.connect(published, read_only=True) as connection:
        return write_tables(connection, folder, about)


def cells(sheet: Worksheet, header: str) -> list[Cell]:
    """The cells below a header."""
    [column] = [column for column in sheet.iter_cols() if column[0].value == header]
    return list(column[1:])


def test_it_is_named_for_its_month_and_nothing_else_is_left(path: Path) -> None:
    assert [each.name for each in path.parent.iterdir()] == [NAME]


def test_the_workbook_has_a_cover_and_a_sheet_per_table(published: Path, book: openpyxl.Workbook) -> None:
    with duckdb.connect(published, read_only=True) as connection:
        labels = {table.label for table in tables(connection)}
    assert book.sheetnames[0] == "说明"
    assert set(book.sheetnames[1:]) == labels


def test_headers_are_the_labels_of_the_comments(book: openpyxl.Workbook) -> None:
    headers = [cell.value for cell in book["评价结论"][1]]
    assert headers[:2] == ["截至月份", "org_code"]
    assert "状态" in headers


def test_the_header_stays_in_view_and_filters(book: openpyxl.Workbook) -> None:
    sheet = book["评价结论"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("D2", "A1:S4")


def test_a_sheet_is_laid_out_to_be_read_and_printed(book: openpyxl.Workbook) -> None:
    sheet = book["评价结论"]
    # A text and 2; a header in three lines, its arrow, and 2; 9 at least.
    assert widths(sheet)[:8] == [12, 9, 20, 12, 12, 11, 9, 9]
    assert {row: shown.height for row, shown in sheet.row_dimensions.items() if shown.height} == {1: 35.25}
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$C")
    pages = {name: page(book[name]) for name in ("评价结论", "dim_clauses", "说明")}
    a3, a4 = ("landscape", 8, 0, 0), ("landscape", 9, None, 0)
    assert pages == {"评价结论": a3, "dim_clauses": a4, "说明": a4}


def test_a_text_wider_than_a_column_may_be_breaks_into_lines(
    sheet_of_texts: Callable[[list[str]], Worksheet],
) -> None:
    sheet = sheet_of_texts(["长" * 23, "长" * 24, "长" * 25, "长" * 48, "长" * 49, "长" * 2000])
    assert widths(sheet) == [48]
    assert [sheet.row_dimensions[row].height for row in range(2, 8)] == [
        None,
        None,
        35.25,
        35.25,
        48.75,
        342.75,
    ]
    assert [sheet.cell(row, 1).alignment.wrap_text for row in (3, 4)] == [None, True]


def test_the_name_of_what_a_row_is_about_stays_in_view(book: openpyxl.Workbook) -> None:
    assert book["dim_organizations"].freeze_panes == "C2"


def test_verdicts_are_those_of_the_releases_month(book: openpyxl.Workbook) -> None:
    months = {cell.value for cell in cells(book["评价结论"], "截至月份")}
    assert months == {datetime(2021, 2, 1)}


def test_statuses_stand_in_chinese_and_in_their_colours(book: openpyxl.Workbook) -> None:
    shown = {cell.value: cell.fill.fgColor.rgb for cell in cells(book["评价结论"], "状态")}
    assert shown == {"未达标": "FFFFC7CE", "进行中": "FFFFEB9C", "无数据": "FF7F7F7F"}


def test_a_code_that_has_its_label_beside_it_is_left_out(book: openpyxl.Workbook) -> None:
    headers = [cell.value for cell in book["评价结论"][1]]
    assert ("reason" in headers, "reason_label" in headers) == (False, True)


def test_a_code_stands_in_the_words_of_its_comment(book: openpyxl.Workbook) -> None:
    assert cells(book["odd"], "类别")[0].value == "通用"


@pytest.mark.parametrize(
    ("header", "value", "number_format"),
    [
        ("as_of_year", 2021, "0"),
        ("opened_on", datetime(2021, 2, 3), "yyyy-mm-dd"),
        ("seen_at", datetime(2021, 2, 3, 4, 5, 6), "yyyy-mm-dd hh:mm:ss"),
        ("is_new", "是", "General"),
        ("wan", 18.7, "#,##0.00"),
        ("usage_rate", 0.8999, "0.00%"),  # not 90 %
    ],
)
def test_a_value_is_a_cell_of_its_kind(
    book: openpyxl.Workbook, header: str, value: object, number_format: str
) -> None:
    cell = cells(book["odd"], header)[0]
    assert (cell.value, cell.number_format) == (value, number_format)


def test_what_is_null_is_an_empty_cell(book: openpyxl.Workbook) -> None:
    assert {cell.value for cell in book["odd"][3]} == {None}


def test_a_share_reads_in_per_cent_and_a_count_does_not(book: openpyxl.Workbook) -> None:
    sheet = book["评价结论"]
    requirements = [cell.value for cell in cells(sheet, "requirement_id")]
    shown = {
        requirement: [(cell.value, cell.number_format) for cell in pair]
        for requirement, *pair in zip(
            requirements, cells(sheet, "observed"), cells(sheet, "threshold"), strict=True
        )
    }
    assert shown["9.1"] == [(100, "#,##0"), (100000, "#,##0")]
    assert shown["9.2"] == [(0.5999, "0.00%"), (0.6, "0.00%")]  # 8999 of 15000: not 60 %


def test_the_cover_says_what_the_workbook_holds(book: openpyxl.Workbook) -> None:
    rows = list(book["说明"].iter_rows(values_only=True))
    assert [row[:2] for row in rows[1:4]] == [("截至", "2021-02"), ("说明", "第一句。"), ("", "第二句。")]
    said = {row[0]: row[1:] for row in rows}
    assert said["评价结论"] == ("评价结论：一行一条。粒度：行。", 3, 4, "compliance.fct_verdicts")


def test_a_workbook_of_sample_data_is_named_so(published: Path, tmp_path: Path) -> None:
    path = written(published, tmp_path, replace(ABOUT, is_sample=True))
    assert path.name == "四川省工会网上工作平台监测评价_2021-02_明细_样例数据.xlsx"


def test_of_a_long_table_a_note_says_where_the_rest_is(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks.tables, "ROWS_SHOWN", 2)
    sheet = openpyxl.load_workbook(written(published, tmp_path))["评价结论"]
    note = "共 3 行，此处只列前 2 行；全部见该发布批次的 parquet/compliance.fct_verdicts.parquet"
    assert (sheet["A4"].value, sheet.auto_filter.ref, sheet.max_row) == (note, "A1:S3", 4)


def test_a_workbook_that_the_disk_will_not_take_is_an_error_of_the_system(
    published: Path, tmp_path: Path
) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(IsADirectoryError, match="xlsx"):
        written(published, tmp_path)


@pytest.fixture(scope="module")
def sheet_of_texts(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[list[str]], Worksheet]]:
    """Put texts into a table, and the table into a workbook; returns its sheet."""
    folder = tmp_path_factory.mktemp("texts")
    with duckdb.connect() as connection:
        without_words(connection)
        connection.execute("""
            create table quality.texts (text varchar);
            comment on table quality.texts is '文字';
        """)

        def write(texts: list[str]) -> Worksheet:
            connection.execute("delete from quality.texts")
            connection.executemany("insert into quality.texts values (?)", [[text] for text in texts])
            return openpyxl.load_workbook(write_tables(connection, folder, ABOUT))["文字"]

        yield write


@pytest.fixture(scope="module")
def texts_in_a_workbook(
    sheet_of_texts: Callable[[list[str]], Worksheet],
) -> Callable[[list[str]], list[Cell]]:
    """Put texts into a workbook; returns their cells."""
    return lambda texts: cells(sheet_of_texts(texts), "text")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            str.__add__,
            st.sampled_from(["", *"=+-@\t\r\n", "http://", "{=", "<r>", "_x003D_"]),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
        ),
        min_size=1,
        max_size=20,
    )
)
@example(['=HYPERLINK("http://example.org",1)', "=1+1", "{=1+1}", "@SUM(1)", "+1", "-1", "\t=1", "\r=1"])
@example(["<r><t>=1</t></r>", "</t></is></c>", "&lt;", "_x000D_", "\ufffe", "http://example.org", "007"])
def test_no_text_is_ever_a_formula_or_a_link(
    texts_in_a_workbook: Callable[[list[str]], list[Cell]], texts: list[str]
) -> None:
    texts = sorted(texts)  # as the rows of a sheet are
    shown = texts_in_a_workbook(texts)
    assert {cell.data_type for cell in shown if cell.value is not None} <= {"s", "inlineStr"}
    assert [cell.hyperlink for cell in shown] == [None] * len(texts)
    read = [unescape(cell.value or "") for cell in shown]
    # A text that is markup to XlsxWriter gets a space; XML knows one kind of line end.
    assert [text.rstrip(" ").replace("\r\n", "\n") for text in read] == [
        text.rstrip(" ").replace("\r\n", "\n") for text in texts
    ]


def test_a_text_that_looks_like_a_formula_stays_text_when_it_is_edited(book: openpyxl.Workbook) -> None:
    cell = cells(book["odd"], "text")[0]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_a_text_longer_than_a_cell_says_that_it_was_cut(
    texts_in_a_workbook: Callable[[list[str]], list[Cell]],
) -> None:
    [cell] = texts_in_a_workbook(["长" * 40_000])
    assert cell.value.endswith("…（全文见 Parquet 文件）")


def test_a_text_as_long_as_a_cell_takes_is_whole(
    texts_in_a_workbook: Callable[[list[str]], list[Cell]],
) -> None:
    whole, cut = texts_in_a_workbook(["a" * 32_000, "a" * 32_001])
    assert (whole.value, cut.value) == ("a" * 32_000, "a" * 32_000 + "…（全文见 Parquet 文件）")
