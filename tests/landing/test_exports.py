"""The exports as data are those of the contract's table (§2), which the fuzz oracle has written down, too."""

from typing import Any

import pytest

from orchestration.landing.exports import Column, Export
from tests.fuzz.spec import SPECS
from tests.landing.office import EXPORTS


def kind(column: Column) -> str:
    """The type of a column as the contract calls it."""
    if column.personal:
        return "personal"
    if column.codes:
        return column.codes.removesuffix("s")
    return {"choice": "list", "text": "id" if column.key else "text"}.get(column.type, column.type)


def described(export: Export) -> list[tuple[Any, ...]]:
    return [
        (column.header, column.name or "-", kind(column), column.required, column.key, dict(column.choices))
        for column in export.columns
    ]


def test_every_export_of_the_contract_is_there() -> None:
    assert [(one.name, one.chinese) for one in EXPORTS.values()] == [
        (one.name, one.chinese) for one in SPECS.values()
    ]


@pytest.mark.parametrize("name", SPECS)
def test_an_export_has_the_columns_of_the_contract(name: str) -> None:
    export, spec = EXPORTS[name], SPECS[name]
    assert described(export) == [
        (column.header, column.name, column.kind, column.required, column.key, column.values)
        for column in spec.columns
    ]
    assert [(order.earlier, order.later) for order in export.date_order] == [*spec.order]
    assert [column.name for column in export.landed] == [column.name for column in spec.landed]
    assert [column.name for column in export.keys] == [column.name for column in spec.columns if column.key]
    moments = [column.name for column in spec.columns if column.kind in ("date", "timestamp")]
    assert [column.name for column in export.moments] == moments
    assert export.column("org_code").header == next(c.header for c in spec.columns if c.name == "org_code")


def test_an_integer_is_none_below_zero_and_a_year_one_of_this_century() -> None:
    ranges = {
        column.name: (column.least, column.most)
        for export in EXPORTS.values()
        for column in export.columns
        if column.type == "integer"
    }
    assert ranges == {"page_views": (0, None), "visitors": (0, None), "plan_year": (2000, 2100)}


def test_a_column_lands_as_the_type_that_fits() -> None:
    types = {column.type: column.sql_type for export in EXPORTS.values() for column in export.landed}
    assert types == {
        "text": "VARCHAR",
        "code": "VARCHAR",
        "choice": "VARCHAR",
        "integer": "BIGINT",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
    }


def test_a_name_that_no_column_has_is_an_error() -> None:
    with pytest.raises(KeyError, match="name"):
        EXPORTS["cadres"].column("name")
