"""The check alone has authority over the reference seeds: it refuses what dbt's tests were for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from orchestration import reference
from orchestration.home import REFERENCE_SEEDS
from orchestration.reference import ReferenceRefused, ReferenceSeeds
from tests.checkouts import Seeds
from tests.edits.edits import Edit, Rows, rows_of

FORMER = yaml.safe_load(Path(__file__).with_name("former_dbt_tests.yml").read_text(encoding="utf-8"))

# A row of what is shipped empty.
FIRST = {
    "prescribed_quantities": ["8.9", "*", "2021", "24", ""],
    "waivers": ["510300", "9.2", "2021-01-01", "2021-06-01", "机构合并", "领导小组办公室", "2029-12-31"],
}


def former() -> Iterator[tuple[str, str, str]]:
    """Each former test: its file, its kind, its columns."""
    for name, tests in FORMER.items():
        for kind, columns in tests.items():
            for column in columns:
                # It was a warning, and is one: test_edits has its case.
                if (name, kind) != ("small_count_limits", "relationships"):
                    yield name, kind, column


def spoilt(name: str, kind: str, column: str) -> tuple[Rows, int]:
    """The rows of a file of which one breaks what the test asked for, and its line."""
    rows = rows_of(REFERENCE_SEEDS / f"{name}.csv")
    if name in FIRST:
        rows.append(list(FIRST[name]))
    if kind == "unique":
        return [*rows, list(rows[1])], len(rows) + 1
    rows[1][rows[0].index(column)] = "" if kind == "not_null" else "nowhere"
    return rows, 2


@pytest.mark.parametrize(("name", "kind", "column"), list(former()))
def test_what_a_data_test_asked_for_is_refused_with_file_and_line(
    seeds: Seeds, name: str, kind: str, column: str
) -> None:
    rows, line = spoilt(name, kind, column)
    table = next(table for table in reference.TABLES if table.name == name)
    Edit(table, kind, line, column, rows).write(seeds.folder)
    with pytest.raises(ReferenceRefused) as refused:
        reference.check(ReferenceSeeds(shipped=seeds.folder))
    at = [fault.message for fault in refused.value.faults if (fault.file, fault.line) == (table.file, line)]
    assert at, refused.value
