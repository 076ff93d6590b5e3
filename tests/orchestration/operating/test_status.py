"""`gonghui status`: one look at a home, and an exit code that a monitor can go by."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration import landing
from orchestration.cli import main as cli
from orchestration.common import lock
from orchestration.common.clock import BEIJING
from orchestration.common.lock import hold, hold_until_the_end
from orchestration.dbt_build import BuildFailed, NodeFailure
from orchestration.errors import UsageFault
from orchestration.graph.watch_sensor import home_watch
from orchestration.home import Home
from orchestration.landing import KnownCodes
from orchestration.operating import freshness
from orchestration.operating import status as looking
from orchestration.operating.status import DocumentsState, ExportState, alert_faults, status
from orchestration.publishing.release import Release
from orchestration.refreshing.attempt import attempt
from tests.commands import gonghui
from tests.webhook import Webhook

NOBODY = "4194305\n"
"""What a process wrote into its lock that is none: no system gives one this number."""

CODES = KnownCodes(orgs=frozenset({"510300"}), modules=frozenset())


def published(home: Home, hours_ago: float) -> None:
    """A published file that says no more than when it was published."""
    time = datetime.now(BEIJING).replace(tzinfo=None, microsecond=0) - timedelta(hours=hours_ago)
    home.warehouse.mkdir(parents=True, exist_ok=True)
    home.published_file.unlink(missing_ok=True)
    with duckdb.connect(home.published_file) as connection:
        connection.execute("create schema quality")
        Release("20210301T020000-abcdef", time, date(2021, 2, 1), False).write(connection)


def refreshed(home: Home, hours_ago: float = 0) -> None:
    published(home, hours_ago)
    with attempt(home) as made:
        made.published()


def failed(home: Home) -> None:
    with pytest.raises(BuildFailed), attempt(home):
        raise BuildFailed("1 node", [NodeFailure("one_row_per_org", "test", "Got 3 results")])


def events(home: Home) -> list[str]:
    return [fault.event for fault in status(home).faults]


def test_a_home_just_refreshed_is_healthy(home: Home) -> None:
    refreshed(home)
    assert events(home) == []


def test_a_home_without_a_release_is_not(home: Home) -> None:
    assert events(home) == ["release_missing"]
    assert status(home).bulletins == DocumentsState(None, None, (), False, (), False)


def test_a_published_file_that_is_none_is_no_release(home: Home) -> None:
    home.warehouse.mkdir(parents=True)
    home.published_file.write_text("foreign")
    [fault] = status(home).faults
    assert (fault.event, "cannot be read" in fault.messages[0]) == ("release_missing", True)


@pytest.mark.parametrize(("seconds", "found"), [(0, []), (1, ["release_stale"])])
def test_a_release_is_stale_after_26_hours(
    home: Home, monkeypatch: pytest.MonkeyPatch, seconds: int, found: list[str]
) -> None:
    refreshed(home)
    release = status(home).release
    assert release
    now = release.published_at.replace(tzinfo=BEIJING) + timedelta(hours=26, seconds=seconds)
    monkeypatch.setattr(looking, "now", lambda: now)
    assert events(home) == found


def test_a_stale_release_is_told_with_its_time_and_the_hours_that_it_may_be_old(home: Home) -> None:
    refreshed(home, 30)
    found = status(home)
    assert found.release
    assert [fault.messages for fault in found.faults] == [
        (
            f"release 20210301T020000-abcdef, published at {found.release.published_at}, "
            "is more than 26 hours old",
        )
    ]


def test_the_age_allowed_can_be_set(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_RELEASE_MAX_AGE_HOURS", "50")
    refreshed(home, 49)
    assert events(home) == []


def test_a_home_whose_last_refresh_failed_is_not_healthy_though_its_release_is_young(home: Home) -> None:
    refreshed(home)
    failed(home)
    assert events(home) == ["refresh_failed"]


def test_the_next_refresh_that_publishes_makes_it_healthy_again(home: Home) -> None:
    failed(home)
    refreshed(home)
    assert events(home) == []


def test_a_refresh_at_work_is_shown_and_is_no_fault(home: Home) -> None:
    refreshed(home)
    with hold(home.lock_file):
        found = status(home)
    assert found.holder is not None
    assert (found.holder.is_alive, found.faults) == (True, ())


def test_a_refresh_that_was_killed_is_a_fault(home: Home) -> None:
    refreshed(home)
    home.lock_file.write_text(NOBODY, encoding="ascii")
    assert events(home) == ["refresh_killed"]


def test_looking_does_not_write(home: Home) -> None:
    status(home)
    assert not home.root.exists()


@pytest.fixture
def served(home: Home) -> Iterator[Home]:
    """A home that a process serves: this one."""
    assert hold_until_the_end(home.serving_file)
    yield home
    lock._held_until_the_end.pop().close()


@pytest.fixture
def landed(home: Home, tmp_path: Path) -> Home:
    """A home with ten 工会干部, one of them refused for its org."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    rows = [f"G{number},{'510300' if number else '999999'},2020-03-01," for number in range(10)]
    text = "\n".join(["干部ID,所属机构编码,录入日期,离任日期", *rows])
    (inbox / "工会干部_20200430.csv").write_text(text + "\n", encoding="utf-8")
    home.root.mkdir()
    landing.land(inbox, home.root, CODES)
    return home


def test_every_export_is_listed_with_its_age_and_what_was_refused(landed: Home) -> None:
    days = [datetime.now(BEIJING).date()]
    exports = {export.name: export for export in status(landed).exports}
    days.append(datetime.now(BEIJING).date())  # midnight may have passed
    assert len(exports) == len(landing.RAW_EXPORTS)
    assert exports["articles"] == ExportState("articles", "信息发布")
    age = exports["cadres"].age_days
    assert age in [(day - date(2020, 4, 30)).days for day in days]
    assert exports["cadres"] == ExportState(
        "cadres", "工会干部", date(2020, 4, 30), age, True, 10, 9, 1, {"unknown_code": 1}
    )


