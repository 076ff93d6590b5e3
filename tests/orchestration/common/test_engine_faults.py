"""What DuckDB could not do is a sentence of our own: its text may quote a row."""

import duckdb
import pytest

from orchestration.common.engine_faults import sentence

SECRET = "测试人甲乙丙"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (duckdb.IOException(f"{SECRET}: no space left on device"), "the disk is full"),
        (duckdb.IOException(f"{SECRET}: Disk quota exceeded"), "the disk is full"),
        (duckdb.OutOfMemoryException(SECRET), "memory ran out, with GONGHUI_MEMORY_LIMIT at 2GB"),
        (duckdb.InternalException(f"{SECRET} std::bad_alloc"), "memory ran out"),
        (duckdb.Error(f"could not allocate {SECRET}"), "memory ran out"),
        (duckdb.ConversionException(SECRET), "DuckDB failed with ConversionException"),
    ],
)
def test_a_fault_of_duckdb_is_told_without_its_text(
    error: duckdb.Error, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_MEMORY_LIMIT", "2GB")
    told = sentence(error)
    assert told.startswith(said) and SECRET not in told
