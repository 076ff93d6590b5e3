"""Readers of the server are never in a refresh's way, nor it in theirs: they see one release, whole."""

from pathlib import Path

import psycopg
import pytest

from orchestration.publishing.mirror.server import MirrorFailed, mirror
from tests.mirror.databases import (
    ANNA,
    KINDS,
    LATER,
    Database,
    contents,
    file_contents,
    mirror_contents,
    release_file,
)

SEEN = "drop table indicators.follower; alter table quality.rejected_rows add column seen date"
"""A table dropped, a column added: a release that takes new tables."""


@pytest.fixture
def mirrored(database: Database, published: Path) -> Database:
    mirror(published, database.server())
    return database


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, built_once: Path) -> Path:
    """A release whose tables are others."""
    return release_file(built_once, tmp_path_factory.mktemp("changed"), LATER, KINDS + SEEN)


def test_a_transaction_begun_before_sees_the_old_release_to_its_end(
    mirrored: Database, published: Path, later: Path
) -> None:
    with mirrored.as_(ANNA) as reader:
        reader.execute("select count(*) from indicators.dim_organizations")
        mirror(later, mirrored.server(), pauses=())  # it waits for nobody
        assert contents(reader) == file_contents(published)
        reader.commit()
        assert contents(reader) == file_contents(later)


def test_a_statement_during_the_load_sees_the_old_release(
    mirrored: Database, published: Path, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.publishing.mirror import roles as mirror_roles

    seen = []
    grant = mirror_roles.let_read

    def look(*arguments: object) -> None:
        seen.append(mirror_contents(mirrored))
        grant(*arguments)

    monkeypatch.setattr(mirror_roles, "let_read", look)
    mirror(later, mirrored.server())
    assert seen == [file_contents(published)]


def test_tables_are_not_replaced_under_a_transaction_that_reads_them(
    mirrored: Database, published: Path, changed: Path
) -> None:
    with mirrored.as_(ANNA, application_name="DBeaver") as reader:
        reader.execute("select count(*) from indicators.dim_organizations")
        pid = reader.info.backend_pid
        with pytest.raises(MirrorFailed, match=rf"still reads .*: process {pid} of anna \(DBeaver\)"):
            mirror(changed, mirrored.server(), pauses=(0,))
        assert contents(reader) == file_contents(published)
    mirror(changed, mirrored.server())
    assert mirror_contents(mirrored) == file_contents(changed)


def test_a_transaction_begun_before_tables_were_replaced_sees_the_new_release_whole(
    mirrored: Database, changed: Path
) -> None:
    with mirrored.as_(ANNA) as reader:
        reader.execute("select 1")  # its snapshot is older than every row of the new tables
        mirror(changed, mirrored.server())
        expected = file_contents(changed)
        found = {table: reader.execute(f"select * from {table}").fetchall() for table in expected}
        assert {table: sorted(map(repr, rows)) for table, rows in found.items()} == expected


def test_two_refreshes_do_not_mirror_at_once(mirrored: Database, later: Path) -> None:
    with mirrored.as_("postgres") as other:
        other.execute("lock table gonghui_mirror.made in exclusive mode")
        with pytest.raises(MirrorFailed, match="another refresh is at work"):
            mirror(later, mirrored.server(), pauses=())


def test_a_reader_of_the_server_gets_chinese_in_the_encoding_it_asks_for(mirrored: Database) -> None:
    with mirrored.as_(ANNA, client_encoding="GB18030") as reader:
        cursor = psycopg.ClientCursor(reader)
        words = "select org_name from indicators.dim_organizations where org_code = '510100'"
        assert cursor.execute(words).pgresult.get_value(0, 0) == "成都市总工会".encode("gb18030")
