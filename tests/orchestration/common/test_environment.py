"""What the caller's environment says to dbt and Dagster reaches neither."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from dbt.cli import main as dbt

from orchestration import dbt_build
from orchestration.cli import main as cli
from orchestration.home import Home


def variables(command: click.Command) -> Iterator[str]:
    """Every variable that a command of dbt, or one of those below it, takes an option from."""
    for parameter in command.params:
        named = parameter.envvar or []
        yield from [named] if isinstance(named, str) else named
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        yield from variables(below)


DBT = sorted({*variables(dbt.cli), "DBT_ENV_SECRET_KEY", "DBT_PP_TEST", "DBT_MACRO_DEBUGGING"})
DAGSTER = ["DAGSTER_HOME", "DAGSTER_DBT_PARSE_PROJECT_ON_LOAD", "DAGSTER_DISABLE_TELEMETRY"]


@pytest.fixture
def all_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*DBT, *DAGSTER):
        monkeypatch.setenv(name, "1")


def left(*prefixes: str) -> list[str]:
    return [name for name in os.environ if name.startswith(prefixes)]


def test_the_variables_of_dbt_are_all_known_by_their_beginning() -> None:
    assert len(DBT) > 50
    assert [name for name in DBT if not name.startswith("DBT_")] == []


@pytest.mark.usefixtures("all_set")
def test_a_command_goes_on_without_them(tmp_path: Path) -> None:
    cli.main(["status", "--home", str(tmp_path)])
    assert left("DBT_", "DAGSTER_") == []


@pytest.mark.usefixtures("all_set")
def test_dbt_is_called_without_them_whoever_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def invoke(*_: object) -> SimpleNamespace:
        seen.append(left("DBT_"))
        return SimpleNamespace(success=True, exception=None, result=SimpleNamespace(nodes={}))

    monkeypatch.setattr(dbt, "dbtRunner", lambda *_: SimpleNamespace(invoke=invoke))
    dbt_build._parsed.__wrapped__(Home(tmp_path), dbt_build.DUCKDB)
    assert seen == [[]]
