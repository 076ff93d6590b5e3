"""How the files for people are written: beside who reads, or not at all."""

from pathlib import Path

import duckdb
import pytest

from orchestration.publishing.files import write_files
from tests.publishing.small import RELEASE


def test_files_are_written_while_others_read_the_tables(build_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    folder.mkdir()
    with duckdb.connect(build_file, read_only=True):
        write_files(build_file, folder, RELEASE)
    assert (folder / "parquet" / "compliance.fct_verdicts.parquet").is_file()


def test_what_keeps_a_parquet_file_from_being_written_is_raised(build_file: Path, tmp_path: Path) -> None:
    (tmp_path / "parquet").touch()
    with pytest.raises(FileExistsError):
        write_files(build_file, tmp_path, RELEASE)
