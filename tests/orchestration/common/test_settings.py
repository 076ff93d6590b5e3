"""Numbers are set by the environment; a setting that is none is refused."""

from dataclasses import Field, fields
from pathlib import Path

import duckdb
import pytest

from orchestration.common import settings
from orchestration.common.settings import Settings
from orchestration.errors import UsageFault


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(settings.MEMORY_VARIABLE, raising=False)
    monkeypatch.delenv(settings.THREADS_VARIABLE, raising=False)


@pytest.mark.parametrize("size", ["500MB", "4GB", "1.5GiB", "2 GB"])
def test_duckdb_takes_every_size_that_is_let_pass(
    size: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.MEMORY_VARIABLE, size)
    monkeypatch.setenv(settings.THREADS_VARIABLE, "1")
    with duckdb.connect(config=Settings.read().duckdb(tmp_path / "spill")) as con:
        assert con.execute("SELECT current_setting('threads')").fetchone() == (1,)


def test_unset_means_the_default(tmp_path: Path) -> None:
    found = Settings.read().duckdb(tmp_path)
    assert found["memory_limit"] == "3GB"
    assert int(found["threads"]) >= 1


@pytest.mark.parametrize("size", ["much", "0GB", "-1GB", "4", "4 XB", "4GB;", "80%"])
def test_a_size_that_is_none_is_refused(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.MEMORY_VARIABLE, size)
    with pytest.raises(UsageFault, match=settings.MEMORY_VARIABLE):
        Settings.read()


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5", "1000"])
def test_a_number_of_threads_that_is_none_is_refused(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.THREADS_VARIABLE, number)
    with pytest.raises(UsageFault, match=settings.THREADS_VARIABLE):
        Settings.read()


@pytest.mark.parametrize("each", fields(Settings), ids=lambda each: each.name)
def test_nonsense_in_any_setting_is_refused_by_its_name(
    each: Field[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(each.metadata["variable"], "nonsense")
    with pytest.raises(UsageFault, match=each.metadata["variable"]):
        Settings.read()
