"""The story of the invented province is in its exports: who leads, trails, catches up, slips in a month."""

import duckdb
import pytest

from benchmarks import demo
from benchmarks.generate import SEEDS, generate

USERS = ["registered_users"]
ITEMS = ["workflow_items"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Tables `users` and `items` (part, year, month, rows there, and all that would be without a story)."""
    folder = tmp_path_factory.mktemp("demo")
    generate(0.05, folder / "story", [*USERS, *ITEMS], kept=demo.STORY)
    generate(0.05, folder / "all", [*USERS, *ITEMS])
    con = duckdb.connect()
    con.execute(f"""CREATE TABLE parts AS SELECT org_code,
        row_number() OVER (ORDER BY org_code) % 7 AS part
        FROM read_csv('{SEEDS / "organizations.csv"}', all_varchar = true)
        WHERE org_type <> 'target_group'""")
    for table, files, org, moment in (
        ("users", "注册用户_*.csv", "所属机构编码", "注册时间"),
        ("items", "办件_*.csv", "机构编码", "受理时间"),
    ):
        rows = " UNION ALL ".join(
            f"""SELECT '{name}' AS origin, {org} AS org_code, try_cast({moment} AS TIMESTAMP) AS moment
            FROM read_csv('{folder / name / files}', all_varchar = true, null_padding = true,
                ignore_errors = true)"""
            for name in ("story", "all")
        )
        con.execute(f"""CREATE TABLE {table} AS
            SELECT part, year(moment) AS year, date_trunc('month', moment) AS month,
            count(*) FILTER (origin = 'story') / count(*) FILTER (origin = 'all') AS share
            FROM ({rows}) INNER JOIN parts USING (org_code) WHERE year(moment) >= 2020 GROUP BY ALL""")
    return con


def share(told: duckdb.DuckDBPyConnection, table: str, where: str) -> float:
    [(found,)] = told.execute(f"SELECT avg(share) FROM {table} WHERE {where}").fetchall()
    return float(found)


def test_who_leads_keeps_most_and_who_trails_less_than_half(told: duckdb.DuckDBPyConnection) -> None:
    assert share(told, "items", f"part = {demo.LEADS}") > 0.85
    assert 0.35 < share(told, "users", f"part = {demo.TRAILS}") < 0.5


def test_who_catches_up_keeps_more_every_year(told: duckdb.DuckDBPyConnection) -> None:
    years = [
        share(told, "users", f"part = {demo.CATCHES_UP} AND year = {year}") for year in (2020, 2021, 2022)
    ]
    assert years[0] + 0.1 < years[1] and years[1] + 0.1 < years[2]


def test_one_month_slips_and_no_other(told: duckdb.DuckDBPyConnection) -> None:
    slips = f"part = {demo.SLIPS} AND month = DATE '{demo.SLIPS_IN}'"
    assert share(told, "items", slips) < 0.2
    assert share(told, "items", f"part = {demo.SLIPS} AND month <> DATE '{demo.SLIPS_IN}'") > 0.8


def test_the_annexes_can_be_reached_by_who_keeps_all() -> None:
    assert demo.SCALE > 1.1
