"""A refresh builds what follows from what has changed, and releases nothing that has not passed whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from types import SimpleNamespace

import duckdb
import pytest

from orchestration.common.as_of import Month
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed
from orchestration.home import DBT_PROJECT, Home
from orchestration.landing import RAW_EXPORTS
from orchestration.publishing.manifest import Manifest, read_manifest
from orchestration.publishing.publish import PublishingRefused
from orchestration.publishing.releases import WAREHOUSE, folders
from orchestration.refreshing.audit import Passed, begin, complete, passed
from orchestration.refreshing.plan import Basis, Plan
from orchestration.refreshing.refresh import build, build_part, refresh, release
from orchestration.refreshing.request import Request
from tests.orchestration.refreshing.test_reproducible import inbox_in

CHINESE = {export.name: export.chinese for export in RAW_EXPORTS}
BUILT = Basis("project", {"int_as_of_months": "2020-12", "thresholds": "A", "articles": "A", "cadres": "A"})


class Recorder(Watcher):
    """Keeps which dbt nodes were started."""

    def __init__(self) -> None:
        self.nodes: set[str] = set()

    def starts(self, node: str, place: int, total: int) -> None:
        """Keep it."""
        self.nodes.add(node)


def tables(manifest: Manifest) -> dict[str, str]:
    """The sha256 of each published table, as a file."""
    return {name: digest for name, digest in manifest.files.items() if name != WAREHOUSE}


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(inbox_in(tmp_path_factory.mktemp("basis"), seed=1))


def refreshed(home: Home, inbox: Path, month: str = "2020-12") -> tuple[set[str], Manifest]:
    """Refresh; returns which dbt nodes were built or run, and the newest release."""
    recorder = Recorder()
    refresh(Request.of(str(home.root), str(inbox), month, ["shrunk"]), recorder)
    return recorder.nodes, read_manifest(folders(home)[0])


@pytest.fixture(scope="module")
def home(inbox: Path) -> Home:
    home = Home(inbox.with_name("home"))
    refreshed(home, inbox)
    return home


def from_nothing(home: Home, inbox: Path, month: str = "2020-12") -> Manifest:
    """The same release, with nothing kept of earlier builds."""
    rmtree(home.build_file.parent)
    rmtree(home.releases)
    return refreshed(home, inbox, month)[1]


def lose_a_row(inbox: Path, export: str) -> None:
    """Put a newer snapshot into the inbox, in one file, that lacks the last row."""
    first, second = sorted(inbox.glob(f"{CHINESE[export]}_20230103_*.csv"))
    lines = first.read_bytes().splitlines() + second.read_bytes().splitlines()[1:-1]
    (inbox / f"{CHINESE[export]}_20230104.csv").write_bytes(b"\n".join(lines))


@pytest.mark.parametrize(
    ("export", "cohorts"),
    [("benefit_services", "registered_users"), ("workflow_items", "registered_users")],
)
def test_what_follows_from_a_new_export_is_built_and_nothing_else(
    home: Home, inbox: Path, export: str, cohorts: str
) -> None:
    lose_a_row(inbox, export)
    nodes, manifest = refreshed(home, inbox)
    assert {f"seed {export}", f"model stg_{export}", "seed rejected_rows", "model fct_verdicts"} <= nodes
    assert not nodes & {f"seed {cohorts}", f"model int_{cohorts}_by_cohort", "model dim_clauses"}
    assert tables(manifest) == tables(from_nothing(home, inbox))


def test_another_month_is_built_on_what_is_there(home: Home, inbox: Path) -> None:
    nodes, manifest = refreshed(home, inbox, "2020-11")
    assert {"model int_as_of_months", "model fct_verdicts"} <= nodes
    assert not [node for node in nodes if node.startswith(("seed", "model stg_"))]
    assert tables(manifest) == tables(from_nothing(home, inbox, "2020-11"))


def test_what_was_built_and_not_released_is_not_built_again(home: Home, inbox: Path) -> None:
    refreshed(home, inbox)
    rmtree(home.releases)
    assert refreshed(home, inbox)[0] == set()


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


def test_what_somebody_changed_has_not_passed(built: Home) -> None:
    built.build_file.write_bytes(b"bvilt")
    assert passed(built) is None


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_an_unreadable_record_is_none(built: Home, text: str) -> None:
    built.build_audit.write_text(text, encoding="utf-8")
    assert passed(built) is None


@pytest.fixture
def sample(tmp_path: Path) -> Plan:
    """A release of the sample, in a home that has none."""
    [plan] = Plan.all_of(Request.of(str(tmp_path)))
    return plan


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> list[SimpleNamespace]:
    """The dbt nodes that a build ends, in place of dbt's own."""
    ended: list[SimpleNamespace] = []

    def build(home: Home, *_: object) -> Iterator[SimpleNamespace]:
        touched(home)
        yield from ended
        if ended and ended[-1].status == "fail":
            raise BuildFailed("a test failed")

    monkeypatch.setattr("orchestration.refreshing.refresh.dbt_build.build", build)
    return ended


