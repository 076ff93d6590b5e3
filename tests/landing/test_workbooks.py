"""Workbooks of every kind: told by content, sheets chosen, cells read or refused (contract §2)."""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from struct import pack

import pytest
import xlsxwriter

from orchestration.landing import InputRefused, calamine, workbook
from tests.landing.books import WRITERS, Error, Formula, edit, ods, xls, xlsb, xlsx
from tests.landing.office import Office, row, table

KINDS = list(WRITERS)
NAME = "工会干部_20210302"
BOOK = table([row("cadres")])
HEADER = BOOK[0]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of workbook."""
    return request.param


@pytest.mark.parametrize("extension", ["xls", "csv"])
def test_a_workbook_is_known_by_its_content(office: Office, kind: str, extension: str) -> None:
    path = office.inbox / f"{NAME}.{extension}"
    WRITERS[kind](path, {"S": BOOK})
    office.land()
    assert office.rows("cadres", "cadre_id, CAST(entered_on AS VARCHAR)") == [("K1", "2020-03-05")]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_passed_over_with_a_notice(office: Office, kind: str, state: str) -> None:
    WRITERS[kind](
        office.inbox / f"{NAME}.{kind}",
        {"旧": table([row("cadres", "K0")]), "S": BOOK, "近": [HEADER[:3]]},
        {"旧": state, "近": state},
    )
    result = office.land()
    assert office.column("cadres", "cadre_id") == ["K1"]
    assert [notice.rpartition(" ")[2] for notice in result.notices] == ["hidden", "hidden"]


@pytest.mark.parametrize("amiss", [Error, Formula])
def test_errors_and_formulas_without_a_value_are_bad_format_in_any_kind(
    office: Office, kind: str, amiss: type
) -> None:
    rows = [
        ["K1", "A1", "2020-03-05", amiss],
        [amiss, "A1", "2020-03-05", None],
        ["K3", "A1", "2020-03-05", None],
        [None, None, None, None],
        ["K5", amiss, "2020-03-05", None],
        [amiss, amiss, amiss, amiss],
    ]
    WRITERS[kind](office.inbox / f"{NAME}.{kind}", {"x": [["说明"]], "S": [["工会干部"], HEADER, *rows]})
    office.land()
    assert office.rejected() == [(1, "bad_format"), (2, "bad_format"), (5, "bad_format"), (6, "bad_format")]
    assert office.column("cadres", "cadre_id") == ["K3"]


def test_an_error_in_the_first_cell_under_the_header_is_found(office: Office, kind: str) -> None:
    WRITERS[kind](office.inbox / f"{NAME}.{kind}", {"S": [HEADER, [Error, "A1", "2020-03-05", None]]})
    office.land()
    assert office.rejected("reason, column_name") == [("bad_format", office.rejected("column_name")[0][0])]


def test_errors_in_columns_that_do_not_land_do_no_harm(office: Office, kind: str) -> None:
    rows = [["序号", *HEADER, "备注"], [Error, *BOOK[1], Formula]]
    WRITERS[kind](office.inbox / f"{NAME}.{kind}", {"S": rows})
    office.land()
    assert office.counts() == {"cadres": (1, 1, 0)}


def test_a_formula_that_gives_the_empty_text_is_blank(office: Office) -> None:
    path = office.inbox / f"{NAME}.xlsx"
    xlsx(path, {"S": [HEADER, ["K1", "A1", "2020-03-05", Formula]]})
    edit(path, lambda _, xml: xml.replace(b'<c r="D2">', b'<c r="D2" t="str">'))
    office.land()
    assert office.column("cadres", "left_on") == [None]


def from_1904(kind: str, path: Path, written: bytes, rows: list[list[object]]) -> None:
    """A workbook that counts from 1904."""
    if kind == "xls":
        xls(path, {"S": rows}, from_1904=True)
    elif kind == "xlsb":
        xlsb(path, {"S": rows}, from_1904=True)
    elif kind == "ods":
        ods(path, {"S": rows}, before='<table:null-date table:date-value="1904-01-01"/>')
    else:
        xlsx(path, {"S": rows})
        edit(path, lambda _, xml: xml.replace(b"<workbookPr", b"<workbookPr date1904=" + written, 1))


@pytest.mark.parametrize("written", [b'"1"', b"'1'", b'"true"', b"'true'"])
def test_bare_serial_numbers_count_in_the_workbooks_own_system(
    office: Office, kind: str, written: bytes
) -> None:
    rows = [HEADER, ["K1", "A1", 42433, None], ["K2", "A1", 19_999, None], ["K3", "A1", 20_000, None]]
    from_1904(kind, office.inbox / f"{NAME}.{kind}", written, rows)
    office.land()
    assert office.column("cadres", "entered_on") == [date(2020, 3, 5), date(1958, 10, 4)]
    assert office.rejected() == [(2, "bad_format")]


NUMBERS = {
    19_999: None,
    20_000: datetime(1954, 10, 3),
    43_895.380636574: datetime(2020, 3, 5, 9, 8, 7),
    20200305: datetime(2020, 3, 5),
    20200305.5: None,
    19000102: datetime(1900, 1, 2),
    18991231: None,
    20991231: None,
    21000101: None,
    1: None,
    0: None,
    -1: None,
    60: None,
    2_958_466: None,
    999_999: datetime(4637, 11, 25),
}


def test_number_cells_are_serial_numbers_or_eight_digits_or_bad(office: Office, kind: str) -> None:
    rows = [["K" + str(place), "A1", number, None] for place, number in enumerate(NUMBERS)]
    WRITERS[kind](office.inbox / f"{NAME}.{kind}", {"S": [HEADER, *rows]})
    office.land()
    reasons = dict(office.rejected())
    read = [reasons.get(place) != "bad_format" for place in range(1, len(NUMBERS) + 1)]
    assert read == [number in (20991231, 999_999) or bool(m) for number, m in NUMBERS.items()]


def test_date_cells_are_rounded_to_the_second(office: Office) -> None:
    titles = table([row("registered_users")])[0]
    cells = ["K1", "A1", datetime(2020, 3, 5, 9, 8, 6, 600_000), None, None]
    xlsx(office.inbox / "注册用户_20210302.xlsx", {"S": [titles, cells]})
    ods(office.inbox / "注册用户_20210302_2.ods", {"S": [titles, ["K2", *cells[1:]]]})
    office.land()
    assert office.column("registered_users", "registered_at") == [datetime(2020, 3, 5, 9, 8, 7)] * 2


def test_number_cells_in_text_columns_lose_point_zero_or_are_refused(office: Office, kind: str) -> None:
    rows = [[12.0, 510100.0, "2020-03-05", None], [1_000_000_000_000_000.0, "A1", "2020-03-05", None]]
    WRITERS[kind](office.inbox / f"{NAME}.{kind}", {"S": [HEADER, *rows]})
    office.land()
    assert office.rows("cadres", "cadre_id, org_code") == [("12", "510100")]
    assert office.rejected() == [(2, "bad_format")]


def test_a_sheet_may_have_no_name(office: Office) -> None:
    path = office.inbox / f"{NAME}.xlsx"
    xlsx(path, {"S": BOOK})
    edit(path, lambda _, xml: xml.replace(b'name="S"', b'name=""'))
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1"]


def _elsewhere(name: str) -> str:
    return (
        {"xl/workbook.xml": "b.xml", "xl/_rels/workbook.xml.rels": "_rels/b.xml.rels"}.get(name, name)
        .replace("sharedStrings", "texts")
        .replace("styles", "looks")
    )


def _points_elsewhere(name: str, xml: bytes) -> bytes:
    if not name.endswith(".rels"):
        return xml
    return (
        xml.replace(b"xl/workbook.xml", b"b.xml")
        .replace(b'"sharedStrings.xml', b'"/xl/texts.xml')
        .replace(b'"styles.xml', b'"/xl/looks.xml')
    )


def _back(name: str) -> str:
    return name.replace("/", "\\")


def _points_back(name: str, xml: bytes) -> bytes:
    return xml.replace(b"/xl/worksheets/sheet1", b"worksheets\\sheet1") if name.endswith(".rels") else xml


@pytest.mark.parametrize(
    ("rename", "change"),
    [
        (_elsewhere, _points_elsewhere),
        (_back, _points_back),
        (lambda name: "/" + name, lambda _, xml: xml),
        (str.upper, lambda _, xml: xml),
    ],
)
def test_parts_are_found_by_their_relationships(
    office: Office, rename: Callable[[str], str], change: Callable[[str, bytes], bytes]
) -> None:
    path = office.inbox / f"{NAME}.xlsx"
    xlsx(path, {"S": [HEADER, ["K1", "A1", date(1950, 3, 5), None], ["K2", "A1", "2020-03-05", Error]]})
    edit(path, change, rename)
    office.land()
    assert office.rows("cadres", "cadre_id, entered_on") == [("K1", date(1950, 3, 5))]
    assert office.rejected() == [(2, "bad_format")]


def test_a_stray_cell_is_refused_before_it_takes_the_memory(office: Office, kind: str) -> None:
    far = [*BOOK, *[[]] * 60_000, [*[None] * 250, "x"]]
    WRITERS[kind](office.inbox / f"{NAME}.{kind}", {"S": far})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbook, "_MOST_MEMORY", 200_000_000)
        [fault] = _faults(office)
    assert (fault.reason, "GB of memory" in fault.message) == ("unreadable", True)


def test_one_long_text_in_many_cells_is_refused_before_it_takes_the_memory(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_MOST_MEMORY", 200_000_000)
    book = xlsxwriter.Workbook(office.inbox / "信息发布_20210302.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, table([row("articles")])[0])
    for number in range(1, 5_000):
        sheet.write_string(number, 3, "长" * 30_000)  # one shared string
    book.close()
    [fault] = _faults(office)
    assert (fault.reason, "GB of memory" in fault.message) == ("unreadable", True)


def test_one_long_text_in_rows_that_repeat_is_refused_before_it_takes_the_memory(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_MOST_MEMORY", 200_000_000)
    path = office.inbox / "信息发布_20210302.ods"
    ods(path, {"S": table([row("articles", 标题="长" * 30_000)])})
    repeated = b'<table:table-row table:number-rows-repeated="1048575">'
    edit(path, lambda _, xml: repeated.join(xml.rsplit(b"<table:table-row>", 1)))
    [fault] = _faults(office)
    assert (fault.reason, "GB of memory" in fault.message) == ("unreadable", True)


def test_a_sheet_that_says_it_is_smaller_than_it_is_lands_whole(office: Office, kind: str) -> None:
    path = office.inbox / f"{NAME}.{kind}"
    WRITERS[kind](path, {"S": table([row("cadres", "K1"), row("cadres", "K2")])})
    if kind == "xls":
        content, said = path.read_bytes(), pack("<HH", 0x0200, 14)
        at = content.index(said) + len(said)
        path.write_bytes(content[:at] + pack("<IIHHH", 0, 1, 0, 2, 0) + content[at + 14 :])
    elif kind == "xlsb":
        edit(path, lambda _, part: part.replace(pack("<IIII", 0, 2, 0, 3), pack("<IIII", 0, 0, 0, 1)))
    elif kind == "xlsx":
        edit(path, lambda _, xml: re.sub(rb"<dimension[^>]*>", b'<dimension ref="A1:B1"/>', xml))
    office.land()
    assert office.column("cadres", "cadre_id") == ["K1", "K2"]


def _faults(office: Office) -> list[object]:
    with pytest.raises(InputRefused) as refused:
        office.land()
    return refused.value.faults


def test_a_damaged_workbook_of_any_kind_is_unreadable(office: Office, kind: str) -> None:
    path = office.inbox / f"{NAME}.{kind}"
    WRITERS[kind](path, {"S": BOOK})
    path.write_bytes(path.read_bytes()[: len(path.read_bytes()) * 2 // 3])
    assert office.faults() == [("unreadable", path.name)]


FAILS = """
from errno import ENOSPC
class CalamineError(Exception): pass
class PanicException(BaseException): pass
def load_workbook(_):
    raise {}
