"""Workbooks with what Excel allows, and what an attacker would put in: landed or refused, never obeyed."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import duckdb
import openpyxl
import pytest

from orchestration.home import CHECKOUT
from orchestration.landing import InputRefused, KnownCodes, land, landed_dir
from tests.fuzz.write import write_full_sheet

NAME = "工会干部_20210302.xlsx"
CODES = KnownCodes(frozenset({"A1"}), frozenset({"M1"}))
SHEET = "xl/worksheets/sheet1.xml"
Sheet = openpyxl.worksheet.worksheet.Worksheet


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder for one workbook."""
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def write(inbox: Path, change: Callable[[Sheet], object] = lambda sheet: None) -> Path:
    """A workbook of three valid rows, changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["干部ID", "所属机构编码", "录入日期", "离任日期"])
    for number in range(3):
        sheet.append([f"K{number}", "A1", date(2020, 3, 5), None])
    change(sheet)
    book.save(inbox / NAME)
    return inbox / NAME


def rewrite(path: Path, edit: Callable[[str, bytes], bytes], **more: bytes) -> None:
    """Change the parts of a workbook, and add some."""
    with ZipFile(path) as archive:
        parts = {name: edit(name, archive.read(name)) for name in archive.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in (parts | more).items():
            archive.writestr(name, content)


def landed(inbox: Path) -> tuple[list[tuple[str, ...]], list[tuple[int, str]]]:
    """The ids landed, and (row number, reason) of those that did not."""
    home = inbox.parent / "home"
    one = land(inbox, home, CODES).in_force["cadres"]
    with duckdb.connect() as connection:
        ids = connection.execute(f"SELECT cadre_id FROM '{landed_dir(home)}/cadres.parquet'").fetchall()
        refused = connection.execute(
            f"SELECT row_number, reason FROM '{landed_dir(home)}/rejected_rows.parquet'"
        ).fetchall()
    assert one.rows_read == len(ids) + len(refused)
    return ids, refused


def _hide(sheet: Sheet) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["A"].hidden = True
    sheet.auto_filter.ref = "A1:D4"


def test_hidden_rows_and_columns_are_rows_and_columns(inbox: Path) -> None:
    write(inbox, _hide)
    assert landed(inbox) == ([("K0",), ("K1",), ("K2",)], [])


def test_a_merged_cell_holds_its_value_once(inbox: Path) -> None:
    write(inbox, lambda sheet: sheet.merge_cells("B2:B3"))
    assert landed(inbox) == ([("K0",), ("K2",)], [(2, "missing_required")])


@pytest.mark.parametrize(
    "formula", ["1+1", "WEBSERVICE(&quot;http://127.0.0.1:9/&quot;)", "cmd|' /C touch pwned'!A0", "[1]x!$A$1"]
)
def test_a_formula_is_its_cached_value_and_never_evaluated(inbox: Path, formula: str) -> None:
    def edit(name: str, content: bytes) -> bytes:
        cell = f'<c r="A2" t="str"><f>{formula}</f><v>K9</v></c>'.encode()
        start = content.find(b'<c r="A2"') if name == SHEET else -1
        end = content.find(b"</c>", start) + 4
        return content if start < 0 else content[:start] + cell + content[end:]

    rewrite(write(inbox), edit)
    assert landed(inbox) == ([("K9",), ("K1",), ("K2",)], [])


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="D2" t="e"><v>#N/A</v></c>',
        b"<c t = 'e' s='1' r='d2'><f>1/0</f><v>#DIV/0!</v></c>",
        b'<c r="D2"' + b" " * 300_000 + b't="e"><v>#REF!</v></c>',
    ],
)
def test_an_error_is_found_however_it_is_written(inbox: Path, cell: bytes) -> None:
    def edit(name: str, content: bytes) -> bytes:
        return (
            content.replace(b"</row>", cell + b"</row>", 2).replace(cell, b"", 1)
            if name == SHEET
            else content
        )

    rewrite(write(inbox), edit)
    assert landed(inbox) == ([("K1",), ("K2",)], [(1, "bad_format")])


def test_an_error_that_does_not_say_where_it_is_makes_a_workbook_unreadable(inbox: Path) -> None:
    rewrite(
        write(inbox),
        lambda name, content: content.replace(b"</row>", b'<c t="e"><v>#N/A</v></c></row>'),
    )
    with pytest.raises(InputRefused, match="unreadable"):
        landed(inbox)


def test_macros_and_links_to_elsewhere_are_left_alone(inbox: Path) -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    more = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0", "xl/externalLinks/externalLink1.xml": link}
    more["../../../pwned.xml"] = b"<x/>"
    rewrite(write(inbox), lambda name, content: content, **more)
    assert landed(inbox) == ([("K0",), ("K1",), ("K2",)], [])
    assert {path.name for path in inbox.parent.iterdir()} == {"inbox", "home"}


def _bomb(name: str, content: bytes) -> bytes:
    return (
        content.replace(b"</sheetData>", b"</sheetData>" + b" " * 400_000_000) if name == SHEET else content
    )


def _billion_laughs(name: str, content: bytes) -> bytes:
    entities = b"".join(
        b'<!ENTITY e%d "%s">' % (n, b"lol" if n == 0 else b"&e%d;" % (n - 1) * 10) for n in range(10)
    )
    head = b"<!DOCTYPE worksheet [" + entities + b"]>"
    return head + content.replace(b"<sheetData>", b"<sheetData>&e9;") if name == SHEET else content


def _outside_entity(name: str, content: bytes) -> bytes:
    head = b'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return head + content.replace(b"<sheetData>", b"<sheetData>&x;") if name == SHEET else content


_LAND = """
import resource, sys
from pathlib import Path
import orchestration.landing.workbook
from orchestration.landing import InputRefused, KnownCodes, land
taken = resource.getpagesize() * int(Path("/proc/self/statm").read_text().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (taken + (int(sys.argv[3]) << 20),) * 2)
try:
    result = land(Path(sys.argv[1]), Path(sys.argv[2]), KnownCodes(frozenset({"A1"}), frozenset({"M1"})))
    print(result.in_force["cadres"].rows_landed)
