"""What may lie in a home that no refresh has put there, and homes side by side."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import duckdb
import pytest

from orchestration.common.lock import hold
from tests.faults.office import Office
from tests.faults.small_inbox import ORG


def _text(path: Path) -> None:
    path.write_text("a note of somebody's")


def _database(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("create table somebodys as select 1 as number")


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "note").write_text("a note of somebody's")


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("make", [_text, _database, _folder, _dangling])
def test_what_is_no_release_is_moved_aside_and_not_destroyed(office: Office, make) -> None:
    office.published.unlink()
    make(office.published)
    looks = office.published.lstat()
    office.put(2)
    ended = office.refresh()
    aside = office.published.with_name("gonghui.duckdb.aside-1")
    assert ended.exit_code == 0, ended.stderr
    assert "it is now gonghui.duckdb.aside-1, untouched" in ended.stderr
    assert (aside.lstat().st_ino, aside.lstat().st_size) == (looks.st_ino, looks.st_size)
    assert office.seen().number == 2


def test_damaged_landed_parquet_is_named_with_the_files_that_mend_it(office: Office) -> None:
    parquet = office.home / "landed" / "current" / "cadres.parquet"
    content = parquet.read_bytes()
    parquet.unlink()
    parquet.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    before = office.seen()
    alone = office.refresh("--as-of", "2020-03")
    assert (alone.exit_code, office.seen()) == (1, before)
    assert "cadres.parquet in the home is missing or damaged" in alone.stderr
    assert "工会干部_20200331.csv" in alone.stderr
    office.assert_recovers(2)
    assert parquet.read_bytes() == content


def test_damaged_working_files_are_made_anew(office: Office) -> None:
    for name in (
        "build/gonghui.duckdb",
        "build/gonghui.duckdb.wal",
        "dbt/parse/partial_parse.msgpack",
        "dbt/recorded/landed.json",
    ):
        (office.home / name).parent.mkdir(parents=True, exist_ok=True)
        (office.home / name).write_bytes(b"\0damaged" * 1000)
    (office.home / "state").mkdir(exist_ok=True)
    (office.home / "state" / "last_refresh.json").write_bytes(b"\0")
    (office.home / ".lock").write_bytes(b"\xff\xff")
    office.assert_recovers(3)


def test_two_homes_refresh_at_once_from_one_inbox(office: Office, tmp_path: Path) -> None:
    copytree(office.home, tmp_path / "other", symlinks=True)
    other = replace(office, home=tmp_path / "other")
    office.put(3)
    running = [each.start() for each in (office, other)]
    assert [each.wait() for each in running] == [0, 0]
    assert [each.seen().number for each in (office, other)] == [3, 3]


def test_a_home_behind_a_symlink_is_that_home(office: Office, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(office.home)
    linked = replace(office, home=tmp_path / "link")
    linked.put(1)
    with hold(office.home / ".lock"):
        assert linked.refresh().exit_code == 3
    assert linked.refresh().exit_code == 0
    assert office.seen().number == 1
    assert (tmp_path / "link").is_symlink()


def test_page_views_that_no_verdict_can_hold_are_told_by_org_and_month(office: Office) -> None:
    before = office.seen()
    office.put(3)
    [visits] = office.inbox.glob("频道访问_*")
    rows = visits.read_text(encoding="utf-8")
    visits.write_text(f"{rows}{ORG},2020-03-02,9223372036854775807,\n", encoding="utf-8")
    ended = office.refresh()
    assert (ended.exit_code, office.seen()) == (1, before), ended.stderr
    told = "page views add up to more than a verdict can hold, most of them those of 510300 in 2020-03: "
    assert f"频道访问: its {told}" in ended.stderr
    visits.write_text(f"{rows}{ORG},2020-03-02,0,\n", encoding="utf-8")
    assert office.refresh().exit_code == 0
    assert office.seen().number == 3
