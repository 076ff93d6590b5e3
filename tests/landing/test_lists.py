"""The lists over all snapshots in force: they are written in order, and carried over from the one before."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.landing.lists import are_in, carry_lists_over, open_lists, write_lists
from orchestration.landing.outcome import LandedSnapshot

REJECTED = [
    ("cadres", 1, "b.csv", 7, "bad_format", None, "entered_on", "A1"),
    ("cadres", 1, "b.csv", 3, "duplicate_row", "甲", None, None),
    ("articles", 2, "a.csv", 1, "bad_value", None, "title", None),
    ("articles", 1, "z.csv", 1, "bad_value", None, "title", None),
]
UNKNOWN = [
    ("cadres", "org_code", "乙市", 3),
    ("cadres", "org_code", "甲市", 4),
    ("articles", "org_code", "x", 5),
]


def landed(name: str) -> LandedSnapshot:
    return LandedSnapshot(name, date(2021, 3, 2), 3, 2, 1, (), datetime(2021, 3, 2), "")


def written(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {path.stem: duckdb.sql(f"from '{path}'").fetchall() for path in sorted(folder.iterdir())}


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A generation with the lists of two exports."""
    folder = tmp_path / "before"
    folder.mkdir()
    with duckdb.connect() as connection:
        open_lists(connection)
        for table, rows in (("rejected_rows", REJECTED), ("unknown_spellings", UNKNOWN)):
            values = ", ".join(str(row).replace("None", "NULL") for row in rows)
            connection.execute(f"INSERT INTO {table} VALUES {values}")
        write_lists(connection, [landed("cadres"), landed("articles")], folder)
    return folder


def carried_over(before: Path, **how: Any) -> dict[str, list[tuple[Any, ...]]]:
    """The lists of the next generation, in which cadres land anew, one row of them refused."""
    folder = before.with_name("after")
    folder.mkdir()
    with duckdb.connect() as connection:
        open_lists(connection)
        connection.execute(
            "INSERT INTO rejected_rows VALUES ('articles', 9, 'new.csv', 5, 'bad_format', NULL, NULL, 'A2')"
        )
        carry_lists_over(connection, before, **how)
        write_lists(connection, [landed("articles")], folder)
    return written(folder)


def test_lists_are_in_the_order_of_exports_parts_and_rows(before: Path) -> None:
    assert written(before) == {
        "landed_exports": [(name, date(2021, 3, 2), 3, 2, 1) for name in ("articles", "cadres")],
        "rejected_rows": [
            ("articles", "z.csv", 1, "bad_value", None, "title", None),
            ("articles", "a.csv", 1, "bad_value", None, "title", None),
            ("cadres", "b.csv", 3, "duplicate_row", "甲", None, None),
            ("cadres", "b.csv", 7, "bad_format", None, "entered_on", "A1"),
        ],
        "unknown_spellings": [
            ("articles", "org_code", "x", 5),
            ("cadres", "org_code", "甲市", 4),
            ("cadres", "org_code", "乙市", 3),
        ],
    }


def test_what_others_have_is_carried_over_behind_what_is_new_in_its_order(before: Path) -> None:
    lists = carried_over(before, without=["cadres"])
    assert [row[1:3] for row in lists["rejected_rows"]] == [("new.csv", 5), ("z.csv", 1), ("a.csv", 1)]
    assert lists["unknown_spellings"] == [("articles", "org_code", "x", 5)]


def test_all_is_carried_over_with_what_its_files_are_called_in_front(before: Path) -> None:
    lists = carried_over(before, called="51/")
    files = [row[1] for row in lists["rejected_rows"]]
    assert files == ["new.csv", "51/z.csv", "51/a.csv", "51/b.csv", "51/b.csv"]
    assert [row[3] for row in lists["unknown_spellings"]] == [5, 4, 3]


def test_a_list_that_an_earlier_version_did_not_write_is_empty(before: Path) -> None:
    assert are_in(before)
    (before / "unknown_spellings.parquet").unlink()
    assert not are_in(before)
    lists = carried_over(before)
    assert (len(lists["rejected_rows"]), lists["unknown_spellings"]) == (5, [])
