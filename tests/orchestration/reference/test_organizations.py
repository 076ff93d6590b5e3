"""Who shares a unit of the annexes, and who has a figure of its own: what is said of which organization."""

import pytest

from orchestration.reference.rules import organizations
from orchestration.reference.rules.rule import Rule
from tests.orchestration.reference.few_rows import told_by

ORGANIZATIONS = "org_code,org_type,target_unit_code"
SHARED = "target_unit_code is 'B': expected A"
FIGURE = "registration_targets.csv has figures for A in line 2"

UNITS_SHARED = [
    (organizations.units_shared_are_target_groups, "A,city,A|B,city,", []),
    (organizations.units_shared_are_target_groups, "A,city,B|B,target_group,B", []),
    (
        organizations.units_shared_are_target_groups,
        "A,city,B|B,city,B",
        [f"organizations:2: {SHARED} itself, a target_group, or nothing"],
    ),
    (
        organizations.units_shared_are_target_groups,
        "A,target_group,B|B,target_group,B",
        [f"organizations:2: {SHARED}, a target_group is its own unit"],
    ),
    (organizations.target_groups_have_members, "A,target_group,A|B,city,A", []),
    (
        organizations.target_groups_have_members,
        "A,target_group,A|B,city,",
        [
            "organizations:2: A is a target_group without members and counts nothing: give it as "
            "target_unit_code to those who share its figure"
        ],
    ),
]


@pytest.mark.parametrize(("rule", "rows", "told"), UNITS_SHARED)
def test_units_are_shared_with_groups_alone(rule: Rule, rows: str, told: list[str]) -> None:
    assert told_by(rule, organizations=f"{ORGANIZATIONS}|{rows}") == told


@pytest.mark.parametrize(
    ("org", "told"),
    [
        ("A,city,A,true", []),
        ("A,city,B,true", [f"organizations:2: {SHARED}, as {FIGURE}"]),
        ("A,target_group,B,true", []),
        ("A,city,A,false", [f"organizations:2: is_local is 'false': expected true, as {FIGURE}"]),
    ],
)
def test_who_has_a_figure_is_held_to_it_itself(org: str, told: list[str]) -> None:
    files = {
        "organizations": f"{ORGANIZATIONS},is_local|{org}",
        "registration_targets": "target_unit_code|A|A|C",
    }
    assert told_by(organizations.units_of_the_annexes_are_judged, **files) == told
