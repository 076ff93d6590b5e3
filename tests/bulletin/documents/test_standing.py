"""Sentences about who met a standard, who leads and who trails: right for nobody, one, two and all."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from orchestration.bulletin.published import Published
from orchestration.bulletin.standing import Teller, amount_form, groups_of
from orchestration.bulletin.tracing import Ledger, Source, readable, unmarked
from orchestration.bulletin.words import GROUPS

MONTH = date(2021, 6, 1)
LABELS = {"PASS": "达标", "FAIL": "未达标", "IN_PROGRESS": "进行中", "NOT_APPLICABLE": "不适用"}
NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌"

_DDL = """
create schema compliance;
create schema indicators;
create schema quality;
create table quality.release as
    select 'r' as release_id, timestamp '2021-07-02' as published_at, date '2021-06-01' as as_of_month,
        false as is_sample;
create table indicators.dim_organizations
    (org_code varchar, org_name varchar, short_name varchar, org_type varchar, org_order integer);
create table compliance.dim_requirements as
    select 'r' as requirement_id, 'regulation' as target_source, 1 as requirement_order;
create table compliance.fct_verdicts (
    as_of_month date, org_code varchar, org_type varchar, role varchar, requirement_id varchar,
    numerator bigint, denominator bigint, observed double, threshold decimal(18, 4), unit varchar,
    gap bigint, gap_unit varchar, status varchar, status_label varchar, reason varchar, reason_label varchar
);
create table compliance.fct_rankings (
    as_of_month date, role varchar, org_type varchar, requirement_id varchar, org_code varchar,
    completion decimal(18, 6), rank bigint, ranked_orgs bigint, rank_before bigint
);
"""

_OF_AN_ANNEX = "update compliance.dim_requirements set target_source = 'annex'"

Tell = Callable[..., Teller]


@pytest.fixture
def teller() -> Tell:
    """Make a group of cities with these statuses, values in items of which 10 are due, and ranks before."""

    def make(
        statuses: Sequence[str],
        values: Sequence[int] = (),
        before: Mapping[int, int] = {},
        standards: Sequence[int] = (),
    ) -> Teller:
        connection = duckdb.connect()
        connection.execute(_DDL)
        counts = list(values) or [10] * len(statuses)
        due = list(standards) or [10] * len(statuses)
        completion = [Decimal(count) / target for count, target in zip(counts, due, strict=True)]
        for place, status in enumerate(statuses):
            code = f"{place:02}"
            connection.execute(
                "insert into indicators.dim_organizations values (?, ?, ?, 'city', ?)",
                [code, f"{NAMES[place]}市总工会", NAMES[place], place],
            )
            reason = None if status in ("PASS", "FAIL") else "r"
            connection.execute(
                "insert into compliance.fct_verdicts values "
                "(?, ?, 'city', 'local', 'r', ?, null, ?, ?, '个', 1, '个', ?, ?, ?, '因为')",
                [MONTH, code, counts[place], counts[place], due[place], status, LABELS[status], reason],
            )
            if status != "NOT_APPLICABLE":
                rank = 1 + sum(other > completion[place] for other in completion)
                connection.execute(
                    "insert into compliance.fct_rankings values (?, 'local', 'city', 'r', ?, ?, ?, ?, ?)",
                    [MONTH, code, completion[place], rank, len(statuses), before.get(place)],
                )
        return Teller(Published(connection), Ledger())

    return make


def edited(told: Teller, statement: str) -> Teller:
    """Tell of a file that a statement of SQL has changed."""
    told.data.connection.execute(statement)
    return Teller(Published(told.data.connection), Ledger())


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        (["PASS"] * 21, "21个市（州）总工会均已达标"),
        (["PASS"] * 2, "甲、乙均已达标"),
        (["PASS"], "甲市总工会已达标"),
        (["FAIL"], "甲市总工会未达标"),
        (["IN_PROGRESS"], "甲市总工会进行中，尚未达标"),
        (["FAIL"] * 2, "甲、乙均未达标"),
        (["FAIL"] * 21, "21个市（州）总工会均未达标"),
        (["IN_PROGRESS"] * 3, "3个市（州）总工会均在进行中，尚未达标"),
        (
            ["FAIL", "IN_PROGRESS", "IN_PROGRESS"],
            "3个市（州）总工会均尚未达标，其中1个未达标、2个进行中",
        ),
        (["PASS", "IN_PROGRESS"], "甲、乙中，仅甲达标，乙进行中"),
        (["PASS"] + ["IN_PROGRESS"] * 3, "4个市（州）总工会中，仅甲达标，3个进行中"),
        (["PASS"] * 2 + ["FAIL"] * 3, "5个市（州）总工会中，甲、乙达标，3个未达标"),
        (["PASS", "FAIL", "FAIL", "FAIL"], "4个市（州）总工会中，仅甲达标，3个未达标"),
        (["PASS", "PASS", "FAIL"], "3个市（州）总工会中，甲、乙达标，丙未达标"),
        (["PASS", "PASS", "PASS", "FAIL"], "4个市（州）总工会中，3个达标，丁未达标"),
        (
            ["PASS", "PASS", "PASS", "FAIL", "FAIL", "FAIL"],
            "6个市（州）总工会中，3个达标，3个未达标（丁、戊、己）",
        ),
        (
            ["PASS", "FAIL", "FAIL", "FAIL", "IN_PROGRESS"],
            "5个市（州）总工会中，仅甲达标，3个未达标（乙、丙、丁），戊进行中",
        ),
        (
            ["PASS", "PASS", "FAIL", "NOT_APPLICABLE"],
            "参评的3个市（州）总工会中，甲、乙达标，丙未达标",
        ),
        (["NOT_APPLICABLE"] * 3, ""),
    ],
)
def test_how_many_met_it(statuses: list[str], said: str, teller: Tell) -> None:
    assert readable(teller(statuses).met("city", "r")) == said


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        (["PASS"] * 2, ""),
        (["PASS", "NOT_APPLICABLE"], "乙不作评价（因为）"),
        (["PASS", "NOT_APPLICABLE", "NOT_APPLICABLE"], "乙、丙不作评价（因为）"),
        (["NOT_APPLICABLE"] * 3, "3个不作评价（因为）"),
    ],
)
def test_who_is_not_judged_and_why(statuses: list[str], said: str, teller: Tell) -> None:
    assert readable(teller(statuses).not_judged("city", "r")) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], ""),
        ([7], "完成值为7个"),
        ([9, 8], "甲为9个、乙为8个"),
        ([9, 8, 7], "甲为9个、乙为8个、丙为7个"),
        ([9, 9], "完成值均为9个"),
        ([9, 9, 9], "完成值均为9个"),
        ([9, 8, 7, 6], "甲居首位（9个），丁居末位（6个）"),
        ([9, 9, 7, 6], "甲、乙并列首位（均为9个），丁居末位（6个）"),
        ([9, 9, 9, 6], "甲、乙、丙并列首位（均为9个），丁居末位（6个）"),
        ([9, 9, 9, 9, 6, 6], "甲、乙、丙等4个并列首位（均为9个），戊、己并列末位（均为6个）"),
        ([9] * 21, "完成值均为9个"),
        ([0] * 21, "完成值均为0个"),
    ],
)
def test_leaders_and_laggards_and_their_ties(values: list[int], said: str, teller: Tell) -> None:
    assert readable(teller(["FAIL"] * len(values), values).ranked("city", "r")) == said


def test_who_is_last_but_meets_the_standard_is_not_called_so(teller: Tell) -> None:
    assert readable(teller(["PASS"] * 4, [13, 12, 11, 10]).ranked("city", "r")) == "甲居首位（13个）"


def test_where_standards_differ_a_rank_is_by_completion(teller: Tell) -> None:
    told = teller(["FAIL"] * 4, [4, 9, 3, 2], standards=[5, 90, 5, 5])
    assert readable(told.ranked("city", "r")) == (
        "按完成程度，甲居首位（4个，标准5个），乙居末位（9个，标准90个）"
    )


def test_equal_completion_of_different_standards_has_no_one_value(teller: Tell) -> None:
    told = teller(["FAIL"] * 4, [4, 8, 3, 2], standards=[5, 10, 5, 5])
    assert readable(told.ranked("city", "r")).startswith("按完成程度，甲、乙并列首位，")


def test_one_value_that_is_more_to_one_than_to_the_other_is_told_of_each(teller: Tell) -> None:
    told = teller(["FAIL"] * 2, [8, 8], standards=[10, 20])
    assert readable(told.ranked("city", "r")) == "甲为8个、乙为8个"


def test_equal_completion_of_all_is_told_without_a_value(teller: Tell) -> None:
    told = teller(["FAIL"] * 4, [4, 8, 4, 8], standards=[5, 10, 5, 10])
    assert readable(told.ranked("city", "r")) == "完成程度相同"


@pytest.mark.parametrize(
    ("told", "figure", "org"),
    [
        (lambda teller: teller.ranked("city", "r"), "9", "00"),
        (lambda teller: teller.not_judged("city", "r"), "因为", "02"),
    ],
    ids=["value", "reason"],
)
def test_what_several_have_in_common_is_cited_from_the_first_that_is_named(
    told: Callable[[Teller], str], figure: str, org: str, teller: Tell
) -> None:
    of = teller(["FAIL", "FAIL", "NOT_APPLICABLE", "NOT_APPLICABLE"], [9, 9, 9, 9])
    _, spans = unmarked(told(of))
    [cited] = [of.ledger.sources[span.figure] for span in spans if span.text == figure]
    assert isinstance(cited, Source)
    assert cited.key["org_code"] == org


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({}, ""),
        ({0: 1, 1: 2, 2: 3, 3: 4}, ""),
        ({0: 4, 1: 1, 2: 2, 3: 3}, "位次比上月上升最多的是甲（由第4位升至第1位）"),
        (
            {0: 2, 1: 1, 2: 4, 3: 3},
            "位次比上月上升最多的是甲（由第2位升至第1位）、丙（由第4位升至第3位），"
            "下降最多的是乙（由第1位降至第2位）、丁（由第3位降至第4位）",
        ),
        ({0: 1, 1: 1, 2: 1, 3: 1}, "位次比上月下降最多的是丁（由第1位降至第4位）"),
        ({0: 2, 1: 9, 2: 8, 3: 7}, "位次比上月上升最多的是乙（由第9位升至第2位）"),
        ({0: 3, 1: 4, 2: 5, 3: 4}, ""),
        ({1: 1, 2: 3, 3: 4}, "位次比上月下降最多的是乙（由第1位降至第2位）"),
    ],
)
def test_who_rose_and_who_fell(before: dict[int, int], said: str, teller: Tell) -> None:
    assert readable(teller(["FAIL"] * 4, [9, 8, 7, 6], before).moved("city", "r")) == said


def test_of_three_nobody_is_said_to_have_moved(teller: Tell) -> None:
    assert teller(["FAIL"] * 3, [9, 8, 7], {0: 3, 1: 1, 2: 2}).moved("city", "r") == ""


@pytest.mark.parametrize(
    ("chosen", "of", "said"),
    [
        (1, 21, "甲"),
        (3, 21, "甲、乙、丙"),
        (3, 3, "甲、乙、丙"),
        (3, 5, "甲、乙、丙"),
        (10, 21, "甲、乙、丙、丁、戊、己、庚、辛、壬、癸"),
        (18, 21, "除申、酉、戌外的18个市（州）总工会"),
        (20, 21, "除戌外的20个市（州）总工会"),
        (21, 21, "全部21个市（州）总工会"),
    ],
)
def test_some_of_a_group_in_the_shortest_way(chosen: int, of: int, said: str, teller: Tell) -> None:
    told = teller(["FAIL"] * of)
    every = told.data.rows("compliance.fct_verdicts")
    codes = tuple(f"{place:02}" for place in range(chosen))
    assert readable(told.these(every.where(org_code=codes), every, GROUPS["city"])) == said


def test_a_list_that_no_sentence_bears_is_cut_and_counted(teller: Tell) -> None:
    told = teller(["FAIL"] * 21)
    told = edited(told, "update indicators.dim_organizations set short_name = short_name || '很长的名字'")
    every = told.data.rows("compliance.fct_verdicts")
    some = every.where(org_code=tuple(f"{place:02}" for place in range(15)))
    said = readable(told.these(some, every, GROUPS["city"]))
    assert said == "甲很长的名字、乙很长的名字、丙很长的名字等15个市（州）总工会"


@pytest.mark.parametrize(
    ("last", "said"), [("乙乙乙乙", "乙乙乙乙"), ("乙乙乙乙乙", "甲甲甲甲、甲甲甲甲、甲甲甲甲等")]
)
def test_sixty_four_characters_of_names_are_what_a_sentence_bears(last: str, said: str, teller: Tell) -> None:
    names = f"case org_order when 12 then '{last}' else '甲甲甲甲' end"
    told = edited(teller(["FAIL"] * 13), f"update indicators.dim_organizations set short_name = {names}")
    assert readable(told.names(told.data.rows("compliance.fct_verdicts"))).endswith(said)


def test_an_organization_has_its_place_in_the_annexes(teller: Tell) -> None:
    told = teller(["FAIL"] * 3)
    assert [told.place(row) for row in told.data.rows("compliance.fct_verdicts")] == [0, 1, 2]


@pytest.mark.parametrize(
    ("cells", "value", "standard", "gap"),
    [
        ("numerator = 7, unit = '个', threshold = 10, gap = 3, gap_unit = '个'", "7个", "10个", "3个"),
        ("denominator = 23, numerator = 8, unit = '比例', threshold = 0.9", "34.78%", "90%", "1个"),
        ("denominator = 3, numerator = 104, unit = '篇', threshold = 50", "34.66篇", "50篇", "1个"),
        ("observed = null, threshold = null, gap = null", "—", "—", "—"),
        ("gap = 0, unit = null", "10", "10", "—"),
        ("gap = 2, gap_unit = null", "10个", "10个", "2"),
    ],
)  # fmt: skip
def test_value_standard_and_gap_have_their_units(
    cells: str, value: str, standard: str, gap: str, teller: Tell
) -> None:
    told = edited(teller(["FAIL"]), f"update compliance.fct_verdicts set {cells}")
    [verdict] = told.data.rows("compliance.fct_verdicts")
    assert [readable(one(verdict)) for one in (told.value, told.standard, told.gap)] == [value, standard, gap]


def test_where_annexes_set_the_standard_numbers_stand_in_wan_as_there(teller: Tell) -> None:
    told = edited(teller(["FAIL"], [152_000], standards=[200_000]), _OF_AN_ANNEX)
    [verdict] = told.data.rows("compliance.fct_verdicts")
    assert [readable(told.value(verdict)), readable(told.standard(verdict))] == ["15.2万个", "20万个"]


@pytest.mark.parametrize(
    ("source", "form", "chosen"),
    [
        ("annex", "count", "wan"),
        ("annex", "size", "size_wan"),
        ("regulation", "count", "count"),
        ("regulation", "size", "size"),
    ],
)
def test_an_amount_is_written_as_its_annex_has_it(source: str, form: str, chosen: str) -> None:
    assert amount_form({"target_source": source}, form) == chosen


def test_groups_stand_in_the_order_of_the_regulation(teller: Tell) -> None:
    told = edited(
        teller(["PASS"] * 3),
        "update compliance.fct_verdicts set org_type = if(org_code = '00', 'department', 'industry')",
    )
    assert groups_of(told.data.rows("compliance.fct_verdicts")) == ["industry", "department"]


def test_who_met_it_is_known_by_the_ledger(teller: Tell) -> None:
    told: Any = teller(["PASS", "FAIL", "FAIL", "FAIL"])
    told.met("city", "r")
    counted = [
        source.as_json()["key"] for source in told.ledger.sources if source.as_json().get("form") == "rows"
    ]
    assert {
        "as_of_month": "2021-06-01",
        "org_type": "city",
        "requirement_id": "r",
        "status": "FAIL",
    } in counted
