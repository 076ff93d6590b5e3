"""The graph that Dagster shows and runs: whole, in one direction, every night."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from orchestration.dbt_build import parse
from orchestration.graph.definitions import build_definitions
from orchestration.home import Home
from orchestration.landing import RAW_EXPORTS
from orchestration.publishing.publish import CONTRACT_TABLES, PUBLISHED_SCHEMAS

RAW = [*(export.name for export in RAW_EXPORTS), "landed_exports", "rejected_rows", "unknown_spellings"]
ROOMS = {
    "landing",
    "raw",
    "reference",
    "sample",
    "staging",
    "intermediate",
    "indicators",
    "judging",
    "compliance",
    "quality",
    "publishing",
    "consumers",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def definitions(home: Home) -> dg.Definitions:
    return build_definitions(home)


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}


def parents(spec: dg.AssetSpec) -> set[str]:
    return {dependency.asset_key.to_user_string() for dependency in spec.deps}


def test_the_definitions_load(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


@pytest.mark.parametrize("name", RAW)
def test_a_raw_seed_depends_on_what_was_landed(specs: dict[str, dg.AssetSpec], name: str) -> None:
    assert parents(specs[f"raw/{name}"]) == {f"landed/{name}"}


def test_exports_land_all_or_none(definitions: dg.Definitions) -> None:
    landing = definitions.resolve_assets_def(dg.AssetKey(["landed", "articles"]))
    assert {key.path[-1] for key in landing.keys} == set(RAW) and not landing.can_subset


def test_every_consumer_is_in_the_graph_behind_what_it_reads(
    specs: dict[str, dg.AssetSpec], home: Home
) -> None:
    exposures = parse(home).exposures.values()
    assert {key.split("/")[1] for key in specs if key.startswith("consumers/")} == {
        exposure.name for exposure in exposures
    }
    assert parents(specs["consumers/local_bulletin"]) == {"compliance/rpt_local_bulletin"}


def test_every_asset_has_an_owner(specs: dict[str, dg.AssetSpec]) -> None:
    assert [key for key, spec in specs.items() if not spec.owners] == []


def test_every_export_has_a_check_of_its_freshness(definitions: dg.Definitions) -> None:
    checks = definitions.resolve_asset_graph().asset_check_keys
    fresh = {key.asset_key.to_user_string() for key in checks if key.name == "snapshot_is_fresh"}
    assert fresh == {f"landed/{export.name}" for export in RAW_EXPORTS}


def test_the_release_has_a_freshness_policy(specs: dict[str, dg.AssetSpec]) -> None:
    assert specs["publishing/release"].freshness_policy == dg.FreshnessPolicy.time_window(timedelta(hours=26))


def test_the_release_depends_on_every_published_table(specs: dict[str, dg.AssetSpec]) -> None:
    published = {key for key in specs if key.split("/")[0] in PUBLISHED_SCHEMAS}
    assert parents(specs["publishing/release"]) == published


def test_every_table_of_the_contract_is_an_asset(specs: dict[str, dg.AssetSpec]) -> None:
    assert {table.replace(".", "/") for table in CONTRACT_TABLES} <= specs.keys()


def test_every_asset_is_in_its_room(specs: dict[str, dg.AssetSpec]) -> None:
    assert {spec.group_name for spec in specs.values()} == ROOMS


def test_every_asset_is_described_in_chinese(specs: dict[str, dg.AssetSpec]) -> None:
    assert [key for key, spec in specs.items() if not re.search("[一-龥]", spec.description or "")] == []


def test_every_check_is_described_in_chinese(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    told = {key: graph.get_check_spec(key).description or "" for key in graph.asset_check_keys}
    assert [key.name for key, description in told.items() if not re.search("[一-龥]", description)] == []
    grain = dg.AssetCheckKey(
        dg.AssetKey(["judging", "int_registration_targets"]), "int_registration_targets_grain_is_unique"
    )
    assert told[grain] == "一行一个：截至月份（as_of_month）、机构编码（org_code）"


def checks_the_primary_key(node: Any, nodes: Mapping[str, Any]) -> bool:
    """Whether a data test looks for what DuckDB refuses: two rows of one primary key."""
    if node.test_metadata.name not in ("unique", "unique_combination"):
        return False
    columns = node.test_metadata.kwargs.get("columns") or [node.column_name]
    constraints = nodes[node.attached_node].constraints
    return columns in [each.columns for each in constraints if each.type == "primary_key"]


def test_every_data_test_is_an_asset_check_but_those_proved_without(
    definitions: dg.Definitions, home: Home
) -> None:
    nodes = parse(home).nodes
    tests = [node for node in nodes.values() if node.resource_type == "test"]
    keys = definitions.resolve_asset_graph().asset_check_keys
    checks = {key.name for key in keys if key.asset_key.path[0] != "landed"}
    assert checks <= {node.name for node in tests}
    unchecked = [node for node in tests if node.name not in checks]
    by_landing = [node for node in unchecked if "proved_by_landing" in node.tags]
    by_the_key = [node for node in unchecked if node.fqn[1] in PUBLISHED_SCHEMAS]
    assert by_landing
    assert by_the_key
    assert len(by_landing) + len(by_the_key) == len(unchecked)
    assert [node.name for node in by_the_key if not checks_the_primary_key(node, nodes)] == []


def test_the_refresh_job_runs_the_whole_graph(
    definitions: dg.Definitions, specs: dict[str, dg.AssetSpec]
) -> None:
    job = definitions.resolve_job_def("refresh")
    made = {key for key in specs if not key.startswith("consumers/")} - {"publishing/monthly_release"}
    assert {key.to_user_string() for key in job.asset_layer.executable_asset_keys} == made


def test_the_night_is_scheduled_in_beijing_and_running(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_refresh")
    assert (
        schedule.cron_schedule,
        schedule.execution_timezone,
        schedule.job_name,
        schedule.default_status,
    ) == (
        "0 2 * * *",
        "Asia/Shanghai",
        "refresh",
        dg.DefaultScheduleStatus.RUNNING,
    )
