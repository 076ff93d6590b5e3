"""What a release is to be made of is settled once, and held against what there is when it is made."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration import landing, spark
from orchestration.common.as_of import Month
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.request import Request
from tests.checkouts import Seeds
from tests.publishing import small

MONTHS = (Month(2021, 6), Month(2021, 7))


@pytest.fixture
def request_of(home: Home, seeds: Seeds) -> Request:
    """A request for two months, with seeds that a test may spoil."""
    return Request.of(str(home.root), as_of="2021-06..2021-07", seeds=str(seeds.folder))


def test_there_is_a_plan_for_each_month_of_the_sample_or_of_what_landed(
    request_of: Request, home: Home
) -> None:
    first, last = Plan.all_of(request_of)
    assert ((first.month, last.month), first.as_of(last.month)) == (MONTHS, last)
    assert (first.home, first.seeds, first.landed_dir, first.is_sample) == (home, request_of.seeds, "", True)


def test_what_landed_is_no_sample(landed: Home) -> None:
    [plan] = Plan.all_of(Request.of(str(landed.root)))
    assert (plan.month, plan.is_sample, plan.landed_in_parts) == (Month(2021, 2), False, ())
    assert plan.landed_dir == str(landing.landed_dir(landed.root))
    assert [export.export_name for export in plan.inputs.exports] == ["promotion_plans"]


def test_each_node_follows_from_what_it_reads_and_all_of_them_from_the_code(request_of: Request) -> None:
    plan, _ = Plan.all_of(request_of)
    exports, code = plan.inputs.exports, {**plan.inputs.code, "seeds": "other"}
    other = replace(
        plan.as_of(MONTHS[1]),
        inputs=replace(
            plan.inputs,
            exports=(replace(exports[0], rows_read=0), *exports[1:]),
            reference_seeds={**plan.inputs.reference_seeds, "thresholds.csv": "other"},
        ),
    )
    nodes = plan.basis.nodes
    assert other.basis.nodes.keys() == nodes.keys()
    assert {name for name, digest in other.basis.nodes.items() if digest != nodes[name]} == {
        "int_as_of_months",
        "thresholds",
        exports[0].export_name,
    }
    assert other.basis.shared == plan.basis.shared
    for elsewhere in (
        replace(plan, inputs=replace(plan.inputs, code=code)),
        replace(plan, inputs=replace(plan.inputs, packages={})),
        replace(plan, landed_dir="elsewhere"),
        replace(plan, landed_in_parts=("cadres",)),
    ):
        assert elsewhere.basis.shared != plan.basis.shared


def test_it_holds_until_something_that_it_follows_from_changes(request_of: Request, seeds: Seeds) -> None:
    plan, _ = Plan.all_of(request_of)
    assert plan.still_holds()
    seeds.edit("thresholds", "9.2,2022,,0.9,", "9.2,2022,,0.8,")
    assert not plan.still_holds()


def test_the_second_engine_is_among_what_it_follows_from(
    request_of: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark, "versions", lambda: {"pysail": "1"})
    plan, _ = Plan.all_of(replace(request_of, on_spark=True))
    assert (plan.on_spark, plan.inputs.packages["pysail"]) == (True, "1")
    assert plan.still_holds()
    monkeypatch.setattr(spark, "versions", lambda: {"pysail": "2"})
    assert not plan.still_holds()


@pytest.mark.parametrize("is_sample", [True, False])
def test_the_sample_does_not_take_the_place_of_what_was_published_of_real_exports(
    request_of: Request, home: Home, built_once: Path, is_sample: bool
) -> None:
    small.put_in_force(home, built_once, replace(small.RELEASE, is_sample=is_sample))
    if is_sample:
        assert len(Plan.all_of(request_of)) == 2
    else:
        with pytest.raises(UsageFault, match="had exports landed, and has none now"):
            Plan.all_of(request_of)


def test_an_inbox_without_exports_is_not_a_wish_for_the_sample(request_of: Request, tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match=f"no export lies in {tmp_path}"):
        Plan.all_of(replace(request_of, inbox=tmp_path))
