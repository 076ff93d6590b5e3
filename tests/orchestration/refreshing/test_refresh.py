"""A refresh step by step, without dbt: what a release is made of, and what is said of it."""

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
from orchestration.home import Home
from orchestration.publishing.manifest import ManifestUnreadable, read_manifest, verdicts_sha256
from orchestration.publishing.parquet import PARQUET
from orchestration.publishing.releases import WAREHOUSE, folders, in_force
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.refresh import (
    land,
    made,
    publish,
    put_in_force,
    refresh,
    release,
    restored,
)
from orchestration.refreshing.request import Request
from tests.orchestration.refreshing.asked import fields
from tests.orchestration.refreshing.built import Builds, Node

FEBRUARY, MARCH = Month(2021, 2), Month(2021, 3)
NOBODY = Watcher()


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


def test_a_release_of_the_same_inputs_has_its_tables_published_again(
    plan: Plan, builds: Builds, said: pytest.LogCaptureFixture
) -> None:
    builds.nodes = [Node("test of a seed", "warn"), Node("test of a verdict", "pass")]
    warning = "warning: dbt test of a seed found 2 rows"
    first = made(plan, NOBODY)
    assert (first.warnings, said.messages[-1]) == ((warning,), warning)
    assert {name.split("/")[0] for name in first.files} == {WAREHOUSE, PARQUET}
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


def test_the_verdicts_published_are_those_of_the_manifest(plan: Plan, builds: Builds) -> None:
    manifest = made(plan, NOBODY)
    folder = plan.home.releases / manifest.release.release_id
    assert verdicts_sha256(folder / WAREHOUSE) == manifest.verdicts_sha256


def test_a_release_without_its_files_is_none(
    plan: Plan, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orchestration.refreshing.refresh.write_parquet", fail)
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
