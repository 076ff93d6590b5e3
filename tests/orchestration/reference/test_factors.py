"""Factors, their weights, and figures beside the annexes: of whom they may be, and what they must say."""

import pytest

from orchestration.reference.rules import factors
from orchestration.reference.rules.rule import Rule
from tests.orchestration.reference.few_rows import told_by

STANDARD = "expected an org that is its own target_unit_code"


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        ("A,A", []),
        ("!A,", []),
        ("A,B", [f"factors:2: A has no standard of its own: {STANDARD}, here B"]),
        ("A,", [f"factors:2: A has no standard of its own: {STANDARD}"]),
    ],
)
def test_a_factor_is_of_a_unit_with_a_standard(unit: str, told: list[str]) -> None:
    files = {"organizations": f"org_code,target_unit_code|{unit}", "factors": "target_unit_code|A"}
    assert told_by(factors.factors_are_of_units_with_a_standard, **files) == told


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ("9.1,0.5|9.7,1|9.1,0.5", []),
        ("9.1,0.5|!9.1,x", []),
        ("9.1,0.5|9.1,0.1|9.1,0.3", ["factor_weights:4: the weights of 9.1 add up to 0.9: expected 1"]),
        ("9.1,0.7|9.1,0.7", ["factor_weights:3: the weights of 9.1 add up to 1.4: expected 1"]),
    ],
)
def test_weights_add_up_to_one(weights: str, told: list[str]) -> None:
    files = {"factor_weights": f"requirement_id,weight|{weights}"}
    assert told_by(factors.weights_add_up_to_one, **files) == told


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("factor_weights", factors.weights_are_of_quantities_of_unions),
        ("comparisons", factors.comparisons_are_of_quantities_of_unions),
    ],
)
def test_what_is_weighed_or_compared_is_a_quantity_of_unions(name: str, rule: Rule) -> None:
    files = {
        "requirements": "requirement_id,kind,role|9.1,count,local|8.9,count,department|9.2,ratio,local",
        name: "requirement_id|9.1|8.9|9.2",
    }
    assert told_by(rule, **files) == [
        f"{name}:3: 8.9 is no quantity asked of unions: delete the row, it is without effect",
        f"{name}:4: 9.2 is no quantity asked of unions: delete the row, it is without effect",
    ]


def test_a_figure_beside_the_annexes_cites_a_document() -> None:
    files = {
        "annex_totals": "year|2020",
        "registration_targets": "target_unit_code,year,document|A,2020,|A,2023,paper|A,2024,",
    }
    assert told_by(factors.figures_beside_the_annexes_cite_a_document, **files) == [
        "registration_targets:4: document is blank for A, 2024: no annex has that year, write down the paper "
        "that sets the figure"
    ]
