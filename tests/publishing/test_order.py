"""The order in which rows of a table are published: by places where the regulation lists them."""

import duckdb
import pytest

from orchestration.publishing.order import Order

_LISTED = """
    create schema quality;
    create table quality.rows (month integer, org_code varchar, clause_id varchar, number integer);
    insert into quality.rows values
        (2, 'A', '9.2', 1), (1, 'A', '9.10', 2), (1, 'A', '9.10', 1), (1, 'A', '9.2', 3), (1, 'C', '9.2', 4),
        (1, 'B', '9.2', 5);
    create schema indicators;
    create table indicators.dim_organizations (org_code varchar, org_order integer);
    insert into indicators.dim_organizations values ('A', 3), ('C', 2), ('B', 1);
    create schema compliance;
"""
_CLAUSES = """
    create table compliance.dim_clauses (clause_id varchar, clause_order integer);
    insert into compliance.dim_clauses values ('9.2', 1), ('9.10', 2);
"""


@pytest.mark.parametrize(
    ("clauses", "numbers"),
    [
        (_CLAUSES, [5, 4, 3, 1, 2, 1]),
        ("create table compliance.dim_clauses (clause_id varchar)", [5, 4, 1, 2, 3, 1]),
        ("", [5, 4, 1, 2, 3, 1]),
    ],
    ids=["listed", "listed without places", "not listed"],
)
def test_rows_stand_by_their_columns_and_codes_by_their_places_where_they_have_any(
    clauses: str, numbers: list[int]
) -> None:
    with duckdb.connect() as connection:
        connection.execute(_LISTED + clauses)
        ordered = Order.of(connection).rows("quality", "rows")
        found = connection.execute(f"select number from {ordered.tables} order by {ordered.keys}").fetchall()
    assert [number for (number,) in found] == numbers
