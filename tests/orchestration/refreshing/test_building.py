"""A build step by step: what is built, by whom, and what is kept of it; dbt is played."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pytest

from orchestration import dbt_build
from orchestration.common.as_of import Month
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed
from orchestration.home import Home
from orchestration.publishing.publish import PUBLISHED_SCHEMAS
from orchestration.reference import ReferenceRefused
from orchestration.refreshing import recorded
from orchestration.refreshing.audit import passed
from orchestration.refreshing.building import build
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.recorded import FoundRows, NotAsRecorded
from orchestration.refreshing.refresh import made
from orchestration.refreshing.request import Request
from tests.checkouts import Seeds
from tests.orchestration.refreshing.asked import fields
from tests.orchestration.refreshing.built import Builds, Node

MARCH = Month(2021, 3)
NOBODY = Watcher()


def test_dbt_is_handed_month_data_and_seeds_and_tells_of_each_node(
    plan: Plan, builds: Builds, said: pytest.LogCaptureFixture
) -> None:
    ended: list[str] = []

    class Waiting(Watcher):
        def built(self) -> None:
            ended.append("built")

    builds.nodes = [Node("seed thresholds", "success", told={"node": "thresholds"})]
    assert [*build(plan, Waiting())] == builds.nodes
    assert ended == ["built"]
    reference = plan.home.build_reference
    assert builds.variables == [
        {"as_of_month": "2021-02", "landed_dir": "", "landed_in_parts": [], "reference_dir": f"{reference}"}
    ]
    assert (reference / "thresholds.csv").is_file()
    assert said.messages == [
        "building as of 2021-02 from the sample seeds",
        "dbt seed thresholds: success in 0.50 s",
    ]
    assert fields(said, 1) == {"event": "node", "node": "thresholds"}


@pytest.mark.parametrize("on_spark", [False, True])
def test_from_nothing_all_is_built_but_what_is_proved(plan: Plan, builds: Builds, on_spark: bool) -> None:
    stale = plan.home.build_file.with_name("gonghui.duckdb.wal")
    stale.parent.mkdir(parents=True)
    stale.touch()
    assert [*build(replace(plan, on_spark=on_spark), NOBODY)] == []
    [[exclude, *proved]] = builds.selections
    assert (exclude, "tag:proved_by_landing" in proved) == ("--exclude", True)
    assert {f"fqn:gonghui.{room}.unique_*" for room in PUBLISHED_SCHEMAS} <= {*proved}
    assert not stale.exists()


@pytest.mark.parametrize(
    ("on_spark", "selection"),
    [(False, ["--select", "int_as_of_months+", "--exclude"]), (True, ["--exclude"])],
)
def test_what_follows_from_what_changed_is_built_or_on_spark_all(
    plan: Plan, builds: Builds, said: pytest.LogCaptureFixture, on_spark: bool, selection: list[str]
) -> None:
    plan = replace(plan, on_spark=on_spark)
    builds.nodes = [Node("test of a seed", "warn")]
    [*build(plan, NOBODY)]
    beside = plan.home.build_file.with_name("beside")
    beside.touch()
    builds.nodes = []
    [*build(plan.as_of(MARCH), NOBODY)]
    first, second = builds.selections
    assert second == [*selection, *first[1:]]
    assert ("built before, to be built anew: what follows from int_as_of_months" in said.text) is not on_spark
    assert beside.exists() is not on_spark
    built = passed(plan.home)
    assert built and [*built.warnings] == ([] if on_spark else ["test of a seed"])


@pytest.mark.parametrize("on_spark", [False, True])
def test_what_is_built_of_the_same_is_not_built_again(plan: Plan, builds: Builds, on_spark: bool) -> None:
    plan = replace(plan, on_spark=on_spark)
    for _ in range(2):
        [*build(plan, NOBODY)]
    assert len(builds.selections) == 1


def test_what_dbt_ran_before_is_run_again_without_it(
    plan: Plan, builds: Builds, said: pytest.LogCaptureFixture
) -> None:
    builds.is_known = True
    assert [str(node) for node in build(plan, NOBODY)] == ["test run again"]
    assert (plan.home.build_reference / "thresholds.csv").is_file()
    assert said.messages == [
        "building as of 2021-02 from the sample seeds",
        "dbt test run again: warn in 0.50 s",
    ]
    [*build(plan.as_of(MARCH), NOBODY)]
    assert (builds.selections, builds.kept) == ([["again"], ["again", "int_as_of_months"]], [])
    assert builds.asked == [{"is_landed": False, "in_parts": ()}] * 2
    assert made(plan.as_of(MARCH), NOBODY).warnings == ("warning: dbt test run again found 2 rows",)


def test_what_landed_is_built_as_what_landed(plan: Plan, builds: Builds) -> None:
    [*build(replace(plan, landed_dir="/landed", landed_in_parts=("articles",)), NOBODY)]
    assert builds.asked == [{"is_landed": True, "in_parts": ("articles",)}]


@pytest.mark.parametrize("fault", [NotAsRecorded("model known"), FoundRows("test run again")])
def test_where_it_does_not_go_as_before_dbt_is_asked(
    plan: Plan, builds: Builds, said: pytest.LogCaptureFixture, fault: NotAsRecorded
) -> None:
    builds.nodes = [Node("test of a seed", "warn")]
    [*build(plan, NOBODY)]
    builds.is_known, builds.fault = True, fault
    builds.nodes = [Node("test of a seed", "pass"), Node("test of a verdict", "warn")]
    said.clear()
    assert [*build(plan.as_of(MARCH), NOBODY)] == builds.nodes
    from_nothing, again, anew = builds.selections
    assert again == ["again", "int_as_of_months"]
    if isinstance(fault, FoundRows):  # what was built before it is sound
        assert (anew, len(builds.kept)) == (["--select", "int_as_of_months+", *from_nothing], 1)
    else:
        assert (anew, builds.kept[1]) == (from_nothing, builds.nodes)
    built = passed(plan.home)
    assert built and [*built.warnings] == ["test of a verdict"]
    assert said.messages.count("building as of 2021-03 from the sample seeds") == 1
    assert f"what dbt once ran did not go well now ({fault}), while dbt found nothing wrong" in said.text


def test_what_a_refused_statement_leaves_is_not_built_upon(
    plan: Plan, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[bool] = []

    def build_(home: Home, *asked: Any) -> Iterator[Node]:
        there.append(home.build_file.exists())
        yield from builds.by_dbt(home, *asked)

    monkeypatch.setattr(dbt_build, "build", build_)
    for builds.fault in (NotAsRecorded("model known"), FoundRows("test run again")):
        builds.is_known = True
        [*build(replace(plan, landed_dir=f"/{builds.fault}"), NOBODY)]
    assert there == [False, True]


def test_where_not_even_a_file_could_be_made_dbt_is_asked(
    plan: Plan, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise NotAsRecorded("IOException")

    builds.is_known = True
    monkeypatch.setattr(recorded, "run", fail)
    [*build(plan, NOBODY)]
    assert passed(plan.home) and len(builds.selections) == 1


def test_what_dbt_finds_wrong_is_its_to_say(
    plan: Plan, builds: Builds, said: pytest.LogCaptureFixture
) -> None:
    builds.is_known, builds.fault = True, FoundRows("test run again")
    builds.nodes = [Node("test of a seed", "fail")]
    with pytest.raises(BuildFailed, match="a test failed"):
        [*build(plan, NOBODY)]
    assert "what dbt once ran" not in said.text
    assert (passed(plan.home), builds.kept) == (None, [])


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), duckdb.ParserException("?")])
def test_what_cannot_be_kept_fails_no_refresh(
    plan: Plan,
    builds: Builds,
    monkeypatch: pytest.MonkeyPatch,
    said: pytest.LogCaptureFixture,
    fault: Exception,
) -> None:
    def fail(*_: object) -> NoReturn:
        raise fault

    monkeypatch.setattr(recorded, "keep", fail)
    [*build(plan, NOBODY)]
    assert passed(plan.home)
    assert f"what dbt ran is not kept: {type(fault).__name__}" in said.messages


def test_of_a_part_or_of_the_second_engine_nothing_is_kept(plan: Plan, builds: Builds) -> None:
    [*build(plan, NOBODY)]
    [*build(plan.as_of(MARCH), NOBODY)]
    builds.is_known = True
    [*build(replace(plan, on_spark=True), NOBODY)]
    assert builds.kept == [[]]
    assert "again" not in builds.selections[-1]


def test_whoever_watches_hears_that_a_build_has_ended_badly(plan: Plan, builds: Builds) -> None:
    ended: list[str] = []

    class Waiting(Watcher):
        def built(self) -> None:
            ended.append("built")

    builds.is_known, builds.fault = True, NotAsRecorded("model known")
    builds.nodes = [Node("test of a seed", "fail")]
    with pytest.raises(BuildFailed, match="a test failed"):
        [*build(plan, Waiting())]
    assert ended == ["built", "built"]


def test_who_builds_without_landing_has_the_seeds_checked(
    tmp_path: Path, seeds: Seeds, builds: Builds
) -> None:
    seeds.add("thresholds", "nothing,2022,,0.9,9.2")
    [plan] = Plan.all_of(Request.of(str(tmp_path / "home"), seeds=str(seeds.folder)))
    with pytest.raises(ReferenceRefused, match="thresholds"):
        [*build(plan, NOBODY)]
    assert builds.selections == []