except InputRefused as refused:
    print(refused)
"""


def within(inbox: Path, mib: int) -> str:
    """What comes of landing with so much memory beyond what importing takes: rows landed, or why not."""
    ran = subprocess.run(
        [sys.executable, "-c", _LAND, inbox, inbox.parent / "home", str(mib)],
        cwd=CHECKOUT,
        env={"GONGHUI_MEMORY_LIMIT": "200MB", "GONGHUI_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.strip()


@pytest.mark.parametrize("edit", [_bomb, _billion_laughs, _outside_entity], ids=lambda edit: edit.__name__)
def test_a_bomb_is_refused_or_lands_within_600_mb(inbox: Path, edit: Callable[[str, bytes], bytes]) -> None:
    rewrite(write(inbox), edit)
    said = within(inbox, 600)
    assert said == "3" or said.startswith("unreadable\t"), said


def _stray(sheet: Sheet) -> None:
    sheet["XFD1048576"] = "x"


@pytest.mark.parametrize("declared", ["A1:XFD1048576", "A1", ""])
def test_a_cell_that_strayed_far_off_is_refused_with_what_to_do_within_600_mb(
    inbox: Path, declared: str
) -> None:
    rewrite(
        write(inbox, _stray),
        lambda _, xml: re.sub(
            rb"<dimension[^>]*/>", f'<dimension ref="{declared}"/>'.encode() if declared else b"", xml
        ),
    )
    # With what is left to the process that reads: importing takes more where pyarrow is installed.
    expected = r"expected a workbook that can be read with [01](\.\d+)? GB of memory: delete what stands far"
    assert re.search(expected, said := within(inbox, 600)), said


def _format_all(sheet: Sheet) -> None:
    sheet["XFD1048576"].number_format = "0"


def test_a_format_without_a_value_far_off_is_no_cell(inbox: Path) -> None:
    path = write(inbox, _format_all)
    with ZipFile(path) as archive:
        assert b'ref="A1:XFD1048576"' in archive.read(SHEET)
    assert within(inbox, 600) == "3"


def test_a_sheet_that_is_too_wide_is_refused_with_what_to_do(inbox: Path) -> None:
    write(inbox, lambda sheet: sheet.cell(2, 16_384, "x"))
    assert "expected at most 256 columns; it has 16384" in within(inbox, 600)


@pytest.mark.parametrize("cut", range(0, 100, 7))
def test_a_damaged_workbook_is_refused_or_lands(inbox: Path, cut: int) -> None:
    path = write(inbox)
    content = bytearray(path.read_bytes())
    content[len(content) * cut // 100] ^= 0xFF
    path.write_bytes(content)
    try:
        ids, refused = landed(inbox)
    except InputRefused as fault:
        assert {each.reason for each in fault.faults} <= {"unreadable", "missing_columns"}
    else:
        assert len(ids) + len(refused) <= 3


def test_a_sheet_of_1_048_576_rows_lands_whole_within_1_gb(inbox: Path) -> None:
    write_full_sheet(inbox / NAME, "S", 1_048_576)
    assert within(inbox, 1024) == "1048575"


def test_a_page_takes_no_more_memory_than_some_of_its_rows(inbox: Path) -> None:
    rows = (f"<tr><td>K{n}<td>A1<td>{'某' * 200}<td><td>2020-03-05<td></tr>" for n in range(30_000))
    head = "<tr><th>干部ID<th>所属机构编码<th>姓名<th>手机号<th>录入日期<th>离任日期</tr>"
    page = inbox / "工会干部_20210302.xls"
    page.write_text(f"<table>{head}{''.join(rows)}</table>", encoding="utf-8")
    assert page.stat().st_size > 18_000_000
    assert within(inbox, 600) == "30000"
