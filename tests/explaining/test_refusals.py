"""What is told, beside a verdict, of the rows that were refused."""

from decimal import Decimal

import pytest

from orchestration.explaining.refusals import refusals_told

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.mark.parametrize(
    ("verdict", "refused", "told"),
    [
        (("FAIL", 89, 100, "0.9"), 9, "也不变"),
        (("FAIL", 89, 100, "0.9"), 10, "可能改变"),
        (("PASS", 90, 100, "0.9"), 1, "可能改变"),
        (("PASS", 91, 100, "0.9"), 1, "也不变"),
        (("PASS", 99, 100, "0.9"), 10, "也不变"),
        (("IN_PROGRESS", 7, None, "10"), 2, "也不变"),
        (("IN_PROGRESS", 7, None, "10"), 3, "可能改变"),
        (("PASS", 10, None, "10"), 99, "也不变"),
        (("FAIL", 0, 1, "1"), 0, "不影响结论"),
        (("NO_TARGET", 7, None, None), 3, "不是达标与否"),
    ],
)
def test_refused_rows_that_could_turn_a_verdict_are_told_from_those_that_could_not(
    verdict: tuple[str, int, int | None, str | None], refused: int, told: str
) -> None:
    status, numerator, denominator, threshold = verdict
    row = {
        "status": status,
        "numerator": numerator,
        "denominator": denominator,
        "threshold": threshold and Decimal(threshold),
        "refused_rows": refused,
    }
    [line] = refusals_told(row, {"source_requirements": None})
    assert line.endswith(told)


@pytest.mark.parametrize(
    ("known", "lines"),
    [
        ({"evidence_date": None, "refused_rows": None}, []),
        ({"evidence_date": "2021-03-02", "refused_rows": None}, ["依据的数据截至：2021-03-02"]),
        ({"refused_rows": 1}, ["退回的行：属于本单位或认不出单位的 1 行，能否改变结论，须看所依据的指标"]),
    ],
)
def test_of_refused_rows_no_more_is_told_than_is_known(known: dict[str, object], lines: list[str]) -> None:
    told = list(refusals_told(known, {"source_requirements": "9.1"}))
    assert [line.split("（")[0] for line in told] == lines
