"""Rules of the reference seeds, each alone over a few rows: what is just sound, what is said of the rest."""

import pytest

from orchestration.reference.rules import factors, organizations, periods, spellings, thresholds, waivers
from orchestration.reference.rules.rule import Rule
from tests.orchestration.few_rows import told_by

Files = dict[str, str]

ORGANIZATIONS = "org_code,org_type,target_unit_code"
STANDARD = "expected an org that is its own target_unit_code"
SHARED = "target_unit_code is 'B': expected A"
FIGURE = "registration_targets.csv has figures for A in line 2"
CLOSED = "2 is closed on 2021-06-30, then this row is without effect: write valid_to"

ABOUT_ORGANIZATIONS = [
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


@pytest.mark.parametrize(("rule", "rows", "told"), ABOUT_ORGANIZATIONS)
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


@pytest.mark.parametrize(
    ("months", "told"),
    [
        ([("01", "06"), ("07", "07")], []),
        ([("06", "06")], []),
        ([("06", "05")], ["2: month_to is before month_from: correct one of the two"]),
        (
            [("01", "06"), ("06", "07")],
            ["3: A has another waiver of 9.2 in 2021-06: end that one before"],
        ),
        (
            [("01", "12"), ("02", "03"), ("06", "07")],
            [
                "3: A has another waiver of 9.2 in 2021-02: end that one before",
                "4: A has another waiver of 9.2 in 2021-06: end that one before",
            ],
        ),
    ],
)
def test_waivers_cover_a_month_once(months: list[tuple[str, str]], told: list[str]) -> None:
    rows = "|".join(f"A,9.2,2021-{first}-01,2021-{last}-01" for first, last in months)
    files = {"waivers": f"org_code,requirement_id,month_from,month_to|{rows}"}
    assert told_by(waivers.waivers_cover_a_month_once, **files) == [f"waivers:{each}" for each in told]


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "told"),
    [
        ("2021-03-01", "2021-03-01", []),
        ("", "2021-03-01", []),
        (
            "2021-03-01",
            "2021-02-28",
            [
                "organizations:2: closed_on is '2021-02-28', before opened_on, '2021-03-01': correct one of "
                "the two"
            ],
        ),
    ],
)
def test_an_org_may_close_on_the_day_it_opens(opened_on: str, closed_on: str, told: list[str]) -> None:
    files = {"organizations": f"opened_on,closed_on|{opened_on},{closed_on}"}
    assert told_by(periods.organizations_open_before_they_close, **files) == told


GUIDED = "1 guides 2 on the same days in line {}: end one before the other, or keep one"


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (["2021-06-01,", ",2021-05-31"], []),
        ([",2021-05-31", "2021-06-01,"], []),
        (["2021-06-01,", ",2021-06-01"], [f"guidance:3: {GUIDED.format(2)}"]),
        ([",2021-06-01", "2021-06-01,"], [f"guidance:3: {GUIDED.format(2)}"]),
        ([",", "1900-01-01,1900-01-01"], [f"guidance:3: {GUIDED.format(2)}"]),
        (["2099-12-31,2099-12-31", ","], [f"guidance:3: {GUIDED.format(2)}"]),
        ([",2020-12-31", "2021-06-01,", "2021-07-01,"], [f"guidance:4: {GUIDED.format(3)}"]),
    ],
)
def test_an_org_is_guided_once_a_day(days: list[str], told: list[str]) -> None:
    rows = "|".join(f"1,2,{each}" for each in days)
    files = {"guidance": f"department_code,local_org_code,valid_from,valid_to|{rows}"}
    assert told_by(periods.an_org_is_guided_once, **files) == told


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (",2021-06-30", []),
        ("2021-01-01,2021-06-29", []),
        ("2021-01-01,2021-07-01", [f"guidance:2: {CLOSED}"]),
        (",", [f"guidance:2: {CLOSED}"]),
    ],
)
def test_guidance_ends_with_the_org(days: str, told: list[str]) -> None:
    files = {
        "organizations": "org_code,opened_on,closed_on|1,,|2,2020-01-01,2021-06-30",
        "guidance": f"department_code,local_org_code,valid_from,valid_to|1,2,{days}|1,3,,",
    }
    assert told_by(periods.guided_orgs_are_open, **files) == told


