"""Landing and an oracle of its own agree on every file and row, landed or refused, and on why."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
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
from tests.fuzz.oracle import File, outcome
from tests.fuzz.spec import SPECS
from tests.fuzz.world import DAY, REFERENCE, TODAY, csv_file

_EXAMPLES = settings().max_examples if "FUZZ" in os.environ else 60
_FILE_REASONS = {"unreadable", "missing_columns", "too_many_rejects"}


# A header has a cell more than its rows: names stand under 所属机构编码, and three rows say the same one.
_SHIFTED = File(
    (
        "用户ID,,所属机构编码,姓名,手机号,身份证号,注册时间,认证时间,注销时间\n"
        + f"K1,A1,{CANARIES[0]},,,2020-03-05 9:08,,\n" * 3
    ).encode()
)


@settings(max_examples=_EXAMPLES)
@given(inboxes())
@example(Inbox({"注册用户_20210302.csv": _SHIFTED}))
def test_an_inbox_lands_or_is_refused_row_by_row_as_the_contract_has_it(inbox: Inbox) -> None:
    expected = outcome(inbox.files, REFERENCE, TODAY, None, inbox.accept)
    with TemporaryDirectory() as folder:
        found, said = door.land(inbox.files, Path(folder), REFERENCE, inbox.accept)
        assert differences(expected, found) == []
        everything = door.written(Path(folder, "home")) + repr(said)
        # What three rows say in a code's cell is told as a spelling that nobody knows, whatever it is.
        by_right = repr(
            [(one.rows, one.unknown) for one in expected.values()] if isinstance(expected, dict) else ""
        )
        assert [name for name in CANARIES if name in everything and name not in by_right] == []
        assert {path.name for path in Path(folder).iterdir()} <= {"inbox", "home"}


@settings(max_examples=_EXAMPLES // 3)
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
    damaged = {name: File(data.draw(mangled(file.content)))}
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
    agreed(files, tmp_path)


def test_names_by_hand_are_read_as_the_contract_says(tmp_path: Path) -> None:
    agreed({name: case.files[name] for case in NAMES for name in case.files if case.faults}, tmp_path / "a")
    passed_over = [name for case in NAMES for name in case.files if case.sentence.startswith("passed over")]
    agreed({name: csv_file("new_members", {}) for name in passed_over}, tmp_path / "b")
    names = [name for case in NAMES for name in case.files if case.sentence.startswith("NAME")]
    for number, some in enumerate(batched(names, len(SPECS))):
        files = {
            name.replace("新增会员", spec.chinese): csv_file(spec.name, {})
            for name, spec in zip(some, SPECS.values(), strict=False)
        }
        agreed(files, tmp_path / str(number))


@pytest.mark.parametrize("cases", [TEXTS, BOOKS], ids=["texts", "books"])
@pytest.mark.parametrize("lands", [True, False], ids=["land", "are refused"])
def test_files_by_hand_land_as_the_contract_says(cases: list[Case], lands: bool, tmp_path: Path) -> None:
    """All that land as one snapshot: the same row again is a duplicate, unless a cell was read otherwise."""
    files = {}
    for case in cases:
        for name, file in case.files.items() if bool(case.faults) != lands else ():
            sentence = "".join(char if char.isalnum() else "-" for char in case.sentence)
            files[f"{name[:13]} {sentence}{name[13:]}"] = file
    agreed(files, tmp_path)


@pytest.mark.parametrize("case", SNAPSHOTS, ids=lambda case: case.sentence)
def test_snapshots_by_hand_land_as_the_contract_says(case: Case, tmp_path: Path) -> None:
    before = None
    if case.before:
        before = outcome(dict(case.before), REFERENCE, TODAY)
        assert isinstance(before, dict)
        door.land(dict(case.before), tmp_path, REFERENCE)
    found, _ = door.land(dict(case.files), tmp_path, REFERENCE, case.accept)
    assert differences(outcome(dict(case.files), REFERENCE, TODAY, before, case.accept), found) == []


def agreed(files: Mapping[str, File], folder: Path) -> None:
    """Assert that landing and the oracle agree on an inbox, however many rows are refused."""
    waived = frozenset({"too_many_rejects"})
    folder.mkdir(exist_ok=True)
    found, _ = door.land(dict(files), folder, REFERENCE, waived)
    assert differences(outcome(dict(files), REFERENCE, TODAY, None, waived), found) == []


def batched(names: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]
