"""What a build asks of its process, and what happens when dbt itself does not come to an end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import dbt_build
from orchestration.home import CHECKOUT, Home
from tests.orchestration.anew import imported_without

FROM_THE_BEGINNING = frozenset(os.environ)


@pytest.mark.parametrize(
    "error", [MemoryError(), KeyboardInterrupt()], ids=lambda error: type(error).__name__
)
def test_what_ends_dbts_thread_ends_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def invoke(*_: object) -> None:
        raise error

    monkeypatch.setattr(dbt_build, "parse", lambda *_: None)
    monkeypatch.setattr(dbt_build, "_invoke", invoke)
    with pytest.raises(type(error)):
        [*dbt_build.build(Home(tmp_path), [], "{}")]


def test_dbt_is_not_imported_before_it_is_called() -> None:
    assert imported_without("dbt.cli.main", "orchestration.dbt_build").SPARK == dbt_build.SPARK


@pytest.mark.parametrize(
    "name",
    [*("DO_NOT_TRACK", "SPARK_REMOTE", "SPARK_CONNECT_MODE_ENABLED", "RUST_LOG"), *dbt_build._NO_BUILD],
)
def test_what_changes_in_the_environment_was_there_before_any_thread(name: str) -> None:
    assert name in FROM_THE_BEGINNING


def test_no_variable_is_added_to_the_environment_while_threads_run(tmp_path: Path) -> None:
    # glibc frees the list that another thread's getenv is reading: a refresh in a thousand died of it.
    script = """
import os, sys, threading

def heard(event, arguments):
    if event == "os.putenv" and threading.active_count() > 1 and os.fsdecode(arguments[0]) not in os.environ:
        print("put into the environment:", arguments[0], file=sys.stderr)

sys.addaudithook(heard)
from orchestration.cli import main as cli
sys.exit(cli.main(sys.argv[1:]))
"""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("GONGHUI_", "DO_NOT_"))
    }
    golden = CHECKOUT / "tests" / "golden"
    refresh = ["refresh", "--inbox", str(golden / "inbox"), "--reference", str(golden / "reference")]
    ran = subprocess.run(
        [sys.executable, "-c", script, *refresh, "--home", str(tmp_path)],
        cwd=CHECKOUT,
        env={**clean, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "put into the environment:" not in ran.stderr
