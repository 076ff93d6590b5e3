"""What a reader of two states is told: every verdict that changed, once, and nothing else."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.explaining.verdict_changes import Kind, compare, told

pytestmark = pytest.mark.usefixtures("chinese")

MARCH, APRIL = date(2022, 3, 1), date(2022, 4, 1)
FAIL = {
    "as_of_month": MARCH,
    "org_code": "510300",
    "role": "local",
    "requirement_id": "9.2",
    "clause_id": "9.2",
    "numerator": 17,
    "denominator": 20,
    "observed": 0.85,
    "threshold": Decimal("0.9"),
    "gap": 1,
    "status": "FAIL",
    "reason": None,
    "is_final": False,
}
PASS = FAIL | {"status": "PASS", "threshold": Decimal("0.8"), "gap": 0}


def build_file(path: Path, verdicts: list[dict]) -> Path:
    """A build with these verdicts, and the names of what they speak of."""
    with duckdb.connect(path) as connection:
        connection.execute(
            """
            create schema compliance;
            create schema indicators;
            create table compliance.fct_verdicts (
                as_of_month date, org_code varchar, role varchar, requirement_id varchar, clause_id varchar,
                numerator bigint, denominator bigint, observed double, threshold decimal(18, 4), gap bigint,
                status varchar, reason varchar, is_final boolean
            );
            create table compliance.dim_requirements as from (values
                ('9.2', '认证会员占注册用户比例'), ('8.9', '信息发布数量'), ('8.10.benefits', '普惠服务数量')
            ) as requirements (requirement_id, title);
            create table compliance.dim_verdict_labels as
                from (values ('PASS', '达标'), ('FAIL', '未达标')) as labels (code, label);
            create table indicators.dim_organizations as
                from (values ('510300', '自贡市总工会')) as organizations (org_code, org_name);
            """
        )
        for verdict in verdicts:
            places = ", ".join("?" * len(verdict))
            connection.execute(
                f"insert into compliance.fct_verdicts values ({places})", list(verdict.values())
            )
    return path


@pytest.fixture
def difference(tmp_path: Path):
    """Compare two lists of verdicts."""

    def compared(before: list[dict], after: list[dict]):
        return compare(build_file(tmp_path / "before", before), build_file(tmp_path / "after", after))

    return compared


def test_no_change_is_exactly_one_line(difference) -> None:
    verdicts = [FAIL, FAIL | {"as_of_month": APRIL}]
    assert told("HEAD → 工作区", difference(verdicts, verdicts)) == "HEAD → 工作区：2 条结论都没有变化"


@pytest.mark.parametrize(
    ("after", "kind", "columns"),
    [
        (PASS, Kind.STATUS, ("threshold", "gap")),
        (FAIL | {"threshold": Decimal("0.95"), "gap": 2}, Kind.NUMBERS, ("threshold", "gap")),
        (FAIL | {"numerator": 16}, Kind.NUMBERS, ("numerator",)),
        (FAIL | {"denominator": None}, Kind.NUMBERS, ("denominator",)),
        (FAIL | {"observed": 0.8500001}, Kind.NUMBERS, ("observed",)),
        (FAIL | {"reason": "year_still_open"}, Kind.REST, ("reason",)),
        (FAIL | {"is_final": True}, Kind.REST, ("is_final",)),
        (FAIL | {"clause_id": "9"}, Kind.REST, ("clause_id",)),
    ],
)
def test_a_changed_verdict_is_counted_once_by_what_weighs_most(difference, after, kind, columns) -> None:
    [change] = difference([FAIL], [after]).changes
    assert (change.kind, change.columns) == (kind, columns)


def test_a_verdict_of_one_side_alone_is_gone_or_new(difference) -> None:
    department, local = difference([FAIL], [FAIL | {"role": "department"}]).changes
    assert (department.role, department.kind, local.role, local.kind) == (
        *("department", Kind.NEW),
        *("local", Kind.GONE),
    )


def test_a_change_of_status_is_told_with_requirement_statuses_count_and_an_example(difference) -> None:
    assert told("HEAD → 工作区", difference([FAIL], [PASS])).splitlines() == [
        "HEAD → 工作区：1 条结论中 1 条有变",
        "",
        "状态改变（1 条）",
        "指标  名称                    之前         之后       条数",
        "9.2   认证会员占注册用户比例  FAIL 未达标  PASS 达标  1",
        "    自贡市总工会 2022-03（标准 0.9 → 0.8，差额 1 → 0）",
    ]


def test_a_change_of_numbers_alone_names_the_columns(difference) -> None:
    lines = told("", difference([PASS], [PASS | {"numerator": 18, "is_final": True}])).splitlines()
    assert "状态未变，数字改变（1 条）" in lines
    assert lines[-2].endswith("分子、定论")
    assert lines[-1].endswith("（分子 17 → 18，定论 否 → 是）")


def test_a_new_verdict_has_no_status_before(difference) -> None:
    assert "—     FAIL 未达标  1" in told("", difference([], [FAIL]))


def test_requirements_stand_in_the_order_of_the_clauses(difference) -> None:
    wanted = ["8.9", "8.10.benefits", "9.2"]
    rows = [FAIL | {"requirement_id": requirement} for requirement in reversed(wanted)]
    lines = told("", difference(rows, [])).splitlines()
    assert [line.split()[0] for line in lines if line[:1].isdigit()] == wanted


def test_only_the_first_three_verdicts_of_a_line_are_named(tmp_path: Path) -> None:
    for count, rest in ((3, []), (5, ["    …… 另 2 条"])):
        before = [FAIL | {"as_of_month": date(2022, month, 1)} for month in range(1, count + 1)]
        after = [PASS | {"as_of_month": row["as_of_month"]} for row in before]
        files = (build_file(tmp_path / f"{side}-{count}", rows) for side, rows in enumerate((before, after)))
        lines = told("", compare(*files)).splitlines()
        assert [line.split("（")[0] for line in lines[5:]] == [
            "    自贡市总工会 2022-01",
            "    自贡市总工会 2022-02",
            "    自贡市总工会 2022-03",
            *rest,
        ]


def test_a_reason_is_told_where_somebody_knows_one(difference) -> None:
    after = [PASS, FAIL | {"as_of_month": APRIL, "numerator": 16}]
    lines = told(
        "", difference([FAIL, FAIL | {"as_of_month": APRIL}], after), lambda change: f"因 {change.kind.name}"
    ).splitlines()
    assert [line.split()[-1] for line in lines if line.startswith(("指标", "9.2"))] == [
        "因为",
        "STATUS",
        "因为",
        "NUMBERS",
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ({"threshold": Decimal("100.0000")}, {"threshold": None}, "（标准 100 → —）"),
        ({"reason": "a"}, {"reason": "b", "is_final": True}, "（原因 a → b，定论 否 → 是）"),
        ({"observed": 0.85}, {"observed": 0.86}, ""),
    ],
)
def test_an_example_has_the_columns_that_changed_but_what_others_say_exactly(
    difference, before, after, shown
) -> None:
    assert told("", difference([FAIL | before], [FAIL | after])).splitlines()[-1] == (
        f"    自贡市总工会 2022-03{shown}"
    )


def test_names_are_taken_from_the_side_that_knows_them_and_else_codes_stand(difference) -> None:
    [change] = difference([], [FAIL | {"org_code": "510400", "requirement_id": "9.99"}]).changes
    assert (change.org_name, change.title, change.org_code, change.role) == ("510400", "", "510400", "local")


def test_changes_stand_by_month_organization_and_role(difference) -> None:
    rows = [
        FAIL | {"as_of_month": month, "org_code": org, "role": role}
        for month in (APRIL, MARCH)
        for org in ("510300", "510100")
        for role in ("local", "department")
    ]
    changes = difference(rows, []).changes
    keys = [(change.as_of_month, change.org_code, change.role) for change in changes]
    assert len(keys) == 8 and keys == sorted(keys)
