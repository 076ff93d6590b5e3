"""What has not passed whole, or follows from something else than there is, is not released."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.common.as_of import Month
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed
from orchestration.home import DBT_PROJECT, Home
from orchestration.publishing.publish import PublishingRefused
from orchestration.publishing.releases import folders
from orchestration.refreshing.audit import Passed, begin, complete, passed
from orchestration.refreshing.building import build, build_part
from orchestration.refreshing.plan import Basis, Plan
from orchestration.refreshing.refresh import release
from tests.orchestration.refreshing.built import Builds, Node

BUILT = Basis("project", {"int_as_of_months": "2020-12", "thresholds": "A", "articles": "A", "cadres": "A"})


def test_no_other_node_reads_the_month() -> None:
    readers = [
        path.name for path in DBT_PROJECT.rglob("*.sql")
        if "target" not in path.parts and "var('as_of_month')" in path.read_text(encoding="utf-8")
    ]  # fmt: skip
    assert readers == ["int_as_of_months.sql"]


def touched(home: Home) -> Home:
    """The home, with a build file of a few bytes."""
    home.build_file.parent.mkdir(parents=True, exist_ok=True)
    home.build_file.write_bytes(b"built")
    return home


@pytest.fixture
def built(tmp_path: Path) -> Home:
    """A home whose build file was built to its end, and passed."""
    complete(touched(Home(tmp_path)), BUILT, {})
    return Home(tmp_path)


@pytest.mark.parametrize(
    ("nodes", "changed"),
    [
        ({}, set()),
        ({"int_as_of_months": "2020-11"}, {"int_as_of_months"}),
        ({"articles": "B"}, {"articles", "landed_exports", "rejected_rows", "unknown_spellings"}),
        ({"thresholds": "B"}, {"thresholds"}),
    ],
)
def test_what_changed_is_to_be_built(nodes: dict[str, str], changed: set[str]) -> None:
    assert Passed(BUILT, {}).changed(Basis("project", {**BUILT.nodes, **nodes})) == changed


@pytest.mark.parametrize(
    "now",
    [
        Basis("another project", BUILT.nodes),
        Basis("project", {**BUILT.nodes, "new_unions": "A"}),
        Basis("project", {name: "A" for name in BUILT.nodes if name != "cadres"}),
    ],
    ids=["other code", "an export more", "an export less"],
)
def test_nothing_is_kept_where_more_changed_than_data_and_seeds(now: Basis) -> None:
    assert Passed(BUILT, {}).changed(now) is None


def test_what_passed_is_known_with_its_warnings(built: Home) -> None:
    complete(built, BUILT, {"test a": "2 rows"})
    assert passed(built) == Passed(BUILT, {"test a": "2 rows"})


def test_whatever_is_built_has_not_passed_until_it_has(built: Home) -> None:
    begin(built)
    assert passed(built) is None


@pytest.mark.parametrize("content", [b"b", b"bvilt"])
def test_what_somebody_changed_has_not_passed(built: Home, content: bytes) -> None:
    built.build_file.write_bytes(content)
    assert passed(built) is None


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_an_unreadable_record_is_none(built: Home, text: str) -> None:
    built.build_audit.write_text(text, encoding="utf-8")
    assert passed(built) is None


def test_a_part_that_was_built_is_not_released(sample: Plan, builds: Builds) -> None:
    """One asset materialized by hand, then the release alone."""
    [*build(sample, Watcher())]
    [*build_part(sample, ["--select", "fct_verdicts"], Watcher())]
    with pytest.raises(PublishingRefused, match="has not passed its audit whole"):
        release(sample)
    assert folders(sample.home) == []


def test_what_failed_its_audit_is_not_released(sample: Plan, builds: Builds) -> None:
    builds.nodes.append(Node("test one_row_per_org", "fail"))
    with pytest.raises(BuildFailed, match="a test failed"):
        [*build(sample, Watcher())]
    with pytest.raises(PublishingRefused, match="has not passed its audit whole"):
        release(sample)


def test_what_was_built_as_of_another_month_is_not_released(sample: Plan, builds: Builds) -> None:
    [*build(sample.as_of(Month(2021, 6)), Watcher())]
    with pytest.raises(PublishingRefused, match="as of 2022-12"):
        release(sample)


def test_what_was_edited_while_it_was_built_is_not_released(sample: Plan, builds: Builds) -> None:
    before = replace(sample, inputs=replace(sample.inputs, code={"dbt_project": "of before"}))
    [*build(before, Watcher())]
    with pytest.raises(PublishingRefused, match="does not follow from the data"):
        release(before)


def test_a_cell_of_the_grid_without_a_verdict_is_not_released(sample: Plan, builds: Builds) -> None:
    builds.edits = ["delete from compliance.fct_verdicts where requirement_id = '9.1'"]
    [*build(sample, Watcher())]
    with (
        duckdb.connect(sample.home.build_file, read_only=True),  # whoever looks into it is not in the way
        pytest.raises(PublishingRefused, match=r"exactly one verdict: 9\.1 \(1\)"),
    ):
        release(sample)


def test_a_warning_is_kept_for_what_is_not_tested_again(sample: Plan, builds: Builds) -> None:
    earlier = sample.as_of(Month(2021, 6))
    builds.nodes = [Node("test of a seed", "warn"), Node("test of a verdict", "warn")]
    [*build(earlier, Watcher())]
    builds.nodes = [Node("test of a verdict", "pass")]
    [*build(sample, Watcher())]
    now = passed(sample.home)
    assert now and now.warnings == {"test of a seed": "warning: dbt test of a seed found 2 rows"}
