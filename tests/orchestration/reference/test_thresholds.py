"""Thresholds and prescribed quantities: of which requirement, clause, unit and years they are."""

import pytest

from orchestration.reference.rules import thresholds
from tests.orchestration.reference.few_rows import told_by


@pytest.mark.parametrize(
    ("kind", "threshold", "told"),
    [
        ("ratio", "1", []),
        ("ratio", "1.5", "9.2 is a share, expected 0 to 1 (90 % is 0.9)"),
        ("derived", "1.0001", "9.2 is a share, expected 0 to 1 (90 % is 0.9)"),
        ("count", "1", []),
        ("count", "0.9", "9.2 is a count, expected 1 or more"),
    ],
)
def test_a_threshold_is_within_its_unit(kind: str, threshold: str, told: str) -> None:
    files = {
        "requirements": f"requirement_id,kind,target_source|9.2,{kind},regulation",
        "thresholds": f"requirement_id,threshold|9.2,{threshold}",
    }
    expected = [f"thresholds:2: threshold is '{threshold}': {told}"] if told else []
    assert told_by(thresholds.thresholds_are_within_their_unit, **files) == expected


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("9.2,2020,2020|9.2,2021,", []),
        ("9.2,2021,|9.2,2020,2020", []),
        ("9.2,2019,", []),
        ("9.2,2020,|!9.2,x,", []),
        ("9.7,2020,", ["thresholds:1: 9.2 has no row: add one from 2020 on"]),
        ("9.2,2021,", ["thresholds:2: 9.2 begins in 2021: expected 2020 or earlier"]),
        ("9.2,2020,|9.2,2022,", ["thresholds:3: 9.2 overlaps an earlier row in 2022: end that row before"]),
        (
            "9.2,2020,2021|9.2,2021,",
            ["thresholds:3: 9.2 overlaps an earlier row in 2021: end that row before"],
        ),
        (
            "9.2,2020,2020|9.2,2022,",
            ["thresholds:3: 9.2 has a gap: no row covers 2021, the next begins in 2022"],
        ),
        (
            "9.2,2020,2020",
            ["thresholds:2: 9.2 ends in 2020: leave year_to of its last row blank (and after)"],
        ),
        ("9.2,2021,2020", ["thresholds:2: 9.2 ends in 2020, before it begins in 2021"]),
    ],
)
def test_thresholds_cover_every_year_once(rows: str, told: list[str]) -> None:
    files = {
        "requirements": "requirement_id,target_source,effective_on|9.2,regulation,2020-03-20"
        "|9.1,annex,2020-03-20",
        "thresholds": f"requirement_id,year_from,year_to|{rows}",
    }
    assert told_by(thresholds.thresholds_cover_every_year_once, **files) == told


@pytest.mark.parametrize(
    ("clause", "told"),
    [
        ("9.2", []),
        ("15", []),
        ("9.7", ["thresholds:2: clause_id is '9.7': expected 9.2, the clause of 9.2.users"]),
    ],
)
def test_a_threshold_is_not_of_another_requirement_s_clause(clause: str, told: list[str]) -> None:
    files = {
        "requirements": "requirement_id,clause_id|9.2.users,9.2|9.7,9.7",
        "thresholds": f"requirement_id,clause_id|9.2.users,{clause}",
    }
    assert told_by(thresholds.thresholds_stand_under_their_clause, **files) == told


def test_a_quantity_is_prescribed_where_it_is_asked_for() -> None:
    files = {
        "requirements": "requirement_id,target_source|8.9,prescribed|9.7,regulation|8.10,prescribed",
        "prescribed_quantities": "requirement_id|8.9|9.7",
    }
    assert told_by(thresholds.quantities_are_prescribed_where_asked_for, **files) == [
        "prescribed_quantities:3: 9.7 takes no prescribed quantity: expected one of 8.9, 8.10"
    ]


def test_a_quantity_is_of_a_year_in_effect() -> None:
    files = {
        "requirements": "requirement_id,effective_on|8.9,2020-03-20",
        "prescribed_quantities": "requirement_id,year|8.9,2020|8.9,2019|8.9,2021",
    }
    assert told_by(thresholds.quantities_are_of_years_in_effect, **files) == [
        "prescribed_quantities:3: year is '2019': 8.9 takes effect in 2020, this row is without effect"
    ]
