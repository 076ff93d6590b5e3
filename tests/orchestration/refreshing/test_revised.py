"""A verdict that an earlier release called final, and that is otherwise now, is said: before, after, why."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from orchestration.publishing.manifest import Inputs, Manifest
from orchestration.publishing.release import Release
from orchestration.publishing.releases import WAREHOUSE
from orchestration.publishing.revised import RevisedVerdict, write_revised
from orchestration.refreshing.revised import held_against_earlier, told

JANUARY, FEBRUARY, MARCH = date(2021, 1, 1), date(2021, 2, 1), date(2021, 3, 1)
SEEDS = Inputs((), {"thresholds.csv": "1"}, {"dbt_project": "1"}, {})
OTHER = replace(SEEDS, reference_seeds={"thresholds.csv": "2"})

Verdicts = Mapping[tuple[date, str], tuple[str, int, bool]]
"""Of 510300: status, numerator, is_final by month and requirement."""


class Releases:
    """Makes releases of a home, one after the other, out of a few verdicts each."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self.number = 0
        self.said: list[RevisedVerdict] = []
        self.named: tuple[str, ...] = ()

    def make(
        self, verdicts: Verdicts, inputs: Inputs = SEEDS, month: date = FEBRUARY, *, is_sample: bool = False
    ) -> list[RevisedVerdict]:
        """Make the next release; returns what it revises."""
        self.number += 1
        release = Release(f"2021030{self.number}T020000-000000", datetime(2021, 3, 1), month, is_sample)
        built = self.home.root / f"{self.number}.duckdb"
        self.home.root.mkdir(exist_ok=True)
        rows = ", ".join(
            f"('{month}', '510300', 'local', '{requirement}', '{status}', {numerator}, null, null, 50.0, "
            f"null, '{requirement}', null, {is_final}, false)"
            for (month, requirement), (status, numerator, is_final) in verdicts.items()
        )
        with duckdb.connect(built) as connection:
            connection.execute(f"""
                create schema compliance; create schema indicators; create schema quality;
                create table compliance.dim_verdict_labels (code varchar, label varchar);
                create table indicators.dim_organizations (org_code varchar, org_name varchar);
                create table compliance.dim_requirements as
                select unnest(['9.7', '9.8']) as requirement_id, '' as title, 'benefit_services' as exports,
                    cast(null as varchar) as source_requirements;
                create table compliance.fct_verdicts as
                from (values {rows}) as v (as_of_month, org_code, role, requirement_id, status, numerator,
                    denominator, observed, threshold, gap, clause_id, reason, is_final, is_waived);
                alter table compliance.fct_verdicts alter as_of_month type date;
            """)
        with duckdb.connect(built, read_only=True):  # whoever reads it meanwhile is not in the way
            held = held_against_earlier(self.home, release, inputs, built)
        folder = self.home.releases / release.release_id
        folder.mkdir(parents=True)
        with duckdb.connect(built) as connection:
            write_revised(connection, held.revised)
        built.rename(folder / WAREHOUSE)
        Manifest(release, inputs, None, {}, "", {}, called_final_by=held.called_final_by).write(folder)
        self.said, self.named = held.anew, held.called_final_by
        return held.revised

    def folder(self, number: int) -> Path:
        """Where the one of that number release lies."""
        return self.home.releases / f"2021030{number}T020000-000000"


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path)


PASSED, FAILED = ("PASS", 50, True), ("FAIL", 49, True)
KEY = (JANUARY, "9.7")


def test_what_was_final_and_is_otherwise_is_told_with_its_cause(releases: Releases) -> None:
    assert releases.make({KEY: PASSED}) == []
    [revised] = releases.make({KEY: FAILED}, OTHER)
    assert (revised.status_before, revised.status) == ("PASS", "FAIL")
    assert (revised.numerator_before, revised.numerator) == (50, 49)
    assert (revised.release_before, revised.cause) == ("20210301T020000-000000", "参考数据 thresholds.csv")
    [line] = told([revised])
    assert "9.7 PASS → FAIL" in line and "510300 2021-01 (50 → 49)" in line and "thresholds.csv" in line


@pytest.mark.parametrize("after", [PASSED, ("PASS", 50, False)], ids=["the same", "no longer final"])
def test_what_is_the_same_is_not_revised(releases: Releases, after: tuple[str, int, bool]) -> None:
    releases.make({KEY: PASSED})
    assert releases.make({KEY: after}) == []
    assert releases.named == (() if after[2] else (releases.folder(1).name,))


