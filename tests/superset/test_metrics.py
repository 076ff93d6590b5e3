"""Metrics are defined once, in dbt's semantic model: MetricFlow and Superset count as one does by hand."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from orchestration.superset.metrics import semantic_metrics
from tests.dbt_runs import Build
from tests.superset.files import DATASETS

Rows = list[tuple[Any, ...]]
Ask = Callable[..., Rows]

BY_HAND = {
    "verdicts": "count(*)",
    "passed": "count(*) filter (where status = 'PASS')",
    "failed": "count(*) filter (where status = 'FAIL')",
    "in_progress": "count(*) filter (where status = 'IN_PROGRESS')",
    "decided": "count(*) filter (where status in ('PASS', 'FAIL'))",
    "pass_share": "avg(case status when 'PASS' then 1 when 'FAIL' then 0 end)",
    "gap": "sum(gap) filter (where org_type != 'target_group')",
    "group_gap": "sum(gap) filter (where org_type = 'target_group')",
}
MONTH = "date '2022-11-01'"  # some verdicts are in progress, which the newest month's, a December's, are not
IN_MONTH = "{{ TimeDimension('metric_time', 'month') }} = '2022-11-01'"


@pytest.fixture(scope="module")
def ask(sample_build: Build) -> Ask:
    """Answer a question to the semantic model over the sample: the SQL is MetricFlow's own."""
    told = (sample_build.target / "semantic_manifest.json").read_text(encoding="utf-8")
    engine = MetricFlowEngine(
        SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(told)),
        SimpleNamespace(sql_engine_type=SqlEngine.DUCKDB, sql_plan_renderer=DuckDbSqlPlanRenderer()),
    )

    def answer(metrics: Sequence[str], by: Sequence[str] = (), where: Sequence[str] = ()) -> Rows:
        request = MetricFlowQueryRequest.create(
            metric_names=metrics, group_by_names=by, where_constraints=where, order_by_names=by
        )
        return sample_build.rows(engine.explain(request).sql_statement.sql)

    return answer


def test_the_metrics_are_those_counted_by_hand_here(manifest: dict[str, Any]) -> None:
    assert {metric["name"] for metric in manifest["metrics"].values()} == BY_HAND.keys()


@pytest.mark.parametrize("metric", BY_HAND)
def test_metricflow_answers_what_one_counts_by_hand(ask: Ask, sample_build: Build, metric: str) -> None:
    counted = sample_build.rows(
        f"""select org_type, {BY_HAND[metric]} from compliance.fct_verdicts
        where as_of_month = {MONTH} group by org_type order by org_type"""
    )
    assert ask([metric], ["verdict__org_type"], [IN_MONTH]) == counted


@pytest.mark.parametrize("metric", BY_HAND)
def test_superset_counts_what_metricflow_answers(ask: Ask, sample_build: Build, metric: str) -> None:
    [dataset] = [each for each in DATASETS.values() if each["table_name"] == "fct_verdicts"]
    [expression] = [each["expression"] for each in dataset["metrics"] if each["metric_name"] == metric]
    drawn = sample_build.rows(
        f"""select org_type, {expression} from ({dataset["sql"]})
        where as_of_month = {MONTH} group by org_type order by org_type"""
    )
    assert drawn == ask([metric], ["verdict__org_type"], [IN_MONTH])


def test_the_share_that_passes_leaves_out_what_is_in_progress(ask: Ask) -> None:
    [(passed, failed, in_progress, share)] = ask(
        ["passed", "failed", "in_progress", "pass_share"], [], [IN_MONTH]
    )
    assert in_progress > 0
    assert share == passed / (passed + failed)


@pytest.mark.parametrize("metric", BY_HAND)
def test_months_are_not_added_up_the_last_one_of_a_year_stands_for_it(
    ask: Ask, sample_build: Build, metric: str
) -> None:
    decembers = sample_build.rows(
        f"""select date_trunc('year', as_of_month), {BY_HAND[metric]} from compliance.fct_verdicts
        where month(as_of_month) = 12 group by as_of_month order by as_of_month"""
    )
    assert len(decembers) == 3
    assert [row[1:] for row in ask([metric], ["metric_time__year"])] == [row[1:] for row in decembers]


def test_without_a_month_the_newest_is_meant(ask: Ask, sample_build: Build) -> None:
    assert ask(["verdicts"]) == sample_build.rows(
        "select count(*) from compliance.fct_verdicts where as_of_month = date '2022-12-01'"
    )


def test_every_metric_is_in_the_bundle_under_its_chinese_name(manifest: dict[str, Any]) -> None:
    [dataset] = [each for each in DATASETS.values() if each["table_name"] == "fct_verdicts"]
    assert {metric["name"]: metric["label"] for metric in manifest["metrics"].values()}.items() <= {
        metric["metric_name"]: metric["verbose_name"] for metric in dataset["metrics"]
    }.items()


def spoilt(manifest: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """The manifest with other properties of the metric `passed`."""
    spoilt = deepcopy(manifest)
    spoilt["metrics"]["metric.gonghui.passed"].update(properties)
    return spoilt


def test_a_metric_that_filters_is_not_written_out_without_its_filter(manifest: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="metric passed: a filter"):
        semantic_metrics(spoilt(manifest, filter={"where_filters": []}))


def test_a_share_whose_numerator_filters_is_not_written_out_without_its_filter(
    manifest: dict[str, Any],
) -> None:
    filtering = deepcopy(manifest)
    share = filtering["metrics"]["metric.gonghui.pass_share"]
    share["type_params"]["numerator"]["filter"] = {"where_filters": []}
    with pytest.raises(ValueError, match="metric pass_share: a filter"):
        semantic_metrics(filtering)


def test_a_metric_of_a_type_that_nobody_translated_is_refused(manifest: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="metric passed: its type cumulative"):
        semantic_metrics(spoilt(manifest, type="cumulative"))


def test_an_aggregation_that_nobody_translated_is_refused(manifest: dict[str, Any]) -> None:
    counting = deepcopy(manifest)
    [measure] = [
        each
        for each in counting["semantic_models"]["semantic_model.gonghui.verdicts"]["measures"]
        if each["name"] == "passed"
    ]
    measure["agg"] = "count_distinct"
    with pytest.raises(ValueError, match="metric passed: its count_distinct"):
        semantic_metrics(counting)


def test_a_metric_that_no_table_has_is_not_lost_silently(manifest: dict[str, Any]) -> None:
    elsewhere = spoilt(manifest)
    [measure] = elsewhere["metrics"]["metric.gonghui.passed"]["type_params"]["input_measures"]
    measure["name"] = "counted_elsewhere"
    with pytest.raises(ValueError, match="metric passed: no one table"):
        semantic_metrics(elsewhere)