OPTIONS = (
    "9.1.basis,annual_new|9.1.basis,cumulative_stock|9.1.group_members,group_only"
    "|9.1.group_members,equal_split|9.5.year,every_month|9.5.year,monthly_average"
)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (OPTIONS, []),
        (f"{OPTIONS}|9.6,visits", []),
        (
            f"{OPTIONS}|9.6,visits|9.6,views",
            ["9: option is 'views': expected visits, as the reading was settled without an alternative"],
        ),
        (f"{OPTIONS}|9.5.year,never", ["8: option is 'never': expected one of every_month, monthly_average"]),
        (
            OPTIONS.replace("9.1.basis,annual_new", "9.6,annual_new"),
            ["1: 9.1.basis has no row for option annual_new: add it, with is_active true or false"],
        ),
        (
            OPTIONS.replace("9.5.year,monthly_average", "1,monthly_average"),
            ["1: 9.5.year has no row for option monthly_average: add it, with is_active true or false"],
        ),
    ],
)
def test_options_are_those_of_their_own_reading(rows: str, told: list[str]) -> None:
    files = {"readings": f"reading_id,option|{rows}"}
    assert told_by(periods.options_are_known, **files) == [f"readings:{each}" for each in told]


def in_force(requirements: str, *readings: str) -> list[str]:
    """What is told of options of one reading, each as `option,is_active,valid_from,valid_to`."""
    rows = "|".join(f"9.5.year,{each}" for each in readings)
    return told_by(
        periods.one_option_is_in_force,
        requirements=f"effective_on|{requirements}",
        readings=f"reading_id,option,is_active,valid_from,valid_to|{rows}",
    )


NO_OPTION = (
    "readings:2: 9.5.year has no active option at the end of {}: set is_active of one of its rows to true, "
    "from valid_from to valid_to"
)


@pytest.mark.parametrize(
    ("requirements", "readings", "month"),
    [
        ("2020-03-20", ["a,true,,2021-01-31", "b,true,2021-02-01,"], ""),
        ("2020-03-20", ["a,true,,2021-01-30", "b,true,2021-01-31,"], ""),
        ("2020-03-20", ["a,true,2020-03-31,"], ""),
        ("2020-03-20", ["a,true,2020-04-01,"], "2020-03"),
        ("2020-03-20|2021-03-20", ["a,true,2020-04-01,"], "2020-03"),
        ("2020-03-20", ["a,true,,2020-12-30", "b,true,2021-01-01,"], "2020-12"),
        ("2020-03-20", ["a,true,,2020-12-31"], "2021-01"),
        ("2020-03-20", ["a,true,,2099-12-30"], "2099-12"),
        ("2020-03-20", ["a,true,,2099-12-31"], ""),
        ("!2020-03-20", ["a,false,,"], "1900-01"),
        ("!2020-03-20", ["a,true,,2020-12-31"], "2021-01"),
        ("2020-03-20", ["a,false,,"], "2020-03"),
    ],
)
def test_one_option_is_in_force_at_each_end_of_a_month(
    requirements: str, readings: list[str], month: str
) -> None:
    assert in_force(requirements, *readings) == ([NO_OPTION.format(month)] if month else [])


def test_of_two_options_in_force_the_second_is_named_beside_the_first() -> None:
    assert in_force("2020-03-20", "a,false,,", "b,true,,", "c,true,2021-01-31,") == [
        "readings:4: 9.5.year has a second active option, c, beside b in line 3, at the end of 2021-01: "
        "set all but one to false, or end one before"
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",org_code,510100,510100.0", ""),
        (",org_code,510100,510300.0", "spelling '510300.0' means '510300' already"),
        (",org_code,510199,某市", "value is '510199': expected a listed value of org_code, or a code of the"),
        ("workflow_items,status,completed,已办结", ""),
        ("workflow_items,status,completed,在办", "spelling '在办' means 'open' already"),
        ("registered_users,user_id,,手机号", "spelling '手机号' means '手机号' already"),
        (",colour,,颜色", "column_name is 'colour': expected a landed column of any export"),
        ("articles,colour,,颜色", "column_name is 'colour': expected a landed column of articles"),
    ],
)
def test_a_spelling_is_of_something_and_of_one_thing(row: str, told: str) -> None:
    said = told_by(
        spellings.spellings_mean_one_thing,
        organizations="org_code,org_name,short_name|510100,成都市总工会,成都|510300,自贡市总工会,自贡",
        modules="module_code,module_name|YW01,会员实名",
        spellings=f"export_name,column_name,value,spelling|{row}",
    )
    assert [each[: len(f"spellings:2: {told}")] for each in said] == (
        [f"spellings:2: {told}"] if told else []
    )
