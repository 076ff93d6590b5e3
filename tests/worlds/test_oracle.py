"""The oracle held to the contract's sentences by hand: one edge each, with the day before or after it."""

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from . import told
from .contract import Verdict
from .oracle import Oracle
from .tiny import (
    CITY,
    DEPARTMENT,
    GROUP,
    MEMBERS,
    articles,
    counted,
    items,
    judged,
    users,
    with_guidance,
    with_org,
    with_reading,
    with_seed,
    world,
)

# --- the grid ---


@pytest.mark.parametrize(
    ("column", "day", "is_there"),
    [
        ("opened_on", "2020-06-30", True),
        ("opened_on", "2020-07-01", False),
        ("closed_on", "2020-06-01", True),
        ("closed_on", "2020-05-31", False),
    ],
)
def test_an_org_has_a_verdict_while_it_is_open(column: str, day: str, is_there: bool) -> None:
    base = with_org(world("2020-06", "2020-07-01"), CITY, **{column: day})
    assert (judged(base, CITY, "9.2") is not None) == is_there


@pytest.mark.parametrize(("day", "is_there"), [("2020-06-30", True), ("2020-07-01", False)])
def test_a_requirement_is_asked_from_the_month_of_its_day(day: str, is_there: bool) -> None:
    base = world("2020-06", "2020-07-01")
    rows = [{**row, "effective_on": day} for row in base.seeds["requirements"]]
    assert (judged(with_seed(base, "requirements", rows), CITY, "9.7") is not None) == is_there


def test_a_target_group_has_just_9_1() -> None:
    verdicts = Oracle(world("2020-03", "2020-04-01")).verdicts()
    assert [row.requirement_id for row in verdicts if row.org_code == GROUP] == ["9.1"]


# --- in force on the month's last day ---


@pytest.mark.parametrize(
    ("start", "until", "orgs"),
    [
        ("2020-06-30", "", 1),
        ("2020-07-01", "", 0),
        ("", "2020-06-30", 1),
        ("", "2020-06-29", 0),
    ],
)
def test_guidance_is_that_of_the_last_day(start: str, until: str, orgs: int) -> None:
    base = world("2020-06", "2020-07-01", registered_users=users(CITY, "2020-01-01"))
    assert judged(with_guidance(base, (CITY, start, until)), DEPARTMENT, "8.7").denominator == orgs


def test_an_option_may_stand_twice() -> None:
    base = with_reading(
        world("2020-08", "2020-09-01", registered_users=users(CITY, "2019-05-01")),
        "9.1.basis",
        ("annual_new", "", "2020-05-31"),
        ("cumulative_stock", "2020-06-01", "2020-07-30"),
        ("annual_new", "2020-07-31", ""),
    )
    months = ("2020-05", "2020-06", "2020-07", "2020-08")
    assert [judged(base, CITY, "9.1", month).numerator for month in months] == [0, 1, 0, 0]


# --- an export reaches into a month, and covers it ---


@pytest.mark.parametrize(
    ("exported_on", "status", "is_final"),
    [
        ("2020-06-01", "NO_DATA", False),
        ("2020-06-02", "IN_PROGRESS", False),
        ("2020-06-30", "IN_PROGRESS", False),
        ("2020-07-01", "FAIL", True),
    ],
)
def test_a_month_fails_once_its_export_covers_it(exported_on: str, status: str, is_final: bool) -> None:
    verdict = judged(world("2020-06", exported_on), CITY, "9.5.month")
    assert (verdict.status, verdict.is_final) == (status, is_final)
    assert verdict.evidence_date == date.fromisoformat(exported_on)
    assert verdict.numerator == (None if status == "NO_DATA" else 0)


@pytest.mark.parametrize(
    ("exported_on", "status", "is_final"),
    [("2020-12-31", "IN_PROGRESS", False), ("2021-01-01", "FAIL", True)],
)
def test_a_count_fails_once_its_export_covers_december(exported_on: str, status: str, is_final: bool) -> None:
    verdict = judged(world("2020-12", exported_on), CITY, "9.7")
    assert (verdict.status, verdict.is_final) == (status, is_final)


def test_a_quantity_that_is_not_prescribed_is_never_final() -> None:
    verdict = judged(world("2020-12", "2021-01-01"), DEPARTMENT, "8.9")
    assert (verdict.status, verdict.is_final) == ("THRESHOLD_UNSET", False)


