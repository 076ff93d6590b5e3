"""Mutated workbooks: a row lands or is refused with a reason, a file is read or refused with a reason."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing import KnownCodes, land
from tests.fuzz.mutations import CODES, DAY, NASTY, Snapshot, mangled, tables
from tests.fuzz.oracle import Landed, outcome_of_book
from tests.fuzz.sheets import Book, Cell, write_book
from tests.fuzz.spec import SPECS, Spec
from tests.fuzz.test_csv import landed

_EXAMPLES = settings().max_examples if "FUZZ" in os.environ else 80
_NUMBERS = [
    *["0", "1", "7", "2020", "510100", "510100.0", "-1", "1.5", "0.1", "0.30000000000000004", "1e308"],
    *["999999999999999", "1000000000000000", "9007199254740993", "20200305", "1e-7", "-0.0"],
    *["43895", "43895.5", "43895.9999999", "43895.38", "44257.999", "44258", "60", "59.5", "61", "2958466"],
]
_DATES = ["43895", "43895.5", "43895.9999999", "43895.38", "44258", "61", "2957000"]
_AFTER = ["", '<mergeCells count="1"><mergeCell ref="A2:B3"/></mergeCells>', '<autoFilter ref="A1:C3"/>']
_FILE_REASONS = {"unreadable", "missing_columns", "too_many_rejects"}
_ROW_REASONS = {
    *["missing_required", "bad_format", "bad_value", "unknown_code", "date_order", "future_date"],
    *["status_conflict", "duplicate_row", "duplicate_key"],
}


def _written(text: str) -> str:
    """A text as XML can hold it."""
    return "".join(char for char in text if char in "\t\n" or " " <= char < "\ufffe" or char > "\uffff")


@st.composite
def _cells(draw: st.DrawFn, text: str) -> Cell | None:
    """The text as a cell, or something else in its place."""
    if not text and draw(st.booleans()):
        return None
    dice = draw(st.integers(0, 39))
    if dice > 5:
        return Cell(draw(st.sampled_from(["shared", "inline", "formula"])), _written(text))
    return draw(
        st.sampled_from(
            [
                Cell("number", draw(st.sampled_from(_NUMBERS))),
                Cell("date", draw(st.sampled_from(_DATES))),
                Cell("bool", draw(st.sampled_from(["0", "1"]))),
                Cell("error", draw(st.sampled_from(["#N/A", "#REF!", "#DIV/0!"]))),
                Cell("iso", draw(st.sampled_from(["2020-03-05", "2020-03-05T09:08:00"]))),
                Cell("inline", _written(draw(st.sampled_from([*NASTY, "长" * 32_767, "x" * 100_000])))),
            ]
        )
    )


@st.composite
def _books(draw: st.DrawFn) -> tuple[Spec, Book]:
    spec = draw(st.sampled_from([*SPECS.values()]))
    names = draw(st.sampled_from([["S"], ["S"], ["表1", "'; drop table x; --"], ["../x", "S"]]))
    sheets = {
        name: [[draw(_cells(cell)) for cell in row] for row in draw(tables(spec, most_rows=6))]
        for name in names
    }
    return spec, Book(
        sheets,
        from_1904=draw(st.integers(0, 9)) == 0,
        hides=draw(st.booleans()),
        after=draw(st.sampled_from(_AFTER)),
    )


@settings(max_examples=_EXAMPLES)
@given(_books())
def test_a_workbook_lands_or_is_refused_row_by_row_as_the_contract_has_it(made: tuple[Spec, Book]) -> None:
    spec, book = made
    name = f"{spec.chinese}_{DAY:%Y%m%d}.xlsx"
    with TemporaryDirectory() as folder:
        write_book(Path(folder, name), book)
        files = {name: Path(folder, name).read_bytes()}
    with TemporaryDirectory() as folder:
        expected = outcome_of_book(spec, DAY, name, book, CODES)
        assert landed(Snapshot(spec, files), Path(folder)) == expected
        assert {path.name for path in Path(folder).iterdir()} == {"inbox", "home"}


@settings(max_examples=_EXAMPLES // 4)
@given(_books(), st.data())
def test_a_damaged_workbook_loses_no_row_without_a_reason(
    made: tuple[Spec, Book], data: st.DataObject
) -> None:
    spec, book = made
    name = f"{spec.chinese}_{DAY:%Y%m%d}.xlsx"
    with TemporaryDirectory() as folder:
        write_book(Path(folder, name), book)
        files = {name: data.draw(mangled(Path(folder, name).read_bytes()))}
    with TemporaryDirectory() as folder:
        match landed(Snapshot(spec, files), Path(folder)):
            case Landed() as found:
                assert {reason for _, _, reason in found.refused} <= _ROW_REASONS
            case faults:
                assert {reason for reason, _ in faults} <= _FILE_REASONS


def test_what_is_written_as_raw_xml_is_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    titles = [Cell("shared", title) for title in ("机构编码", "年度", "制定日期")]
    row = [Cell("inline", "A1"), Cell("number", "2020"), Cell("formula", "2020-03-05")]
    write_book(tmp_path / "inbox" / "推广计划_20210302.xlsx", Book({"S": [[*titles], [*row]]}))
    in_force = land(tmp_path / "inbox", tmp_path / "home", KnownCodes(CODES.orgs, CODES.modules)).in_force
    assert in_force["promotion_plans"].rows_landed == 1