def test_what_was_not_final_may_change(releases: Releases) -> None:
    releases.make({KEY: ("IN_PROGRESS", 40, False)})
    assert releases.make({KEY: FAILED}) == []


def test_what_was_called_final_is_not_forgotten_where_it_is_not_final_for_a_while(releases: Releases) -> None:
    releases.make({KEY: PASSED})
    for _ in range(2):  # an export was forgotten, say, and an older one landed
        assert releases.make({KEY: ("PASS", 50, False)}) == []
    [revised] = releases.make({KEY: FAILED}, OTHER)
    assert (revised.status_before, revised.status) == ("PASS", "FAIL")
    assert revised.release_before == "20210301T020000-000000"
    assert releases.said == [revised]
    assert releases.make({KEY: FAILED}, OTHER) == [revised]
    assert releases.said == []


def test_what_is_final_again_is_held_against_the_last_that_called_it_so(releases: Releases) -> None:
    for verdict in (PASSED, ("PASS", 50, False), PASSED):
        releases.make({KEY: verdict})
    [revised] = releases.make({KEY: FAILED}, OTHER)
    assert revised.release_before == "20210303T020000-000000"


def test_a_verdict_that_is_gone_is_revised(releases: Releases) -> None:
    releases.make({KEY: PASSED, (JANUARY, "9.8"): PASSED})
    [revised] = releases.make({(JANUARY, "9.8"): PASSED}, OTHER)
    assert (revised.requirement_id, revised.status, revised.numerator) == ("9.7", None, None)


def test_what_is_no_more_in_the_reference_data_is_called_by_its_code(releases: Releases) -> None:
    releases.make({(JANUARY, "9.9"): PASSED})
    [revised] = releases.make({(JANUARY, "9.9"): FAILED}, replace(OTHER, code={"dbt_project": "2"}))
    assert revised.cause == "代码 dbt_project", "no threshold moved"
    newest = releases.home.releases / "20210302T020000-000000" / WAREHOUSE
    with duckdb.connect(newest, read_only=True) as connection:
        named = connection.execute(
            "select org_name, requirement_title from quality.revised_verdicts"
        ).fetchall()
    assert named == [("510300", "9.9")]


@pytest.mark.parametrize("month", [JANUARY, FEBRUARY], ids=["earlier month", "as-of month"])
def test_it_is_told_on_while_it_stays_so_and_no_longer(releases: Releases, month: date) -> None:
    key = (month, "9.7")
    releases.make({key: PASSED})
    [first] = releases.make({key: FAILED}, OTHER)
    assert releases.make({key: FAILED}, OTHER) == [first]
    [back] = releases.make({key: PASSED})
    assert (back.status_before, back.status, back.release_before) == (
        "FAIL", "PASS", "20210303T020000-000000"
    )  # fmt: skip


def test_months_beyond_the_newest_release_are_held_against_the_newest_that_has_them(
    releases: Releases,
) -> None:
    releases.make({KEY: PASSED, (FEBRUARY, "9.7"): PASSED})
    releases.make({KEY: PASSED}, month=JANUARY)
    [revised] = releases.make({KEY: PASSED, (FEBRUARY, "9.7"): FAILED}, OTHER)
    assert (revised.as_of_month, revised.release_before) == (FEBRUARY, "20210301T020000-000000")


def test_a_release_of_an_earlier_month_says_nothing_of_later_ones(releases: Releases) -> None:
    releases.make({KEY: PASSED, (FEBRUARY, "9.7"): PASSED})
    assert releases.make({KEY: PASSED}, month=JANUARY) == []


@pytest.mark.parametrize("first", [True, False])
def test_the_invented_sample_revises_nothing_and_nothing_revises_it(releases: Releases, first: bool) -> None:
    releases.make({KEY: PASSED}, is_sample=first)
    assert releases.make({KEY: FAILED}, is_sample=not first) == []


def revised(requirement: str = "9.7", org: str = "510300", **values: object) -> RevisedVerdict:
    """A verdict that was otherwise."""
    verdict = RevisedVerdict(
        JANUARY, org, "local", requirement, "PASS", "FAIL", 9, 8, 10, 10, "20210301T020000-000000", "数据"
    )
    return replace(verdict, **values)


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        ({}, "(9/10 → 8/10)"),
        ({"denominator_before": None, "denominator": None}, "(9 → 8)"),
        ({"numerator_before": None, "denominator": None}, "(—/10 → 8)"),
        ({"numerator": 0}, "(9/10 → 0/10)"),
    ],
)
def test_the_numbers_of_both_sides_are_told(values: dict[str, object], numbers: str) -> None:
    [line] = told([revised(**values)])
    assert numbers in line


