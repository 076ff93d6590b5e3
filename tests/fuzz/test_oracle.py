"""The oracle against cases by hand, each after a sentence of the contract: so that it can be trusted, and fail."""

from typing import Any

import pytest

from tests.fuzz.cases.cells import CELLS, CellCase, Reason
from tests.fuzz.cases.model import Case, expected, summary
from tests.fuzz.cases.names import NAMES, SNAPSHOTS
from tests.fuzz.cases.texts import TEXTS
from tests.fuzz.oracle import outcome
from tests.fuzz.spec import SPECS
from tests.fuzz.world import DAY, REFERENCE, TODAY, csv_file


@pytest.mark.parametrize("case", CELLS, ids=lambda case: f"{case.column} {case.cell!r}")
def test_a_cell_means_what_the_contract_says(case: CellCase) -> None:
    assert _oracle_says(case) == case.expected


def _oracle_says(case: CellCase) -> Any:
    export, column = case.column.split(".")
    spec = SPECS[export]
    file = csv_file(export, {**dict(case.others), column: case.cell})
    found = outcome({f"{spec.chinese}_{DAY:%Y%m%d}.csv": file}, REFERENCE, TODAY)
    assert isinstance(found, dict)
    landed = found[export]
    if landed.rejected:
        return Reason(landed.rejected[0].reason)
    return landed.rows[0][[each.name for each in spec.landed].index(column)]


@pytest.mark.parametrize("case", [*NAMES, *SNAPSHOTS, *TEXTS], ids=lambda case: case.sentence)
def test_an_inbox_becomes_what_the_contract_says(case: Case) -> None:
    before = outcome(dict(case.before), REFERENCE, TODAY) if case.before else None
    assert before is None or isinstance(before, dict)
    assert summary(outcome(dict(case.files), REFERENCE, TODAY, before, case.accept)) == expected(case)