def test_the_evidence_is_as_old_as_the_oldest_export() -> None:
    base = world("2020-06", "2020-07-05")
    dates = {**base.export_dates, "new_unions": date(2020, 7, 2)}
    assert judged(replace(base, export_dates=dates), DEPARTMENT, "8.8").evidence_date == date(2020, 7, 2)
    del dates["new_unions"]
    unlanded = replace(base, export_dates=dates, landed={**base.landed, "new_unions": None})
    assert judged(unlanded, DEPARTMENT, "8.8").evidence_date is None
    assert judged(unlanded, DEPARTMENT, "8.8").status == "NO_DATA"


# --- refused rows ---


@pytest.mark.parametrize(
    ("org", "requirement", "number"),
    [
        (CITY, "9.2", 2),
        (MEMBERS[0], "9.2", 3),
        (GROUP, "9.1", 4),
        (CITY, "9.7", 0),
        (DEPARTMENT, "8.7", None),
    ],
)
def test_refused_rows_are_those_of_the_org_or_of_none(org: str, requirement: str, number: int | None) -> None:
    refused = {"registered_users": [None, CITY, MEMBERS[0], MEMBERS[0], MEMBERS[1]]}
    base = replace(world("2020-06", "2020-07-01"), refused=refused)
    assert judged(base, org, requirement).refused_rows == number


# --- what is counted ---


@pytest.mark.parametrize(
    ("item", "numbers"),
    [
        (("2020-06-30T23:59:59", "completed", "2020-06-30T23:59:59"), (1, 1)),
        (("2020-06-01", "completed", "2020-07-01"), (0, 1)),
        (("2020-06-01", "open", "2020-06-02"), (0, 1)),
        (("2020-06-01", "transferred", "2020-06-02"), (0, 0)),
        (("2020-07-01", "completed", "2020-07-01"), (0, 0)),
        (("2019-12-31T23:59:59", "completed", "2020-06-01"), (0, 0)),
        (("2020-01-01", "completed", "2020-06-01"), (1, 1)),
    ],
)
def test_an_item_is_done_if_completed_before_the_month_ended(item: Any, numbers: tuple[int, int]) -> None:
    verdict = judged(world("2020-06", "2020-08-01", workflow_items=items(item)), CITY, "9.4.business")
    assert (verdict.numerator, verdict.denominator) == numbers


@pytest.mark.parametrize(("withdrawn", "number"), [("2020-06-30T23:59:59", 0), ("2020-07-01T00:00:00", 1)])
def test_an_article_counts_unless_withdrawn_within_its_month(withdrawn: str, number: int) -> None:
    (article,) = articles({"2020-06": 1})
    article["withdrawn_at"] = datetime.fromisoformat(withdrawn)
    base = world("2020-08", "2020-09-01", articles=[article])
    assert judged(base, CITY, "9.5.month", "2020-06").numerator == number


@pytest.mark.parametrize(("cancelled", "numbers"), [("2020-06-30T23:59:59", (0, 0)), ("2020-07-01", (0, 1))])
def test_a_user_is_active_until_cancelled(cancelled: str, numbers: tuple[int, int]) -> None:
    rows = users(CITY, "2020-06-30T23:59:59", "2020-07-01", cancelled=cancelled)
    verdict = judged(world("2020-06", "2020-08-01", registered_users=rows), CITY, "9.2")
    assert (verdict.numerator, verdict.denominator) == numbers


# --- 9.1 ---

TARGETS = [
    {"target_unit_code": unit, "year": year, "target_wan": "0.0002"}
    for unit in (CITY, GROUP)
    for year in ("2020", "2021")
]


def test_a_group_has_the_sum_of_all_its_members_open_or_not() -> None:
    rows = users(MEMBERS[0], "2020-04-01") + users(MEMBERS[1], "2020-05-01")
    base = with_seed(world("2020-06", "2020-07-01", registered_users=rows), "registration_targets", TARGETS)
    base = with_org(base, MEMBERS[0], closed_on="2020-05-01")
    assert counted(judged(base, GROUP, "9.1")) == (2, None, "PASS")
    assert judged(base, MEMBERS[0], "9.1") is None
    assert counted(judged(base, MEMBERS[1], "9.1")) == (1, None, "NO_TARGET")
    split = with_reading(base, "9.1.group_members", ("equal_split", "", ""))
    # 2 over 3 members, one of them closed: 1 each.
    assert judged(split, MEMBERS[1], "9.1").threshold == 1
    assert judged(split, MEMBERS[2], "9.1").status == "IN_PROGRESS"


