"""How a reference seed may differ from what was transcribed of the regulation, and what is said of it."""

from collections.abc import Callable

import pytest

from orchestration.reference import ReferenceSeeds
from orchestration.reference.seeds import Row
from orchestration.reference.tables import TABLES
from orchestration.reference.transcription import PATH, differences, text_of

BY_NAME = {table.name: table for table in TABLES}


def test_the_transcription_is_that_of_the_shipped_seeds() -> None:
    assert PATH.read_text(encoding="utf-8") == text_of(ReferenceSeeds()), "run make clauses"


def differing(name: str, change: Callable[[list[Row]], None]) -> tuple[list[str], list[str]]:
    """The faults and warnings of a shipped file with some of its rows changed, each as `line: text`."""
    rows = ReferenceSeeds().read(BY_NAME[name]).rows
    change(rows)
    faults, warnings = differences(BY_NAME[name], rows)
    return [f"{line}: {text}" for line, text in faults], [f"{line}: {text}" for line, text in warnings]


def first(**cells: str) -> Callable[[list[Row]], None]:
    """A change of cells of the first row."""
    return lambda rows: rows[0].cells.update(cells)


def every(**cells: str) -> Callable[[list[Row]], None]:
    """A change of cells of every row."""

    def change(rows: list[Row]) -> None:
        for row in rows:
            row.cells.update(cells)

    return change


def unsound(rows: list[Row]) -> None:
    """A fault in a cell of the first row."""
    rows[0].sound = False


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("guidance", first(department_code="SZ09")),
        ("registration_targets", first(document="川工发〔2020〕1号")),
        ("registration_targets", first(target_wan="60.00")),
        ("registration_targets", unsound),
        ("clauses", unsound),
        ("requirements", every(counted_in="")),
    ],
    ids=["not_transcribed", "not_compared", "zeros", "unsound", "unsound_and_needed", "absent_column"],
)
def test_nothing_is_said_of_what_means_the_same_or_is_told_already(
    name: str, change: Callable[[list[Row]], None]
) -> None:
    assert differing(name, change) == ([], [])


TEXT = "the regulation's transcription"
CHANGED = [
    (
        "requirements",
        first(counted_in=""),
        [f"2: counted_in of 8.1 is '', but '个' in {TEXT}: was that meant?"],
    ),
    (
        "registration_targets",
        first(target_wan="61"),
        [f"2: target_wan of 510100, 2020 is '61', but '60' in {TEXT}: was that meant?"],
    ),
    (
        "registration_targets",
        lambda rows: rows.pop(0),
        [f"1: 510100, 2020 is not there, but is in {TEXT}: was its row meant to go?"],
    ),
    ("thresholds", first(clause_id="8.2"), [f"2: clause_id of 8.1, 2020 is '8.2', but '8.1' in {TEXT}: was"]),
]


@pytest.mark.parametrize(("name", "change", "told"), CHANGED)
def test_what_differs_is_told_and_not_refused(
    name: str, change: Callable[[list[Row]], None], told: list[str]
) -> None:
    faults, warnings = differing(name, change)
    assert faults == []
    assert [warning[: len(told[0])] for warning in warnings] == told


def test_a_column_that_may_not_be_absent_is_compared_though_it_says_nothing() -> None:
    keys = [row["module_code"] for row in ReferenceSeeds().read(BY_NAME["modules"]).rows if row["module_key"]]
    _, warnings = differing("modules", every(module_key=""))
    assert [warning.split(" is ")[0].split(": ")[1] for warning in warnings] == [
        f"module_key of {code}" for code in keys
    ]


REFUSED = [
    ("clauses", lambda rows: rows.pop(0), "1: 1 is not there: add its row again"),
    ("verdict_labels", lambda rows: rows.pop(0), "1: PASS, status is not there: add its row again"),
    (
        "quality_labels",
        lambda rows: rows.pop(0),
        "1: registered_users, export is not there: add its row again",
    ),
    (
        "measures",
        lambda rows: rows.append(Row(22, {"measure": "new", "export_name": "articles", "label": "新"})),
        "22: new is counted by no model: delete the row, or have a model added",
    ),
]


@pytest.mark.parametrize(("name", "change", "told"), REFUSED)
def test_what_nobody_can_mean_is_refused(name: str, change: Callable[[list[Row]], None], told: str) -> None:
    assert differing(name, change) == ([told], [])
