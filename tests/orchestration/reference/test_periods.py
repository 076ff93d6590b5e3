"""What holds from a day to a day: organizations, guidance, readings, waivers, each of a few rows."""

import pytest

from orchestration.reference.rules import periods, waivers
from tests.orchestration.reference.few_rows import told_by

CLOSED = "2 is closed on 2021-06-30, then this row is without effect: write valid_to"


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
        ("2020-03-20", ["a,true,,2021-01-15", "b,true,2021-01-20,"], ""),
        ("2020-03-20", ["a,true,2020-03-31,"], ""),
        ("2020-03-20", ["a,true,,2020-03-31", "b,true,2020-04-01,"], ""),
        ("2020-03-20", ["a,true,2020-04-01,"], "2020-03"),
        ("2020-03-20|2021-03-20", ["a,true,2020-04-01,"], "2020-03"),
        ("2020-03-20", ["a,true,,2020-12-30", "b,true,2021-01-01,"], "2020-12"),
        ("2020-03-20", ["a,true,,2020-12-31"], "2021-01"),
        ("2020-03-20", ["a,true,,2020-12-31", "b,true,2021-02-01,"], "2021-01"),
        ("2020-03-20", ["a,true,,2020-12-31", "b,true,2021-01-01,2021-05-31"], "2021-06"),
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
