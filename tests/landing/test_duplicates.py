"""Rows whose key an earlier row has: found whatever the keys are, in however many passes."""

import random
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from orchestration.common.settings import Settings
from orchestration.landing import duplicates
from orchestration.landing.bench import Bench, clear, open_bench
from tests.landing.office import CODES, EXPORTS

CADRES = EXPORTS["cadres"]

Row = tuple[str, str, str | None]
"""Key, org and, where the row is refused already, why."""


def refused(bench: Bench, rows: list[Row]) -> list[str | None]:
    """Judge rows for duplicates alone; returns what each is refused for."""
    for row in rows:
        bench.con.execute("INSERT INTO snapshot (cadre_id, org_code, refusal) VALUES (?, ?, ?)", row)
    duplicates.refuse_duplicates(bench, CADRES)
    return [why for (why,) in bench.con.execute("SELECT refusal FROM snapshot ORDER BY rowid").fetchall()]


def expected(rows: list[Row]) -> list[str | None]:
    """The same by hand: the first row of a key that is not refused stays."""
    first: dict[str, Row] = {}
    told = []
    for key, org, why in rows:
        if why is None and key in first:
            why = "duplicate_row\t" if first[key] == (key, org, None) else "duplicate_key\tcadre_id"
        elif why is None:
            first[key] = (key, org, None)
        told.append(why)
    return told


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_duplicates_are_those_that_a_reader_finds_by_hand(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, at_once: int, seed: int
) -> None:
    monkeypatch.setattr(duplicates, "_LIMIT_FOR_A_ROW", Settings.read().memory_bytes // at_once)
    dice = random.Random(seed)
    rows = [
        (f"K{dice.randint(1, 25)}", dice.choice(["A1", "A2"]), dice.choice([None, None, "bad_format\t"]))
        for _ in range(40)
    ]
    assert refused(bench, rows) == expected(rows)


@pytest.mark.parametrize("rows", [[], [("K1", "A1", None), ("K2", "A1", None), ("K1", "A1", "")]])
def test_where_no_key_occurs_twice_nothing_is_refused(bench: Bench, rows: list[Row]) -> None:
    assert refused(bench, rows) == [why for _, _, why in rows]


@pytest.fixture
def thrice(bench: Bench) -> Bench:
    """Ten keys, each of three rows."""
    bench.con.execute(
        "INSERT INTO snapshot (cadre_id) SELECT 'K' || key FROM range(10) AS of (key), range(3)"
    )
    return bench


@pytest.mark.parametrize("at_once", [1, 4, 100])
def test_every_repeated_hash_is_told_once_for_each_row_but_the_first(thrice: Bench, at_once: int) -> None:
    found = [*duplicates._hashes_that_occur_twice(thrice, CADRES, at_once=at_once)]
    counted = Counter(int(each) for some in found for each in some)
    assert sorted(counted.values()) == [2] * 10


def test_hashes_of_few_rows_are_sorted_in_one_pass(thrice: Bench) -> None:
    [found] = duplicates._hashes_that_occur_twice(thrice, CADRES, at_once=100)
    assert [*found] == sorted(found)


def test_as_many_rows_are_sorted_at_once_as_a_twelfth_of_memory_holds(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def none(*_: object, at_once: int) -> list[object]:
        asked.append(at_once)
        return []

    monkeypatch.setattr(duplicates, "_hashes_that_occur_twice", none)
    monkeypatch.setenv("GONGHUI_MEMORY_LIMIT", "96MB")
    duplicates.refuse_duplicates(bench, CADRES)
    assert asked == [1_000_000]


def test_hashes_of_many_rows_come_some_at_a_time(thrice: Bench) -> None:
    *some, _last = [len(some) for some in duplicates._hashes_that_occur_twice(thrice, CADRES, at_once=4)]
    assert len(some) > 1
    assert min(some) > 4


def test_nothing_is_left_on_the_bench(bench: Bench) -> None:
    refused(bench, [("K1", "A1", None), ("K1", "A1", None)])
    with pytest.raises(duckdb.CatalogException, match="twice"):
        bench.con.execute("FROM twice")


def test_of_a_key_of_several_columns_the_first_is_named(tmp_path: Path) -> None:
    visits = EXPORTS["channel_visits"]
    opened = open_bench(tmp_path, CODES, [])
    clear(opened, visits)
    with opened.con:
        opened.con.execute(
            """INSERT INTO snapshot (org_code, visited_on, page_views)
            VALUES ('A1', '2020-03-05', 1), ('A1', '2020-03-05', 2), ('A2', '2020-03-05', 1)"""
        )
        duplicates.refuse_duplicates(opened, visits)
        found = opened.con.execute("SELECT refusal FROM snapshot ORDER BY rowid").fetchall()
    assert found == [(None,), ("duplicate_key\torg_code",), (None,)]
