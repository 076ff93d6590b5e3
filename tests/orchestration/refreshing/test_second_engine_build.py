"""A build of a small project on both engines: who makes what, what is taken over, and what is left of it."""

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import duckdb
import pytest
from pysail.spark import SparkConnectServer

from orchestration import dbt_build, spark
from orchestration.common.logs import logger
from orchestration.common.watcher import Watcher
from orchestration.dbt_build import BuildFailed
from orchestration.home import Home
from orchestration.refreshing import second_engine
from orchestration.refreshing.second_engine import Node
from orchestration.spark import Engine, EngineFault
from tests.orchestration.small_project import FOR_TWO_ENGINES, in_use, rows

pytestmark = pytest.mark.usefixtures("as_a_command")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose seeds are loaded, in which the small project may be built again and again."""
    with in_use(tmp_path_factory.mktemp("two"), FOR_TWO_ENGINES) as home:
        assert [*dbt_build.build(home, ["--select", "resource_type:seed"], "{}")]
        yield home


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine that is there before a build, and after it; what a session has made, no other sees."""
    monkeypatch.setenv(spark.REMOTE_VARIABLE, "")
    with spark.engine() as engine:
        monkeypatch.setattr(spark, "engine", lambda: nullcontext(engine))
        yield engine


def build(home: Home, watcher: Watcher | None = None, **variables: object) -> list[str]:
    """The nodes that ended, in their order."""
    asked = {"landed_dir": "", **variables}
    return [str(node) for node in second_engine.build(home, [], asked, watcher or Watcher())]


def left(home: Home, cluster: Engine) -> list[str]:
    """The schemas of a home that are on an engine, and the folders that it was to build in."""
    schemas = [row[0] for row in cluster.session.sql("show schemas").collect()]
    mine = [name for name in schemas if name.startswith(spark.schema_prefix(home.root))]
    return [*mine, *(path.name for path in home.build_engine.iterdir())]


def test_a_seed_that_was_not_landed_is_handed_over_as_parquet(home: Home, tmp_path: Path) -> None:
    seeds = second_engine.handed_over(home, tmp_path / "seeds", "", {})
    assert seeds == {
        "codes": {"path": str(tmp_path / "seeds" / "codes.parquet"), "rows": 3},
        "offices": {"path": str(tmp_path / "seeds" / "offices.parquet"), "rows": 1},
    }
    with duckdb.connect() as connection:
        found = connection.read_parquet(str(tmp_path / "seeds" / "codes.parquet")).order("code").fetchall()
    assert found == [(1,), (2,), (3,)]


def test_what_was_landed_is_read_where_it_lies(home: Home, tmp_path: Path) -> None:
    seeds = second_engine.handed_over(home, tmp_path / "seeds", str(tmp_path / "landed"), {"codes": 3})
    assert seeds["codes"] == {"path": str(tmp_path / "landed" / "codes.parquet"), "rows": 3}
    assert [file.name for file in (tmp_path / "seeds").iterdir()] == ["offices.parquet"]


def test_landed_rows_that_are_gone_are_told(home: Home, tmp_path: Path) -> None:
    with pytest.raises(EngineFault, match=r"/codes\.parquet holds 3 rows, and 4 were landed: restore it"):
        second_engine.handed_over(home, tmp_path / "seeds", str(tmp_path), {"codes": 4})


@pytest.mark.parametrize(
    ("variables", "fault", "said"),
    [
        ({"most": "no_such()"}, BuildFailed, "model few_codes: .*no_such"),
        ({"limit": "`No space left on device`"}, EngineFault, "^the disk is full where the engine at sc://"),
    ],
)
def test_a_model_that_fails_leaves_nothing_on_the_engine(
    home: Home, cluster: Engine, variables: dict[str, str], fault: type[Exception], said: str
) -> None:
    with pytest.raises(fault, match=said):
        build(home, **variables)
    assert left(home, cluster) == []


class Midway(Watcher):
    """Does something as soon as a node begins on the second engine."""

    def __init__(self, what: Callable[[], object]) -> None:
        self._what = what
        self._begun: list[str] = []

    def starts(self, node: str, place: int, total: int) -> None:
        """Note it: DuckDB begins a seed, then the second engine does, and then DuckDB again."""
        self._begun.append(node)
        if node == "seed codes" and self._begun.count(node) == 2:
            self._what()


def test_what_a_build_that_was_killed_has_left_is_gone_before_the_models_run(
    home: Home, cluster: Engine, tmp_path: Path
) -> None:
    schema, there = f"{spark.schema_prefix(home.root)}_judging", list[list[object]]()
    cluster.session.sql(f"create schema {schema}").collect()
    cluster.session.sql(f"create table {schema}.old (a int) using parquet location '{tmp_path}'").collect()
    look = Midway(lambda: there.append(cluster.session.sql(f"show tables in {schema}").collect()))
    build(home, look)
    assert there == [[]]


def test_an_engine_that_ends_before_its_work_does_is_a_sentence(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger.name)
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    address = f"sc://127.0.0.1:{server.listening_address[1]}"
    monkeypatch.setenv(spark.REMOTE_VARIABLE, address)
    monkeypatch.setattr(spark, "_RETRIES", 0)
    with pytest.raises(EngineFault, match=f"^the engine at {address} ended before its work did: see there"):
        build(home, Midway(server.stop))
    assert [
        line for line in caplog.messages if re.fullmatch(rf"the models run on Spark 4\S+ at {address}", line)
    ]


def test_what_failed_is_told_whoever_has_removed_the_folder_of_the_build(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def gone() -> Iterator[Engine]:
        shutil.rmtree(home.build_engine)
        raise EngineFault("no engine answers")
        yield

    monkeypatch.setattr(spark, "engine", gone)
    with pytest.raises(EngineFault, match="no engine answers"):
        build(home)


def test_a_node_is_called_as_duckdb_calls_it() -> None:
    assert Node("judging", "fct_verdicts").path == "judging.fct_verdicts"


def test_tables_are_made_by_the_second_engine_and_the_rest_by_duckdb(home: Home, cluster: Engine) -> None:
    ended = build(home)
    assert set(ended[:3]) == {"seed codes", "seed offices", "test codes_can_be_summed"}
    assert ended.count("model verdicts") == 2
    assert ended.count("test codes_are_small") == 1
    assert rows(home, "from judging.fct_verdicts order by code") == [(1, "spark"), (2, "spark")]
    assert rows(home, "from judging.no_codes") == []
    assert left(home, cluster) == []
