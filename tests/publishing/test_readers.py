"""Readers and refresh are never in each other's way: fifty releases in a row beside four who read."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.home import Home
from orchestration.publishing import releases
from orchestration.publishing.publish import publish, renew
from orchestration.publishing.release import Release
from tests.publishing.small import RELEASE
from tests.readers import Look, Reader, readers, wait_for_a_look

RELEASES = [
    replace(
        RELEASE,
        release_id=f"20210301T0200{number:02}-abcdef",
        published_at=RELEASE.published_at + timedelta(seconds=number),
    )
    for number in range(51)
]
"""The one that readers find, and fifty after it."""

KINDS_OF_BUILD = 5


def rows_of(release: Release) -> int:
    """How many rows a release has in one table of each schema."""
    return 10 + RELEASES.index(release) % KINDS_OF_BUILD


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory, built_once: Path) -> list[Reader]:
    """What four readers saw while fifty releases were published; a fifth held the first one's file open."""
    folder = tmp_path_factory.mktemp("readers")
    home = Home(folder / "home")

    def put_in_force(release: Release) -> None:
        number = RELEASES.index(release)
        with releases.assembled(home, release) as assembled:
            warehouse = assembled / releases.WAREHOUSE
            if number < KINDS_OF_BUILD:
                publish(build(built_once, folder / f"{number}.duckdb", rows_of(release)), warehouse, release)
            else:  # as where nothing new has come: the tables of the last one of its kind
                before = RELEASES[number - KINDS_OF_BUILD]
                releases.carry_over(home.releases / before.release_id, assembled)
                renew(warehouse, release)
        releases.put_in_force(home, release.release_id)

    first, *following = RELEASES
    put_in_force(first)
    with (
        duckdb.connect(home.published_file, read_only=True) as holder,
        readers(home.published_file, pause=0.2) as reading,
    ):
        for number, release in enumerate(following):
            put_in_force(release)
            if number % 10 == 0:
                wait_for_a_look(reading)
        still = holder.execute("select release_id from quality.release").fetchall()
    assert still == [(first.release_id,)], "whoever holds the old file lost it"
    return reading


def build(built: Path, path: Path, rows: int) -> Path:
    shutil.copy(built, path)
    with duckdb.connect(path) as connection:
        connection.execute(f"""
            insert into quality.rejected_rows select range from range({rows});
            insert into indicators.fct_module_rates select range from range({rows});
            delete from compliance.fct_verdicts;
            insert into compliance.fct_verdicts (as_of_month, org_code, requirement_id, status)
            select '{RELEASE.as_of_month}', range, '9.2', 'PASS' from range({rows});
        """)
    return path


def test_no_reader_sees_an_error(looked: list[Reader]) -> None:
    assert [reader.errors for reader in looked] == [[], [], [], []]


def test_every_connection_sees_one_release_whole(looked: list[Reader]) -> None:
    whole = {
        Look(release.release_id, rows_of(release), rows_of(release), rows_of(release), release.release_id)
        for release in RELEASES
    }
    assert {look for reader in looked for look in reader.looks} <= whole


def test_no_reader_goes_back_to_an_older_release(looked: list[Reader]) -> None:
    assert looked
    for reader in looked:
        seen = [look.release_id for look in reader.looks]
        assert seen == sorted(seen)


def test_every_reader_sees_the_last_release_once_it_connects_again(looked: list[Reader]) -> None:
    assert {reader.looks[-1].release_id for reader in looked} == {RELEASES[-1].release_id}


def test_readers_read_in_between(looked: list[Reader]) -> None:
    """Six at least: before, and in each of the five pauses."""
    assert min(len(reader.looks) for reader in looked) > 5
