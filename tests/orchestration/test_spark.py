"""Which engine there is, and what is said where there is none."""

import re
import socket
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from pysail.spark import SparkConnectServer

from orchestration import spark
from orchestration.errors import UsageFault
from orchestration.spark import EngineFault
from tests.orchestration.anew import imported_without

pytestmark = pytest.mark.usefixtures("as_a_command")


@pytest.fixture(autouse=True)
def _no_remote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(spark.REMOTE_VARIABLE, "")


def test_without_an_address_the_engine_is_one_of_its_own_on_a_free_port_of_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = []

    def keep(*given: Any) -> SparkConnectServer:
        kept.append(SparkConnectServer(*given))  # else it ends as soon as nobody knows it
        return kept[0]

    monkeypatch.setattr("pysail.spark.SparkConnectServer", keep)
    with spark.engine() as engine:
        host, port = engine.address.removeprefix("sc://").split(":")
        assert (host, int(port) >= 1024) == ("127.0.0.1", True)
        assert engine.answers()
    assert not engine.answers()
    assert kept[0].listening_address is None
    with pytest.raises(ConnectionRefusedError, match="refused"):
        socket.create_connection((host, int(port)))


def test_rows_are_counted_by_table_and_schemas_go_with_all_that_is_in_them(tmp_path: Path) -> None:
    with spark.engine() as engine:
        for schema in ("mine", "others"):
            engine.session.sql(f"create schema {schema}").collect()
            engine.session.sql(f"create view {schema}.codes as select explode(array(7, 8)) as code").collect()
            engine.session.sql(f"create view {schema}.few as select 7 as code").collect()
        assert engine.row_counts(["mine.codes", "mine.few"]) == {"mine.codes": 2, "mine.few": 1}
        engine.clear(["mine", "not_there"])
        left = {row[0] for row in engine.session.sql("show schemas").collect()}
    assert (left & {"mine", "others"}) == {"others"}


class Cluster:
    """A session of a cluster that is busy."""

    version = "4.2.0"

    def __init__(self, *, fails: bool) -> None:
        self._fails = fails
        self.told: list[str] = []

    def interruptAll(self) -> None:
        self._note("interrupt")

    def stop(self) -> None:
        self._note("stop")

    def _note(self, what: str) -> None:
        self.told.append(what)
        if self._fails:
            raise ConnectionError


@pytest.mark.parametrize("fails", [False, True])
def test_what_still_runs_on_a_cluster_is_stopped_and_the_session_closed(
    monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    monkeypatch.setenv(spark.REMOTE_VARIABLE, "sc://cluster:15002/;token=abc")
    session = Cluster(fails=fails)
    monkeypatch.setattr(spark, "_session", lambda _: session)
    with spark.engine() as engine:
        assert engine.address == "sc://cluster:15002"
        assert session.told == []
    assert session.told == ["interrupt", "stop"]


def test_each_home_has_schemas_of_its_own() -> None:
    one, other = spark.schema_prefix(Path("/one")), spark.schema_prefix(Path("/other"))
    assert one == spark.schema_prefix(Path("/one")) != other
    assert re.fullmatch("gonghui_[0-9a-f]+", one)


def test_each_package_that_has_a_say_has_a_version() -> None:
    assert spark.versions() == {name: version(name) for name in ("dbt-spark", "pysail", "pyspark-client")}


def test_the_module_is_there_where_the_engine_is_not() -> None:
    assert imported_without("pyspark.sql.connect.session", "orchestration.spark").MAJOR == spark.MAJOR


def told(warned: pytest.WarningsRecorder) -> list[str]:
    """What a person is warned of; that garbage of other tests is collected is none of it."""
    return [str(each.message) for each in warned if each.category in (FutureWarning, UserWarning)]


def test_nobody_is_warned_of_what_pyspark_says_of_pandas_and_of_an_engine_that_is_gone(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "pyspark"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(spark, "_RETRIES", 1)
    monkeypatch.setenv(spark.REMOTE_VARIABLE, "sc://127.0.0.1:9")
    with pytest.raises(EngineFault, match=r"sc://127\.0\.0\.1:9"), spark.engine():
        pass
    assert told(recwarn) == []


def test_nobody_is_warned_of_a_catalog_that_dbt_asks_each_session_for(
    recwarn: pytest.WarningsRecorder,
) -> None:
    with spark.engine():
        warnings.warn("Failed to set spark.sql.catalogImplementation to hive", stacklevel=1)  # says a cluster
    assert told(recwarn) == []


def test_an_engine_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "MAJOR", "3")
    said = r"the engine at sc://127\.0\.0\.1:\d+ is Spark 4\.\S+, and the models are tried on Spark 3"
    with pytest.raises(EngineFault, match=said), spark.engine():
        pass


def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(spark.REMOTE_VARIABLE, "127.0.0.1:15002")
    with pytest.raises(UsageFault, match="write sc://HOST:PORT"), spark.engine():
        pass


def test_of_an_address_where_nothing_answers_the_token_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spark, "_RETRIES", 1)
    monkeypatch.setenv(spark.REMOTE_VARIABLE, "sc://127.0.0.1:9/;token=abc")
    said = r"no engine answers at sc://127\.0\.0\.1:9: start it"
    with pytest.raises(EngineFault, match=said), spark.engine():
        pass


def test_an_installation_without_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "PACKAGES", ("no-such-package",))
    with pytest.raises(UsageFault, match=r"no-such-package.*run make engine-spark"):
        spark.demand_installed()
