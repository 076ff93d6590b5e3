"""A small project, as dbt built it, is built again without dbt: the same tables, tests and events."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, cast

import duckdb
import pytest
import yaml

from orchestration import dbt_build
from orchestration.common.as_of import Month
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed, NodeEnded
from orchestration.home import DBT_PROJECT, Home
from orchestration.publishing.manifest import Inputs
from orchestration.reference import ReferenceSeeds
from orchestration.refreshing import recorded
from orchestration.refreshing.plan import Plan, digest
from orchestration.refreshing.recorded import AT_ONCE, FoundRows, NotAsRecorded, Steps
from tests.orchestration.small_project import TO_BUILD_AGAIN, in_use, rows

MAY, JUNE = Month.parse("2020-05"), Month.parse("2020-06")
NOBODY = Watcher()
ALL = {
    "seed codes",
    "seed offices",
    "model int_as_of_months",
    "model codes_then",
    "model verdicts",
    "test codes_are_small",
    "test verdicts_are_few",
}
OFFICES = "code\n1\n2\n"


def plan_in(home: Home, landed_dir: str = "", parts: tuple[str, ...] = ()) -> Plan:
    """A build in `home`, whose reference seeds are written as one does."""
    home.build_reference.mkdir(parents=True, exist_ok=True)
    (home.build_reference / "offices.csv").write_text(OFFICES, encoding="utf-8")
    return Plan(home, ReferenceSeeds(None), MAY, cast("Inputs", None), landed_dir, parts, on_spark=False)


def by_dbt(plan: Plan) -> list[NodeEnded]:
    variables = {
        "as_of_month": str(plan.month),
        "landed_dir": plan.landed_dir,
        "landed_in_parts": plan.landed_in_parts,
        "reference_dir": str(plan.home.build_reference),
    }
    return [*dbt_build.build(plan.home, [], json.dumps(variables))]


def kept(plan: Plan) -> Steps | None:
    return recorded.kept(plan.home, is_landed=not plan.is_sample, in_parts=plan.landed_in_parts)


def known(plan: Plan) -> Steps:
    steps = kept(plan)
    assert steps
    return steps


def again(plan: Plan, steps: Steps | None = None, watcher: Watcher = NOBODY) -> list[NodeEnded]:
    return [*recorded.run(plan, known(plan) if steps is None else steps, watcher)]


def named(nodes: list[NodeEnded]) -> dict[str, NodeEnded]:
    return {str(node): node for node in nodes}


def content(home: Home) -> dict[str, Any]:
    """Tables and views with how they are made, what is said of them, and their rows."""
    made = rows(
        home,
        """
        select schema_name, table_name, sql, comment from duckdb_tables() where not internal union all
        select schema_name, view_name, sql, comment from duckdb_views() where not internal
        """,
    )
    return {
        "columns": sorted(
            rows(home, "select table_name, column_name, comment from duckdb_columns()"), key=str
        ),
        **{
            f"{schema}.{name}": (*how, sorted(rows(home, f"select * from {schema}.{name}")))
            for schema, name, *how in made
        },
    }


def verdicts(home: Home) -> list[tuple[Any, ...]]:
    return sorted(rows(home, "select * from judging.fct_verdicts"))


def landed_in(folder: Path, name: str = "codes.parquet") -> str:
    """Exports as landing leaves them, in a folder whose name a pattern or a text could stumble over."""
    folder = folder / "it's [1]"
    (folder / name).parent.mkdir(parents=True)
    duckdb.sql("select unnest(range(1, 4))::integer as code").write_parquet(str(folder / name))
    return str(folder)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The small project in use, and a home in which it is parsed."""
    with in_use(tmp_path_factory.mktemp("small"), TO_BUILD_AGAIN) as home:
        yield home


@pytest.fixture(scope="module")
def dbt_said(project: Home) -> list[NodeEnded]:
    """What dbt told as it built all of the sample, which is kept; its build file lies beside it."""
    plan = plan_in(project)
    nodes = by_dbt(plan)
    recorded.keep(plan, nodes)
    shutil.copytree(project.build_file.parent, project.root / "by_dbt")
    return nodes


