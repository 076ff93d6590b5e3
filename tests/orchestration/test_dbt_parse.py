"""A project is parsed once, and again only in what has changed since: from night to night, in a new home."""

import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dbt.cli import main as dbt
from dbt.contracts.graph.manifest import Manifest

from orchestration import dbt_build
from orchestration.dbt_build import DUCKDB, SPARK, BuildFailed
from orchestration.home import Home
from orchestration.spark import schema_prefix
from tests.orchestration.small_project import UNIQUE, in_use, write_in


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home in which the small project is parsed, for those who only read; the project lies beside it."""
    with in_use(tmp_path_factory.mktemp("parse")) as home:
        parse(home)
        yield home


@pytest.fixture
def project(parsed: Home) -> Path:
    """The project, as it was when it was parsed."""
    return write_in(parsed.root.parent)


@pytest.fixture
def home(parsed: Home, project: Path, tmp_path: Path) -> Home:
    """A home that has parsed it."""
    return Home(Path(shutil.copytree(parsed.root, tmp_path / "home")))


def parse(home: Home, target: str = DUCKDB) -> Manifest:
    """Parse as a process does that has just begun."""
    dbt_build._parsed.cache_clear()
    return dbt_build.parse(home, target)


def times(manifest: Manifest) -> dict[str, float]:
    """When each node was parsed."""
    return {key: node.created_at for key, node in manifest.nodes.items()}


@dataclass(frozen=True)
class Call:
    """What dbt is asked for: whether anew, where its cache lies, and how Spark's schemas begin."""

    is_anew: bool
    folder: str
    schemas: str


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Call]]:
    """What dbt is asked for, who answers at once that all is well."""
    made: list[Call] = []

    def invoke(arguments: list[str]) -> SimpleNamespace:
        folder = arguments[arguments.index("--target-path") + 1]
        made.append(Call("--no-partial-parse" in arguments, folder, os.environ["GONGHUI_SPARK_SCHEMA"]))
        return SimpleNamespace(success=True, exception=None, result=SimpleNamespace(nodes={}))

    monkeypatch.setattr(dbt, "dbtRunner", lambda *_: SimpleNamespace(invoke=invoke))
    with in_use(tmp_path):
        yield made


def test_all_is_parsed_anew_where_a_macro_has_changed(tmp_path: Path, calls: list[Call]) -> None:
    for otherwise in (None, None, "another line", None, "y"):  # the sha256 is more than before, then less
        if otherwise:
            say(tmp_path / "dbt_project", otherwise)
        parse(Home(tmp_path))
    assert [call.is_anew for call in calls] == [True, False, True, False, True]


def test_each_target_has_a_cache_of_its_own_and_schemas_of_the_home_on_a_second_engine(
    tmp_path: Path, calls: list[Call]
) -> None:
    home = Home(tmp_path)
    for target in (DUCKDB, SPARK):
        parse(home, target)
    assert [(call.folder, call.schemas) for call in calls] == [
        (str(home.dbt_parse), "gonghui"),
        (str(home.dbt_parse / "spark"), schema_prefix(home.root)),
    ]


def test_what_was_parsed_as_it_was_installed_is_nothing_to_a_second_engine(
    parsed: Home, tmp_path: Path, calls: list[Call]
) -> None:
    shutil.copytree(parsed.dbt_parse, dbt_build.INSTALLED.dbt_parse)
    for target in (DUCKDB, SPARK):
        parse(Home(tmp_path), target)
    assert [call.is_anew for call in calls] == [False, True]


def test_a_process_parses_once(home: Home) -> None:
    first = parse(home)
    assert sorted(node.name for node in first.nodes.values()) == [
        "codes",
        "engine",
        "known",
        "none_above",
        "none_wrong",
        "unique_known_code",
    ]
    assert dbt_build.parse(home) is first


def test_the_next_process_parses_only_what_has_changed(home: Home, project: Path) -> None:
    before = times(parse(home))
    (project / "models" / "engine.sql").write_text("select 2 as code", encoding="utf-8")
    after = times(parse(home))
    assert [key for key in after if after[key] != before[key]] == ["model.small.engine"]


def test_a_second_engine_has_schemas_of_the_home_and_takes_nothing_from_the_first(
    home: Home, parsed: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_build, "INSTALLED", parsed)
    before = times(parse(home))
    assert parse(home, SPARK).nodes["model.small.known"].schema == schema_prefix(home.root)
    assert times(parse(home)) == before


@pytest.mark.usefixtures("project")
def test_a_new_home_begins_with_what_was_parsed_as_it_was_installed(
    parsed: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_build, "INSTALLED", parsed)
    assert times(parse(Home(tmp_path))) == times(parse(parsed))


def test_a_home_that_has_parsed_goes_on_with_its_own(
    home: Home, project: Path, parsed: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "models" / "engine.sql").write_text("select 2 as code", encoding="utf-8")
    before = times(parse(home))
    monkeypatch.setattr(dbt_build, "INSTALLED", parsed)
    assert times(parse(home)) == before


def test_the_seeds_are_those_of_the_checkout_wherever_it_has_moved(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = write_in(tmp_path)
    monkeypatch.setattr(dbt_build, "DBT_PROJECT", moved)
    seed: Any = parse(home).nodes["seed.small.codes"]
    assert seed.root_path == str(moved)


def say(project: Path, otherwise: str) -> None:
    """Change a macro, in words alone."""
    with (project / "macros" / "codes.sql").open("a", encoding="utf-8") as macros:
        macros.write(f"{{#- {otherwise} -#}}\n")


def test_a_test_keeps_its_description_when_a_macro_changes(home: Home, project: Path) -> None:
    say(project, "another line")
    assert parse(home).nodes[UNIQUE].description == "No code twice"


def test_a_test_keeps_its_description_when_all_is_mended_that_was_broken_as_a_macro_changed(
    home: Home, project: Path
) -> None:
    say(project, "another line")
    known = project / "models" / "known.sql"
    said = known.read_text(encoding="utf-8")
    known.write_text("{{ ref('nowhere') }}", encoding="utf-8")
    with pytest.raises(BuildFailed, match="nowhere"):
        parse(home)
    known.write_text(said, encoding="utf-8")
    assert parse(home).nodes[UNIQUE].description == "No code twice"


def test_a_project_that_cannot_be_read_is_one_sentence(home: Home, project: Path) -> None:
    (project / "models" / "known.sql").write_text("{{ ref('nowhere') }}", encoding="utf-8")
    with pytest.raises(BuildFailed, match=r"^the dbt project cannot be read: .*nowhere[^\n]*$") as told:
        parse(home)
    assert told.value.failures == ()


def test_what_dbt_parses_is_not_looked_through_for_garbage(home: Home) -> None:
    collected, kept = list[str](), gc.get_freeze_count()
    gc.callbacks.append(note := lambda phase, _: collected.append(phase))
    try:
        parse(home)
    finally:
        gc.callbacks.remove(note)
    assert collected == []
    assert gc.get_freeze_count() > kept
    assert gc.isenabled()
