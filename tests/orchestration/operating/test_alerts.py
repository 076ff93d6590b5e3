"""Hooks are called when a refresh fails or a release grows old, and no hook can do a refresh any harm."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.errors import UsageFault
from orchestration.graph.serve import serve
from orchestration.home import Home
from orchestration.operating import alerts
from orchestration.operating.alerts import Alert
from orchestration.refreshing.attempt import attempt
from orchestration.refreshing.request import Request
from tests.commands import gonghui
from tests.webhook import Webhook

STALE = Alert("release_stale", ("the release is 30 hours old",))


def log_of(home: Home) -> list[str]:
    return home.log_file.read_text(encoding="utf-8").splitlines()


def refused(home: Home) -> None:
    with pytest.raises(UsageFault), attempt(home):
        raise UsageFault("no inbox at /inbox")


def test_a_failed_refresh_is_posted_as_json(home: Home, webhook: Webhook) -> None:
    refused(home)
    [body] = webhook.bodies
    time = body.pop("time")
    assert body == {
        "event": "refresh_failed",
        "messages": ["no inbox at /inbox"],
        "exit_code": 2,
        "home": str(home.root),
        "release": None,
        "as_of": None,
    }
    assert time.endswith("+08:00")
    assert webhook.content_types == ["application/json; charset=utf-8"]


def test_who_reads_a_body_reads_chinese(home: Home) -> None:
    assert "工会干部_20210301.csv" in Alert("refresh_failed", ("工会干部_20210301.csv",)).body(home).decode()


def test_the_command_line_alerts_and_keeps_its_exit_code(home: Home, webhook: Webhook) -> None:
    ran = gonghui("refresh", "--home", home.root, "--inbox", home.root / "nowhere")
    assert ran.exit_code == 2
    assert [(body["event"], body["exit_code"]) for body in webhook.bodies] == [("refresh_failed", 2)]


def test_a_home_that_cannot_be_written_is_alerted_all_the_same(tmp_path: Path, webhook: Webhook) -> None:
    (tmp_path / "file").write_text("in the way")
    ran = gonghui("refresh", "--home", tmp_path / "file" / "home")
    assert ran.exit_code == 2
    assert ["cannot be written in" in line for body in webhook.bodies for line in body["messages"]] == [True]
    assert "was not sent" not in ran.stderr


def test_another_refresh_at_work_is_no_alert(home: Home, webhook: Webhook) -> None:
    with attempt(home) as made:
        assert gonghui("refresh", "--home", home.root).exit_code == 3
        made.published()
    assert webhook.bodies == []


def test_a_command_gets_the_same_on_its_standard_input(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = tmp_path / "got.json"
    script = f"import sys; open({str(got)!r}, 'w').write(sys.stdin.read())"
    monkeypatch.setenv("GONGHUI_ALERT_COMMAND", f'{sys.executable} -c "{script}"')
    refused(home)
    assert json.loads(got.read_text(encoding="utf-8"))["messages"] == ["no inbox at /inbox"]


def test_a_dead_webhook_is_one_line_in_the_log(
    home: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_URL", "http://127.0.0.1:9/hook?key=secret")
    refused(home)
    assert sum("did not reach GONGHUI_ALERT_URL" in line for line in log_of(home)) == 1
    assert not any("secret" in line for line in log_of(home)), "a URL is a password"


def test_a_webhook_that_refuses_is_one_line_in_the_log(home: Home, webhook: Webhook) -> None:
    webhook.status = 500
    refused(home)
    assert sum("HTTP Error 500" in line for line in log_of(home)) == 1


def test_a_webhook_that_has_moved_is_one_line_in_the_log(home: Home, webhook: Webhook) -> None:
    webhook.status = 301  # followed, it would be asked with a GET, and the alert be lost
    refused(home)
    assert sum("HTTP Error 301" in line for line in log_of(home)) == 1


def test_a_webhook_that_never_answers_is_given_up(
    home: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_TIMEOUT_SECONDS", "1")
    webhook.answers.clear()
    refused(home)
    assert not webhook.answers.is_set(), "the refresh waited for the answer"
    assert webhook.called.wait(60), "it was never called"
    assert sum("did not reach GONGHUI_ALERT_URL" in line for line in log_of(home)) == 1


def test_a_webhook_that_answers_byte_by_byte_holds_up_no_process(
    home: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_TIMEOUT_SECONDS", "1")
    webhook.drips = True
    webhook.answers.clear()
    before = {thread for thread in threading.enumerate() if not thread.daemon}
    refused(home)
    assert {thread for thread in threading.enumerate() if not thread.daemon} == before
    assert sum("no answer within 1 seconds" in line for line in log_of(home)) == 1


def test_a_webhook_that_answers_in_no_words_of_http_is_told_by_its_kind_alone(
    home: Home, webhook: Webhook
) -> None:
    webhook.status_line = "key=secret\r\n\r\n"
    refused(home)
    [line] = [line for line in log_of(home) if "did not reach" in line]
    assert line.endswith("did not reach GONGHUI_ALERT_URL: BadStatusLine")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("/nowhere/at/all", "No such file"),
        ("sh -c 'exit 3'", "sh ended with exit code 3"),
        ("'", "close its quotes"),
    ],
)
def test_a_command_that_fails_is_one_line_in_the_log(
    home: Home, monkeypatch: pytest.MonkeyPatch, command: str, why: str
) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_COMMAND", command)
    refused(home)
    [line] = [line for line in log_of(home) if "did not reach GONGHUI_ALERT_COMMAND" in line]
    assert why in line


def test_a_command_that_takes_too_long_ends_with_all_that_it_has_started(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as reading:
        monkeypatch.setenv("GONGHUI_ALERT_COMMAND", f"sh -c '(sleep 4; echo went on) > {pipe} & wait'")
        monkeypatch.setenv("GONGHUI_ALERT_TIMEOUT_SECONDS", "1")
        refused(home)
        os.set_blocking(reading.fileno(), True)
        assert reading.read() == b""
    assert sum("no answer within 1 seconds" in line for line in log_of(home)) == 1


def test_a_command_has_all_of_the_seconds_set(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_COMMAND", "true")
    monkeypatch.setenv("GONGHUI_ALERT_TIMEOUT_SECONDS", "1")
    refused(home)
    assert not [line for line in log_of(home) if "did not reach" in line]


def test_what_fails_without_a_word_is_told_by_its_kind(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(subprocess, "Popen", no_room)
    monkeypatch.setenv("GONGHUI_ALERT_COMMAND", "true")
    refused(home)
    [line] = [line for line in log_of(home) if "did not reach" in line]
    assert line.endswith("did not reach GONGHUI_ALERT_COMMAND: MemoryError")


def test_a_url_that_is_none_is_never_opened(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_URL", "file:///etc/passwd")
    refused(home)
    assert sum("GONGHUI_ALERT_URL is no http(s) address" in line for line in log_of(home)) == 1


def test_a_hook_that_is_none_does_not_cost_the_other_its_alert(
    home: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_COMMAND", "mail 'without an end")
    refused(home)
    assert len(webhook.bodies) == 1


def test_a_key_in_an_address_that_is_none_is_not_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_URL", "https://127.0.0.1/hook?key=secret or so")
    refused(home)
    [line] = [line for line in log_of(home) if "did not reach GONGHUI_ALERT_URL" in line]
    assert "secret" not in line


def test_blank_hooks_are_none(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_COMMAND", " ")
    monkeypatch.setenv("GONGHUI_ALERT_URL", " ")
    refused(home)
    assert not [line for line in log_of(home) if "the alert" in line]


def test_a_setting_that_is_no_number_is_one_line_in_the_log(
    home: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_TIMEOUT_SECONDS", "soon")
    refused(home)
    assert sum("GONGHUI_ALERT_TIMEOUT_SECONDS is 'soon'" in line for line in log_of(home)) == 1


def test_the_same_is_not_told_twice(home: Home, webhook: Webhook) -> None:
    refused(home)
    refused(home)
    assert len(webhook.bodies) == 1


def test_something_else_is_told_at_once(home: Home, webhook: Webhook) -> None:
    refused(home)
    alerts.send(home, STALE)
    assert [body["event"] for body in webhook.bodies] == ["refresh_failed", "release_stale"]


def test_the_same_is_told_again_after_a_while(
    home: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_REPEAT_HOURS", "0")
    alerts.send(home, STALE)
    alerts.send(home, STALE)
    assert len(webhook.bodies) == 2


def test_a_repetition_put_off_beyond_the_calendar_raises_nothing(
    home: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hours in ("100000", "99999999"):
        monkeypatch.setenv("GONGHUI_ALERT_REPEAT_HOURS", hours)
        alerts.send(home, STALE)
        alerts.send(home, STALE)
        assert len(webhook.bodies) == 1


@pytest.mark.parametrize("kept", ['{"x": 1}', '{"x": "yesterday"}', "[]", "{"])
def test_a_damaged_memory_of_what_was_told_is_as_good_as_none(
    home: Home, webhook: Webhook, kept: str
) -> None:
    home.state.mkdir(parents=True)
    (home.state / "alerts.json").write_text(kept, encoding="utf-8")
    alerts.send(home, STALE)
    alerts.send(home, STALE)
    assert len(webhook.bodies) == 1


def test_the_same_is_told_again_where_it_was_over_in_between(home: Home, webhook: Webhook) -> None:
    refused(home)
    with attempt(home) as made:
        made.published()
    refused(home)
    assert len(webhook.bodies) == 2


def test_what_was_told_long_ago_is_not_remembered(
    home: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts.send(home, STALE)
    monkeypatch.setenv("GONGHUI_ALERT_REPEAT_HOURS", "0")
    refused(home)
    assert len(json.loads((home.state / "alerts.json").read_text(encoding="utf-8"))) == 1


def test_what_did_not_get_through_is_told_at_the_next_occasion(home: Home, webhook: Webhook) -> None:
    webhook.status = 503
    alerts.send(home, STALE)
    webhook.status = 200
    alerts.send(home, STALE)
    alerts.send(home, STALE)
    assert len(webhook.bodies) == 2


def test_one_hook_that_is_dead_does_not_make_the_other_hear_twice(
    home: Home, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_COMMAND", "false")
    alerts.send(home, STALE)
    alerts.send(home, STALE)
    assert len(webhook.bodies) == 1


WRONG_SETTINGS = [
    ("GONGHUI_ALERT_TIMEOUT_SECONDS", "soon"),
    ("GONGHUI_ALERT_REPEAT_HOURS", "-1"),
    ("GONGHUI_ALERT_COMMAND", "curl -H 'key: secret"),
    ("GONGHUI_ALERT_URL", "hooks.example/secret"),
    ("GONGHUI_ALERT_URL", "file:///secret"),
    ("GONGHUI_ALERT_URL", "https:///secret"),
    ("GONGHUI_ALERT_URL", "https://hooks.example:0/secret"),
    ("GONGHUI_ALERT_URL", "https://hooks.example/secret or so"),
    ("GONGHUI_ALERT_URL", "https://hooks.example/secret？"),
    ("GONGHUI_ALERT_URL", "https://robot:secret/hook"),
    ("GONGHUI_ALERT_URL", "https://[secret/hook"),
    ("GONGHUI_ALERT_URL", "https://robot:secret@hooks.example/hook"),
]


@pytest.mark.parametrize(
    "begin", [lambda home: Request.of(str(home.root)), lambda home: serve(home, None, None, 3000)]
)
@pytest.mark.parametrize(("variable", "value"), WRONG_SETTINGS)
def test_a_wrong_setting_is_told_before_there_is_anything_to_alert(
    home: Home, monkeypatch: pytest.MonkeyPatch, begin: Callable[[Home], object], variable: str, value: str
) -> None:
    monkeypatch.setattr(os, "execv", lambda *_: None)
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageFault, match=variable) as told:
        begin(home)
    assert "secret" not in str(told.value)
    assert not home.root.exists()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GONGHUI_ALERT_COMMAND", " "),
        ("GONGHUI_ALERT_COMMAND", "mail -s 'release' office@example.org"),
        ("GONGHUI_ALERT_URL", " "),
        ("GONGHUI_ALERT_URL", "http://[::1]:8080"),
        ("GONGHUI_ALERT_URL", "https://hooks.example:443/a@b?key=%20x"),
    ],
)
def test_a_right_setting_is_taken(
    home: Home, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    Request.of(str(home.root))