class Node(SimpleNamespace):
    """A dbt node that has ended."""

    def __str__(self) -> str:
        return self.name


def node(name: str, status: str) -> Node:
    return Node(name=name, status=status, failures=2, seconds=0.0, told={})


def test_a_part_that_was_built_is_not_released(sample: Plan, nodes: list[SimpleNamespace]) -> None:
    """One asset materialized by hand, then the release alone."""
    complete(touched(sample.home), sample.basis, {})
    [*build_part(sample, ["--select", "fct_verdicts"], Watcher())]
    with pytest.raises(PublishingRefused, match="has not passed its audit whole"):
        release(sample)
    assert folders(sample.home) == []


def test_what_failed_its_audit_is_not_released(sample: Plan, nodes: list[SimpleNamespace]) -> None:
    nodes.append(node("test one_row_per_org", "fail"))
    with pytest.raises(BuildFailed, match="a test failed"):
        [*build(sample, Watcher())]
    with pytest.raises(PublishingRefused, match="has not passed its audit whole"):
        release(sample)


def test_what_was_built_as_of_another_month_is_not_released(
    sample: Plan, nodes: list[SimpleNamespace]
) -> None:
    [*build(sample.as_of(Month(2021, 6)), Watcher())]
    with pytest.raises(PublishingRefused, match="as of 2022-12"):
        release(sample)


def test_what_was_edited_while_it_was_built_is_not_released(
    sample: Plan, nodes: list[SimpleNamespace]
) -> None:
    before = replace(sample, inputs=replace(sample.inputs, code={"dbt_project": "of before"}))
    [*build(before, Watcher())]
    with pytest.raises(PublishingRefused, match="does not follow from the data"):
        release(before)


def test_a_cell_of_the_grid_without_a_verdict_is_not_released(
    sample: Plan, nodes: list[SimpleNamespace]
) -> None:
    touched(sample.home).build_file.unlink()
    cells = "date '2020-03-01' as as_of_month, '510300' as org_code, 'local' as role"
    with duckdb.connect(sample.home.build_file) as connection:
        connection.execute("create schema intermediate; create schema compliance")
        connection.execute(
            f"create table intermediate.int_requirement_grid as select {cells}, unnest(['9.2', '9.7']) "
            "as requirement_id; create table compliance.fct_verdicts as "
            f"select {cells}, '9.2' as requirement_id"
        )
    complete(sample.home, sample.basis, {})
    with pytest.raises(PublishingRefused, match=r"exactly one verdict: 9\.7 \(1\)"):
        release(sample)


def test_a_warning_is_kept_for_what_is_not_tested_again(sample: Plan, nodes: list[SimpleNamespace]) -> None:
    earlier = sample.as_of(Month(2021, 6))
    nodes += [node("test of a seed", "warn"), node("test of a verdict", "warn")]
    [*build(earlier, Watcher())]
    nodes[:] = [node("test of a verdict", "pass")]
    [*build(sample, Watcher())]
    now = passed(sample.home)
    assert now and now.warnings == {"test of a seed": "warning: dbt test of a seed found 2 rows"}
