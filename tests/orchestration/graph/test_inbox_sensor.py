"""A snapshot that has arrived starts one refresh: once it is complete, not twice, not where it has landed."""

import os
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import dagster as dg
import pytest

from orchestration.graph import arrival
from orchestration.graph.arrival import files_in, open_to_write
from orchestration.graph.inbox_sensor import build_inbox_sensor
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE
from orchestration.landing import LandedFile, LandedSnapshot
from tests.orchestration.graph.landed import land

NAME = "工会干部_20210301.csv"


@dg.job
def refresh() -> None:
    pass


class Watch:
    """A sensor that looks again and again, as the daemon has it do."""

    def __init__(self) -> None:
        self.cursor: str | None = None

    def look(self) -> dg.RunRequest | str:
        context = dg.build_sensor_context(cursor=self.cursor)
        outcome = build_inbox_sensor(refresh)(context)
        self.cursor = context.cursor
        return outcome if isinstance(outcome, dg.RunRequest) else outcome.skip_message

    def looks(self, times: int) -> int:
        """How many of so many looks asked for a refresh."""
        return sum(isinstance(self.look(), dg.RunRequest) for _ in range(times))


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    monkeypatch.setenv(INBOX_VARIABLE, str(folder))
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return folder


@pytest.fixture
def watch(inbox: Path) -> Watch:
    """One that has seen the inbox empty."""
    watch = Watch()
    assert watch.looks(2) == 0
    return watch


def of(day: date, content: bytes) -> LandedSnapshot:
    """A snapshot of the export, of one file with that content."""
    file = LandedFile(NAME, sha256(content).hexdigest(), len(content))
    return LandedSnapshot("cadres", day, 1, 1, 0, (file,), datetime(2021, 3, 1), "")


def test_a_snapshot_that_stays_as_it_is_starts_a_refresh(watch: Watch, inbox: Path) -> None:
    (inbox / NAME).write_text("whole")
    assert "收件箱有变化" in watch.look()
    request = watch.look()
    assert isinstance(request, dg.RunRequest) and request.tags["snapshots"] == "工会干部_20210301"


def test_a_snapshot_that_is_never_landed_starts_one_refresh_all_the_same(watch: Watch, inbox: Path) -> None:
    (inbox / NAME).write_text("refused")
    assert watch.looks(6) == 1


def test_where_provinces_were_gathered_nothing_is_asked_for(
    watch: Watch, inbox: Path, tmp_path: Path
) -> None:
    land(tmp_path / "home", of(date(2021, 3, 1), b"of a province"), gathered=["51"])
    (inbox / NAME).write_text("whole")
    assert watch.looks(3) == 0 and "51" in watch.look()


def test_a_file_that_grows_is_waited_for(watch: Watch, inbox: Path) -> None:
    for length in range(1, 5):
        (inbox / NAME).write_text("x" * length)
        assert "收件箱有变化" in watch.look()


def test_a_file_that_a_process_has_open_to_write_is_waited_for(watch: Watch, inbox: Path) -> None:
    with (inbox / NAME).open("w") as file:
        file.write("half")
        file.flush()
        assert watch.looks(3) == 0 and NAME in watch.look()
    assert watch.looks(2) == 1


