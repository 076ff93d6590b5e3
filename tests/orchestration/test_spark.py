"""Which engine there is, and what is said where there is none."""

import sys

import pytest

from orchestration import spark
from orchestration.errors import UsageFault
from orchestration.spark import EngineFault


@pytest.fixture(autouse=True)
def _no_remote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(spark.REMOTE_VARIABLE, "")
    # As a command has one, and a worker of xdist has none: pyspark takes that for a doctest of its own.
    monkeypatch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)


def test_without_an_address_the_engine_is_one_of_its_own_on_loopback() -> None:
    with spark.engine() as engine:
        assert engine.address.startswith("sc://127.0.0.1:")
        assert engine.answers()
    assert not engine.answers()


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
    monkeypatch.setenv(spark.REMOTE_VARIABLE, "sc://127.0.0.1:9/;token=abc")
    said = r"no engine answers at sc://127\.0\.0\.1:9: start it"
    with pytest.raises(EngineFault, match=said), spark.engine():
        pass


def test_an_installation_without_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "PACKAGES", ("no-such-package",))
    with pytest.raises(UsageFault, match=r"no-such-package.*run make engine-spark"):
        spark.demand_installed()
