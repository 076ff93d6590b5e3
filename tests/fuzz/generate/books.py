"""Workbooks and pages."""

from hypothesis import strategies as st

from tests.fuzz.generate.cells import NASTY
from tests.fuzz.generate.draws import one_in, pick, up_to
from tests.fuzz.generate.tables import Table, tables
from tests.fuzz.oracle import File
from tests.fuzz.oracle.header import find_header
from tests.fuzz.sheets import BookToWrite, Cell, Row, SheetToWrite, seen
from tests.fuzz.spec import Column, Spec
from tests.fuzz.world import REFERENCE
from tests.fuzz.write import write_html, write_ods, write_xls, write_xlsx

_NUMBERS = {
    "id": ["1", "510100", "510100.0", "999999999999999", "1000000000000000", "9007199254740993", "1.5"],
    "text": ["12", "0", "1.5", "1000000000000000"],
    "org": ["510100", "816", "510100.0", "1000000000000000"],
    "module": ["1"],
    "list": ["1"],
    "integer": ["0", "7", "2020", "12.0", "-1", "1.5", "999999999999999"],
    "date": ["43895", "43895.5", "20200305", "20200230", "19999", "20000", "0", "2020", "44257.999", "44258"],
}
_NUMBERS["timestamp"] = [*_NUMBERS["date"], "43895.38055555556", "43895.9999999"]
_DATES = ["43895", "43895.5", "43895.9999999", "43895.38", "44257.9999", "44258", "61", "2957000", "2958465"]
_SHEETS = [["S"]] * 6 + [["表1", "'二 '"], ["x & <y>", "S"], ["一", "二", "三"]]
_AFTER = [""] * 6 + [
    '<mergeCells count="1"><mergeCell ref="A2:B3"/></mergeCells>',
    '<autoFilter ref="A1:C3"/>',
]
_NOTES: Table = [["填表说明"], ["", "1. 本表由系统导出"]]


@st.composite
def books(draw: st.DrawFn, spec: Spec, kind: str) -> BookToWrite:
    """A workbook as a file of that kind can hold it."""
    sheets = []
    for number, name in enumerate(pick(draw, _SHEETS)):
        table = draw(tables(spec, most_rows=6)) if number == 0 or up_to(draw, 3) else _NOTES
        hidden = number > 0 and one_in(draw, 4)
        sheets.append(
            SheetToWrite(name.strip("'"), draw(_grid(spec, table, kind)), hidden and kind != "html")
        )
    return BookToWrite(
        sheets,
        from_1904=kind in ("xlsx", "xls") and one_in(draw, 10),
        hides=one_in(draw, 2),
        after=pick(draw, _AFTER),
        layout=pick(draw, ["usual"] * 6 + ["root", "absolute", "backslash"]),
    )


@st.composite
def _grid(draw: st.DrawFn, spec: Spec, table: Table, kind: str) -> list[Row]:
    """The table as cells, some of them numbers and dates where the header says that they could be."""
    header = find_header(spec, [[*row] for row in table], REFERENCE)
    columns: dict[int, Column] = {}
    if header and kind != "html":
        columns = {header.places[column.name]: column for column in spec.landed}
    grid: list[Row] = []
    for at, row in enumerate(table):
        under = header is not None and at > header.at
        grid.append(
            [
                _cell(draw, columns[place], cell, kind) if under and place in columns else _text(cell, kind)
                for place, cell in enumerate(row)
            ]
        )
    return grid


def _cell(draw: st.DrawFn, column: Column, text: str, kind: str) -> Cell | None:
    """The text as a cell, or something else in its place."""
    if not text or not one_in(draw, 7):
        return _text(text, kind, pick(draw, ["shared", "shared", "inline", "formula"]))
    dice = up_to(draw, 5)
    if dice == 1:
        return Cell("error", pick(draw, ["#N/A", "#REF!", "#DIV/0!"]))
    if dice == 2:
        return Cell("unstored", "")
    if dice == 3:
        return _text(pick(draw, NASTY), kind)
    if column.kind in ("date", "timestamp") and dice != 4:
        return Cell("date", pick(draw, _DATES))
    return Cell(pick(draw, ["number", "number", "computed"]), pick(draw, _NUMBERS[column.kind]))


def _text(text: str, kind: str, written: str = "shared") -> Cell | None:
    """A text as the kind of file can hold it."""
    text = "".join(char for char in text if char in "\t\n" or " " <= char < "\ufffe" or char > "\uffff")
    if kind == "html":
        text = " ".join(text.split(" ")).translate({ord(char): None for char in "\t\n\x7f\x85"})
        while "  " in text:
            text = text.replace("  ", " ")
    return Cell(written, text[:1000]) if text else None  # type: ignore[arg-type]


@st.composite
def book_files(draw: st.DrawFn, spec: Spec) -> tuple[str, File]:
    """A workbook or page, and an extension that it may have."""
    kind = pick(draw, ["xlsx", "xlsx", "xls", "ods", "html"])
    book = draw(books(spec, kind))
    match kind:
        case "xlsx":
            content = write_xlsx(book)
        case "xls":
            content = write_xls(book)
        case "ods":
            content = write_ods(book)
        case _:
            encoding = pick(draw, ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
            content = write_html(book, encoding, bare=one_in(draw, 2))
    own = {
        "xlsx": [".xlsx", ".xlsm"],
        "xls": [".xls", ".et"],
        "ods": [".ods"],
        "html": [".xls", ".html", ".htm"],
    }
    extension = pick(draw, own[kind] * 6 + [".csv", ".xlsx", ".xls"])
    return extension, File(content, seen(book, named=kind != "html"))
