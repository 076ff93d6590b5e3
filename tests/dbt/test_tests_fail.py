"""Tests of the tests: each custom data test passes on the sample as it is and fails on rows made bad.

The SQL of all is that of the suite's one `dbt build`; the sample is built from it in memory, and every case
is undone.
"""

from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import pytest

from tests.dbt_runs import CHECKOUT, seed_rows

PROJECT = CHECKOUT / "dbt_project"

# Test by its name in the manifest: statements that make its rows bad, each on its own.
BAD_ROWS: dict[str, tuple[str, ...]] = {
    "annex_totals_match": (
        "update reference.registration_targets set target_wan = 61 where target_wan = 60",
        "update reference.registration_targets set year = 2023 where year = 2022",
        "delete from reference.registration_targets where target_unit_code = '510100' and year = 2020",
        "delete from reference.annex_totals where target_unit_code is null and year = 2020",
    ),
    "landed_rows_are_all_there": (
        "delete from raw.activities where activity_id = (select min(activity_id) from raw.activities)",
        "insert into raw.activities select * from raw.activities limit 1",
        "delete from quality.rejected_rows",
        "update quality.landed_exports set rows_read = rows_read + 1 where export_name = 'articles'",
        "delete from quality.landed_exports where export_name = 'articles'",
    ),
    "no_waiver_has_expired_waivers_": (
        "insert into reference.waivers values ('510300', '9.2', null, null, '', '', '2022-12-30')",
    ),
    "page_views_can_be_summed": (
        "insert into intermediate.int_channel_visits_by_month "
        "values ('510100', '2022-11-01', 9223372036854775807), ('510100', '2022-12-01', 1)",
    ),
    "readings_are_those_decided": (
        "update reference.readings set is_active = not is_active where reading_id = '9.5.year'",
        "update reference.readings set is_active = false where reading_id = '9.1.basis'",
        "update reference.readings set clause_id = '9.5' where reading_id = '9.1.basis'",
    ),
    "requirements_are_in_force_from_the_day_of_issue": (
        "update reference.requirements set effective_on = date '2020-03-21' where requirement_id = '9.1'",
        "update reference.requirements set effective_on = null where requirement_id = '9.1'",
    ),
    "reports_say_what_the_verdicts_say": (
        "update compliance.rpt_local_bulletin set certified_share_gap = certified_share_gap + 1",
        "update compliance.rpt_local_bulletin set cadres_status = '达标'",
        "update compliance.rpt_department_assessment set articles_value = null",
        "update compliance.rpt_department_assessment set promotion_plan_target = 2",
        "update compliance.rpt_department_assessment set requirements_failed = requirements_failed + 1",
        "update compliance.rpt_local_bulletin set requirements_waived = 1",
        "delete from compliance.rpt_local_bulletin where org_code = '510100'",
    ),
    "reports_show_every_requirement": (
        "insert into reference.requirements select * replace ('9.9' as requirement_id) "
        "from reference.requirements where requirement_id = '9.8'",
        "update reference.requirements set role = 'department' where requirement_id = '9.8'",
    ),
    "totals_are_of_the_verdicts": (
        "update compliance.fct_requirement_totals set orgs = orgs + 1 where org_type = 'all'",
        "update compliance.fct_requirement_totals set orgs_passed = orgs_passed + 1 where org_type = 'city'",
        "update compliance.fct_requirement_totals set orgs_failed = orgs_failed + 1 where org_type = 'city'",
        "update compliance.fct_requirement_totals set orgs_in_progress = orgs_in_progress + 1 "
        "where org_type = 'all'",
        "update compliance.fct_requirement_totals set numerator = numerator + 1 where org_type = 'all'",
        "update compliance.fct_requirement_totals set denominator = denominator + 1 where org_type = 'all'",
        "delete from compliance.fct_requirement_totals where org_type = 'all'",
    ),
    "users_are_those_of_the_verdicts": (
        "update indicators.fct_user_totals set registered_users_stock = registered_users_stock + 1",
        "update indicators.fct_user_totals set certified_users_stock = null where org_type = 'all'",
    ),
    "numerator_within_denominator_fct_verdicts_": (
        "update compliance.fct_verdicts set numerator = denominator + 1 where requirement_id = '9.2'",
        "update compliance.fct_verdicts set numerator = denominator + 1 where status = 'MONITOR_ONLY'",
    ),
    "one_option_in_force_int_readings_in_force_": (
        "insert into intermediate.int_readings_in_force values ('2021-05-01', '9.5.year', 'monthly_average')",
        "delete from intermediate.int_readings_in_force where reading_id = '9.5.year'",
    ),
    "reason_given_unless_judged_fct_verdicts_": (
        "update compliance.fct_verdicts set reason = 'no_standard' where status = 'PASS'",
        "update compliance.fct_verdicts set reason = 'no_standard' where status = 'FAIL'",
        "update compliance.fct_verdicts set reason = null where status = 'IN_PROGRESS'",
    ),
    "clause_9_2_sets_the_threshold": (
        "update reference.thresholds set threshold = 0.61 where requirement_id = '9.2' and year_from = 2021",
        "update reference.thresholds set year_from = 2023 where requirement_id = '9.2' and year_from = 2022",
        "delete from reference.thresholds where requirement_id = '9.2' and year_from = 2022",
        "update reference.requirements set effective_on = date '2021-03-20' where requirement_id = '9.2'",
    ),
    "clause_9_7_sets_the_threshold": (
        "update reference.thresholds set threshold = 9 where requirement_id = '9.7'",
        "update reference.thresholds set year_from = 2021 where requirement_id = '9.7'",
        "update reference.requirements set kind = 'ratio' where requirement_id = '9.7'",
    ),
    "clause_8_11_sets_the_threshold": (
        "update reference.thresholds set threshold = 2 where requirement_id = '8.11'",
    ),
    "int_measures_by_month_grain_is_unique": (
        "insert into intermediate.int_measures_by_month from intermediate.int_measures_by_month limit 1",
        "update intermediate.int_measures_by_month set measure = null where org_code = '510100'",
    ),
    "verdict_rows_equal_the_grid_fct_verdicts_": (
        "delete from compliance.fct_verdicts where requirement_id = '9.1' and org_code = '510100'",
        "update compliance.fct_verdicts set org_code = 'ZZ' where org_code = '510100'",
        "delete from intermediate.int_requirement_grid where role = 'local' and org_code = '510100'",
    ),
    "years_without_gap_or_overlap_thresholds_": (
        "update reference.thresholds set year_to = 2022 where requirement_id = '9.2' and year_from = 2021",
        "delete from reference.thresholds where requirement_id = '9.2' and year_from = 2021",
        "update reference.thresholds set year_to = null where requirement_id = '9.2' and year_from = 2020",
        "update reference.thresholds set year_to = 2030 where requirement_id = '9.2' and year_from = 2022",
        "update reference.thresholds set year_to = year_from - 1 where requirement_id = '9.7'",
    ),
}


