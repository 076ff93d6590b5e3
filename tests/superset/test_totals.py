"""What the dashboard adds up: people once, standards of those who are held to them."""

from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from tests.superset.files import DATASETS

# Verdicts of 9.1: a group, its two members, a city.
GROUP_ONLY = """
    ('G', 'target_group', 27, 76000, null), ('M1', 'enterprise', 20, null, 'group_target'),
    ('M2', 'enterprise', 7, null, 'group_target'), ('C', 'city', 400, 9000, null)
"""
EQUAL_SPLIT = """
    ('G', 'target_group', 27, 76000, null), ('M1', 'enterprise', 20, 38000, null),
    ('M2', 'enterprise', 7, 38000, null), ('C', 'city', 400, 9000, null)
"""
AFTER_2022 = """
    ('G', 'target_group', 27, cast(null as integer), 'no_figure_for_year'),
    ('M1', 'enterprise', 20, null, 'no_figure_for_year'), ('M2', 'enterprise', 7, null, 'no_figure_for_year'),
    ('C', 'city', 400, null, 'no_figure_for_year')
"""

# Verdicts of 9.5.month: a city, and one whose channel opens later.
CHANNEL_NOT_YET_OPEN = """
    ('C1', 'city', 60, 50, cast(null as varchar)), ('C2', 'city', 3, 50, 'month_not_assessed')
"""


def total(connection: sa.Connection, verdicts: str, chosen: str) -> tuple[int, int | None]:
    """What the trend shows of `verdicts` where those `chosen` are looked at."""
    [dataset] = [each for each in DATASETS.values() if each["table_name"] == "fct_verdicts"]
    metrics = {each["metric_name"]: each["expression"] for each in dataset["metrics"]}
    query = f"""
        select {metrics["observed_all"]}, {metrics["threshold_all"]}
        from (
            select *, cast(null as integer) as denominator
            from (values {verdicts}) as rows (org_code, org_type, numerator, threshold, reason)
        ) as verdicts
        where {chosen}
    """
    return tuple(connection.execute(sa.text(query)).one())


def test_a_total_counts_the_people_of_the_sample_once(warehouse: Path) -> None:
    [dataset] = [each for each in DATASETS.values() if each["table_name"] == "fct_verdicts"]
    [total] = [each["expression"] for each in dataset["metrics"] if each["metric_name"] == "observed_all"]
    with duckdb.connect(warehouse, read_only=True) as file:
        [(counted, people)] = file.execute(
            f"""select {total}, sum(numerator) filter (where org_type <> 'target_group')
            from compliance.fct_verdicts where requirement_id = '9.1' and as_of_month = date '2022-12-01'"""
        ).fetchall()
    assert counted == people


@pytest.mark.parametrize(
    ("chosen", "observed", "threshold"),
    [
        ("true", 27 + 400, 76_000 + 9_000),
        ("org_type = 'target_group'", 27, 76_000),
        ("org_code = 'M1'", 20, None),
    ],
    ids=["all", "the_group", "a_member"],
)
def test_a_total_counts_a_group_and_its_members_once(
    connection: sa.Connection, chosen: str, observed: int, threshold: int | None
) -> None:
    assert total(connection, GROUP_ONLY, chosen) == (observed, threshold)


@pytest.mark.parametrize(
    ("chosen", "observed", "threshold"),
    [
        ("true", 27 + 400, 76_000 + 9_000),
        ("org_type = 'target_group'", 27, 76_000),
        ("org_code = 'M1'", 20, 38_000),
    ],
    ids=["all", "the_group", "a_member"],
)
def test_a_total_counts_them_once_where_members_have_targets_of_their_own(
    connection: sa.Connection, chosen: str, observed: int, threshold: int
) -> None:
    assert total(connection, EQUAL_SPLIT, chosen) == (observed, threshold)


def test_a_total_counts_them_once_in_years_without_targets(connection: sa.Connection) -> None:
    assert total(connection, AFTER_2022, "true") == (27 + 400, None)


@pytest.mark.parametrize(
    ("chosen", "threshold"), [("true", 50), ("org_code = 'C2'", None)], ids=["all", "not_yet_open"]
)
def test_a_total_counts_the_standards_of_the_months_assessed_alone(
    connection: sa.Connection, chosen: str, threshold: int | None
) -> None:
    assert total(connection, CHANNEL_NOT_YET_OPEN, chosen)[1] == threshold
