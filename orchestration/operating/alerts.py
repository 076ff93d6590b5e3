"""Calls whoever is to know that a refresh failed or a release grew old: a command, a webhook, or both."""

import json
import os
import shlex
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from subprocess import DEVNULL, PIPE
from threading import Thread
from typing import Literal, Self

from orchestration.common.clock import now
from orchestration.common.files import write_json
from orchestration.common.logs import logger
from orchestration.common.settings import ALERT_COMMAND_VARIABLE, ALERT_URL_VARIABLE, Settings
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.language import _, in_english
from orchestration.operating.last_refresh import read_json
from orchestration.publishing.release import read_release

Event = Literal[
    "refresh_failed",
    "refresh_killed",
    "release_stale",
    "exports_stale",
    "release_missing",
    "landed_damaged",
    "issued_damaged",
]


@dataclass(frozen=True)
class Alert:
    """One thing that somebody should know."""

    event: Event
    messages: tuple[str, ...]
    """Lines for a person; never a value out of an export."""
    exit_code: int | None = None

    @classmethod
    def of_failure(cls, exit_code: int, messages: tuple[str, ...]) -> Self:
        """A refresh that ended with that exit code."""
        return cls("refresh_failed", messages, exit_code)

    def body(self, home: Home) -> bytes:
        """What the hook is sent: the alert as JSON, in English, with home, release in place and time."""
        release = read_release(home.published_file)
        content = {
            **in_english(asdict(self)),
            "home": str(home.root),
            "release": release.release_id if release else None,
            "as_of": f"{release.as_of_month:%Y-%m}" if release else None,
            "time": now().isoformat(),
        }
        return json.dumps(content, ensure_ascii=False).encode()

    @property
    def condition(self) -> str:
        """The same for two alerts that say the same."""
        said = json.dumps(in_english([self.event, self.exit_code, self.messages]))
        return f"{self.event}-{sha256(said.encode()).hexdigest()[:12]}"


def send(home: Home, alert: Alert) -> None:
    """Call every hook that is set, unless it was told the same within GONGHUI_ALERT_REPEAT_HOURS.

    A hook that is dead, slow or misspelt costs the timeout at most and one line in the log; nothing is
    raised, and the same alert is sent again at the next occasion.
    """
    try:
        hooks = _hooks()
        timeout = Settings.read("alert_timeout_seconds").alert_timeout_seconds
        told = _told_lately(home)
        due = {name: hook for name, hook in hooks.items() if f"{alert.condition} {name}" not in told}
        body = alert.body(home) if due else b""
        for name, hook in due.items():
            if failure := _within(timeout, hook, body):
                logger.warning(
                    _("the alert {event} did not reach {name}: {failure}").format(
                        event=alert.event, name=name, failure=failure
                    )
                )
            else:
                _note(home, f"{alert.condition} {name}")
    except (UsageFault, OSError) as error:
        logger.warning(_("the alert {event} was not sent: {error}").format(event=alert.event, error=error))


def forget(home: Home) -> None:
    """Take what was alerted as over: should it come again, it is alerted again."""
    with suppress(OSError):
        _sent_file(home).unlink()


def _hooks() -> dict[str, Callable[[bytes, int], None]]:
    """The hooks that are set, by the variable that sets them."""
    hooks: dict[str, Callable[[bytes, int], None]] = {}
    for name, variable, call in (
        ("alert_command", ALERT_COMMAND_VARIABLE, _run),
        ("alert_url", ALERT_URL_VARIABLE, _post),
    ):
        try:
            if set_to := getattr(Settings.read(name), name):
                hooks[variable] = partial(call, set_to)
        except UsageFault as fault:  # the other hook is told of it
            hooks[variable] = partial(_refuse, fault)
    return hooks


def _refuse(fault: UsageFault, _body: bytes, _timeout: int) -> None:
    raise fault


def _run(command: str, body: bytes, timeout: int) -> None:
    words = shlex.split(command)
    # A session of its own, so that what the command has started ends with it when it takes too long.
    with subprocess.Popen(
        words, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
    ) as process:
        try:
            process.communicate(body, timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise OSError(
            _("{command} ended with exit code {code}").format(command=words[0], code=process.returncode)
        )


def _post(url: str, body: bytes, timeout: int) -> None:
    from orchestration.operating.webhook import post  # HTTP and TLS, when needed alone

    post(url, body, timeout)


def _within(seconds: int, hook: Callable[[bytes, int], None], body: bytes) -> str:
    """Call `hook`; returns why it failed, blank where it did not.

    In a thread, because no timeout of a socket bounds a name server, or an answer that comes byte by byte.
    """
    failure: str = _("no answer within {seconds} seconds").format(seconds=seconds)

    def call() -> None:
        nonlocal failure
        try:
            hook(body, seconds)
        except subprocess.TimeoutExpired:
            return
        except Exception as error:
            failure = str(error) or type(error).__name__
        else:
            failure = ""

    thread = Thread(target=call, daemon=True)
    thread.start()
    thread.join(seconds + 1)
    return failure


def _told_lately(home: Home) -> dict[str, datetime]:
    """What was told within the hours in which it is not repeated, and when."""
    hours = timedelta(hours=Settings.read("alert_repeat_hours").alert_repeat_hours)
    try:
        told = {what: datetime.fromisoformat(time) for what, time in read_json(_sent_file(home)).items()}
        return {what: time for what, time in told.items() if time <= now() < time + hours}
    except (TypeError, ValueError):
        return {}


def _note(home: Home, what: str) -> None:
    with suppress(OSError):  # better told twice than not at all
        write_json(_sent_file(home), _told_lately(home) | {what: now()})


def _sent_file(home: Home) -> Path:
    return home.state / "alerts.json"
