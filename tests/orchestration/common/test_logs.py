"""Where the lines of a refresh go: to a person, to a program, to a file that does not grow without bound."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orchestration.common import logs
from orchestration.common.logs import detail, fields, logger


class Ear(logging.Handler):
    """Keeps what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@pytest.fixture(autouse=True)
def as_they_were() -> Iterator[None]:
    """The handlers of both loggers come and go with a test."""
    before = {each: [*each.handlers] for each in (logger, detail)}
    for each in before:
        each.handlers.clear()
    yield
    for each, handlers in before.items():
        each.handlers[:] = handlers


def test_a_person_sees_plain_lines_and_no_details(capsys: pytest.CaptureFixture[str]) -> None:
    logs.to_terminal()
    logger.info("landed", extra=fields("export", rows=1))
    detail.info("one node")
    assert capsys.readouterr() == ("", "landed\n")


def test_a_program_gets_every_line_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    logs.to_json()
    logger.warning("登记")
    detail.info("one node", extra=fields("node", path=Path("x"), rows=1))
    output = capsys.readouterr().err
    warning, node = map(json.loads, output.splitlines())
    assert "登记" in output
    assert datetime.fromisoformat(warning.pop("time")).utcoffset() == timedelta(hours=8)
    assert warning == {"level": "warning", "message": "登记"}
    assert (node["event"], node["path"], node["rows"], node["level"]) == ("node", "x", 1, "info")


def test_a_line_is_said_once_and_to_nobody_above() -> None:
    above = Ear()
    logging.getLogger().addHandler(above)
    logs.to_json()
    logger.error("once")
    logging.getLogger().removeHandler(above)
    assert above.heard == []


def test_the_file_has_both_kinds_of_lines_with_the_time_of_beijing(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    path = tmp_path / "new" / "logs" / "refresh.log"
    with logs.to_file(path):
        logger.warning("for a person")
        detail.info("for the file")
    logger.warning("too late")
    assert not [each for each in recwarn if str(path) in str(each.message)], "left open"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [re.sub(r"^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}\+08:00 ", "", line) for line in lines] == [
        "WARNING for a person",
        "INFO for the file",
    ]


def test_what_hears_the_log_hears_it_no_longer_than_asked() -> None:
    ear = Ear()
    with logs.heard_by(ear):
        logger.info("within")
        detail.info("a detail")
    logger.info("after")
    assert ear.heard == ["within"]


def test_the_file_is_rotated_and_older_ones_are_kept_as_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 60)
    monkeypatch.setenv("GONGHUI_LOG_FILES", "2")
    path = tmp_path / "refresh.log"
    for name in ("refresh.log.2", "refresh.log.3", "refresh.log.10", "refresh.log.old"):
        (tmp_path / name).touch()
    with logs.to_file(path):
        for number in range(5):
            logger.info(f"line {number}")
    assert {each.name for each in tmp_path.iterdir()} == {
        "refresh.log",
        "refresh.log.1",
        "refresh.log.2",
        "refresh.log.old",
    }
    assert "line 2" in (tmp_path / "refresh.log.2").read_text(encoding="utf-8")


def test_as_many_older_files_as_are_kept_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_LOG_FILES", "2")
    for number in (1, 2, 3):
        (tmp_path / f"refresh.log.{number}").touch()
    with logs.to_file(tmp_path / "refresh.log"):
        logger.info("no end of the file")
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {"refresh.log", "refresh.log.1", "refresh.log.2"}


def test_a_file_is_begun_anew_at_five_megabytes() -> None:
    assert logs.FILE_BYTES == 5_000_000


def test_a_line_that_the_disk_does_not_take_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with logs.to_file(tmp_path / "refresh.log"):
        monkeypatch.setattr(logs.RotatingFileHandler, "shouldRollover", full)
        logger.error("lost")
    assert capsys.readouterr() == ("", "")


def test_who_stops_reading_ends_no_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def write(self, _: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None:
            raise BrokenPipeError

    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}", Gone())
    logs.to_terminal()
    logger.info("to nobody")
    logs.say("to nobody")


def test_what_was_asked_for_is_printed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    class Pipe:
        def write(self, text: str) -> int:
            done.append(text)
            return len(text)

        def flush(self) -> None:
            done.append("flushed")

    monkeypatch.setattr("sys.stdout", Pipe())
    logs.say("asked")
    assert done == ["asked", "\n", "flushed"]
