"""Which of the inputs that two releases do not share can have moved a verdict."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from orchestration.explaining.attribution import Cause, Kind, Requirement, attributed, causes
from orchestration.explaining.verdict_changes import Change, Verdict
from orchestration.landing import LandedFile
from orchestration.publishing.manifest import Inputs, Manifest, SnapshotUsed
from tests.publishing.small import INPUTS, RELEASE

pytestmark = pytest.mark.usefixtures("chinese")

FEBRUARY, MARCH = date(2021, 2, 1), date(2021, 3, 1)
FAIL = Verdict("FAIL", 8, 10, 0.8, Decimal("0.9"), 1, "9.2", None, False, False)
PLAIN = Requirement(frozenset({"registered_users"}), is_derived=False)
DERIVED = replace(PLAIN, is_derived=True)

USERS, ARTICLES = (Cause(Kind.DATA, name, "") for name in ("registered_users", "articles"))
THRESHOLDS, ORGANIZATIONS, CLAUSES, WAIVERS = (
    Cause(Kind.SEED, f"{name}.csv", "") for name in ("thresholds", "organizations", "clauses", "waivers")
)
MODELS, OPERATION = Cause(Kind.CODE, "dbt_project", ""), Cause(Kind.CODE, "orchestration", "")
DUCKDB, AS_OF = Cause(Kind.PACKAGE, "duckdb", ""), Cause(Kind.AS_OF, "", "")
ALL = [AS_OF, USERS, ARTICLES, THRESHOLDS, ORGANIZATIONS, CLAUSES, WAIVERS, MODELS, OPERATION, DUCKDB]


def changed(after: Verdict | None, before: Verdict | None = FAIL, month: date = FEBRUARY) -> Change:
    return Change("9.2", "", month, "自贡市总工会", before, after)


@pytest.mark.parametrize(
    ("change", "requirement", "able"),
    [
        (replace(FAIL, numerator=9), PLAIN, [USERS, ORGANIZATIONS, MODELS, DUCKDB]),
        (replace(FAIL, numerator=9), DERIVED, [USERS, THRESHOLDS, ORGANIZATIONS, MODELS, DUCKDB]),
        (replace(FAIL, threshold=Decimal("0.8")), PLAIN, [THRESHOLDS, ORGANIZATIONS, MODELS, DUCKDB]),
        (
            replace(FAIL, numerator=9, threshold=Decimal("0.8")),
            PLAIN,
            [USERS, THRESHOLDS, ORGANIZATIONS, MODELS, DUCKDB],
        ),
        (replace(FAIL, is_waived=True), PLAIN, [WAIVERS, MODELS, DUCKDB]),
        (replace(FAIL, is_final=True), PLAIN, [USERS, ORGANIZATIONS, MODELS, DUCKDB]),
        (
            replace(FAIL, threshold=Decimal("0.8")),
            DERIVED,
            [USERS, THRESHOLDS, ORGANIZATIONS, MODELS, DUCKDB],
        ),
        (
            replace(FAIL, denominator=9, threshold=Decimal("0.8")),
            PLAIN,
            [USERS, THRESHOLDS, ORGANIZATIONS, MODELS, DUCKDB],
        ),
        (
            replace(FAIL, numerator=9, is_waived=True),
            PLAIN,
            [USERS, ORGANIZATIONS, WAIVERS, MODELS, DUCKDB],
        ),
        (None, PLAIN, [USERS, THRESHOLDS, ORGANIZATIONS, MODELS, DUCKDB]),
    ],
)
def test_a_change_is_put_down_to_what_can_move_its_columns(
    change: Verdict | None, requirement: Requirement, able: list[Cause]
) -> None:
    assert attributed(changed(change), requirement, ALL, MARCH, MARCH) == able


@pytest.mark.parametrize("name", ["spellings", "small_count_limits", "quality_labels"])
def test_what_no_verdict_reads_moves_none(name: str) -> None:
    unread = Cause(Kind.SEED, f"{name}.csv", "")
    assert attributed(changed(None), PLAIN, [unread, ORGANIZATIONS], MARCH, MARCH) == [ORGANIZATIONS]


def test_a_month_that_one_release_does_not_reach_is_due_to_its_as_of_month_alone() -> None:
    new = changed(FAIL, before=None, month=MARCH)
    assert attributed(new, PLAIN, ALL, FEBRUARY, MARCH) == [AS_OF]


def test_a_verdict_that_is_new_in_a_month_of_both_is_not_due_to_the_as_of_month() -> None:
    new = changed(FAIL, before=None)
    able = attributed(new, PLAIN, ALL, FEBRUARY, MARCH)
    assert able == [USERS, THRESHOLDS, ORGANIZATIONS, MODELS, DUCKDB]


def test_a_verdict_of_a_month_that_is_gone_is_due_to_its_as_of_month_alone() -> None:
    assert attributed(changed(None, month=MARCH), PLAIN, ALL, MARCH, FEBRUARY) == [AS_OF]


def test_a_verdict_that_both_have_is_not_due_to_the_as_of_month() -> None:
    other = changed(replace(FAIL, numerator=9), month=MARCH)
    assert AS_OF not in attributed(other, PLAIN, ALL, FEBRUARY, MARCH)


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ([OPERATION], [OPERATION]),
        ([CLAUSES], [CLAUSES]),
        ([ARTICLES], [ARTICLES]),
        ([AS_OF], [AS_OF]),
        ([AS_OF, OPERATION], [OPERATION]),
    ],
)
def test_what_alone_differs_is_named_however_unlikely(found: list[Cause], named: list[Cause]) -> None:
    assert attributed(changed(replace(FAIL, numerator=9)), PLAIN, found, MARCH, MARCH) == named


def manifest(inputs: Inputs = INPUTS, as_of_month: date = FEBRUARY) -> Manifest:
    return Manifest(replace(RELEASE, as_of_month=as_of_month), inputs, None, {}, "", {})


def landed(day: int, digest: str, codes: str = "") -> Inputs:
    file = LandedFile(f"注册用户_202103{day:02}.csv", digest * 64, 1)
    snapshot = SnapshotUsed("registered_users", date(2021, 3, day), 9, 8, 1, (file,), codes)
    return replace(INPUTS, exports=(snapshot,))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (manifest(), manifest(as_of_month=MARCH), ("截至月份", "2021-02 → 2021-03")),
        (
            manifest(landed(1, "a")),
            manifest(landed(2, "b")),
            (
                "数据 注册用户",
                "2021-03-01 入库 8 行（注册用户_20210301.csv aaaaaaaaaaaa） → "
                "2021-03-02 入库 8 行（注册用户_20210302.csv bbbbbbbbbbbb）",
            ),
        ),
        (
            manifest(landed(1, "a")),
            manifest(landed(1, "a", codes="other")),
            (
                "数据 注册用户",
                "2021-03-01 入库 8 行（注册用户_20210301.csv aaaaaaaaaaaa） → "
                "2021-03-01 入库 8 行（注册用户_20210301.csv aaaaaaaaaaaa），按改过的机构、模块编码",
            ),
        ),
        (
            manifest(),
            manifest(landed(1, "a")),
            ("数据 注册用户", "从未入库 → 2021-03-01 入库 8 行（注册用户_20210301.csv aaaaaaaaaaaa）"),
        ),
        (
            manifest(landed(1, "a")),
            manifest(),
            ("数据 注册用户", "2021-03-01 入库 8 行（注册用户_20210301.csv aaaaaaaaaaaa） → 从未入库"),
        ),
        (
            manifest(),
            manifest(replace(INPUTS, reference_seeds={"thresholds.csv": "9" * 64})),
            ("参考数据 thresholds.csv", "111111111111 → 999999999999"),
        ),
        (
            manifest(),
            replace(manifest(replace(INPUTS, code={"dbt_project": "9" * 64})), commit="c" * 40),
            ("代码 dbt_project", "222222222222 → 999999999999（提交 cccccccccccc）"),
        ),
        (
            manifest(),
            manifest(replace(INPUTS, packages={"duckdb": "1.5.7"})),
            ("软件包 duckdb", "1.5.6 → 1.5.7"),
        ),
        (manifest(), manifest(replace(INPUTS, packages={})), ("软件包 duckdb", "1.5.6 → —")),
        (manifest(replace(INPUTS, packages={})), manifest(), ("软件包 duckdb", "— → 1.5.6")),
    ],
)
def test_an_input_that_differs_is_told_as_it_was_and_is(
    before: Manifest, after: Manifest, told: tuple[str, str]
) -> None:
    [cause] = causes(before, after)
    assert (str(cause), cause.told) == told


def test_releases_of_the_same_inputs_have_no_cause_to_differ() -> None:
    assert causes(manifest(), manifest()) == []
