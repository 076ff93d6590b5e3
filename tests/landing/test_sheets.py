"""The sheets of a workbook as read_workbook judges them, with no landing around it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from orchestration.common.watcher import Reading
from orchestration.landing import workbook
from orchestration.landing.bench import SNAPSHOT, Bench, ReadFile, clear, open_bench
from orchestration.landing.inbox import InboxFile
from orchestration.landing.outcome import FileRefused, Notice
from orchestration.landing.workbook import read_workbook
from tests.landing.books import WRITERS, Error, Formula, Rows, edit
from tests.landing.office import CODES, EXPORTS, row, table

BOOK = table([row("cadres")])
HEADER = BOOK[0]
USERS = table([row("registered_users", 姓名="某甲", 手机号="", 身份证号="")])[0]


@dataclass(frozen=True)
class Read:
    """What became of a workbook, and its judged rows."""

    file: ReadFile
    rows: list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Where the rows are judged."""
    return open_bench(tmp_path_factory.mktemp("bench"), CODES, [])


@pytest.fixture
def read(bench: Bench, tmp_path: Path) -> Callable[..., Read]:
    """Read a workbook of these sheets, or one that is there: the columns named, or why a row is refused."""

    def reads(sheets: dict[str, Rows] | Path, columns: str, export: str = "cadres") -> Read:
        path = sheets if isinstance(sheets, Path) else tmp_path / "book.xlsx"
        if not isinstance(sheets, Path):
            WRITERS["xlsx"](path, sheets)
        clear(bench, EXPORTS[export])
        file = InboxFile(path, EXPORTS[export], date(2021, 3, 2), path.suffix[1:])
        found = read_workbook(bench, file, Reading())
        landed = ", ".join(f"CASE WHEN refusal IS NULL THEN {each} END" for each in columns.split())
        query = f"SELECT {landed}, replace(CAST(refusal AS VARCHAR), chr(9), ' ') FROM {SNAPSHOT}"
        return Read(found, bench.con.execute(query).fetchall())

    return reads


def refused(column: str) -> str:
    """Why a row is refused whose cell of that column is badly written."""
    return f"bad_format {column}"


TEXTS = {
    12.0: "12",
    -7: "-7",
    12.5: "12.5",
    43_895: "43895",
    20_200_305: "20200305",
    999_999_999_999_999: "999999999999999",
    0.123456789012345: "0.123456789012345",
    -0.0123456789012345: "-0.0123456789012345",
    1.5e-7: "1.5e-07",
    1_000_000_000_000_000: None,
    0.1234567890123456: None,
    5e18: None,
    1e19: None,
}
INTEGERS = {
    7.0: 7,
    43_895: 43_895,
    10**15: 10**15,
    5e18: 5 * 10**18,
    7.5: None,
    2.0**63: None,
    1e19: None,
}
MOMENTS = {
    20_000: datetime(1954, 10, 3),
    43_895.380636574: datetime(2020, 3, 5, 9, 8, 7),
    43_895 + 30.4 / 86_400: datetime(2020, 3, 5, 0, 0, 30),
    43_895 + 30.6 / 86_400: datetime(2020, 3, 5, 0, 0, 31),
    20_200_305: datetime(2020, 3, 5),
    19_000_101: datetime(1900, 1, 1),
    19_999: None,
    18_991_231: None,
    20_200_305.5: None,
    21_000_101: None,
    2_958_466: None,
}


@pytest.mark.parametrize(
    ("export", "title", "column", "cells"),
    [
        ("articles", "标题", "title", TEXTS),
        ("channel_visits", "访问量", "page_views", INTEGERS),
        ("registered_users", "注册时间", "registered_at", MOMENTS),
    ],
    ids=["texts", "integers", "moments"],
)
def test_a_number_is_read_as_its_column_takes_it_or_refused(
    read: Callable[..., Read], export: str, title: str, column: str, cells: dict[float, Any]
) -> None:
    rows = table(row(export, **{title: number}) for number in cells)
    expected = [(value, None if value else refused(column)) for value in cells.values()]
    assert read({"S": rows}, column, export).rows == expected


