"""Exports in, verdicts out: the golden inbox through the one command, compared with the tables expected.

Phone and identity numbers in the inbox are masked with zeros; everything else stands as it was exported.
"""

import csv
import shutil
from collections import Counter
from decimal import Decimal

import pytest

from orchestration.publishing.publish import PUBLISHED_SCHEMAS
from tests.golden.refreshed import GOLDEN, INPUTS, Refreshed, refresh

DOUBLES = ("observed", "pace", "needed_pace")
# By file in expected/: the published table, and what it need not say in these words.
TABLES = {
    "verdicts": ("compliance.fct_verdicts", {"clause_id"}),
    "outlook": ("compliance.fct_outlook", set()),
    "rankings": ("compliance.fct_rankings", set()),
    "totals": ("compliance.fct_requirement_totals", set()),
    "landed_exports": ("quality.landed_exports", set()),
    "rejected_rows": ("quality.rejected_rows", set()),
}


@pytest.fixture(scope="module")
def second(golden: Refreshed, tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """The same inbox once more, in a copy of the home."""
    home = tmp_path_factory.mktemp("golden") / "home"
    shutil.copytree(golden.home.root, home, symlinks=True)
    return refresh(home, *INPUTS)


def expected(name: str) -> list[dict[str, str]]:
    with (GOLDEN / "expected" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def published(refreshed: Refreshed, table: str) -> list[dict]:
    return [dict(zip(refreshed.columns[table], row, strict=True)) for row in refreshed.tables[table]]


def comparable(column: str, value: object) -> object:
    """An expected text and a published value of the same column, so that equal things are equal."""
    if value is None or value == "":
        return None
    if column in DOUBLES:
        return round(float(value), 9)
    if column in ("threshold", "completion"):
        return Decimal(str(value))
    return str(value).lower() if column == "is_final" else str(value)


def test_the_default_month_is_the_last_one_that_had_ended(golden: Refreshed) -> None:
    [release] = published(golden, "quality.release")
    assert (str(release["as_of_month"]), release["is_sample"]) == ("2021-03-01", False)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_one_expected(golden: Refreshed, name: str) -> None:
    table, left_out = TABLES[name]
    want = expected(name)
    columns = [column for column in want[0] if column not in left_out]
    rows = [
        Counter(tuple(comparable(column, row[column]) for column in columns) for row in side)
        for side in (want, published(golden, table))
    ]
    missing, surplus = rows[0] - rows[1], rows[1] - rows[0]
    assert not missing and not surplus, f"missing {list(missing)[:10]}, not expected {list(surplus)[:10]}"


def test_only_the_published_schemas_are_published(golden: Refreshed) -> None:
    assert {table.split(".")[0] for table in golden.tables} == set(PUBLISHED_SCHEMAS)


def test_a_second_refresh_lands_nothing(second: Refreshed) -> None:
    assert "rows read" not in second.output


def test_a_second_refresh_publishes_the_same_tables(golden: Refreshed, second: Refreshed) -> None:
    first_tables = {name: rows for name, rows in golden.tables.items() if name != "quality.release"}
    second_tables = {name: rows for name, rows in second.tables.items() if name != "quality.release"}
    assert second_tables == first_tables


def test_no_log_is_left_beside_the_published_file(second: Refreshed) -> None:
    assert [path.name for path in second.home.warehouse.iterdir()] == ["gonghui.duckdb"]
