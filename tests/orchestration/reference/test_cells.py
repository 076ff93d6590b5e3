"""What one cell of a reference seed may hold, to the edges of its range, and that a key stands once."""

import pytest

from orchestration.reference.cells import cell_faults, key_faults
from orchestration.reference.tables import TABLES, Column, Kind, Table
from tests.orchestration.reference.few_rows import few_rows

NUMBER = Column("cell", Kind.NUMBER)
LEAST = Column("cell", Kind.NUMBER, at_least=1)
MOST = Column("cell", Kind.NUMBER, at_most=1)
ABOVE_0 = Column("cell", Kind.NUMBER, positive=True)
KNOWN = Column("cell", known_in="orgs.code")
WILDCARD = Column("cell", known_in="orgs.code", wildcard="*")
FLAGGED = Column("cell", known_in="orgs.code", flagged="is_local")
FLAGGED_WILDCARD = Column("cell", known_in="orgs.code", flagged="is_local", wildcard="*")
CELLS = [
    (NUMBER, "0", ""),
    (NUMBER, "0.0001", ""),
    (NUMBER, "0.00010", ""),
    (NUMBER, "0.00001", "at most 4 decimals"),
    (NUMBER, "99999999999999.9999", ""),
    (NUMBER, "100000000000000", "at most 14 digits before the decimal point"),
    (NUMBER, "-1", "a number that is not negative"),
    (ABOVE_0, "0.0001", ""),
    (ABOVE_0, "0.0", "a number above 0"),
    (LEAST, "1", ""),
    (LEAST, "0.9999", "1 or more"),
    (MOST, "1.0", ""),
    (MOST, "1.0001", "at most 1"),
    (KNOWN, "A", ""),
    (KNOWN, "C", "one that orgs.csv has as code; correct it, or add it there"),
    (WILDCARD, "*", ""),
    (WILDCARD, "C", "one that orgs.csv has as code or *; correct it, or add it there"),
    (FLAGGED, "A", ""),
    (FLAGGED, "B", "one whose is_local is true in orgs.csv"),
    (FLAGGED_WILDCARD, "B", "one whose is_local is true in orgs.csv or *"),
]


@pytest.mark.parametrize(("column", "cell", "expected"), CELLS)
def test_a_cell_is_told_what_it_should_have_been(column: Column, cell: str, expected: str) -> None:
    rows = few_rows(some=f"cell|{cell}", orgs="code,is_local|A,true|B,false")
    told = [(2, f"cell is {cell!r}: expected {expected}")] if expected else []
    assert list(cell_faults(Table("some", (column,)), rows)) == told
    assert [row.sound for row in rows["some"]] == [not expected]


COLUMNS = [
    ("registration_targets.csv", "target_wan", "10000", ""),
    ("registration_targets.csv", "target_wan", "10000.0001", "at most 10000"),
    ("registration_targets.csv", "target_wan", "0", "a number above 0"),
    ("annex_totals.csv", "total_wan", "0", "a number above 0"),
    ("factors.csv", "value", "0", "a number above 0"),
    ("factor_weights.csv", "weight", "0", "a number above 0"),
    ("factor_weights.csv", "weight", "1", ""),
    ("factor_weights.csv", "weight", "1.0001", "at most 1"),
    ("prescribed_quantities.csv", "quantity", "1", ""),
    ("prescribed_quantities.csv", "quantity", "0.9999", "1 or more"),
    ("thresholds.csv", "threshold", "0", ""),
    ("small_count_limits.csv", "withheld_below", "0", ""),
    ("requirement_measures.csv", "denominator_measure", "", ""),
    ("requirement_measures.csv", "numerator_measure", "", f"{Kind.CODE.value}; it must not be blank"),
]


@pytest.mark.parametrize(("file", "name", "cell", "expected"), COLUMNS)
def test_a_cell_is_what_its_column_may_hold(file: str, name: str, cell: str, expected: str) -> None:
    [column] = [each for table in TABLES if table.file == file for each in table.columns if each.name == name]
    told = [(2, f"{name} is {cell!r}: expected {expected}")] if expected else []
    assert list(cell_faults(Table("some", (column,)), few_rows(some=f"{name}|{cell}"))) == told


def test_what_a_code_should_be_is_not_told_while_the_file_that_has_it_cannot_be_read() -> None:
    assert list(cell_faults(Table("some", (KNOWN,)), few_rows(some="cell|C"))) == []


def test_a_key_that_occurs_again_is_told_of_sound_rows_alone() -> None:
    rows = few_rows(some="code,year|A,2020|B,2020|!A,2020|A,2020|A,2021")["some"]
    table = Table("some", (Column("code"), Column("year")), key=("code", "year"))
    assert list(key_faults(table, rows)) == [
        (5, "code, year occur again after line 2: keep one of the two rows")
    ]


def test_a_table_without_a_key_may_say_a_thing_twice() -> None:
    assert list(key_faults(Table("some", (Column("code"),)), few_rows(some="code|A|A")["some"])) == []
