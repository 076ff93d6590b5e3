"""The diagram of the published tables follows from the models, and is up to date."""

from typing import Any

from orchestration.maintaining.marts_diagram import PAGE, Mart, marts, page_text, references
from orchestration.publishing.publish import CONTRACT_TABLES


def test_the_page_is_up_to_date(manifest: dict[str, Any]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page_text(manifest), "run make marts"


def test_every_table_of_the_contract_is_on_it(manifest: dict[str, Any]) -> None:
    by_publishing = {"quality.release", "quality.revised_verdicts"}
    assert {mart.address for mart in marts(manifest)} >= CONTRACT_TABLES - by_publishing


def test_a_table_refers_to_those_whose_whole_key_it_has() -> None:
    orgs = Mart("a.orgs", ("org",), {"org": "varchar", "name": "varchar"})
    months = Mart("a.months", ("org", "month"), {"org": "varchar", "month": "date"})
    facts = Mart("a.facts", ("id",), {"id": "bigint", "org": "varchar", "month": "date"})
    assert list(references([orgs, months, facts])) == [(months, orgs, "org"), (facts, orgs, "org")]
