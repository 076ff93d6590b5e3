"""The oracle against cases by hand, each after a sentence of the contract: so that it can fail."""

from typing import Any

import pytest

from tests.fuzz.cases.books import BOOK_CELLS, BOOK_CELLS_1904, BOOKS, book_with
from tests.fuzz.cases.cells import CELLS, CellCase, Reason
from tests.fuzz.cases.model import Case, expected, summary
from tests.fuzz.cases.names import NAMES, SNAPSHOTS
from tests.fuzz.cases.texts import TEXTS
from tests.fuzz.oracle import File, outcome
from tests.fuzz.sheets import Cell, seen
from tests.fuzz.spec import SPECS
from tests.fuzz.world import DAY, REFERENCE, TODAY, csv_file


@pytest.mark.parametrize("case", CELLS, ids=lambda case: f"{case.column} {case.cell!r}")
def test_a_cell_means_what_the_contract_says(case: CellCase) -> None:
    assert _oracle_says(case) == case.expected


def _oracle_says(case: CellCase) -> Any:
    export, column = case.column.split(".")
    return _said(case, csv_file(export, {**dict(case.others), column: case.cell}))


def _said(case: CellCase, file: File) -> Any:
    """What the cell of the case lands as, or why its row is refused; None where its column lands nowhere."""
    export, column = case.column.split(".")
    spec = SPECS[export]
    found = outcome({f"{spec.chinese}_{DAY:%Y%m%d}.csv": file}, REFERENCE, TODAY)
    assert isinstance(found, dict)
    landed = found[export]
    if landed.rejected:
        return Reason(landed.rejected[0].reason)
    values = dict(zip((each.name for each in spec.landed), landed.rows[0], strict=True))
    return values.get(column)


@pytest.mark.parametrize("case", [*NAMES, *SNAPSHOTS, *TEXTS, *BOOKS], ids=lambda case: case.sentence)
def test_an_inbox_becomes_what_the_contract_says(case: Case) -> None:
    before = outcome(dict(case.before), REFERENCE, TODAY) if case.before else None
    assert before is None or isinstance(before, dict)
    assert summary(outcome(dict(case.files), REFERENCE, TODAY, before, case.accept)) == expected(case)


_TYPED = [(*each, False) for each in BOOK_CELLS] + [(*each, True) for each in BOOK_CELLS_1904]


@pytest.mark.parametrize(
    ("kind", "case", "from_1904"), _TYPED, ids=lambda part: getattr(part, "column", str(part))
)
def test_a_cell_of_a_workbook_means_what_the_contract_says(
    kind: str, case: CellCase, from_1904: bool
) -> None:
    book = book_with(case, Cell(kind, case.cell), from_1904)  # type: ignore[arg-type]
    assert _said(case, File(b"", seen(book))) == case.expected
