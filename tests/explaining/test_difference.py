"""Two releases compared: each verdict that changed, for programs and documents, and because of what."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.explaining.attribution import Requirement
from orchestration.explaining.difference import requirements
from orchestration.explaining.tell import between
from orchestration.landing import LandedFile
from orchestration.publishing.manifest import SnapshotUsed
from tests.publishing.small import INPUTS, RELEASE

Release = Callable[..., Path]

NEXT = replace(RELEASE, release_id="20210302T020000-fedcba", published_at=datetime(2021, 3, 2, 2))
OTHER_SEEDS = replace(INPUTS, reference_seeds={"thresholds.csv": "9" * 64})
USERS = SnapshotUsed(
    "registered_users", date(2021, 3, 1), 9, 8, 1, (LandedFile("注册用户_20210301.csv", "a" * 64, 1),), ""
)
JANUARY, FEBRUARY, MARCH = (date(2021, month, 1) for month in (1, 2, 3))
OF_FEBRUARY = "where requirement_id = '9.2' and as_of_month = '2021-02-01'"


def edit(build_file: Path, *statements: str) -> None:
    with duckdb.connect(build_file) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_program_is_told_both_sides_of_a_verdict_and_every_input(
    release: Release, build_file: Path
) -> None:
    before = release(RELEASE)
    edit(
        build_file,
        f"update compliance.fct_verdicts set status = 'PASS', threshold = 0.5, gap = 0 {OF_FEBRUARY}",
        "delete from compliance.fct_verdicts where org_code = 'SZ01'",
    )
    text = between(before, release(NEXT, OTHER_SEEDS)).as_json(is_sample=False)
    told = json.loads(text)
    changed, gone = told.pop("changes")
    assert told == {
        "is_sample": False,
        "verdicts": 4,
        "inputs": [
            {"kind": "seed", "name": "thresholds.csv", "told": "111111111111 → 999999999999"},
        ],
    }
    verdict = {
        "status": "FAIL",
        "numerator": 8999,
        "denominator": 15000,
        "observed": 0.59993,
        "threshold": 0.6,
        "gap": 1,
        "clause_id": "9.2",
        "reason": None,
        "is_final": False,
        "is_waived": True,
    }
    assert changed == {
        "as_of_month": "2021-02-01",
        "org_code": "510300",
        "org_name": "自贡市总工会",
        "role": "local",
        "requirement_id": "9.2",
        "title": "认证会员占注册用户比例",
        "kind": "status",
        "before": verdict,
        "after": verdict | {"status": "PASS", "threshold": 0.5, "gap": 0},
        "causes": ["参考数据 thresholds.csv"],
    }
    assert (gone["kind"], gone["before"]["status"], gone["after"]) == ("gone", "NO_DATA", None)
    assert "自贡市总工会" in text, "what a person reads in it is no escape"


def test_a_requirement_that_one_side_alone_has_is_known(release: Release, build_file: Path) -> None:
    full = release(RELEASE)
    edit(
        build_file,
        "delete from compliance.fct_verdicts where requirement_id = '9.1'",
        "delete from compliance.dim_requirements where requirement_id = '9.1'",
    )
    less = release(NEXT, OTHER_SEEDS)
    for folders in ((full, less), (less, full)):
        difference = between(*folders)
        [change] = difference.comparison.changes
        assert (change.requirement_id, difference.why(change)) == ("9.1", difference.causes)


@pytest.mark.parametrize(
    ("month", "last"),
    [
        (JANUARY, "更正系因以下有变：数据 注册用户。"),
        (FEBRUARY, "更正系因以下有变：参考数据 thresholds.csv。"),
        (MARCH, "以前各月的评价结论另有2条变动。"),
    ],
)
def test_a_document_says_what_moved_the_verdicts_of_its_month(
    release: Release, build_file: Path, month: date, last: str
) -> None:
    before = release(RELEASE)
    edit(
        build_file,
        "update compliance.fct_verdicts set numerator = 4 where as_of_month = '2021-01-01'",
        f"update compliance.fct_verdicts set threshold = 0.7 {OF_FEBRUARY}",
    )
    after = release(NEXT, replace(OTHER_SEEDS, exports=(USERS,)))
    assert list(between(before, after).in_words(month))[-1] == last


def test_what_a_requirement_looks_at_is_read_beside_who_reads_it_already(build_file: Path) -> None:
    edit(build_file, "update compliance.dim_requirements set exports = null where requirement_id = '9.1'")
    users = frozenset({"registered_users"})
    with duckdb.connect(build_file, read_only=True):
        assert requirements(build_file) == {
            "9.2": Requirement(users, is_derived=False),
            "9.1": Requirement(frozenset(), is_derived=False),
            "8.6": Requirement(users | {"new_members"}, is_derived=True),
        }
