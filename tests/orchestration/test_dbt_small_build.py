"""A build of a small project: what is told of each node, what reaches dbt, and how failures read."""

import json
import shutil
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from dbt.cli import main as dbt

from orchestration import dbt_build
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed, NodeEnded, NodeFailure
from orchestration.home import Home
from tests.orchestration.small_project import UNIQUE, in_use, rows


class Recorder(Watcher):
    """Keeps what it is told, and which threads there are then that a process would wait for."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int, int]] = []
        self.waited_for: list[threading.Thread] = []

    def starts(self, node: str, place: int, total: int) -> None:
        """Keep it."""
        self.started.append((node, place, total))
        self.waited_for += [thread for thread in threading.enumerate() if not thread.daemon]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home in which the small project is parsed, and may be built again and again."""
    with in_use(tmp_path_factory.mktemp("small")) as home:
        yield home


def build(
    home: Home, *selection: str, watcher: Watcher | None = None, **variables: object
) -> list[NodeEnded]:
    return [*dbt_build.build(home, selection, json.dumps(variables), watcher)]


def failed(home: Home, *selection: str, **variables: object) -> BuildFailed:
    with pytest.raises(BuildFailed) as told:
        build(home, *selection, **variables)
    return told.value


def test_each_node_is_told_of_as_it_ends(home: Home) -> None:
    ended = {node.unique_id: node for node in build(home)}
    assert {key: (str(node), node.status) for key, node in ended.items()} == {
        "seed.small.codes": ("seed codes", "success"),
        "model.small.known": ("model known", "success"),
        "model.small.engine": ("model engine", "success"),
        UNIQUE: ("test unique_known_code", "pass"),
        "test.small.none_above": ("test none_above", "pass"),
        "test.small.none_wrong": ("test none_wrong", "pass"),
    }
    told = ended["model.small.known"].event
    assert (told["info"]["name"], told["data"]["node_info"]["node_name"]) == ("LogModelResult", "known")


def test_a_log_keeps_thousandths_of_a_second() -> None:
    node = {"resource_type": "model", "node_name": "known", "node_status": "success"}
    assert NodeEnded({"data": {"node_info": node, "execution_time": 1.23456}}).told == {
        "resource_type": "model",
        "node": "known",
        "status": "success",
        "seconds": 1.235,
    }


def test_a_watcher_is_told_of_each_node_as_it_starts(home: Home) -> None:
    build(home, "--select", "codes", "none_above", watcher=(watcher := Recorder()))
    assert watcher.started == [("seed codes", 1, 2), ("test none_above", 2, 2)]


def test_a_process_that_ends_waits_for_no_build(home: Home) -> None:
    before = {thread for thread in threading.enumerate() if not thread.daemon}
    build(home, "--select", "codes", watcher=(watcher := Recorder()))
    assert set(watcher.waited_for) == before


def test_what_is_built_may_be_opened_at_once_to_read(home: Home) -> None:
    build(home, "--select", "codes")
    assert rows(home, "select code from codes order by code") == [(1,), (2,)]


def test_memory_and_threads_are_those_set(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_MEMORY_LIMIT", "512MB")
    monkeypatch.setenv("GONGHUI_THREADS", "3")
    build(home, "--select", "engine", code=7)
    assert rows(home, "select * from engine") == [(7, 3, "488.2 MiB")]


def test_a_home_that_was_emptied_since_it_was_parsed_is_built_in(home: Home) -> None:
    dbt_build.parse(home)
    shutil.rmtree(home.root)
    assert [str(node) for node in build(home, "--select", "codes")] == ["seed codes"]


def test_a_test_that_has_ended_says_how_many_rows_it_found(home: Home) -> None:
    found = {}
    with pytest.raises(BuildFailed, match="none_above"):
        for node in dbt_build.build(home, ["--select", "codes", "known", "none_above"], '{"most": 0}'):
            found[str(node)] = (node.status, node.failures if node.status == "fail" else None)
    assert found["test none_above"] == ("fail", 2)


def test_what_failed_is_told_with_how_often_and_why(home: Home) -> None:
    told = failed(home, "--exclude", "engine", most=1, wrong=2)
    assert sorted(told.checks) == ["test none_above", "test none_wrong"]
    summary, *failures = str(told).splitlines()
    assert summary == "build or audit failed in 2 dbt nodes"
    assert sorted(failures) == [
        "  test none_above: Got 1 result, configured to fail if != 0",
        "  test none_wrong: Got 4 results, configured to fail if != 0; code 1 is wrong; code 2 is wrong",
    ]


@pytest.mark.parametrize(
    ("variables", "node"),
    [({"code": "no_such()"}, "model engine"), ({"most": "no_such()"}, "test none_above")],
)
def test_a_node_that_could_not_be_run_says_what_the_engine_says(
    home: Home, variables: dict[str, str], node: str
) -> None:
    told = failed(home, **variables)
    assert told.checks == (node,)
    assert "no_such does not exist" in told.failures[0].message


def test_what_dbt_itself_refuses_is_one_sentence(home: Home) -> None:
    told = failed(home, "--no-such-option")
    assert str(told) == "dbt could not build: No such option '--no-such-option'."
    assert told.failures == ()


def test_who_interrupts_dbt_interrupts_the_build(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    dbt_build.parse(home)
    told = SimpleNamespace(success=False, exception=KeyboardInterrupt(), result=None)
    monkeypatch.setattr(dbt, "dbtRunner", lambda *_: SimpleNamespace(invoke=lambda *_: told))
    with pytest.raises(KeyboardInterrupt):
        build(home)


def test_a_failure_reads_as_kind_name_and_message() -> None:
    assert str(NodeFailure("known", "model", "no such table")) == "model known: no such table"
