"""Landing and an oracle of its own agree on every file and row, landed or refused, and on why."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import door
from tests.fuzz.cases.books import BOOKS
from tests.fuzz.cases.cells import CELLS
from tests.fuzz.cases.model import Case
from tests.fuzz.cases.names import NAMES, SNAPSHOTS
from tests.fuzz.cases.texts import TEXTS
from tests.fuzz.compare import differences
from tests.fuzz.generate import inboxes, second_landings
from tests.fuzz.generate.cells import CANARIES
from tests.fuzz.generate.inboxes import Inbox
from tests.fuzz.generate.texts import mangled
from tests.fuzz.oracle import outcome
from tests.fuzz.spec import SPECS
from tests.fuzz.world import DAY, REFERENCE, TODAY, csv_file

_EXAMPLES = settings().max_examples if "FUZZ" in os.environ else 100
_FILE_REASONS = {"unreadable", "missing_columns", "too_many_rejects"}


@settings(max_examples=_EXAMPLES)
@given(inboxes())
def test_an_inbox_lands_or_is_refused_row_by_row_as_the_contract_has_it(inbox: Inbox) -> None:
    expected = outcome(inbox.files, REFERENCE, TODAY, None, inbox.accept)
    with TemporaryDirectory() as folder:
        found, said = door.land(inbox.files, Path(folder), REFERENCE, inbox.accept)
        assert differences(expected, found) == []
        everything = door.written(Path(folder, "home")) + repr(said)
        landed_by_right = "" if isinstance(expected, list) else repr([one.rows for one in expected.values()])
        assert [name for name in CANARIES if name in everything and name not in landed_by_right] == []
        assert {path.name for path in Path(folder).iterdir()} <= {"inbox", "home"}


@settings(max_examples=_EXAMPLES // 2)
@given(second_landings())
def test_a_second_snapshot_replaces_the_first_or_is_refused(inbox: Inbox) -> None:
    before = outcome(inbox.before, REFERENCE, TODAY)
    assert isinstance(before, dict)
    expected = outcome(inbox.files, REFERENCE, TODAY, before, inbox.accept)
    with TemporaryDirectory() as folder:
        first, _ = door.land(inbox.before, Path(folder), REFERENCE)
        assert differences(before, first) == []
        second, _ = door.land(inbox.files, Path(folder), REFERENCE, inbox.accept)
        assert differences(expected, second) == []


@settings(max_examples=_EXAMPLES // 4)
@given(inboxes().filter(lambda inbox: any(file.seen for file in inbox.files.values())), st.data())
def test_a_damaged_workbook_loses_no_row_without_a_reason(inbox: Inbox, data: st.DataObject) -> None:
    name, file = next((name, file) for name, file in inbox.files.items() if file.seen)
    damaged = {name: door.File(data.draw(mangled(file.content)))}
    with TemporaryDirectory() as folder:
        found, _ = door.land(damaged, Path(folder), REFERENCE)
        if isinstance(found, list):
            assert {fault.reason for fault in found} <= _FILE_REASONS | {"no_export_date", "unknown_export"}


@pytest.mark.parametrize("export", SPECS)
def test_cells_by_hand_land_as_the_contract_says(export: str, tmp_path: Path) -> None:
    rows = []
    for number, case in enumerate(case for case in CELLS if case.column.startswith(f"{export}.")):
        unique = (
            {SPECS[export].columns[0].name: f"K{number}"} if SPECS[export].columns[0].kind == "id" else {}
        )
        rows.append({**unique, **dict(case.others), case.column.split(".")[1]: case.cell})
    files = {f"{SPECS[export].chinese}_{DAY:%Y%m%d}.csv": csv_file(export, *rows)}
    waived = frozenset({"too_many_rejects"})
    found, _ = door.land(files, tmp_path, REFERENCE, waived)
    assert differences(outcome(files, REFERENCE, TODAY, None, waived), found) == []


@pytest.mark.parametrize("case", [*NAMES, *SNAPSHOTS, *TEXTS, *BOOKS], ids=lambda case: case.sentence)
def test_a_case_by_hand_lands_as_the_contract_says(case: Case, tmp_path: Path) -> None:
    before = None
    if case.before:
        before = outcome(dict(case.before), REFERENCE, TODAY)
        assert isinstance(before, dict)
        door.land(dict(case.before), tmp_path, REFERENCE)
    found, _ = door.land(dict(case.files), tmp_path, REFERENCE, case.accept)
    assert differences(outcome(dict(case.files), REFERENCE, TODAY, before, case.accept), found) == []
