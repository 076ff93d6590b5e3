"""A refresh step by step, without dbt: what is built, what a release is made of, and what is said of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, NoReturn

import duckdb
import pytest

from orchestration import dbt_build
from orchestration.common.as_of import Month
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed
from orchestration.home import Home
from orchestration.publishing import files
from orchestration.publishing.manifest import ManifestUnreadable, read_manifest
from orchestration.publishing.publish import PUBLISHED_SCHEMAS
from orchestration.publishing.releases import WAREHOUSE, folders, in_force
from orchestration.reference import ReferenceRefused
from orchestration.refreshing import recorded
from orchestration.refreshing.audit import passed
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.recorded import FoundRows, NotAsRecorded
from orchestration.refreshing.refresh import (
    build,
    land,
    made,
    publish,
    put_in_force,
    refresh,
    release,
    restored,
)
from orchestration.refreshing.request import Request
from tests.checkouts import Seeds
from tests.orchestration.refreshing.built import FILE, Builds, Node

FEBRUARY, MARCH = Month(2021, 2), Month(2021, 3)
NOBODY = Watcher()


@pytest.fixture
def plan(sample: Plan) -> Plan:
    """A release of a month in which the small build file has verdicts."""
    return sample.as_of(FEBRUARY)


@pytest.fixture
def home(plan: Plan) -> Home:
    return plan.home


def newest(home: Home) -> str:
    return folders(home)[0].name


def test_a_range_is_told_month_by_month_and_its_last_is_in_force(home: Home, builds: Builds) -> None:
    told = refresh(Request.of(str(home.root), as_of="2021-01..2021-02"), NOBODY)
    last, first = (folder.name for folder in folders(home))
    assert told.splitlines() == [
        f"made release {first} (sample data), as of 2021-01: PASS 1",
        f"published {home.published_file}: release {last} (sample data), as of 2021-02: "
        "FAIL 1, IN_PROGRESS 1, NO_DATA 1",
    ]
    seen = in_force(home)
    assert seen and seen.release_id == last


def test_what_is_landed_is_told(home: Home, inbox: Path, said: pytest.LogCaptureFixture) -> None:
    (inbox / "推广计划_20210301.csv").touch()
    assert land(Request.of(str(home.root), str(inbox)), NOBODY).landed == ("promotion_plans",)
    assert "推广计划_20210301.csv" in said.text


@pytest.mark.parametrize(("on_spark", "is_known"), [(False, False), (True, True), (False, True)])
def test_dbt_has_parsed_before_it_builds_where_it_does(
    on_spark: bool,
    is_known: bool,
    home: Home,
    inbox: Path,
    builds: Builds,
    monkeypatch: pytest.MonkeyPatch,
    said: pytest.LogCaptureFixture,
) -> None:
    landed, building = Event(), Event()
    parsed: list[tuple[Home, bool]] = []

    class Told(Watcher):
        def landed(self, *_: object) -> None:
            landed.set()

    def parse(of: Home) -> None:
        landed.wait(9)
        parsed.append((of, building.wait(0.4)))

    def build(*asked: Any) -> Iterator[Node]:
        building.set()
        return builds.by_dbt(*asked)

    monkeypatch.setattr(dbt_build, "parse", parse)
    monkeypatch.setattr(dbt_build, "build", build)
    builds.is_known = is_known
    told = refresh(replace(Request.of(str(home.root), str(inbox)), on_spark=on_spark), Told())
    assert told.startswith(f"published {home.published_file}: release {newest(home)}, as of 2021-02: FAIL 1")
    assert parsed == ([] if is_known and not on_spark else [(home, False)])
    if not on_spark:
        assert builds.asked[0] == {"is_landed": True, "in_parts": ()}
    assert "building as of 2021-02" in said.messages


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


def fields(said: pytest.LogCaptureFixture, line: int) -> dict[str, Any]:
    """What a program is told with a line."""
    return vars(said.records[line])["fields"]


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


def test_a_release_of_the_same_inputs_has_its_tables_published_again(
    plan: Plan, builds: Builds, said: pytest.LogCaptureFixture
) -> None:
    builds.nodes = [Node("test of a seed", "warn"), Node("test of a verdict", "pass")]
    warning = "warning: dbt test of a seed found 2 rows"
    first = made(plan, NOBODY)
    assert (first.warnings, said.messages[-1]) == ((warning,), warning)
    assert first.files.keys() == {WAREHOUSE, FILE}
    said.clear()
    again = made(plan, NOBODY)
    assert said.messages == [
        f"nothing new since release {first.release.release_id}: its tables are published again",
        warning,
    ]
    assert len(builds.selections) == 1
    folder = plan.home.releases / again.release.release_id
    assert again.release.release_id > first.release.release_id
    assert (
        read_manifest(folder)
        == again
        == replace(first, release=again.release, files={**first.files, WAREHOUSE: again.files[WAREHOUSE]})
    )
    assert (again.release.is_sample, again.release.as_of_month) == (True, FEBRUARY.first_day)
    with duckdb.connect(folder / WAREHOUSE, read_only=True) as connection:
        [(named,)] = connection.execute("select release_id from quality.release").fetchall()
    assert named == again.release.release_id


def test_whose_seeds_they_are_is_told_anew(plan: Plan, builds: Builds) -> None:
    made(plan, NOBODY)
    theirs = replace(plan, inputs=replace(plan.inputs, office_seeds=("thresholds.csv",)))
    assert release(theirs).inputs.office_seeds == ("thresholds.csv",)


def test_what_a_release_revises_is_said_once_and_noted_in_each_that_has_it(
    plan: Plan, builds: Builds, said: pytest.LogCaptureFixture
) -> None:
    final = "update compliance.fct_verdicts set is_final = true"
    builds.edits = [final, f"{final}, numerator = 8998 where denominator = 15000"]
    assert made(plan, NOBODY).revised == ()
    first, again = (made(plan.as_of(MARCH), NOBODY) for _ in range(2))
    [line] = first.revised
    assert line.startswith("final verdicts revised: 9.2 FAIL → FAIL, 1 of them, the first 510300 2021-02")
    assert (again.revised, said.messages.count(line)) == (first.revised, 1)
    for each in (first, again):
        warehouse = plan.home.releases / each.release.release_id / WAREHOUSE
        with duckdb.connect(warehouse, read_only=True) as connection:
            revised = connection.execute("select requirement_id from quality.revised_verdicts").fetchall()
        assert revised == [("9.2",)]


def test_who_called_final_what_is_not_now_is_noted(plan: Plan, builds: Builds) -> None:
    builds.edits = ["update compliance.fct_verdicts set is_final = true"]
    first = made(plan, NOBODY)
    assert made(plan.as_of(MARCH), NOBODY).called_final_by == (first.release.release_id,)


def test_a_release_without_its_files_is_none(
    plan: Plan, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_files", fail)
    with pytest.raises(OSError, match="No space left"):
        made(plan, NOBODY)
    assert folders(plan.home) == []


def test_what_is_published_is_told_to_programs_and_what_goes_for_it_to_people(
    plan: Plan, builds: Builds, monkeypatch: pytest.MonkeyPatch, said: pytest.LogCaptureFixture
) -> None:
    first = made(plan, NOBODY).release
    put_in_force(plan.home, first)
    second = made(plan, NOBODY).release
    for variable in ("GONGHUI_RELEASE_DAYS", "GONGHUI_RELEASE_MONTHS"):
        monkeypatch.setenv(variable, "0")
    said.clear()
    publish(plan.home, second)
    assert said.messages == [
        f"published release {second.release_id}",
        f"removed 1 releases that need not be kept: {first.release_id}",
    ]
    told = {"event": "published", "release": second.release_id, "as_of": "2021-02"}
    assert fields(said, 0) == told
    said.clear()
    publish(plan.home, second)
    assert said.messages == [f"published release {second.release_id}"]


def test_an_earlier_release_is_restored_where_it_is_sound(plan: Plan, builds: Builds) -> None:
    first, second = (made(plan, NOBODY).release for _ in range(2))
    publish(plan.home, second)
    assert restored(plan.home, first.release_id) == first == in_force(plan.home)
    damaged = plan.home.releases / second.release_id / WAREHOUSE
    damaged.unlink()
    with pytest.raises(ManifestUnreadable, match="is damaged"):
        restored(plan.home, second.release_id)
    assert in_force(plan.home) == first
