"""What is kept at installation builds any home without dbt: table by table what dbt builds there."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pytest

from orchestration import dbt_build
from orchestration.common.watcher import Watcher
from orchestration.home import Home
from orchestration.maintaining.install import install
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.releases import folders
from orchestration.refreshing import recorded
from orchestration.refreshing.building import PROVED
from orchestration.refreshing.plan import AS_OF_NODE
from orchestration.refreshing.refresh import refresh
from orchestration.refreshing.request import Request
from tests.golden.refreshed import GOLDEN

EARLIER = "2020-12"
NEXT = "2021-03"


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all homes of this module."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(scope="module")
def installed(homes: Path) -> Home:
    """What `make install` leaves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_build, "INSTALLED", Home(homes / "installed"))
        install()
    return Home(homes / "installed")


@dataclass
class Refreshed(Watcher):
    """A home, which nodes were built or run for its newest release, and of what that warns."""

    home: Home
    nodes: list[str] = field(default_factory=list)
    warnings: tuple[str, ...] = ()

    def starts(self, node: str, place: int, total: int) -> None:
        """Keep it."""
        self.nodes.append(node)


def refreshed(home: Path, month: str, installed: Home) -> Refreshed:
    """Refresh a home with the golden exports, where that is what was installed."""
    made = Refreshed(Home(home))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_build, "INSTALLED", installed)
        asked = Request.of(str(home), str(GOLDEN / "inbox"), month, seeds=str(GOLDEN / "reference"))
        refresh(asked, made)
    made.warnings = read_manifest(folders(made.home)[0]).warnings
    return made


@pytest.fixture(scope="module")
def by_dbt(homes: Path) -> dict[str, Refreshed]:
    """By month, a home in which dbt has built everything."""
    nothing = Home(homes / "nothing")
    return {month: refreshed(homes / f"dbt-{month}", month, nothing) for month in (EARLIER, NEXT)}


@pytest.fixture
def without_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    """To ask dbt for anything is a fault."""

    def fail(*_: object) -> NoReturn:
        raise AssertionError("dbt was asked")

    monkeypatch.setattr(dbt_build, "parse", fail)
    monkeypatch.setattr(dbt_build, "build", fail)


def differing(one: Refreshed, other: Refreshed) -> list[str]:
    """The tables and views that two builds have not alike: how they are made, said of, and their rows."""
    assert one.warnings == other.warnings
    found: list[dict[str, Any]] = []
    for home in (one.home, other.home):
        with duckdb.connect(home.build_file, read_only=True) as connection:
            made = connection.execute(
                """
                select schema_name || '.' || table_name, sql, comment from duckdb_tables() where not internal
                union all
                select schema_name || '.' || view_name, sql, comment from duckdb_views() where not internal
                """
            ).fetchall()
            content: dict[str, Any] = {}
            for name, sql, comment in made:
                hashed = f"select count(*), bit_xor(hash(rows)), sum(hash(rows)) from {name} as rows"
                columns = (
                    "select column_name, comment from duckdb_columns() "
                    f"where schema_name || '.' || table_name = '{name}' order by column_index"
                )
                content[name] = (
                    sql.replace(str(home.root), "HOME"),
                    comment,
                    connection.execute(hashed).fetchall(),
                    connection.execute(columns).fetchall(),
                )
        found.append(content)
    first, second = found
    assert len(first) > 90
    return sorted(name for name in {*first, *second} if first.get(name) != second.get(name))


def test_a_new_home_is_built_as_dbt_builds_it_and_so_is_another_month(
    by_dbt: dict[str, Refreshed], installed: Home, homes: Path, without_dbt: None
) -> None:
    new = refreshed(homes / "again", EARLIER, installed)
    assert sorted(new.nodes) == sorted(by_dbt[EARLIER].nodes)
    assert differing(new, by_dbt[EARLIER]) == []
    later = refreshed(new.home.root, NEXT, installed)
    assert {*later.nodes} < {*new.nodes}
    assert differing(later, by_dbt[NEXT]) == []


def test_what_dbt_has_built_is_built_upon(by_dbt: dict[str, Refreshed], homes: Path) -> None:
    home = refreshed(by_dbt[EARLIER].home.root, NEXT, Home(homes / "nothing"))
    assert differing(home, by_dbt[NEXT]) == []


def test_what_follows_from_a_node_is_what_dbt_selects(installed: Home) -> None:
    steps = recorded.kept(installed, is_landed=True, in_parts=())
    assert steps
    manifest = dbt_build.parse(installed)
    [seeds] = [[step.node.name for step in steps.values() if step.node.resource_type == "seed"]]
    otherwise = []
    for name in (AS_OF_NODE, *seeds):
        asked = ["list", "--select", f"{name}+", "--exclude", *PROVED, "--output", "name"]
        listed = dbt_build._invoke([*asked, "--resource-types", "seed", "model", "test"], {}, manifest)
        found = sorted(step.node.name for step in recorded.following(steps, {name}).values())
        if found != sorted(listed.result):
            otherwise.append(name)
    assert (otherwise, len(seeds)) == ([], 40)


def test_it_is_done_once_and_again_where_the_code_is_another(
    installed: Home, monkeypatch: pytest.MonkeyPatch, without_dbt: None
) -> None:
    monkeypatch.setattr(dbt_build, "INSTALLED", installed)
    install()
    monkeypatch.setattr(recorded, "code_of_checkout", lambda: {"dbt_project": "edited"})
    with pytest.raises(AssertionError, match="dbt was asked"):
        install()


def test_what_is_there_of_one_kind_is_made_anew_with_the_other(
    installed: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Home(tmp_path)
    shutil.copytree(installed.root, there.root, dirs_exist_ok=True)
    (there.dbt_recorded / "landed.json").unlink()
    monkeypatch.setattr(dbt_build, "INSTALLED", there)
    install()
    assert all_kept(there)


def all_kept(home: Home) -> bool:
    return None not in [recorded.kept(home, is_landed=each, in_parts=()) for each in (False, True)]
