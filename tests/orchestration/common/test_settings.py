"""What the environment sets; a setting that is none is refused."""

from dataclasses import Field, fields
from datetime import datetime
from pathlib import Path

import dagster as dg
import duckdb
import hypothesis
import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("memory", "size"), [("3GB", 3 * 10**9), ("500MB", 5 * 10**8), ("1.5 GiB", 3 * 2**29), ("64KiB", 2**16)]
)
def test_the_memory_that_may_be_taken_is_a_number(
    memory: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.MEMORY_VARIABLE, memory)
    assert Settings.read().memory_bytes == size


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5", "1000"])
def test_a_number_of_threads_that_is_none_is_refused(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.THREADS_VARIABLE, number)
    with pytest.raises(UsageFault, match=settings.THREADS_VARIABLE):
        Settings.read()


@pytest.mark.parametrize("each", fields(Settings), ids=lambda each: each.name)
def test_nonsense_in_any_setting_is_refused_by_its_name(
    each: Field[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(each.metadata["variable"], "'nonsense")
    with pytest.raises(UsageFault, match=each.metadata["variable"]):
        Settings.read()


@pytest.mark.parametrize("each", fields(Settings), ids=lambda each: each.name)
def test_a_blank_setting_is_none(each: Field[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(each.metadata["variable"], "")
    assert getattr(Settings.read(), each.name) == getattr(Settings.read("log_files"), each.name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alert_command", "curl -H key:secret"),
        ("alert_url", "https://hooks.example/secret"),
        ("postgres_url", "postgresql://a:secret@b/c"),
    ],
)
def test_what_may_hold_a_key_is_not_shown(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GONGHUI_{name.upper()}", value)
    found = Settings.read()
    assert getattr(found, name) == value
    assert "secret" not in repr(found)


def test_a_language_is_known_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_LANG", "zh_CN.UTF-8")
    assert Settings.read().language == "zh_CN.UTF-8"


def next_run(after: str) -> str:
    return f"{next(CronSim(Settings.read().cron, datetime.fromisoformat(after))):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("cron", "after", "then"),
    [
        ("0 2 * * *", "2021-03-01 01:59", "2021-03-01 02:00"),
        ("0 2 * * *", "2021-03-01 02:00", "2021-03-02 02:00"),
        ("0 2 29 2 *", "2021-03-01 00:00", "2024-02-29 02:00"),
        ("0 2 * * 7", "2021-03-01 03:00", "2021-03-07 02:00"),
        ("0 2 13 * 5", "2021-03-06 03:00", "2021-03-12 02:00"),
        ("0 2 * * MON-FRI", "2021-03-05 03:00", "2021-03-08 02:00"),
        ("0 2 L * *", "2021-03-05 03:00", "2021-03-31 02:00"),
        (" @daily ", "2021-03-05 03:00", "2021-03-06 00:00"),
    ],
)
def test_a_schedule_says_when_the_next_night_is(
    cron: str, after: str, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.CRON_VARIABLE, cron)
    assert next_run(after) == then


@pytest.mark.parametrize(
    "cron", ["@often", "0 25 * * *", "0 2 31 2 *", "0 2 * * */0", "0 2 * * 5L", "0 2 1W * *", "0 0 2 * * *"]
)
def test_a_schedule_that_is_none_is_refused(cron: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.CRON_VARIABLE, cron)
    with pytest.raises(UsageFault, match="write cron's notation"):
        Settings.read()


PARTS = st.one_of(
    st.sampled_from(
        ["*", "L", "LW", "W", "MON", "wed", "jan", "5L", "FRIL", "5#2", "?", "MON-FRI", "L-2", "#"]
    ),
    st.integers(0, 61).map(str),
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: f"{pair[0]}-{pair[1]}"),
    st.integers(0, 60).map(lambda step: f"*/{step}"),
)


@given(
    st.lists(PARTS, min_size=4, max_size=6).map(" ".join) | st.sampled_from(["@daily", "@reboot", "@hourly"])
)
@hypothesis.settings(deadline=None, derandomize=True, max_examples=300)
def test_what_is_taken_for_a_schedule_dagster_takes_too(cron: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(settings.CRON_VARIABLE, cron)
        try:
            taken = Settings.read().cron
        except UsageFault:
            return
    dg.ScheduleDefinition(job_name="any", cron_schedule=taken, execution_timezone="Asia/Shanghai")


BOUNDS = {
    "GONGHUI_LOG_FILES": (4, 1, 100_000),
    "GONGHUI_RELEASE_DAYS": (30, 0, 100_000),
    "GONGHUI_RELEASE_MONTHS": (120, 0, 100_000),
    "GONGHUI_BULLETIN_MONTHS": (12, 0, 100_000),
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
    monkeypatch.setattr(settings.os, "sched_getaffinity", {0: {0, 1, 2}}.__getitem__)
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
