"""A refresh builds what follows from what has changed, and nothing else; the release is the same."""

from pathlib import Path
from shutil import rmtree

import pytest

from orchestration import dbt_build
from orchestration.home import Home
from orchestration.landing import RAW_EXPORTS
from orchestration.publishing.manifest import Manifest, read_manifest
from orchestration.publishing.releases import WAREHOUSE, folders
from orchestration.refreshing.refresh import refresh
from orchestration.refreshing.request import Request
from tests.orchestration.refreshing.asked import Recorder
from tests.orchestration.refreshing.test_reproducible import inbox_in

CHINESE = {export.name: export.chinese for export in RAW_EXPORTS}


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
    """The same release by dbt, with nothing kept of earlier builds."""
    rmtree(home.build_file.parent)
    rmtree(home.releases)
    rmtree(home.dbt_recorded, ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_build, "INSTALLED", Home(home.root / "nothing"))
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