@pytest.fixture(scope="module")
def sample(manifest) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample in memory, every node a table."""
    nodes = {k: n for k, n in manifest["nodes"].items() if n["resource_type"] in ("seed", "model")}
    order = TopologicalSorter({k: n["depends_on"].get("nodes", []) for k, n in nodes.items()}).static_order()
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as build")
        connection.execute("use build")
        for schema in sorted({node["schema"] for node in nodes.values()}):
            connection.execute(f"create schema {schema}")
        for node in map(nodes.__getitem__, order):
            sql = node.get("compiled_code") or seed_rows(
                node, Path(node["root_path"]) / node["original_file_path"]
            )
            connection.execute(f"create table {node['relation_name']} as {sql}")
        yield connection


@pytest.fixture(scope="module")
def data_tests(manifest) -> dict[str, dict]:
    """The project's own data tests, generic and singular, by name."""
    found = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    files = {path.stem for path in (PROJECT / "tests").rglob("*.sql")}
    return {node["name"]: node for node in found if _file_of(node) in files}


def _file_of(node: dict) -> str:
    return (node.get("test_metadata") or node)["name"]


def _failures(connection: duckdb.DuckDBPyConnection, test: dict) -> int:
    sql = f"select {test['config']['fail_calc']} from ({test['compiled_code']}) as test"
    return connection.execute(sql).fetchone()[0]


@pytest.mark.parametrize(("name", "statement"), [(n, s) for n, group in BAD_ROWS.items() for s in group])
def test_bad_rows_fail(sample, data_tests, name, statement):
    assert _failures(sample, data_tests[name]) == 0
    sample.begin()
    try:
        assert sample.execute(statement).fetchone()[0] > 0, "no row was made bad"
        assert _failures(sample, data_tests[name]) > 0
    finally:
        sample.rollback()


def test_every_test_file_has_a_case(data_tests):
    files = {path.stem for path in (PROJECT / "tests").rglob("*.sql")}
    covered = {_file_of(data_tests[name]) for name in BAD_ROWS}
    assert files == covered
