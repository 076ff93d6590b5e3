"""Workbooks and pages: sheets, numbers, dates, errors, formulas."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from tests.fuzz.cases.cells import FORMAT, FUTURE, MISSING, VALUE, CellCase
from tests.fuzz.cases.model import Case, one
from tests.fuzz.oracle import File
from tests.fuzz.sheets import BookToWrite, Cell, Row, SheetToWrite, seen
from tests.fuzz.spec import SPECS
from tests.fuzz.world import header, valid
from tests.fuzz.write import write_html, write_ods, write_xls, write_xlsx

WRITERS: dict[str, Callable[[BookToWrite], bytes]] = {
    ".xlsx": write_xlsx,
    ".xls": write_xls,
    ".ods": write_ods,
}


def book_file(extension: str, book: BookToWrite) -> File:
    """A workbook as a file of that kind."""
    return File(WRITERS[extension](book), seen(book))


def page_file(book: BookToWrite) -> File:
    return File(write_html(book), seen(book, named=False))


def texts(*cells: str) -> Row:
    return [Cell("shared", cell) if cell else None for cell in cells]


def book_with(case: CellCase, cell: Cell, from_1904: bool = False) -> BookToWrite:
    """A workbook of one valid row but for that cell, and the other cells of the case."""
    export, name = case.column.split(".")
    spec = SPECS[export]
    row = texts(*valid(spec, dict(case.others)))
    row[
        [column.name for column in spec.columns].index(name) if name.isascii() else header(spec).index(name)
    ] = cell
    return BookToWrite([SheetToWrite("S", [texts(*header(spec)), row])], from_1904=from_1904)


def _typed(kind: str, column: str, expected: dict[str, Any]) -> list[tuple[str, CellCase]]:
    return [(kind, CellCase(column, cell, value)) for cell, value in expected.items()]


BOOK_CELLS = [
    # "A number cell 510100.0 is the text 510100"
    *_typed("number", "new_unions.org_code", {"510100": "510100"}),
    *_typed("number", "articles.article_id", {"510100": "510100", "999999999999999": "999999999999999"}),
    *_typed("number", "articles.title", {"12": "12", "1.5": "1.5"}),
    # "A number cell of more than 15 digits has lost some: in a text column it is bad_format"
    *_typed("number", "articles.article_id", {"1000000000000000": FORMAT, "9007199254740993": FORMAT}),
    *_typed("number", "articles.title", {"1000000000000000": FORMAT}),
    *_typed("number", "new_unions.org_code", {"5101000000000000": FORMAT}),
    *_typed(
        "number",
        "channel_visits.page_views",
        {"12": 12, "1.5": FORMAT, "-1": VALUE, "1000000000000000": 10**15},
    ),
    *_typed("computed", "channel_visits.page_views", {"12": 12}),
    *_typed("number", "promotion_plans.plan_year", {"2020": 2020, "1999": VALUE}),
    # "cells formatted as dates, rounded to the second"
    *_typed("date", "new_members.joined_on", {"43895": date(2020, 3, 5), "43895.9": date(2020, 3, 5)}),
    *_typed(
        "date", "articles.published_at", {"43895": datetime(2020, 3, 5), "43895.5": datetime(2020, 3, 5, 12)}
    ),
    *_typed("date", "articles.published_at", {"43895.38055555556": datetime(2020, 3, 5, 9, 8)}),
    *_typed("date", "articles.published_at", {"43895.9999999": datetime(2020, 3, 6)}),
    *_typed("date", "new_members.joined_on", {"43895.9999999": date(2020, 3, 6), "61": date(1900, 3, 1)}),
    *_typed(
        "date", "articles.published_at", {"44257.9999": datetime(2021, 3, 2, 23, 59, 51), "44258": FUTURE}
    ),
    *_typed("date", "cadres.left_on", {"2958465": None}),
    # "bare numbers from 20000 on are serial numbers, 19000101 to 20991231 are read as 8 digits, others are
    # bad_format"
    *_typed("number", "new_members.joined_on", {"43895": date(2020, 3, 5), "20000": date(1954, 10, 3)}),
    *_typed(
        "number", "new_members.joined_on", {"19999": FORMAT, "0": FORMAT, "2020": FORMAT, "202003": FUTURE}
    ),
    *_typed("number", "new_members.joined_on", {"20200305": date(2020, 3, 5), "20200230": FORMAT}),
    *_typed(
        "number",
        "new_members.joined_on",
        {"19000101": date(1900, 1, 1), "21000101": FORMAT, "18991231": FORMAT},
    ),
    *_typed(
        "number",
        "articles.published_at",
        {"43895.5": datetime(2020, 3, 5, 12), "20200305": datetime(2020, 3, 5)},
    ),
    *_typed("computed", "new_members.joined_on", {"43895": date(2020, 3, 5)}),
    # "A formula without a stored value, or an error, is bad_format in a landed column."
    *_typed("error", "new_members.joined_on", {"#N/A": FORMAT}),
    *_typed("error", "articles.title", {"#REF!": FORMAT}),
    *_typed("error", "cadres.left_on", {"#DIV/0!": FORMAT}),
    *_typed("unstored", "cadres.left_on", {"": FORMAT}),
    *_typed("unstored", "articles.article_id", {"": FORMAT}),
    # … and in no other
    *_typed("error", "new_members.姓名", {"#N/A": None}),
    *_typed("unstored", "cadres.手机号", {"": None}),
    # Texts are as in text files
    *_typed("shared", "new_members.joined_on", {"2020年3月5日 下午1:00": date(2020, 3, 5), "-": MISSING}),
    *_typed("formula", "articles.title", {"某稿": "某稿"}),
    *_typed("inline", "articles.title", {"某稿 ": "某稿", "x\ny": "x\ny"}),
]
BOOK_CELLS_1904 = [
    # "of either date system"
    *_typed("date", "new_members.joined_on", {"42433": date(2020, 3, 5)}),
    # "In a 1904 workbook bare serial numbers count in its own system; the limit of 20000 is held against the
    # number as it stands."
    *_typed(
        "number",
        "new_members.joined_on",
        {"42433": date(2020, 3, 5), "20000": date(1958, 10, 4), "19999": FORMAT},
    ),
    *_typed("number", "new_members.joined_on", {"20200305": date(2020, 3, 5)}),
    *_typed("number", "articles.published_at", {"42433.5": datetime(2020, 3, 5, 12)}),
    # The last day of the year 9999 there is; what lies beyond is no day.
    *_typed("date", "cadres.left_on", {"2957003": None, "2957004": FORMAT, "2958465": FORMAT}),
    *_typed("number", "cadres.left_on", {"2957003": None, "2957004": FORMAT, "2958465": FORMAT}),
]

_HEAD = ["会员ID", "所属机构编码", "入会日期", "办理方式"]
_ROW = ["K1", "A1", "2020-03-05", "平台"]
_OTHER = ["K2", "X", "2020-03-05", "平台"]


def _sheet(name: str, *rows: list[str], hidden: bool = False) -> SheetToWrite:
    return SheetToWrite(name, [texts(*row) for row in rows], hidden)


def _cases(
    sentence: str, sheets: list[SheetToWrite], count: int, *refused: tuple[int, str], fault: str = ""
) -> list[Case]:
    book = BookToWrite(sheets)
    cases = []
    for extension in WRITERS:
        name = f"新增会员_20210302{extension}"
        file = book_file(extension, book)
        lands = {} if fault else one(count, *refused)
        cases.append(
            Case(f"{sentence} ({extension})", {name: file}, lands, ((fault, name),) if fault else ())
        )
    if not any(sheet.hidden for sheet in sheets):
        name = "新增会员_20210302.xls"
        file = page_file(book)
        lands = {} if fault else one(count, *refused)
        cases.append(Case(f"{sentence} (page)", {name: file}, lands, ((fault, name),) if fault else ()))
    return cases


BOOKS = [
    *_cases("a sheet", [_sheet("S", _HEAD, _ROW, _OTHER)], 1, (2, "unknown_code")),
    *_cases(
        "every visible sheet that has the header; rows are counted by sheet",
        [_sheet("一", _HEAD, _ROW), _sheet("二", ["题"], _HEAD, ["K3", *_ROW[1:]], _OTHER)],
        2,
        (2, "unknown_code"),
    ),
    *_cases("one without it is passed over", [_sheet("说明", ["注"]), _sheet("S", _HEAD, _ROW)], 1),
    *_cases(
        "unless one of its first 11 rows has half or more of the columns",
        [_sheet("S", _HEAD, _ROW), _sheet("二", ["会员ID", "入会日期"], _ROW)],
        0,
        fault="missing_columns",
    ),
    *_cases(
        "one of four columns is not half",
        [_sheet("S", _HEAD, _ROW), _sheet("二", ["会员ID", "姓名", "身份证号"])],
        1,
    ),
    *_cases("no header row found", [_sheet("S", ["甲"], ["乙"])], 0, fault="missing_columns"),
    *_cases(
        "hidden sheets are passed over",
        [_sheet("旧", _HEAD, _OTHER, hidden=True), _sheet("S", _HEAD, _ROW)],
        1,
    ),
    *_cases(
        "a hidden sheet alone is no sheet",
        [_sheet("说明", ["注"]), _sheet("旧", _HEAD, _ROW, hidden=True)],
        0,
        fault="missing_columns",
    ),
    *_cases("up to 10 rows above the header", [_sheet("S", *[["题"]] * 10, _HEAD, _ROW)], 1),
    *_cases("… blank ones too", [_sheet("S", *[[""]] * 10, _HEAD, _ROW)], 1),
    *_cases("… and no 11", [_sheet("S", *[[""]] * 11, _HEAD, _ROW)], 0, fault="missing_columns"),
    *_cases(
        "blank and 合计 rows are counted",
        [_sheet("S", _HEAD, ["", "-"], _ROW, ["", "合计"], _OTHER)],
        1,
        (4, "unknown_code"),
    ),
    *_cases(
        "a column that stands twice", [_sheet("S", [*_HEAD, "会员ID"], _ROW)], 0, fault="missing_columns"
    ),
    *_cases("a header without rows", [_sheet("S", _HEAD)], 0),
    *_cases("the first column may be blank", [_sheet("S", ["", *_HEAD], ["", *_ROW])], 1),
]
for _layout in ("root", "absolute", "backslash"):
    _book = BookToWrite([_sheet("S", _HEAD, _ROW)], layout=_layout)  # type: ignore[arg-type]
    BOOKS.append(
        Case(
            f"parts found by their relationships: {_layout}",
            {"新增会员_20210302.xlsx": book_file(".xlsx", _book)},
            one(1),
        )
    )
_book = BookToWrite([_sheet("S", _HEAD, _ROW)], hides=True)
_content = {extension: book_file(extension, _book) for extension in WRITERS}
BOOKS += [
    *(
        Case(f"hidden rows count ({extension})", {f"新增会员_20210302{extension}": file}, one(1))
        for extension, file in _content.items()
    ),
    *(
        Case(
            f"its content tells, not its extension ({extension})", {f"新增会员_20210302{other}": file}, one(1)
        )
        for (extension, file), other in zip(_content.items(), (".csv", ".txt", ".et"), strict=True)
    ),
    Case("a page named .xlsx", {"新增会员_20210302.xlsx": page_file(_book)}, one(1)),
    Case(
        "a page as .html in GB18030",
        {"新增会员_20210302.html": File(write_html(_book, "gb18030"), seen(_book, False))},
        one(1),
    ),
    Case(
        "tables with nothing around",
        {"新增会员_20210302.htm": File(write_html(_book, bare=True), seen(_book, False))},
        one(1),
    ),
    Case(
        "a page without a table is text",
        {"新增会员_20210302.html": File("<html><body>会员ID</body></html>".encode())},
        faults=(("missing_columns", "新增会员_20210302.html"),),
    ),
    Case(
        "a CSV named .xls",
        {"新增会员_20210302.xls": File(f"{','.join(_HEAD)}\n{','.join(_ROW)}\n".encode())},
        one(1),
    ),
    *(
        Case(
            f"a workbook that is corrupt ({extension})",
            {f"新增会员_20210302{extension}": File(file.content[:-40], None)},
            faults=(("unreadable", f"新增会员_20210302{extension}"),),
        )
        for extension, file in _content.items()
        if extension != ".xls"
    ),
]
