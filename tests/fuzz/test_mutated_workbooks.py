"""Mutated workbooks: a row lands or is refused with a reason, a file is read or refused with a reason."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing import InputRefused, KnownCodes, land, landed_dir
from tests.fuzz.mutations import CODES, DAY, NASTY, mangled, tables
from tests.fuzz.sheets import Cell, Row, write_book
from tests.fuzz.spec import SPECS, Spec
from tests.fuzz.test_csv import query

_EXAMPLES = settings().max_examples if "FUZZ" in os.environ else 60
_NUMBERS = [
    "0",
    "43895",
    "43895.5",
    "60",
    "-1",
    "1e308",
    "9007199254740993",
    "0.1",
    "2958466",
    "nan",
    "1e999",
]
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
    if dice > 3:
        return Cell(draw(st.sampled_from(["shared", "inline", "formula"])), _written(text))
    return draw(
        st.sampled_from(
            [
                Cell("number", draw(st.sampled_from(_NUMBERS))),
                Cell("bool", draw(st.sampled_from(["0", "1", "x"]))),
                Cell("error", draw(st.sampled_from(["#N/A", "#REF!", "#DIV/0!", "#SPILL!"]))),
                Cell("iso", draw(st.sampled_from(["2020-03-05", "2020-03-05T09:08:00", "2020-13-01", ""]))),
                Cell("inline", _written(draw(st.sampled_from([*NASTY, "长" * 32_767, "x" * 100_000])))),
            ]
        )
    )


@st.composite
def _sheets(draw: st.DrawFn, spec: Spec) -> dict[str, list[Row]]:
    names = draw(st.sampled_from([["S"], ["S"], ["表1", "'; drop table x; --"], ["../x", "S"]]))
    return {
        name: [[draw(_cells(cell)) for cell in row] for row in draw(tables(spec, most_rows=6))]
        for name in names
    }


@settings(max_examples=_EXAMPLES)
@given(
    st.sampled_from([*SPECS.values()]).flatmap(lambda spec: st.tuples(st.just(spec), _sheets(spec))),
    st.data(),
)
def test_a_mutated_workbook_lands_or_is_refused_row_by_row(made: tuple, data: st.DataObject) -> None:
    spec, sheets = made
    after = data.draw(st.sampled_from(_AFTER))
    is_damaged = data.draw(st.integers(0, 4)) == 0
    with TemporaryDirectory() as folder:
        inbox, home = Path(folder, "inbox"), Path(folder, "home")
        inbox.mkdir()
        path = inbox / f"{spec.chinese}_{DAY:%Y%m%d}.xlsx"
        write_book(path, sheets, after)
        if is_damaged:
            path.write_bytes(data.draw(mangled(path.read_bytes())))
        try:
            result = land(inbox, home, KnownCodes(CODES.orgs, CODES.modules))
        except InputRefused as refused:
            assert {fault.reason for fault in refused.faults} <= _FILE_REASONS
            return
        one = result.in_force[spec.name]
        [(rows,)] = query(f"SELECT count(*) FROM '{landed_dir(home)}/{spec.name}.parquet'")
        rejected = query(f"SELECT row_number, reason FROM '{landed_dir(home)}/rejected_rows.parquet'")
        assert (one.rows_read, one.rows_landed, one.rows_rejected) == (
            rows + len(rejected),
            rows,
            len(rejected),
        )
        assert {reason for _, reason in rejected} <= _ROW_REASONS
        assert {path.name for path in Path(folder).iterdir()} == {"inbox", "home"}


def test_what_is_written_as_raw_xml_is_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    titles = [Cell("shared", title) for title in ("机构编码", "年度", "制定日期")]
    row = [Cell("inline", "A1"), Cell("number", "2020"), Cell("formula", "2020-03-05")]
    write_book(tmp_path / "inbox" / "推广计划_20210302.xlsx", {"S": [[*titles], [*row]]})
    landed = land(tmp_path / "inbox", tmp_path / "home", KnownCodes(CODES.orgs, CODES.modules)).in_force
    assert landed["promotion_plans"].rows_landed == 1
