"""What the second engine makes is what DuckDB makes, table by table; each test of the project holds there."""

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.publishing import releases
from tests.dbt_runs import Build
from tests.golden.refreshed import Refreshed
from tests.second_engine.everything import Nodes
from tests.second_engine.tables import compared

# Of 71 models 60 are stored, of 40 seeds all: where landed exports are views, 14 fewer.
TABLES, TABLES_OF_LANDED = 100, 86


def newest(home: Home) -> Any:
    """The manifest of the release made last."""
    return releases.read_sound(next(iter(releases.folders(home))))


def test_of_the_sample_all_tables_are_equal(sample_home: Home, everything: Path) -> None:
    on_spark = Home(everything / "home")
    assert compared(sample_home.build_file, on_spark.build_file) == (TABLES, [])
    assert compared(sample_home.published_file, on_spark.published_file)[1] == []


def test_of_the_golden_inbox_all_tables_are_equal(golden: Refreshed, golden_on_spark: Home) -> None:
    assert compared(golden.home.build_file, golden_on_spark.build_file) == (TABLES_OF_LANDED, [])
    assert compared(golden.home.published_file, golden_on_spark.published_file)[1] == []


def test_of_a_world_with_other_readings_waivers_and_limits_all_tables_are_equal(everything: Path) -> None:
    files = everything / "world" / "duckdb.duckdb", everything / "world" / "spark.duckdb"
    assert compared(*files) == (TABLES_OF_LANDED, [])


def test_that_world_has_other_readings_waivers_and_withheld_counts(everything: Path) -> None:
    with duckdb.connect(everything / "world" / "spark.duckdb", read_only=True) as connection:
        [asked] = connection.execute("""
            select
                (select count(*) > 0 from compliance.fct_verdicts where is_waived),
                (select count(*) > 0 from indicators.fct_module_rates where is_withheld),
                (
                    select list(distinct option order by option) from reference.readings
                    where not is_active and option in ('annual_new', 'group_only', 'every_month')
                )
        """).fetchall()
    assert asked == (True, True, ["annual_new", "every_month", "group_only"])


def test_the_hash_of_the_verdicts_is_the_same(
    sample_home: Home, everything: Path, golden: Refreshed, golden_on_spark: Home
) -> None:
    by_duckdb = [newest(home).verdicts_sha256 for home in (sample_home, golden.home)]
    assert [
        newest(home).verdicts_sha256 for home in (Home(everything / "home"), golden_on_spark)
    ] == by_duckdb


def test_a_release_names_the_packages_of_the_engine_that_built_it(
    sample_home: Home, everything: Path
) -> None:
    engine = {"dbt-spark", "pysail", "pyspark-client"}
    assert engine <= newest(Home(everything / "home")).inputs.packages.keys()
    assert not engine & newest(sample_home).inputs.packages.keys()


def test_each_data_test_and_unit_test_comes_to_the_same(sample_build: Build, nodes: Nodes) -> None:
    by_duckdb = {
        each["unique_id"]: (each["status"], each["failures"])
        for each in sample_build.artifact("run_results")["results"]
        if each["unique_id"].startswith(("test.", "unit_test."))
    }
    on_spark = {
        name: (status, failures) for name, (status, failures, _) in nodes.items() if name in by_duckdb
    }
    assert on_spark == by_duckdb
    assert Counter(name.split(".")[0] for name in on_spark).keys() == {"test", "unit_test"}
