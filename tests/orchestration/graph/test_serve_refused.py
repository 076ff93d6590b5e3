"""`gonghui serve` says what is wrong before Dagster starts."""

import socket
from datetime import date, datetime
from pathlib import Path

import pytest

from orchestration.cli import main as cli
from orchestration.landing import LandedSnapshot
from tests.orchestration.graph.landed import land


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: object) -> None:
        pytest.fail("Dagster was started")

    monkeypatch.setattr("os.execv", start)


def test_a_taken_port_exits_2_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["serve", "--home", str(tmp_path), "--port", str(port)]) == 2
    assert f"port {port} cannot be had" in capsys.readouterr().err


@pytest.mark.parametrize(
    "variable",
    ["GONGHUI_CRON", "GONGHUI_RUN_DAYS", "GONGHUI_LOG_FILES", "GONGHUI_MEMORY_LIMIT", "GONGHUI_POSTGRES_URL"],
)
def test_a_setting_that_is_none_exits_2(
    tmp_path: Path, variable: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, "nonsense")
    assert cli.main(["serve", "--home", str(tmp_path)]) == 2
    assert variable in capsys.readouterr().err


def test_an_inbox_of_gathered_provinces_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    inbox.mkdir()
    plans = LandedSnapshot("promotion_plans", date(2021, 3, 2), 1, 1, 0, (), datetime(2021, 3, 2), "")
    land(home, plans, gathered=["51"])
    assert cli.main(["serve", "--home", str(home), "--inbox", str(inbox)]) == 2
    assert "name no inbox here" in capsys.readouterr().err
