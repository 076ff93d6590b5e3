"""The screen of `gonghui status`, line by line, for homes as they may stand."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.common.clock import BEIJING
from orchestration.common.lock import Holder
from orchestration.operating.alerts import Alert
from orchestration.operating.last_refresh import LastRefresh
from orchestration.operating.status import DocumentsState, ExportState, Status
from orchestration.operating.status_screen import screen
from orchestration.publishing.release import Release

NOW = datetime(2021, 3, 2, 4, 30, tzinfo=BEIJING)
RELEASE = Release("20210301T020000-abcdef", datetime(2021, 3, 1, 2), date(2021, 2, 1), False)
LAST = LastRefresh(NOW - timedelta(seconds=90.4), NOW, 0, RELEASE.release_id)
HEALTHY = Status(
    time=NOW,
    home=Path("/home"),
    release=RELEASE,
    max_age=timedelta(hours=26),
    last_refresh=LAST,
    holder=None,
    next_run=datetime(2021, 3, 3, 2, tzinfo=BEIJING),
    exports=(),
    revised=0,
    bulletins=DocumentsState(
        folder=Path("/home/bulletins/2021-02"),
        release_id=RELEASE.release_id,
        documents=("情况通报_2021-02.docx",),
        are_current=True,
        issued=(),
        are_written=True,
    ),
    faults=(),
)


def lines(status: Status, width: int = 200) -> list[str]:
    """What is printed, each line without its last blanks."""
    printed = StringIO()
    Console(width=width, file=printed).print(screen(status))
    return [line.rstrip() for line in printed.getvalue().splitlines()]


def value(status: Status, label: str) -> str | None:
    """What stands beside a label."""
    found = [line.removeprefix(label).strip() for line in lines(status) if line.startswith(label)]
    return found[0] if found else None


def test_a_healthy_home_is_one_screen() -> None:
    assert lines(HEALTHY) == [
        "healthy: /home",
        "release         20210301T020000-abcdef, as of 2021-02",
        "published       2021-03-01 02:00, 26.5 hours ago (at most 26 h)",
        "drafts          /home/bulletins/2021-02",
        "last refresh    2021-03-02 04:30, published, exit code 0, 90 s",
        "next run        2021-03-03 02:00, Beijing time (gonghui serve)",
        "failing checks  —",
        "nothing was ever landed: sample seeds",
    ]


@pytest.mark.usefixtures("chinese")
def test_a_healthy_home_is_one_screen_in_chinese() -> None:
    assert lines(HEALTHY) == [
        "正常：/home",
        "发布批次  20210301T020000-abcdef，截至 2021-02",
        "发布时间  2021-03-01 02:00，26.5 小时前（不超过 26 小时为正常）",
        "文书草稿  /home/bulletins/2021-02",
        "上次刷新  2021-03-02 04:30，已发布，退出码 0，90 秒",
        "下次刷新  2021-03-03 02:00，北京时间（gonghui serve）",
        "未过检查  —",
        "尚无快照入库：数据为自带样例",
    ]


def test_a_home_in_which_nothing_ever_was_says_so() -> None:
    none = DocumentsState(None, None, (), False, (), True)
    empty = replace(HEALTHY, release=None, last_refresh=None, next_run=None, bulletins=none)
    assert lines(empty)[1:-1] == [
        "release       —",
        "drafts        —",
        "last refresh  —",
        "next run      — (gonghui serve)",
    ]


def test_a_release_says_that_it_is_sample_data_and_what_it_revises() -> None:
    found = replace(HEALTHY, release=replace(RELEASE, is_sample=True), revised=3)
    assert (value(found, "release") or "").endswith(", sample data")
    assert value(found, "final verdicts revised") == "3, in quality.revised_verdicts"
    assert value(HEALTHY, "final verdicts revised") is None


@pytest.mark.parametrize(
    ("hours", "told"),
    [(47.9, "47.9 hours ago"), (48, "2.0 days ago"), (60, "2.5 days ago")],
)
def test_an_age_is_told_in_hours_up_to_two_days(hours: float, told: str) -> None:
    old = replace(HEALTHY, time=datetime(2021, 3, 1, 2, tzinfo=BEIJING) + timedelta(hours=hours))
    assert f", {told} (at most 26 h)" in (value(old, "published") or "")


@pytest.mark.parametrize(("is_alive", "how"), [(True, "at work since"), (False, "killed:")])
def test_a_refresh_at_work_is_told_from_one_that_was_killed(is_alive: bool, how: str) -> None:
    held = replace(HEALTHY, holder=Holder("7", datetime(2021, 3, 2, 4, tzinfo=BEIJING), is_alive))
    assert value(held, "this refresh") == f"{how} 2021-03-02 04:00, process 7"
    assert value(HEALTHY, "this refresh") is None


def test_a_refresh_that_failed_says_how_and_which_checks() -> None:
    failed = replace(HEALTHY, last_refresh=replace(LAST, exit_code=1, checks=("test a", "test b")))
    assert "failed, exit code 1" in (value(failed, "last refresh") or "")
    assert value(failed, "failing checks") == "test a, test b"


@pytest.mark.parametrize(("count", "rest"), [(10, []), (11, ["  … 1 more"])])
def test_of_many_warnings_and_messages_ten_are_shown(count: int, rest: list[str]) -> None:
    many = tuple(f"line {number}" for number in range(count))
    found = replace(
        HEALTHY, last_refresh=replace(LAST, warnings=many), faults=(Alert("refresh_failed", many),)
    )
    shown = lines(found)
    warnings = shown[shown.index("warnings") + 1 : -1]
    assert warnings == [*(f"  line {number}" for number in range(10)), *rest]
    assert shown[0] == "needs attention: /home"
    assert shown[1 : len(warnings) + 1] == [f"  refresh_failed: {line[2:]}" for line in warnings]


def test_an_age_is_told_to_a_program_in_tenths_of_an_hour() -> None:
    told = json.loads(replace(HEALTHY, time=NOW + timedelta(minutes=4)).as_json())
    assert (told["published_at"], told["age_hours"]) == ("2021-03-01T02:00:00+08:00", 26.6)


def test_in_a_narrow_terminal_a_label_stays_whole_and_what_it_says_is_folded() -> None:
    found = replace(HEALTHY, revised=3)
    narrow = lines(found, 40)
    assert [line for line in narrow if line.startswith("final verdicts revised  3")]
    folder = str(HEALTHY.bulletins.folder)
    assert folder in "".join(line.removeprefix("drafts").strip() for line in narrow)


LANDED = replace(
    HEALTHY,
    exports=(
        ExportState("articles", "信息发布"),
        ExportState("cadres", "工会干部", date(2021, 2, 1), 29, False, 1200, 1190, 10, {"bad_value": 10}),
        ExportState(
            "activities", "工会活动", date(2020, 2, 1), 395, True, 9, 0, 9, {"bad_value": 4, "bad_format": 5}
        ),
    ),
)


def test_exports_are_a_table_with_what_was_refused() -> None:
    assert lines(LANDED)[-7:] == [
        " export     snapshot            days    read   landed   refused",
        f" {'─' * 62}",
        " 信息发布   never landed           —       —        —         —",
        " 工会干部   2021-02-01            29   1,200    1,190        10",
        " 工会活动   2020-02-01     stale 395       9        0         9",
        "",
        "refused for: 14 bad_value, 5 bad_format",
    ]


def test_in_a_narrow_terminal_each_export_keeps_to_its_line() -> None:
    assert [line[:2] for line in lines(LANDED, 40)[-5:-2]] == [" 信", " 工", " 工"]


def test_where_no_row_was_refused_there_is_no_reason() -> None:
    assert lines(replace(HEALTHY, exports=LANDED.exports[:1]))[-1] == "refused for: —"


def test_what_somebody_should_look_at_stands_out() -> None:
    printed = StringIO()
    colored = Console(width=200, file=printed, force_terminal=True, color_system="standard")
    colored.print(screen(LANDED))
    yellow = [line for line in printed.getvalue().splitlines() if "\x1b[33m" in line]
    assert [name for name in ("信息发布", "工会干部", "工会活动") if name in "".join(yellow)] == [
        "信息发布",
        "工会活动",
    ]