def test_a_verdict_that_is_no_more_has_no_status_now() -> None:
    line, other = told([revised(status=None), revised()])
    assert "9.7 PASS → —, 1 of them" in line
    assert "9.7 PASS → FAIL, 1 of them" in other


def test_verdicts_that_changed_alike_are_one_line_with_the_first_of_them() -> None:
    [line, other] = told([revised(org="510400"), revised(org="510300"), revised(cause="代码")])
    assert "9.7 PASS → FAIL, 1 of them" in line and "because of 代码" in line
    assert "9.7 PASS → FAIL, 2 of them, the first 510300 2021-01 (9/10 → 8/10), because of 数据" in other
    assert told([]) == []


@pytest.mark.parametrize(("kinds", "rest"), [(10, []), (12, ["2 more kinds"])])
def test_no_more_than_ten_kinds_are_told(kinds: int, rest: list[str]) -> None:
    lines = told([revised(f"9.{number:02}") for number in range(kinds)])
    assert len(lines[:10]) == 10 and len({line.split()[3] for line in lines[:10]}) == 10
    assert [part in line for part, line in zip(rest, lines[10:], strict=True)] == [True] * len(rest)


@pytest.mark.parametrize("after", [("PASS", 51, True), ("FAIL", 50, True)], ids=["numbers", "status"])
def test_other_numbers_or_another_status_are_a_revision(
    releases: Releases, after: tuple[str, int, bool]
) -> None:
    releases.make({KEY: PASSED})
    [one] = releases.make({KEY: after}, OTHER)
    assert (one.status, one.numerator) == after[:2]
    assert releases.named == ()


@pytest.mark.parametrize("file", ["manifest.json", WAREHOUSE])
def test_what_a_release_cannot_tell_of_is_passed_over(releases: Releases, file: str) -> None:
    releases.make({KEY: PASSED})
    releases.make({KEY: PASSED})
    (releases.folder(2) / file).unlink()
    [one] = releases.make({KEY: FAILED}, OTHER)
    assert one.release_before == "20210301T020000-000000"


def test_what_was_called_final_twice_is_held_against_the_later_one(releases: Releases) -> None:
    other = (JANUARY, "9.8")
    for is_final in (True, False):
        releases.make({KEY: ("PASS", 50, is_final), other: ("PASS", 50, is_final)})
    releases.make({KEY: PASSED, other: ("PASS", 50, False)})
    releases.make({KEY: ("PASS", 50, False), other: ("PASS", 50, False)})
    assert releases.named == (releases.folder(1).name, releases.folder(3).name)
    [revised] = releases.make({KEY: FAILED, other: ("PASS", 50, False)}, OTHER)
    assert revised.release_before == releases.folder(3).name


def test_of_a_month_the_newest_release_that_has_it_is_asked_alone(releases: Releases, tmp_path: Path) -> None:
    month = (FEBRUARY, "9.7")
    releases.make({KEY: PASSED, month: PASSED})
    releases.make({KEY: PASSED}, month=JANUARY)
    aside = releases.folder(1).rename(tmp_path / "aside")
    releases.make({KEY: PASSED, month: FAILED})
    aside.rename(releases.folder(1))
    assert releases.make({KEY: PASSED, month: FAILED}, month=MARCH) == []


def test_the_newest_release_of_a_month_is_the_one_that_is_compared(releases: Releases) -> None:
    releases.make({KEY: PASSED})
    releases.make({KEY: FAILED}, OTHER)
    releases.make({KEY: FAILED}, OTHER)
    [one] = releases.make({KEY: ("FAIL", 48, True)}, OTHER)
    assert (one.numerator_before, one.release_before) == (49, "20210303T020000-000000")


def test_what_was_otherwise_for_a_while_and_not_final_is_held_against_what_called_it_final(
    releases: Releases,
) -> None:
    releases.make({KEY: PASSED})
    releases.make({KEY: ("FAIL", 49, False)})
    assert releases.make({KEY: ("PASS", 50, False)}) == []
    [revised] = releases.make({KEY: FAILED}, OTHER)
    assert (revised.status_before, revised.release_before) == ("PASS", releases.folder(1).name)
    assert releases.said == [revised]
