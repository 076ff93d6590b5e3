"""What the log of a refresh keeps of each step."""

import logging

import pytest

from orchestration.common.logs import detail, logger
from orchestration.common.watcher import LogWatcher, Reading


def test_the_log_has_the_file_that_is_being_read_should_that_be_the_last_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, detail.name)
    with LogWatcher().reads("x.csv", 1, Reading()):
        [line] = caplog.records
    assert line.getMessage() == "reading x.csv"
    assert line.__dict__["fields"] == {"event": "reading", "file": "x.csv"}


def test_the_log_has_the_line_of_each_export(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger.name)
    LogWatcher().landed("articles: 5 rows", {"rows": 5})
    [line] = caplog.records
    assert line.getMessage() == "articles: 5 rows"
    assert line.__dict__["fields"] == {"event": "export", "rows": 5}