def test_the_last_day_of_each_kind_lies_in_the_future(read: Callable[..., Read]) -> None:
    rows = table(row("registered_users", 注册时间=number) for number in (2_958_465, 20_991_231))
    found = read({"S": rows}, "org_code", "registered_users").rows
    assert found == [(None, "future_date registered_at")] * 2


def test_moments_texts_and_numbers_may_stand_in_one_column(read: Callable[..., Read]) -> None:
    days = [date(2020, 3, 5), "2020-03-06", 43_897, "昨天", date(2020, 3, 9)]
    rows = [HEADER, *([f"K{number}", "A1", day, None] for number, day in enumerate(days))]
    assert read({"S": rows}, "entered_on").rows == [
        (date(2020, 3, 5), None),
        (date(2020, 3, 6), None),
        (date(2020, 3, 7), None),
        (None, refused("entered_on")),
        (date(2020, 3, 9), None),
    ]


def test_what_stands_in_columns_that_do_not_land_only_makes_no_row_blank(read: Callable[..., Read]) -> None:
    [place] = [place for place, title in enumerate(USERS) if title == "手机号"]
    cells = ("x", None, 7, date(2020, 3, 5))
    rows = [[each if at == place else None for at in range(len(USERS))] for each in cells]
    found = read({"S": [USERS, *rows]}, "user_id", "registered_users")
    missing = "missing_required user_id"
    assert [refusal for _, refusal in found.rows] == [missing, "", missing, missing]