@pytest.mark.parametrize("file", ["manifest.json", "rejected_rows.parquet"])
def test_damage_to_what_was_landed_is_a_fault_and_no_traceback(landed: Home, file: str) -> None:
    refreshed(landed)
    (landing.landed_dir(landed.root) / file).write_text("{")
    assert events(landed) == ["landed_damaged"]


def test_an_export_is_stale_after_the_days_set(landed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "now", lambda: datetime(2020, 5, 10, 12, tzinfo=BEIJING))
    stale = {}
    for days in (9, 10):
        monkeypatch.setenv("GONGHUI_EXPORT_MAX_AGE_DAYS", str(days))
        stale[days] = [export.name for export in status(landed).exports if export.is_stale]
    assert stale == {9: ["cadres"], 10: []}


def test_an_export_that_is_too_old_is_a_fault(landed: Home) -> None:
    refreshed(landed)
    [fault] = status(landed).faults
    assert (fault.event, len(fault.messages)) == ("exports_stale", 1)
    assert "工会干部 is of 2020-04-30, more than 35 days ago" in fault.messages[0]


def test_a_next_run_is_announced_only_where_something_serves(
    home: Home, served: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_CRON", "@yearly")
    told = status(served).next_run
    assert told == datetime(told.year if told else 0, 1, 1, tzinfo=BEIJING)
    assert status(Home(home.root.with_name("other"))).next_run is None


def test_no_next_run_is_announced_where_what_served_has_died(home: Home) -> None:
    home.serving_file.parent.mkdir(parents=True, exist_ok=True)
    home.serving_file.write_text(NOBODY, encoding="ascii")
    assert status(home).next_run is None


def test_exit_code_0_says_well_and_1_that_somebody_should_look(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["status", "--home", str(home.root)]) == 1
    refreshed(home)
    assert cli.main(["status", "--home", str(home.root)]) == 0


def test_a_setting_that_is_no_number_exits_2_with_a_sentence(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GONGHUI_RELEASE_MAX_AGE_HOURS", "a day")
    assert cli.main(["status", "--home", str(home.root)]) == 2
    assert "GONGHUI_RELEASE_MAX_AGE_HOURS is 'a day'" in capsys.readouterr().err


def test_the_screen_says_what_matters(landed: Home, capsys: pytest.CaptureFixture[str]) -> None:
    refreshed(landed, 30)
    failed(landed)
    cli.main(["status", "--home", str(landed.root)])
    screen = capsys.readouterr().out
    for part in (
        "needs attention",
        "refresh_failed: 1 node",
        "release_stale: release 20210301T020000-abcdef",
        "as of 2021-02",
        "30.0 hours ago (at most 26 h)",
        "failed, exit code 1",
        "failing checks  test one_row_per_org",
        "next run",
        "never landed",
        "refused for: 1 unknown_code",
    ):
        assert part in screen


def test_a_program_gets_the_same_as_json(landed: Home, capsys: pytest.CaptureFixture[str]) -> None:
    refreshed(landed, 30)
    failed(landed)
    cli.main(["status", "--json", "--home", str(landed.root)])
    text = capsys.readouterr().out
    assert "工会干部 is of 2020-04-30" in text
    told = json.loads(text)
    assert (told["is_healthy"], told["age_hours"], told["max_age_hours"]) == (False, 30.0, 26.0)
    assert [fault["event"] for fault in told["faults"]] == [
        "refresh_failed",
        "release_stale",
        "exports_stale",
    ]
    assert (told["last_refresh"]["exit_code"], told["last_refresh"]["checks"]) == (
        1,
        ["test one_row_per_org"],
    )
    assert told["release"]["release_id"] == "20210301T020000-abcdef"
    exports = {export.pop("name"): export for export in told["exports"]}
    assert (exports["cadres"]["rows_refused"], exports["cadres"]["reasons"]) == (1, {"unknown_code": 1})
    assert exports["articles"] == {
        "chinese": "信息发布",
        "export_date": None,
        "age_days": None,
        "is_stale": False,
        "rows_read": 0,
        "rows_landed": 0,
        "rows_refused": 0,
        "reasons": {},
    }
    assert told["time"].endswith("+08:00") and told["next_run"] is None


def test_a_stale_release_is_alerted_though_no_refresh_runs(home: Home, webhook: Webhook) -> None:
    refreshed(home, 30)
    assert gonghui("status", "--alert", "--home", home.root).exit_code == 1
    assert [body["event"] for body in webhook.bodies] == ["release_stale"]
    assert webhook.bodies[0]["release"] == "20210301T020000-abcdef"
    assert webhook.bodies[0]["as_of"] == "2021-02"


def test_an_hourly_look_does_not_repeat_what_the_refresh_has_alerted(home: Home, webhook: Webhook) -> None:
    refreshed(home)
    with pytest.raises(UsageFault, match="no inbox"), attempt(home):
        raise UsageFault("no inbox")
    alert_faults(home)
    alert_faults(home)
    assert [body["event"] for body in webhook.bodies] == ["refresh_failed"]


def test_the_daemon_looks_too(home: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_HOME", str(home.root))
    refreshed(home, 30)
    found = home_watch(dg.build_sensor_context())
    assert isinstance(found, dg.SkipReason) and "release_stale" in (found.skip_message or "")
    assert [body["event"] for body in webhook.bodies] == ["release_stale"]


def test_a_healthy_home_alerts_nobody(home: Home, webhook: Webhook) -> None:
    refreshed(home)
    alert_faults(home)
    assert webhook.bodies == []
