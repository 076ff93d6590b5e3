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


BOUNDS = {
    "GONGHUI_LOG_FILES": (4, 1, 100_000),
    "GONGHUI_RELEASE_DAYS": (30, 0, 100_000),
    "GONGHUI_RELEASE_MONTHS": (120, 0, 100_000),
    "GONGHUI_RUN_DAYS": (30, 1, 100_000),
    "GONGHUI_RELEASE_MAX_AGE_HOURS": (26, 1, 100_000),
    "GONGHUI_EXPORT_MAX_AGE_DAYS": (35, 1, 100_000),
    "GONGHUI_ALERT_TIMEOUT_SECONDS": (10, 1, 100_000),
    "GONGHUI_ALERT_REPEAT_HOURS": (12, 0, 100_000),
}
"""As docs/operations.md has them: the default, the least, the most."""


def number(variable: str) -> object:
    """What a setting is read as."""
    [name] = [each.name for each in fields(Settings) if each.metadata["variable"] == variable]
    return getattr(Settings.read(), name)


@pytest.mark.parametrize("variable", BOUNDS)
def test_a_setting_has_the_default_and_the_bounds_that_are_documented(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    default, least, most = BOUNDS[variable]
    monkeypatch.setenv(variable, "")
    assert number(variable) == default
    for taken in (least, most):
        monkeypatch.setenv(variable, str(taken))
        assert number(variable) == taken
    for refused in (least - 1, most + 1):
        monkeypatch.setenv(variable, str(refused))
        with pytest.raises(UsageFault, match=f"{variable} is .* from {least} to {most}"):
            Settings.read()


def test_as_many_threads_as_there_are_processors_and_no_more_than_999(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings.os, "sched_getaffinity", lambda _: {0, 1, 2})
    assert Settings.read().duckdb(tmp_path) == {
        "memory_limit": "3GB",
        "threads": "3",
        "temp_directory": str(tmp_path),
    }
    monkeypatch.setenv(settings.THREADS_VARIABLE, "999")
    assert Settings.read().threads == 999


def test_one_setting_is_read_whatever_the_others_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_LOG_FILES", "7")
    monkeypatch.setenv("GONGHUI_RUN_DAYS", "nonsense")
    assert Settings.read("log_files").log_files == 7
    assert Settings.read("release_days").log_files == 4