def test_a_file_that_is_read_is_complete(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_text("whole")
    with file.open():
        assert open_to_write([file]) == []


def test_a_file_that_is_written_is_seen_beside_others_that_its_writer_has_just_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, process = tmp_path / NAME, tmp_path / "proc" / "1"
    file.write_text("half")
    (process / "fd").mkdir(parents=True)
    (process / "fdinfo").mkdir()
    for number in range(20):  # listed in any order: all but the last are gone when they are looked at
        (process / "fd" / str(number)).symlink_to(file)
    (process / "fdinfo" / "19").write_text("pos:\t0\nflags:\t0100001\n")
    monkeypatch.setattr(arrival, "_PROCESSES", process.parent)
    assert open_to_write([file]) == [file]


def test_a_further_part_is_waited_for(watch: Watch, inbox: Path) -> None:
    (inbox / NAME).write_text("first part")
    watch.look()
    (inbox / "工会干部_20210301_2.csv").write_text("second part")
    assert "收件箱有变化" in watch.look()
    assert watch.looks(3) == 1


def test_what_has_landed_starts_nothing(watch: Watch, inbox: Path) -> None:
    (inbox / NAME).write_text("landed")
    land(inbox.parent / "home", of(date(2021, 3, 1), b"landed"))
    assert watch.looks(3) == 0


def test_what_is_older_than_the_landed_starts_nothing(watch: Watch, inbox: Path) -> None:
    (inbox / NAME).write_text("late")
    land(inbox.parent / "home", of(date(2021, 4, 1), b"landed"))
    assert watch.looks(3) == 0


def test_a_correction_of_the_same_date_starts_a_refresh(watch: Watch, inbox: Path) -> None:
    land(inbox.parent / "home", of(date(2021, 3, 1), b"wrong"))
    (inbox / NAME).write_text("right")
    assert watch.looks(3) == 1


def test_a_refused_file_that_is_mended_is_tried_again(watch: Watch, inbox: Path) -> None:
    (inbox / NAME).write_text("refused")
    assert watch.looks(3) == 1
    (inbox / NAME).write_text("mended!")
    os.utime(inbox / NAME, (0, 0))  # as long as before, and perhaps within one tick of the kernel's clock
    assert watch.looks(3) == 1


def test_each_of_many_corrections_is_tried(watch: Watch, inbox: Path) -> None:
    (inbox / NAME).write_text("refused")
    for time in range(6):
        os.utime(inbox / NAME, (time, time))
        assert watch.looks(2) == 1, f"the correction of second {time} was not"


def test_a_refused_snapshot_is_not_tried_again_for_a_file_that_is_none(watch: Watch, inbox: Path) -> None:
    (inbox / NAME).write_text("refused")
    assert watch.looks(3) == 1
    (inbox / "说明.txt").write_text("no export")
    assert watch.looks(3) == 0


def test_an_upload_under_a_hidden_name_is_not_seen_before_it_is_renamed(watch: Watch, inbox: Path) -> None:
    hidden = inbox / f".{NAME}.part"
    hidden.write_text("whole")
    assert watch.look() == "收件箱没有变化"
    hidden.rename(inbox / NAME)
    assert watch.looks(2) == 1


def test_without_an_inbox_nothing_is_started(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.rmdir()
    assert Watch().look() == f"没有收件箱：{inbox}"
    monkeypatch.delenv(INBOX_VARIABLE)
    assert Watch().look() == f"没有收件箱：{INBOX_VARIABLE} 未设置"


def test_it_looks_each_half_minute_as_soon_as_it_is_there() -> None:
    sensor = build_inbox_sensor(refresh)
    assert sensor.minimum_interval_seconds == 30
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING


def test_what_is_no_export_is_not_looked_at(inbox: Path) -> None:
    for name in (NAME, f"~${NAME}", f".{NAME}"):
        (inbox / name).touch()
    (inbox / "folder").mkdir()
    assert files_in(inbox) == [inbox / NAME]


def test_an_inbox_in_which_nothing_has_changed_is_not_read_again(watch: Watch, inbox: Path) -> None:
    (inbox / NAME).write_text("refused")
    assert watch.looks(2) == 1
    assert watch.look() == "收件箱没有变化"
    (inbox / "说明.txt").write_text("no export")
    told = [watch.look() for _ in range(3)]
    assert told[1:] == ["这些快照已刷新过而未入库：改正文件后会再试", "收件箱没有变化"]


def test_an_inbox_without_anything_new_is_read_once(inbox: Path) -> None:
    watch = Watch()
    assert [watch.look() for _ in range(3)][1:] == ["收件箱中没有新快照", "收件箱没有变化"]


@pytest.mark.parametrize(
    "cursor", ["1764045483.2", "{", "[]", '{"looked_at": 1}', '{"seen": 1}', '{"judged": "no"}']
)
def test_the_memory_of_another_version_is_as_good_as_none(inbox: Path, cursor: str) -> None:
    (inbox / NAME).write_text("whole")
    watch = Watch()
    watch.cursor = cursor
    assert watch.looks(3) == 1
