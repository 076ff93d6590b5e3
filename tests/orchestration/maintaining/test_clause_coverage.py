"""Every clause is answered, and the page that says so is up to date."""

import csv
from typing import Any

import pytest

from orchestration.home import REFERENCE_SEEDS
from orchestration.maintaining.clause_coverage import PAGE, clause_tests, clauses_named, number_of, stale


def rows(seed: str) -> list[dict[str, str]]:
    with (REFERENCE_SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_and_its_seed_are_up_to_date(manifest: dict[str, Any]) -> None:
    assert [path.name for path in stale(manifest)] == [], "run make clauses"


def test_every_clause_has_a_requirement_or_says_how_it_is_answered() -> None:
    answered = {row["clause_id"] for row in [*rows("requirements"), *rows("clause_answers")]}
    assert [row["clause_id"] for row in rows("clauses") if row["clause_id"] not in answered] == []


def test_the_missing_article_7_is_on_the_page() -> None:
    assert "## 第七条（7）\n\n> （原文无此条）" in PAGE.read_text(encoding="utf-8")


def test_every_threshold_has_a_test_that_names_its_clause(manifest: dict[str, Any]) -> None:
    tested = {test.clause_id for test in clause_tests(manifest)}
    assert [row for row in rows("thresholds") if row["clause_id"] not in tested] == []


def test_every_requirement_has_a_unit_test_that_names_its_clause(manifest: dict[str, Any]) -> None:
    tested = {test.clause_id for test in clause_tests(manifest) if test.test_type == "unit"}
    assert [row["requirement_id"] for row in rows("requirements") if row["clause_id"] not in tested] == []


def test_articles_11_12_and_both_annexes_have_tests(manifest: dict[str, Any]) -> None:
    assert {"11", "12", "annex.1", "annex.2"} <= {test.clause_id for test in clause_tests(manifest)}


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("第九条（二）：注销", ["9.2"]),
        ("第八条（五）至（八）：全部达标", ["8.5", "8.6", "8.7", "8.8"]),
        ("第八条（九）（十），第九条（一）、（三）", ["8.9", "8.10", "9.1", "9.3"]),
        ("第八条（十一）", ["8.11"]),
        ("第十四条、附件2", ["14", "annex.2"]),
        ("附件一", ["annex.1"]),
        ("没有条款", []),
    ],
)
def test_clauses_are_found_in_a_description(text: str, clauses: list[str]) -> None:
    assert clauses_named(text) == clauses


@pytest.mark.parametrize(
    ("numeral", "number"), [("一", 1), ("九", 9), ("十", 10), ("十一", 11), ("二十三", 23)]
)
def test_chinese_numerals(numeral: str, number: int) -> None:
    assert number_of(numeral) == number
