"""Where rows are judged: a bench as large as it must be, and tables that are judged one after the other."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from orchestration.common.settings import Settings
from orchestration.landing.bench import (
    Bench,
    Columns,
    RowsAmiss,
    cell_tables,
    clear,
    judge,
    open_bench,
)
from orchestration.landing.checks import CellTable
from orchestration.landing.header import Header
from orchestration.landing.inbox import InboxFile, InboxSnapshot
from tests.landing.office import CODES, EXPORTS

CADRES = EXPORTS["cadres"]
HEADER = Header(0, {"cadre_id": 0, "org_code": 1, "entered_on": 2, "left_on": 3}, 4, {})
FILE = InboxFile(Path("x.csv"), CADRES, date(2021, 3, 2), "csv")


def table(bench: Bench, name: str, rows: list[tuple[str | None, ...]]) -> CellTable:
    """Cells that DuckDB sees under a name."""
    width = len(rows[0])
    values = ", ".join(str(row).replace("None", "NULL") for row in rows)
    columns = ", ".join(f"c{place}" for place in range(width))
    bench.con.execute(f"CREATE TEMP TABLE {name} AS FROM (VALUES {values}) AS cells ({columns})")
    return CellTable(name, width, HEADER.positions, HEADER.most)


def judged(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.con.execute("SELECT cadre_id, refusal FROM snapshot ORDER BY rowid").fetchall()


def plain(first: int, rows: int, *beyond: str | None) -> list[tuple[str | None, ...]]:
    return [(f"K{number}", "A1", "2020-03-05", "", *beyond) for number in range(first, first + rows)]


def odd(number: int, *beyond: str | None) -> tuple[str | None, ...]:
    """A row that the quick reading leaves to the general one."""
    return (f" K{number}", "A1", "2020年3月5日", "", *beyond)


def landed(rows: int) -> list[tuple[str, None]]:
    return [(f"K{number}", None) for number in range(rows)]


def test_tables_of_any_width_are_judged_one_after_the_other(bench: Bench) -> None:
    tables = [
        table(bench, "a", [*plain(0, 19, None), odd(19, "x")]),
        table(bench, "b", plain(20, 20)),
        table(bench, "c", [odd(number) for number in range(40, 43)]),
        table(bench, "d", plain(43, 2)),
    ]
    assert judge(bench, FILE, tables) == 45
    found = judged(bench)
    assert found.pop(19)[1] == "bad_format\t"
    assert found == [row for row in landed(45) if row[0] != "K19"]


@pytest.mark.parametrize("odd_rows", [0, 1, 3])
def test_rows_are_counted_and_judged_behind_those_of_files_before(bench: Bench, odd_rows: int) -> None:
    assert judge(bench, FILE, [table(bench, "a", plain(0, 20))]) == 20
    rows = [*plain(20, 12), *(odd(number) for number in range(32, 32 + odd_rows))]
    assert judge(bench, FILE, [table(bench, "b", rows)]) == 12 + odd_rows
    assert judged(bench) == landed(32 + odd_rows)


def test_no_table_has_no_rows(bench: Bench) -> None:
    assert judge(bench, FILE, []) == 0
    assert judged(bench) == []


def test_of_a_table_that_is_not_whole_no_row_is_added(bench: Bench) -> None:
    cells, asked = table(bench, "a", plain(0, 3)), list[int]()

    def is_whole(rows: int) -> bool:
        asked.append(rows)
        return len(asked) > 1

    with pytest.raises(RowsAmiss) as amiss:
        judge(bench, FILE, [cells], is_whole)
    assert (amiss.value.args, judged(bench)) == ((), [])
    assert judge(bench, FILE, [cells], is_whole) == 3
    assert (asked, judged(bench)) == ([3, 3], landed(3))


def test_a_table_that_cannot_be_read_leaves_those_before_it(bench: Bench) -> None:
    missing = CellTable("missing", 4, HEADER.positions, HEADER.most)
    with pytest.raises(duckdb.CatalogException, match="missing"):
        judge(bench, FILE, [table(bench, "a", plain(0, 2)), missing])
    assert judged(bench) == landed(2)
    clear(bench, CADRES)
    assert judged(bench) == []


def texts(*cells: str | None) -> "np.ndarray":
    return np.array(cells, dtype=object)


def test_rows_in_memory_are_seen_chunk_by_chunk(bench: Bench) -> None:
    moments = {1: np.array(["2020-03-05T09:08:07", "NaT"], dtype="datetime64[s]")}
    chunks = [Columns([texts("a", None), texts("x", "y")], moments), Columns([texts("b")])]
    counts: list[int] = []
    seen = []
    for cells in cell_tables(bench, chunks, HEADER, counts):
        assert (cells.positions, cells.most, cells.damaged) == (HEADER.positions, 4, False)
        rows = bench.con.execute(f"SELECT * FROM {cells.relation}").fetchall()
        seen.append((cells.width, rows, [*counts]))
    assert seen == [(2, [("a", "2020-03-05 09:08:07"), (None, "y")], []), (1, [("b",)], [2])]
    assert counts == [2, 1]
    with pytest.raises(duckdb.CatalogException, match="chunk"):
        bench.con.execute("FROM chunk")


def test_a_damaged_file_is_told_with_its_cells(bench: Bench) -> None:
    [cells] = cell_tables(bench, [Columns([texts("a")])], HEADER, [], damaged=True)
    assert cells.damaged


@pytest.mark.parametrize(
    ("memory", "place"),
    [(lambda size: size, None), (lambda size: size - 1, "bench.duckdb"), (lambda size: 2 * size, None)],
)
def test_what_memory_cannot_hold_is_judged_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: Callable[[int], int], place: str | None
) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "gone.csv"]
    for path in paths[:2]:
        path.write_bytes(b"x" * 500)
    files = tuple(InboxFile(path, CADRES, date(2021, 3, 2), "csv") for path in paths)
    monkeypatch.setattr(Settings, "memory_bytes", memory(1000))
    opened = open_bench(tmp_path, CODES, [InboxSnapshot(CADRES, date(2021, 3, 2), files)])
    with opened.con as con:
        con.execute("CREATE TABLE kept AS FROM range(10)")
        [(file,)] = con.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert (Path(file).name if file else None) == place
    # Nobody opens it again, so it is not tidied up when it is closed.
    assert [path.name for path in tmp_path.glob("*.wal")] == [f"{place}.wal"] * bool(place)


def test_progress_is_kept_and_never_shown(bench: Bench) -> None:
    names = ("enable_progress_bar", "enable_progress_bar_print", "progress_bar_time")
    kept = [bench.con.execute(f"SELECT current_setting('{name}')").fetchall()[0][0] for name in names]
    assert kept == [True, False, 0]