def test_a_stock_counts_who_is_still_there_and_is_final_in_december_only() -> None:
    rows = users(CITY, "2019-01-01", "2020-04-01", "2021-01-01", "2021-02-01")
    rows += users(CITY, "2021-03-01", cancelled="2021-04-01")
    base = with_seed(world("2021-12", "2022-01-01", registered_users=rows), "registration_targets", TARGETS)
    assert counted(judged(base, CITY, "9.1", "2021-11")) == (3, None, "PASS")
    assert judged(base, CITY, "9.1", "2021-11").is_final
    stock = with_reading(base, "9.1.basis", ("cumulative_stock", "", ""))
    verdicts = [judged(stock, CITY, "9.1", month) for month in ("2021-11", "2021-12")]
    assert [(row.numerator, row.threshold, row.is_final) for row in verdicts] == [(4, 4, False), (4, 4, True)]


def test_there_is_no_target_after_2022() -> None:
    assert judged(world("2023-01", "2023-02-01"), CITY, "9.1").status == "NO_TARGET"


# --- 9.5 ---


def test_months_that_are_open_or_without_a_verdict_do_not_count() -> None:
    rows = articles({"2020-03": 50, "2020-04": 50, "2020-05": 49, "2020-06": 51, "2020-07": 50})
    base = world("2020-08", "2020-08-31", articles=rows)
    # March is before 2020-03-20, May fails, August goes on.
    assert counted(judged(base, CITY, "9.5")) == (3, 4, "FAIL")
    assert judged(base, CITY, "9.5", "2020-07").is_final
    assert not judged(base, CITY, "9.5").is_final
    assert counted(judged(base, CITY, "9.5.month", "2020-03")) == (50, None, "NOT_APPLICABLE")
    assert counted(judged(base, CITY, "9.5", "2020-03")) == (0, 0, "NOT_APPLICABLE")
    opened = with_org(base, CITY, opened_on="2020-06-30")
    assert counted(judged(opened, CITY, "9.5")) == (2, 2, "PASS")
    channel = with_org(base, CITY, channel_opened_on="2020-06-01")
    assert counted(judged(channel, CITY, "9.5")) == (2, 2, "PASS")
    a_day_later = with_org(base, CITY, channel_opened_on="2020-06-02")
    assert counted(judged(a_day_later, CITY, "9.5")) == (1, 1, "PASS")
    # 200 articles in 4 months.
    average = with_reading(base, "9.5.year", ("monthly_average", "", ""))
    verdict = judged(average, CITY, "9.5")
    assert (*counted(verdict), verdict.threshold, verdict.gap) == (200, 4, "PASS", 50, 0)


# --- derived ---


def test_a_department_passes_with_all_it_guides() -> None:
    def members(org: str, *channels: str) -> list[dict[str, Any]]:
        return [{"org_code": org, "joined_on": date(2020, 4, 1), "channel": channel} for channel in channels]

    rows = members(CITY, "platform") + members(MEMBERS[0], "offline")
    base = world("2020-06", "2020-07-01", new_members=rows)
    one = with_guidance(base, (CITY, "", ""), (GROUP, "", ""))
    assert counted(judged(one, DEPARTMENT, "8.8")) == (1, 1, "PASS")
    two = with_guidance(base, (CITY, "", ""), (MEMBERS[0], "", ""))
    assert counted(judged(two, DEPARTMENT, "8.8")) == (1, 2, "FAIL")
    closed = with_org(two, MEMBERS[0], closed_on="2020-05-31")
    assert counted(judged(closed, DEPARTMENT, "8.8")) == (1, 1, "PASS")
    assert counted(judged(base, DEPARTMENT, "8.8")) == (0, 0, "NOT_APPLICABLE")


# --- prescribed quantities ---


