"""How the reading of a file goes on, as whoever watches is told, and how it ends where it fails."""

import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from orchestration.common.watcher import Progress, Reading, Watcher
from orchestration.landing import LandingFailed, bench, csv_file, encodings, land, page, workbook
from orchestration.landing import csv_text as reader
from orchestration.landing.csv_text import CHUNK_BYTES, scan_csv
from orchestration.landing.page_tables import table_rows
from tests.landing.office import CODES, Office, csv_text, row, table

ROWS = [row("articles", f"K{number}") for number in range(5)]


class Recorder(Watcher):
    """Keeps the readings."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []

    @contextmanager
    def reads(self, name: str, size_bytes: int, reading: Reading) -> Iterator[None]:
        """Keep it."""
        self.readings.append(reading)
        yield


def told_last(office: Office) -> Progress:
    """What the one file of an inbox tells when it is read."""
    recorder = Recorder()
    land(office.inbox, office.home, CODES, watcher=recorder)
    [reading] = recorder.readings
    return reading.so_far()


def test_a_sheet_tells_the_rows_that_are_judged(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_CHUNK_ROWS", 2)
    office.put_sheets("信息发布_20210302.xlsx", S=table(ROWS))
    assert told_last(office) == Progress(5 / 6, 5)


def test_a_sheet_with_formulas_without_values_below_its_rows_is_not_read_more_than_whole(
    office: Office,
) -> None:
    office.put_sheets("信息发布_20210302.xlsx", S=[*table(ROWS), *[["=1+1"]] * 9])
    land(office.inbox, office.home, CODES, frozenset({"too_many_rejects"}), watcher=(recorder := Recorder()))
    assert recorder.readings[0].so_far() == Progress(1, 14)


def test_a_file_that_python_reads_tells_the_rows_that_are_judged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "CHUNK_ROWS", 2)
    office.put("信息发布_20210302.csv", csv_text(ROWS), "gb18030")
    assert told_last(office).rows == 5


PAGE = "<p><table>{}</table>".format(
    "".join(f"<tr>{''.join(f'<td>{cell}' for cell in cells)}</tr>" for cells in table(ROWS))
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_page_tells_how_much_of_it_is_read_and_the_rows_that_are_judged(
    office: Office, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr(encodings, "_CHUNK_BYTES", 64)
    monkeypatch.setattr(page, "_CHUNK_ROWS", 2)
    office.put("信息发布_20210302.xls", PAGE, encoding)
    assert told_last(office) == Progress(1, 5)


def test_a_page_has_been_read_up_to_the_piece_at_hand(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, shares = Recorder(), list[float]()

    def noted(texts: Iterable[str]) -> Iterator[tuple[int, list[str] | None]]:
        for event in table_rows(texts):
            shares.append(recorder.readings[0].so_far().share)
            yield event

    monkeypatch.setattr(page, "table_rows", noted)
    monkeypatch.setattr(page, "decoded", lambda *_: iter([PAGE[:100], PAGE[100:200], PAGE[200:]]))
    size = office.put("信息发布_20210302.xls", PAGE).stat().st_size
    land(office.inbox, office.home, CODES, watcher=recorder)
    begins = [len(PAGE[:at].encode()) / size for at in (0, 100, 200)]
    assert list(dict.fromkeys(shares)) == begins


def passed(percent: float, lines: list[int]) -> Progress:
    """What is told where DuckDB has read so much of three MiB, in which lines were counted."""
    office: Any = SimpleNamespace(con=SimpleNamespace(query_progress=lambda: percent))
    return csv_file._passed(office, 3 * CHUNK_BYTES, lines)


def test_a_file_that_duckdb_reads_tells_the_lines_up_to_where_it_is() -> None:
    assert passed(70, [10, 25, 40]) == (0.7, 25)


def test_no_more_lines_are_told_than_were_counted() -> None:
    assert passed(70, [10]) == (0.7, 10)


def test_duckdb_that_runs_no_query_has_read_nothing() -> None:
    assert passed(-1, [10]) == (0, 0)


def test_lines_are_counted_as_they_are_scanned(tmp_path: Path) -> None:
    path, counts = tmp_path / "x.csv", list[int]()
    path.write_bytes(b"0123456\n" * (CHUNK_BYTES // 8 + 3))
    scan_csv(path, counts)
    assert counts == [CHUNK_BYTES // 8, CHUNK_BYTES // 8 + 3]


def test_a_sheet_that_duckdb_gives_up_on_ends_in_one_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)

    def gives_up(*_: object) -> int:
        raise duckdb.OutOfMemoryException

    monkeypatch.setattr(bench, "_add", gives_up)
    office.put_sheets("信息发布_20210302.xlsx", S=table(ROWS))
    with pytest.raises(LandingFailed, match=r"^信息发布_20210302\.xlsx: .*memory"):
        office.land()
    gc.collect()
    assert said == []