@pytest.mark.parametrize("at_a_time", [2, 100_000])
def test_errors_are_marked_where_they_stand_and_nowhere_else(
    read: Callable[..., Read], monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    monkeypatch.setattr(workbook, "_CHUNK_ROWS", at_a_time)
    day = date(2020, 3, 5)
    rows = [
        [None, "序号", *HEADER[:2], "备注", *HEADER[2:]],
        [Formula, 1, "K1", "A1", None, day, "2020-03-05"],
        [None, 2, "K2", "A1", None, day, Error],
        [None, 3, Error, "A1", None, day, day],
        [None, 4, "K4", "A1", None, Error, None, Formula],
        [None, 5, "K5", "A1", Error, day, day],
        [None, Error, "K6", "A1", None, day, day],
        [None, None, "K7", "A1", None, day, day],
        [None, Formula, None, Formula],
        [None, None, None, Formula],
        [None, None, Formula],
    ]
    found = read({"S": [[], [], *rows]}, "cadre_id entered_on left_on")
    assert found.rows == [
        ("K1", day, day, None),
        (None, None, None, refused("left_on")),
        (None, None, None, refused("cadre_id")),
        (None, None, None, refused("entered_on")),
        ("K5", day, day, None),
        ("K6", day, day, None),
        ("K7", day, day, None),
        (None, None, None, "missing_required cadre_id"),
        (None, None, None, "missing_required cadre_id"),
        (None, None, None, "missing_required org_code"),
    ]
    assert [part.rows for part in found.file.parts] == [10]


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_rows_of_errors_alone_are_read_to_the_last(read: Callable[..., Read], rows: int) -> None:
    found = read({"S": [HEADER, *[[Formula]] * rows]}, "cadre_id").rows
    assert found == [(None, "missing_required org_code")] * rows


def test_the_rows_of_a_sheet_begin_below_its_header(read: Callable[..., Read]) -> None:
    found = read({"first": [["名册"], [], *BOOK], "second": [HEADER, ["K2", *BOOK[1][1:]]]}, "cadre_id")
    assert found.rows == [("K1", None), ("K2", None)]
    assert [(part.sheet_name, part.rows, part.header.row) for part in found.file.parts] == [
        ("first", 1, 2),
        ("second", 1, 0),
    ]


def chosen(tmp_path: Path, *, visible: list[str], hidden: list[str], charts: list[str]) -> Path:
    """A workbook with sheets of a header, and charts of which none is a sheet of cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in (*hidden, *visible):
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
        for cells in BOOK if title.startswith("S") else [HEADER[:2]] if title.startswith("近") else [["x"]]:
            sheet.append(cells)
    for title in charts:
        book.create_chartsheet(title)
    book.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def test_charts_are_no_sheets_and_hidden_ones_are_told(read: Callable[..., Read], tmp_path: Path) -> None:
    path = chosen(tmp_path, visible=["说明", "S"], hidden=["S0", "近0"], charts=["图"])
    found = read(path, "cadre_id")
    assert found.rows == [("K1", None)]
    assert found.file.notices == (
        Notice("book.xlsx", "hidden_sheet", "S0"),
        Notice("book.xlsx", "hidden_sheet", "近0"),
        Notice("book.xlsx", "sheet_without_header", "说明"),
    )


@pytest.mark.parametrize(
    ("visible", "hidden", "said", "notices"),
    [
        (["近1", "近2"], [], "sheet 近1: expected one row", []),
        (["S", "x", "近2"], ["S0"], "sheet 近2: expected one row", ["hidden_sheet", "sheet_without_header"]),
        (["x"], [], "expected one row among the first 11 rows", ["sheet_without_header"]),
    ],
)
def test_a_workbook_is_refused_for_its_first_sheet_with_half_of_the_columns(
    read: Callable[..., Read],
    tmp_path: Path,
    visible: list[str],
    hidden: list[str],
    said: str,
    notices: list[str],
) -> None:
    with pytest.raises(FileRefused) as raised:
        read(chosen(tmp_path, visible=visible, hidden=hidden, charts=[]), "cadre_id")
    assert raised.value.reason == "missing_columns"
    assert raised.value.message.startswith(said.removesuffix(" rows"))
    assert [notice.why for notice in raised.value.notices] == notices


def test_a_workbook_without_a_sheet_of_cells_is_refused(read: Callable[..., Read], tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="expected a visible sheet with a header row"):
        read(chosen(tmp_path, visible=[], hidden=[], charts=["图"]), "cadre_id")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("xlsx", "book.xlsx"),
        ("xlsx", "BOOK.XLSM"),
        ("xlsx", "book.xls"),
        ("xlsx", "b\udcff.xlsx"),
        ("xlsb", "book.xlsm"),
        ("xls", "book.xlsx"),
        ("ods", "book.xls"),
    ],
)
def test_a_workbook_is_read_whatever_its_name_says(
    read: Callable[..., Read], tmp_path: Path, kind: str, name: str
) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path / name)))
    WRITERS[kind](tmp_path / "x", {"S": BOOK})
    (tmp_path / "x").rename(path)
    assert read(path, "cadre_id").rows == [("K1", None)]


def unpacked(path: Path) -> tuple[int, int]:
    """How large an archive is, and how large its parts are together."""
    parts: list[int] = []

    def noted(_: str, part: bytes) -> bytes:
        parts.append(len(part))
        return part

    edit(path, noted)
    return path.stat().st_size, sum(parts)


def test_what_unpacks_out_of_proportion_is_refused(
    read: Callable[..., Read], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert (workbook._MOST_UNPACKED, workbook._ALWAYS_UNPACKED) == (200, 100_000_000)
    path = tmp_path / "book.ods"
    WRITERS["ods"](path, {"S": [*BOOK, *[[" " * 1_000]] * 20]})
    size, whole = unpacked(path)
    times = whole // size
    monkeypatch.setattr(workbook, "_MOST_UNPACKED", times)
    with pytest.raises(FileRefused, match=f"unpacked it would be {times} times as large") as raised:
        monkeypatch.setattr(workbook, "_ALWAYS_UNPACKED", whole - 1)
        read(path, "cadre_id")
    assert raised.value.reason == "unreadable"
    monkeypatch.setattr(workbook, "_ALWAYS_UNPACKED", whole)
    assert read(path, "cadre_id").rows[0] == ("K1", None)
    monkeypatch.setattr(workbook, "_MOST_UNPACKED", times + 1)
    monkeypatch.setattr(workbook, "_ALWAYS_UNPACKED", 0)
    assert read(path, "cadre_id").rows[0] == ("K1", None)
