"""Parquet for programs without a driver: it holds all, and follows from the tables alone."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.publishing.catalog import tables
from orchestration.publishing.parquet import write_parquet
from orchestration.publishing.publish import CONTRACT_TABLES, publish
from tests.publishing.small import RELEASE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, built_once: Path) -> Path:
    """The Parquet files of a build, and the published file that was made of it."""
    folder = tmp_path_factory.mktemp("release")
    publish(built_once, folder / "gonghui.duckdb", RELEASE)
    write_parquet(built_once, folder)
    return folder


def test_each_published_table_is_a_parquet_file_of_the_same_rows(folder: Path) -> None:
    with duckdb.connect(folder / "gonghui.duckdb", read_only=True) as connection:
        published = {str(each) for each in tables(connection)} - {
            "quality.release",
            "quality.revised_verdicts",
        }
        assert {path.stem for path in (folder / "parquet").iterdir()} == published
        for name in published:
            file = folder / "parquet" / f"{name}.parquet"
            here, there = (connection.sql(f"from {source}") for source in (name, f"'{file}'"))
            assert (here.columns, here.types) == (there.columns, there.types)
            assert here.fetchall() == there.fetchall()


def test_a_parquet_file_carries_the_comments(folder: Path) -> None:
    file = folder / "parquet" / "compliance.fct_verdicts.parquet"
    words = dict(duckdb.execute(f"select key, value from parquet_kv_metadata('{file}')").fetchall())
    with duckdb.connect(folder / "gonghui.duckdb", read_only=True) as connection:
        [table] = [each for each in tables(connection) if each.name == "fct_verdicts"]
    assert words[b"gonghui.comment"].decode() == table.comment
    assert json.loads(words[b"gonghui.columns"]) == {each.name: each.comment for each in table.columns}
    assert "gap：说明" in words[b"gonghui.columns"].decode(), "people read it, too"


def test_the_files_follow_from_the_tables_alone(folder: Path, tmp_path: Path, built_once: Path) -> None:
    later = replace(RELEASE, release_id="20990101T000000-ffffff", published_at=datetime(2099, 1, 1))
    publish(built_once, tmp_path / "gonghui.duckdb", later)
    write_parquet(tmp_path / "gonghui.duckdb", tmp_path)
    before, after = (
        {path.name: path.read_bytes() for path in (each / "parquet").iterdir()} for each in (folder, tmp_path)
    )
    assert len(after) >= len(CONTRACT_TABLES)
    assert after == before


def test_they_are_written_while_others_read_the_tables(build_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(build_file, read_only=True):
        write_parquet(build_file, tmp_path)
    assert (tmp_path / "parquet" / "compliance.fct_verdicts.parquet").is_file()


def test_what_keeps_a_parquet_file_from_being_written_is_raised(build_file: Path, tmp_path: Path) -> None:
    (tmp_path / "parquet").touch()
    with pytest.raises(FileExistsError, match="parquet"):
        write_parquet(build_file, tmp_path)
