"""How much of the machine DuckDB may take is set by the environment; a setting that is none is refused."""

from pathlib import Path

import duckdb
import pytest

from orchestration.common import limits
from orchestration.errors import UsageFault


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(limits.MEMORY_VARIABLE, raising=False)
    monkeypatch.delenv(limits.THREADS_VARIABLE, raising=False)


@pytest.mark.parametrize("size", ["500MB", "4GB", "1.5GiB", "2 GB"])
def test_duckdb_takes_every_size_that_is_let_pass(
    size: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(limits.MEMORY_VARIABLE, size)
    monkeypatch.setenv(limits.THREADS_VARIABLE, "1")
    with duckdb.connect(config=limits.settings(tmp_path / "spill")) as con:
        assert con.execute("SELECT current_setting('threads')").fetchone() == (1,)


def test_unset_means_the_default(tmp_path: Path) -> None:
    settings = limits.settings(tmp_path)
    assert settings["memory_limit"] == limits.DEFAULT_MEMORY
    assert int(settings["threads"]) >= 1


@pytest.mark.parametrize("size", ["much", "0GB", "-1GB", "4", "4 XB", "4GB;", "80%"])
def test_a_size_that_is_none_is_refused(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limits.MEMORY_VARIABLE, size)
    with pytest.raises(UsageFault, match=limits.MEMORY_VARIABLE):
        limits.memory_limit()


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5", "1000"])
def test_a_number_of_threads_that_is_none_is_refused(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(limits.THREADS_VARIABLE, number)
    with pytest.raises(UsageFault, match=limits.THREADS_VARIABLE):
        limits.threads()