"""


def calamine_fails(monkeypatch: pytest.MonkeyPatch, folder: Path, wrong: str) -> None:
    """Have another library in the place of calamine, which raises what is wrong."""
    (folder / "python_calamine.py").write_text(FAILS.format(wrong))
    monkeypatch.setattr(calamine, "_library", lambda: str(folder))


@pytest.mark.parametrize(
    ("wrong", "raised"),
    [
        ("AttributeError('x')", "AttributeError in line"),
        ("KeyError('x')", "KeyError in line"),
        ("UnicodeDecodeError('utf-8', b'', 0, 1, 'x')", "UnicodeDecodeError in line"),
        ("OSError(ENOSPC, 'no space')", "no space"),
    ],
)
def test_a_fault_of_ours_is_not_told_as_one_of_the_file(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: str, raised: str
) -> None:
    calamine_fails(monkeypatch, tmp_path, wrong)
    xlsx(office.inbox / f"{NAME}.xlsx", {"S": BOOK})
    with pytest.raises((RuntimeError, OSError), match=raised):
        office.land()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("MemoryError", "with 2 GB of memory"),
        ("PanicException", "neither corrupt nor"),
        ("CalamineError", "neither corrupt nor"),
        ("__import__('os').abort()", "with 2 GB of memory"),
        ("__import__('os')._exit(3)", "with 2 GB of memory"),
    ],
)
def test_what_brings_calamine_down_is_told_of_the_file(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: str, said: str
) -> None:
    calamine_fails(monkeypatch, tmp_path, wrong)
    xlsx(office.inbox / f"{NAME}.xlsx", {"S": BOOK})
    [fault] = _faults(office)
    assert (fault.reason, said in fault.message) == ("unreadable", True)


@pytest.mark.parametrize(
    "wrong", [AttributeError("x"), EOFError(), UnicodeDecodeError("utf-8", b"", 0, 1, "x")]
)
def test_a_fault_in_judging_is_not_told_as_one_of_the_file(
    office: Office, monkeypatch: pytest.MonkeyPatch, wrong: Exception
) -> None:
    def fails(*_: object) -> None:
        raise wrong

    monkeypatch.setattr(workbook, "_spelled", fails)
    xlsx(office.inbox / f"{NAME}.xlsx", {"S": BOOK})
    with pytest.raises(type(wrong)) as raised:
        office.land()
    assert raised.value is wrong