@pytest.fixture
def plan(project: Home, dbt_said: list[NodeEnded]) -> Iterator[Plan]:
    """A build from nothing, as of May."""
    shutil.rmtree(project.build_file.parent)
    yield plan_in(project)


@pytest.fixture(scope="module")
def landed(project: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which dbt has built what had landed, which is kept."""
    folder = tmp_path_factory.mktemp("landed")
    plan = plan_in(Home(folder / "home"), landed_in(folder))
    recorded.keep(plan, by_dbt(plan))
    return plan.home


def test_the_same_is_built_as_dbt_built_it(plan: Plan, project: Home, tmp_path: Path) -> None:
    assert named(again(plan)).keys() == ALL
    before = Home(tmp_path)
    shutil.copytree(project.root / "by_dbt", before.build_file.parent)
    assert content(plan.home) == content(before)


def test_nothing_but_the_file_is_left(plan: Plan) -> None:
    again(plan)
    assert {path.name for path in plan.home.build_file.parent.iterdir()} == {"gonghui.duckdb", "reference"}


def test_the_month_is_the_one_asked_for_and_nothing_else_is_otherwise(plan: Plan) -> None:
    again(plan.as_of(JUNE))
    assert verdicts(plan.home) == [
        (1, "2020-06-01", "2020-05", "2020-05"),
        (2, "2020-06-01", "2020-05", "2020-05"),
    ]


def test_what_is_there_is_made_anew(plan: Plan) -> None:
    again(plan)
    (plan.home.build_reference / "offices.csv").write_text("code\n3\n", encoding="utf-8")
    again(plan)
    assert verdicts(plan.home) == [(3, "2020-05-01", "2020-05", "2020-05")]


def test_another_home_takes_what_was_kept_at_installation(
    landed: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_build, "INSTALLED", landed)
    plan = plan_in(Home(tmp_path / "o'ther [home]*"), landed_in(tmp_path))
    shutil.rmtree(landed.build_reference)
    assert again(plan)
    assert verdicts(plan.home) == [
        (1, "2020-05-01", "2020-05", "2020-05"),
        (2, "2020-05-01", "2020-05", "2020-05"),
    ]
    assert not plan.home.dbt_recorded.exists()


def test_what_landed_in_parts_is_built_again_in_parts(project: Home, tmp_path: Path) -> None:
    parts = ("codes",)
    plan = plan_in(
        Home(tmp_path / "home"), landed_in(tmp_path / "first", "codes.parquet/51/landed.parquet"), parts
    )
    recorded.keep(plan, by_dbt(plan))
    other = landed_in(tmp_path / "other", "codes.parquet/11/landed.parquet")
    again(replace(plan, landed_dir=other))
    assert [code for code, *_ in verdicts(plan.home)] == [1, 2]


def test_a_home_takes_its_own_before_that_of_the_installation(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Home(tmp_path)
    shutil.copytree(plan.home.dbt_recorded, installed.dbt_recorded)
    [file] = installed.dbt_recorded.iterdir()
    record = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**record, "digest": digest({}), "steps": {}}), encoding="utf-8")
    monkeypatch.setattr(dbt_build, "INSTALLED", installed)
    assert kept(plan) and kept(replace(plan, home=Home(tmp_path / "new"))) == {}


def of_other_code(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setattr(recorded, "code_of_checkout", lambda: {"dbt_project": "other"})
    return plan


def of_another_dbt(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setattr(recorded, "version", lambda package: "9" if package == "dbt-adapters" else "1")
    return plan


def of_another_checkout(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setattr(recorded, "CHECKOUT", Path("/elsewhere"))
    return plan


def in_parts(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Plan:
    return replace(plan, landed_in_parts=("codes",))


def of_what_landed(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Plan:
    shutil.copy(plan.home.dbt_recorded / "sample.json", plan.home.dbt_recorded / "landed.json")
    return replace(plan, landed_dir="/landed")


@pytest.mark.parametrize(
    "other",
    [of_other_code, of_another_dbt, of_another_checkout, in_parts, of_what_landed],
)
def test_what_follows_from_something_else_is_not_taken(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, other: Callable[[Plan, pytest.MonkeyPatch], Plan]
) -> None:
    assert kept(plan)
    assert kept(other(plan, monkeypatch)) is None


def cut_short(text: str) -> str:
    return text[:-9]


def with_another_figure(text: str) -> str:
    return text.replace("code > 99", "code > 98")


def of_another_form(_: str) -> str:
    return "[]"


def without_steps(text: str) -> str:
    return json.dumps({"follows_from": json.loads(text)["follows_from"]})


def in_bytes(_: str) -> str:
    return "\0\ud800"


@pytest.mark.parametrize("damage", [cut_short, with_another_figure, of_another_form, without_steps, in_bytes])
def test_a_damaged_record_is_none(plan: Plan, tmp_path: Path, damage: Callable[[str], str]) -> None:
    home = Home(tmp_path)
    shutil.copytree(plan.home.dbt_recorded, home.dbt_recorded)
    file = home.dbt_recorded / "sample.json"
    text = file.read_text(encoding="utf-8")
    assert kept(replace(plan, home=home))
    file.write_text(damage(text), encoding="utf-8", errors="surrogatepass")
    assert kept(replace(plan, home=home)) is None


@pytest.fixture
def kept_anew(
    plan: Plan, dbt_said: list[NodeEnded], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Steps | None]:
    """Keep what dbt said in a home without a record, its statements otherwise; returns what is kept there."""

    manifest, code = dbt_build.parse(plan.home), dbt_build.parsed_code(plan.home)
    monkeypatch.setattr(dbt_build, "parse", lambda _: manifest)
    monkeypatch.setattr(dbt_build, "parsed_code", lambda _: code)

    def anew(otherwise: Callable[[str], str] = str, without: str = "", landed_dir: str = "") -> Steps | None:
        there = plan_in(Home(tmp_path / "anew"), landed_dir)
        reference = str(plan.home.build_reference), str(there.home.build_reference)
        nodes = [
            replace(node, statements=tuple(otherwise(sql.replace(*reference)) for sql in node.statements))
            for node in dbt_said
            if node.name != without
        ]
        recorded.keep(there, nodes)
        return kept(there)

    return anew


def test_what_ran_whole_is_kept(kept_anew: Callable[..., Steps | None]) -> None:
    assert kept_anew()


def test_what_was_edited_while_dbt_built_is_not_kept(
    kept_anew: Callable[..., Steps | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded, "code_of_checkout", lambda: {"dbt_project": "edited"})
    assert kept_anew() is None


@pytest.mark.parametrize("folder", ["", "/build/elsewhere.csv"])
def test_what_names_its_home_is_not_kept(
    kept_anew: Callable[..., Steps | None], tmp_path: Path, folder: str
) -> None:
    assert kept_anew(lambda sql: sql.replace("code > 99", f"'{tmp_path}/anew{folder}' = 'a'")) is None


def test_what_names_where_exports_landed_is_not_kept(kept_anew: Callable[..., Steps | None]) -> None:
    named = kept_anew(lambda sql: sql.replace("code > 99", "'/[1]/landed' = 'a'"), landed_dir="/[1]/landed")
    assert named is None


def test_what_reads_a_node_that_dbt_did_not_build_is_not_kept(
    kept_anew: Callable[..., Steps | None],
) -> None:
    assert kept_anew(without="codes_then") is None


def test_what_made_nothing_is_not_kept(kept_anew: Callable[..., Steps | None]) -> None:
    assert kept_anew(lambda sql: "begin; select 1; commit" if "fct_verdicts" in sql else sql) is None


@pytest.mark.parametrize(
    ("changed", "follows"),
    [
        ({"int_as_of_months"}, {"int_as_of_months", "codes_then", "verdicts", "verdicts_are_few"}),
        ({"offices"}, {"offices", "verdicts", "verdicts_are_few"}),
        ({"offices", "codes"}, {name.split()[1] for name in ALL} - {"int_as_of_months"}),
        ({"codes_are_small"}, set()),
        ({"nothing"}, set()),
    ],
)
def test_what_follows_from_a_node_is_what_reads_it(plan: Plan, changed: set[str], follows: set[str]) -> None:
    found = recorded.following(known(plan), changed)
    assert {step.node.name for step in found.values()} == follows


def test_a_part_is_built_on_what_is_there(plan: Plan) -> None:
    again(plan)
    steps = recorded.following(known(plan), {"int_as_of_months"})
    nodes = again(plan.as_of(JUNE), steps)
    assert len(nodes) == len(steps) == 4
    assert [month for _, month, *_ in verdicts(plan.home)] == ["2020-06-01"] * 2


def test_each_starts_once_what_it_needs_is_there_and_is_told_of(plan: Plan) -> None:
    told: list[tuple[str, int, int]] = []
    ended: list[NodeEnded] = []

    class Told(Watcher):
        def starts(self, node: str, place: int, total: int) -> None:
            assert place - len(ended) <= AT_ONCE
            told.append((node, place, total))

    ended.extend(recorded.run(plan, known(plan), Told()))
    assert {node for node, _, _ in told} == ALL
    assert [(place, total) for _, place, total in told] == [(place, len(ALL)) for place in range(1, 8)]
    order = [node.unique_id for node in ended]
    for name, step in known(plan).items():
        assert [need for need in step.needs if order.index(need) > order.index(name)] == []


def test_events_are_dbts_own(plan: Plan, dbt_said: list[NodeEnded]) -> None:
    then, now = named(dbt_said), named(again(plan))
    build = {"index", "total", "num_models"}
    moving = {"msg", "thread", "ts", "invocation_id"}
    moments = {"node_started_at", "node_finished_at"}
    for name, node in now.items():
        was, event = then[name].event, node.event
        assert event["info"].keys() == was["info"].keys()
        assert {key for key, value in event["info"].items() if value != was["info"][key]} <= moving
        assert event["data"].keys() == was["data"].keys() - build
        assert {key for key in event["data"] if event["data"][key] != was["data"][key]} <= {
            *("execution_time", "node_info")
        }
        told, before = event["data"]["node_info"], was["data"]["node_info"]
        assert {key for key, value in told.items() if value != before.get(key)} == moments
        assert told["node_started_at"] <= told["node_finished_at"] < event["info"]["ts"]
        assert 0 <= node.seconds < 60
        assert event["info"]["msg"] == f"{node.name}: {node.status} in {node.seconds:.2f} s"
    assert len({node.event["info"]["invocation_id"] for node in now.values()}) == 1
    assert named(again(plan))["seed codes"].event["info"]["invocation_id"] not in {
        *(node.event["info"]["invocation_id"] for node in [*now.values(), *then.values()])
    }


def test_a_test_that_warns_says_how_many_rows_it_found_now(plan: Plan) -> None:
    few = "test verdicts_are_few"
    node = named(again(plan))[few]
    assert (node.status, node.failures, node.event["data"]["status"]) == ("warn", 1, "warn")
    assert node.event["info"]["level"] == "warn"
    (plan.home.build_reference / "offices.csv").write_text("code\n1\n", encoding="utf-8")
    node = named(again(plan))[few]
    assert (node.status, node.failures, node.event["data"]["status"]) == ("pass", 0, "pass")
    assert node.event["info"]["level"] == "info"


def with_statements(steps: Steps, name: str, *statements: str) -> Steps:
    return {
        key: replace(step, statements=statements) if step.node.name == name else step
        for key, step in steps.items()
    }


@pytest.mark.parametrize("found", ["1, false, true", "1, true, false", "1, true, true"])
def test_a_test_of_severity_error_that_finds_rows_ends_it(plan: Plan, found: str) -> None:
    steps = with_statements(known(plan), "codes_are_small", f"select {found}")
    with pytest.raises(FoundRows, match=r"^test codes_are_small$"):
        again(plan, steps)


def test_what_duckdb_refuses_ends_it(plan: Plan) -> None:
    (plan.home.build_reference / "offices.csv").unlink()
    with pytest.raises(NotAsRecorded, match=r"^seed offices, IOException$"):
        again(plan)


def test_dbt_says_the_rest(plan: Plan) -> None:
    (plan.home.build_reference / "offices.csv").unlink()
    with pytest.raises(BuildFailed, match="seed offices"):
        by_dbt(plan)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("has_begun", [False, True])
def test_whoever_interrupts_does_not_wait_for_the_step(plan: Plan, tmp_path: Path, has_begun: bool) -> None:
    begun = tmp_path / "begun.csv"
    first = f"copy (select 1) to '{begun}'"
    for_ever = (
        "create table gonghui.raw.codes as select count(*) as code from range(1000000) a, range(1000000) b"
    )

    class Impatient(Watcher):
        def starts(self, node: str, place: int, total: int) -> None:
            if place == 2:
                while has_begun and not begun.exists():
                    Event().wait(0.01)
                raise KeyboardInterrupt

    steps = with_statements(known(plan), "codes", first, for_ever)
    ready = {name: step for name, step in steps.items() if step.node.name in ("codes", "offices")}
    with pytest.raises(KeyboardInterrupt):
        again(plan, dict(sorted(ready.items())), Impatient())


def test_a_file_that_duckdb_cannot_open_is_of_no_use(plan: Plan) -> None:
    plan.home.build_file.write_bytes(b"damaged" * 1000)
    with pytest.raises(NotAsRecorded, match=r"^IOException$"):
        again(plan)


def test_as_many_are_built_at_once_as_dbt_has_threads() -> None:
    profiles = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    assert profiles["gonghui"]["outputs"]["build"]["threads"] == AT_ONCE


def test_memory_and_spill_are_those_set(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_MEMORY_LIMIT", "512MB")
    asked = "current_setting('memory_limit'), current_setting('temp_directory')"
    table = f"create table gonghui.raw.codes as select 1 as code, {asked}"
    again(plan, with_statements(known(plan), "codes", table))
    spill = f"{plan.home.build_file}.spill"
    assert rows(plan.home, "select * from raw.codes") == [(1, "488.2 MiB", spill)]


@pytest.mark.parametrize("changed", [{"codes"}, {"verdicts"}], ids=["built with its view", "built alone"])
def test_what_reads_a_view_has_the_threads_that_are_set(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, changed: set[str]
) -> None:
    again(plan)
    monkeypatch.setenv("GONGHUI_THREADS", "3")
    asked = "select 1 as code, current_setting('threads') as threads"
    table = f"create table gonghui.judging.fct_verdicts as {asked}"
    again(plan, with_statements(recorded.following(known(plan), changed), "verdicts", table))
    assert rows(plan.home, "select threads from judging.fct_verdicts") == [(3,)]


def test_what_reads_a_view_is_known(plan: Plan) -> None:
    assert [step.node.name for step in known(plan).values() if step.reads_a_view] == ["verdicts"]


def test_what_reads_no_view_has_one_thread(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_THREADS", "3")
    table = "create table gonghui.raw.codes as select 1 as code, current_setting('threads') as threads"
    steps = {name: step for name, step in known(plan).items() if step.node.name == "codes"}
    again(plan, with_statements(steps, "codes", table))
    assert rows(plan.home, "select threads from raw.codes") == [(1,)]


def test_what_follows_from_few_rows_has_one_thread(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_THREADS", "3")
    steps = with_statements(known(plan), "verdicts_are_few", "select current_setting('threads'), true, false")
    assert named(again(plan, steps))["test verdicts_are_few"].failures == 1