def test_a_department_s_own_quantity_wins() -> None:
    rows = [
        {"requirement_id": "8.9", "org_code": org, "year": "2020", "quantity": quantity}
        for org, quantity in (("*", "3"), (DEPARTMENT, "1.5"))
    ]
    base = with_seed(world("2020-06", "2020-07-01"), "prescribed_quantities", rows)
    verdict = judged(base, DEPARTMENT, "8.9")
    assert (verdict.threshold, verdict.gap, verdict.status) == (Fraction(3, 2), 2, "IN_PROGRESS")


# --- outlook, rankings, totals ---


def verdict(org: str, **cells: Any) -> Verdict:
    """A verdict on 9.7 in June 2020, 5 of 10, but for these cells."""
    usual = Verdict(
        as_of_month=date(2020, 6, 1),
        org_code=org,
        role="local",
        requirement_id="9.7",
        numerator=5,
        denominator=None,
        observed=Fraction(5),
        threshold=Fraction(10),
        gap=5,
        status="IN_PROGRESS",
        is_final=False,
        evidence_date=date(2020, 7, 1),
        refused_rows=0,
    )
    return replace(usual, **cells)


@pytest.mark.parametrize(
    ("cells", "months_left", "needed_pace", "projected", "outlook"),
    [
        ({}, 6, Fraction(5, 6), 10, "on_course"),
        ({"numerator": 4, "gap": 6}, 6, 1, 8, "behind"),
        ({"as_of_month": date(2020, 7, 1)}, 5, 1, 8, "behind"),
        ({"as_of_month": date(2020, 12, 1), "status": "FAIL"}, 0, None, 5, "missed"),
        ({"numerator": 10, "gap": 0, "status": "PASS"}, 6, 0, 20, "reached"),
    ],
)
def test_the_outlook_holds_the_pace_against_the_year(
    cells: dict[str, Any], months_left: int, needed_pace: Any, projected: int, outlook: str
) -> None:
    (row,) = told.outlooks(world("2020-12", "2021-01-01"), [verdict(CITY, **cells)])
    assert (row.months_left, row.needed_pace, row.projected) == (months_left, needed_pace, projected)
    assert row.outlook == outlook


def test_a_stock_has_no_outlook() -> None:
    stock = with_reading(
        world("2020-06", "2020-07-01"),
        "9.1.basis",
        ("annual_new", "", "2020-06-29"),
        ("cumulative_stock", "2020-06-30", ""),
    )
    assert not list(told.outlooks(stock, [verdict(CITY, requirement_id="9.1")]))


def test_completions_are_cut_and_equals_share_the_best_rank() -> None:
    months = [date(2020, 5, 1), date(2020, 6, 1)]
    observed = [
        {MEMBERS[0]: Fraction(2, 3), MEMBERS[1]: Fraction(1, 2)},
        # 2/3 cut is 0.666666 and so is 0.6666669: equal after the cut.
        {MEMBERS[0]: Fraction(2, 3), MEMBERS[1]: Fraction(6666669, 10**7), MEMBERS[2]: Fraction(0)},
    ]
    verdicts = [
        verdict(org, as_of_month=month, observed=share, threshold=Fraction(1))
        for month, shares in zip(months, observed, strict=True)
        for org, share in shares.items()
    ]
    rows = told.rankings(world("2020-06", "2020-07-01"), [*verdicts, verdict(GROUP)])
    june = [row for row in rows if row.as_of_month == months[1]]
    assert [row.completion for row in june] == [Fraction("0.666666"), Fraction("0.666666"), 0]
    assert [(row.rank, row.ranked_orgs, row.rank_before) for row in june] == [
        (1, 3, 1),
        (1, 3, 2),
        (3, 3, None),
    ]


def test_totals_over_all_are_without_the_target_group() -> None:
    unmeasured = {"numerator": None, "observed": None, "status": "NO_DATA"}
    rows = told.totals(
        world("2020-06", "2020-07-01"),
        [
            verdict(CITY),
            verdict(MEMBERS[0], status="PASS"),
            verdict(MEMBERS[1], **unmeasured),
            verdict(GROUP),
        ],
    )
    numbers = {
        row.org_type: (row.orgs, row.orgs_passed, row.orgs_failed, row.orgs_in_progress, row.numerator)
        for row in rows
    }
    assert numbers == {
        "city": (1, 0, 0, 1, 5),
        "enterprise": (2, 1, 0, 0, 5),
        "target_group": (1, 0, 0, 1, 5),
        "all": (3, 1, 0, 1, 10),
    }
    assert {row.denominator for row in rows} == {None}
