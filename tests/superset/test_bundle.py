"""The import bundle for Superset: as the warehouse describes itself, and each of its charts can be drawn.

Superset 6.1 imported and drew it when it was made; what follows holds without Superset, on both engines.
"""

import json
import operator
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from orchestration.publishing.catalog import Table
from orchestration.superset.bundle import write_bundle
from tests.dbt_runs import Build
from tests.superset.files import BUNDLE, CHARTS, DASHBOARD, DATABASES, DATASETS, FILES, FILTERS, File

CHART_NAMES = [chart["slice_name"] for chart in CHARTS.values()]

# superset-ui-core's VizType, of Superset 6.1, but those that it calls deprecated.
VIZ_TYPES = {
    *("ag-grid-table", "big_number", "big_number_total", "box_plot", "bubble_v2", "bullet", "cal_heatmap"),
    *("cartodiagram", "chord", "country_map", "echarts_area", "echarts_timeseries", "echarts_timeseries_bar"),
    *("echarts_timeseries_line", "echarts_timeseries_scatter", "echarts_timeseries_smooth", "funnel"),
    *("echarts_timeseries_step", "gantt_chart", "gauge_chart", "graph_chart", "handlebars", "heatmap_v2"),
    *("histogram_v2", "mixed_timeseries", "pie", "pivot_table_v2", "pop_kpi", "radar", "sankey_v2"),
    *("sunburst_v2", "table", "tree_chart", "treemap_v2", "waterfall", "word_cloud", "world_map"),
}


def test_the_bundle_is_what_the_warehouse_says_of_itself(
    published: dict[str, Table], sample_build: Build, tmp_path: Path
) -> None:
    write_bundle(list(published.values()), sample_build.artifact("manifest"), tmp_path)
    written, committed = (
        {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.yaml")}
        for folder in (tmp_path, BUNDLE)
    )
    other = [name for name in written.keys() | committed.keys() if written.get(name) != committed.get(name)]
    assert other == [], "run `make superset` and commit what it writes"


def test_each_dataset_has_the_columns_of_its_table_and_their_types(
    published: dict[str, Table], warehouse: Path
) -> None:
    of_bundle = {
        f"{dataset['schema']}.{dataset['table_name']}": {
            column["column_name"]: column["type"]
            for column in dataset["columns"]
            if column["expression"] is None
        }
        for dataset in DATASETS.values()
    }
    of_tables = {
        name: {column.name: column.type for column in table.columns} for name, table in published.items()
    }
    with duckdb.connect(warehouse, read_only=True) as file:
        of_queries = {
            f"{dataset['schema']}.{dataset['table_name']}": {
                name: kind for name, kind, *_ in file.execute(f"describe {dataset['sql']}").fetchall()
            }
            for dataset in DATASETS.values()
            if dataset["sql"]
        }
    assert of_bundle == of_tables | of_queries


def test_a_dataset_that_joins_has_the_rows_of_its_table(warehouse: Path) -> None:
    joined = {
        f"{dataset['schema']}.{dataset['table_name']}": dataset["sql"]
        for dataset in DATASETS.values()
        if dataset["sql"]
    }
    with duckdb.connect(warehouse, read_only=True) as file:
        assert {
            table: file.execute(f"select count(*) from ({query})").fetchall()
            for table, query in joined.items()
        } == {table: file.execute(f"select count(*) from {table}").fetchall() for table in joined}


def test_a_matrix_lists_organizations_and_requirements_in_their_order() -> None:
    """A pivot table sorts by what it groups by, first by what comes first: a place, which no other shares."""
    grouped = [
        params[key]
        for params in (chart["params"] for chart in CHARTS.values())
        for key in ("groupbyRows", "groupbyColumns")
        if key in params
    ]
    assert {tuple(columns) for columns in grouped} == {
        ("org_order", "org_name"),
        ("requirement_order", "requirement"),
    }


def test_no_two_organizations_and_no_two_requirements_share_a_place(warehouse: Path) -> None:
    [dataset] = (each for each in DATASETS.values() if each["table_name"] == "fct_verdicts")
    with duckdb.connect(warehouse, read_only=True) as file:
        shared = file.execute(
            f"""with asked as ({dataset["sql"]})
            select org_order from asked group by 1 having count(distinct org_code) > 1
            union all
            select requirement_order from asked group by 1 having count(distinct requirement_id) > 1"""
        ).fetchall()
    assert shared == []


def test_each_column_has_a_chinese_name() -> None:
    columns = [column for dataset in DATASETS.values() for column in dataset["columns"]]
    assert [c["column_name"] for c in columns if not re.search("[一-龥]", c["verbose_name"])] == []


def test_the_time_of_a_dataset_is_one_of_its_dates() -> None:
    wrong = {
        dataset["table_name"]
        for dataset in DATASETS.values()
        if dataset["main_dttm_col"]
        not in [None, *(column["column_name"] for column in dataset["columns"] if column["is_dttm"])]
    }
    assert wrong == set()


def test_no_two_files_have_one_uuid() -> None:
    uuids = [content["uuid"] for content in FILES.values() if "uuid" in content]
    assert sorted(uuids) == sorted(set(uuids))


def test_every_uuid_that_a_file_refers_to_is_in_the_bundle() -> None:
    filtered = [target["datasetUuid"] for each in FILTERS for target in each["targets"]]
    assert {dataset["database_uuid"] for dataset in DATASETS.values()} <= DATABASES.keys()
    assert {chart["dataset_uuid"] for chart in CHARTS.values()} | set(filtered) <= DATASETS.keys()


def test_every_chart_lies_on_the_dashboard_once() -> None:
    assert sorted(laid["meta"]["uuid"] for laid in nodes("CHART")) == sorted(CHARTS)


def test_what_lies_on_the_dashboard_hangs_together() -> None:
    position = {name: node for name, node in DASHBOARD["position"].items() if isinstance(node, dict)}
    children = [child for node in position.values() for child in node.get("children", [])]
    assert sorted(children) == sorted(position.keys() - {"ROOT_ID", "GRID_ID", "HEADER_ID"})
    assert [
        name for name, node in position.items() if not position.keys() >= {*node.get("parents", [])}
    ] == []


def test_no_row_is_wider_than_the_dashboard() -> None:
    position = DASHBOARD["position"]
    widths = [sum(position[child]["meta"]["width"] for child in row["children"]) for row in nodes("ROW")]
    assert max(widths) <= 12


def test_every_chart_is_of_a_kind_that_superset_has() -> None:
    kinds = {chart["viz_type"] for chart in CHARTS.values()}
    assert kinds | {chart["params"]["viz_type"] for chart in CHARTS.values()} <= VIZ_TYPES


@pytest.mark.parametrize("name", CHART_NAMES)
def test_a_chart_asks_for_what_its_dataset_has(name: str) -> None:
    chart = chart_called(name)
    dataset, params = DATASETS[chart["dataset_uuid"]], chart["params"]
    columns, metrics = (
        {each[key] for each in dataset[kind]}
        for kind, key in (("columns", "column_name"), ("metrics", "metric_name"))
    )
    assert {*dimensions(params), *(each["subject"] for each in params["adhoc_filters"])} <= columns
    assert set(measures(params)) <= metrics
    assert set(orders(params)) <= columns
    assert {params[key] for key in ("x_axis_sort",) if key in params} <= columns | metrics


@pytest.mark.parametrize("name", CHART_NAMES)
def test_a_chart_can_be_drawn_as_the_dashboard_first_shows_it(connection: sa.Connection, name: str) -> None:
    assert connection.execute(query(chart_called(name), connection)).first() is not None


def test_a_chart_that_says_to_click_filters_by_what_is_clicked() -> None:
    """In Superset 6.1 a heatmap does not filter, and a bar that lies filters by its length."""
    clicked = [chart["params"] for chart in CHARTS.values() if (chart["description"] or "").startswith("点")]
    assert {params["viz_type"] for params in clicked} == {"echarts_timeseries_bar", "pivot_table_v2"}
    assert {params["orientation"] for params in clicked if "orientation" in params} == {"vertical"}


def test_every_metric_runs_on_both_engines(connection: sa.Connection) -> None:
    for dataset in DATASETS.values():
        asked = [
            sa.literal_column(each["expression"]).label(each["metric_name"]) for each in dataset["metrics"]
        ]
        assert connection.execute(sa.select(*asked).select_from(table_of(dataset))).first() is not None


@pytest.mark.parametrize(
    ("unit", "threshold", "kind"),
    [
        ("比例", "0.9", "比例"),
        ("比例", "1", "比例"),
        ("比例", "null", "比例"),
        ("比例", "50", "数量"),
        ("人", "1", "数量"),
        ("人", "null", "数量"),
    ],
)
def test_a_share_that_is_compared_with_a_number_is_drawn_as_one(
    connection: sa.Connection, unit: str, threshold: str, kind: str
) -> None:
    [dataset] = (each for each in DATASETS.values() if each["table_name"] == "fct_verdicts")
    [column] = (each for each in dataset["columns"] if each["column_name"] == "value_kind")
    row = f"select '{unit}' as unit, cast({threshold} as decimal(18, 4)) as threshold"
    assert (
        connection.execute(sa.text(f"select {column['expression']} from ({row}) as r")).scalar_one() == kind
    )


@pytest.mark.parametrize(
    ("numerator", "denominator", "unit", "threshold", "shown"),
    [
        (29, 100, "比例", 0.9, "29.00%"),
        (89_999, 100_000, "比例", 0.9, "89.99%"),
        (1, 1, "比例", 0.9, "100.00%"),
        (7, None, "人", 10, "7"),
        (98, 2, "比例", 50, "49"),
    ],
)
def test_a_value_is_shown_exactly_a_share_in_per_cent(
    connection: sa.Connection,
    numerator: int,
    denominator: int | None,
    unit: str,
    threshold: float,
    shown: str,
) -> None:
    [dataset] = (each for each in DATASETS.values() if each["table_name"] == "fct_verdicts")
    [metric] = (each for each in dataset["metrics"] if each["metric_name"] == "value_shown")
    row = (
        f"select cast({numerator} as bigint) as numerator, "
        f"cast({denominator or 'null'} as bigint) as denominator, "
        f"cast({numerator / (denominator or 1)!r} as double precision) as observed, '{unit}' as unit, "
        f"cast({threshold} as decimal(18, 4)) as threshold"
    )
    asked = sa.text(f"select {metric['expression']} from ({row}) as r")
    assert connection.execute(asked).scalar_one() == shown


def test_the_first_tab_begins_with_the_release_and_whether_it_is_sample_data() -> None:
    first, *_ = nodes("TAB")
    [row] = [node for node in nodes("ROW") if node["id"] == first["children"][0]]
    [laid] = [node for node in nodes("CHART") if node["id"] in row["children"]]
    assert CHARTS[laid["meta"]["uuid"]]["params"]["all_columns"][:3] == ["month", "data", "published_at"]


def test_a_filter_offers_a_column_of_every_chart_that_it_filters() -> None:
    missing = [
        (each["name"], chart["slice_name"])
        for each in FILTERS
        for chart in CHARTS.values()
        for target in each["targets"]
        if number_of(chart) not in each["scope"]["excluded"]
        and target["column"]["name"]
        not in [c["column_name"] for c in DATASETS[chart["dataset_uuid"]]["columns"]]
    ]
    assert missing == []


@pytest.mark.parametrize("name", ["走势的比例指标", "走势的数量指标"])
def test_what_a_trend_is_filtered_by_is_one_requirement(warehouse: Path, name: str) -> None:
    [target] = [each["targets"][0] for each in FILTERS if each["name"] == name]
    columns = {column["column_name"]: column for column in DATASETS[target["datasetUuid"]]["columns"]}
    expression = columns[target["column"]["name"]]["expression"] or target["column"]["name"]
    with duckdb.connect(warehouse, read_only=True) as file:
        mixed = file.execute(
            f"""select {expression} from compliance.fct_verdicts group by 1
            having count(distinct requirement_id) > 1"""
        ).fetchall()
    assert mixed == []


def test_a_trend_of_shares_is_in_per_cent_and_a_trend_of_numbers_is_not() -> None:
    trends = [chart for chart in CHARTS.values() if chart["viz_type"] == "mixed_timeseries"]
    assert {
        (each["comparator"], chart["params"]["y_axis_format"])
        for chart in trends
        for key in ("adhoc_filters", "adhoc_filters_b")
        for each in chart["params"][key]
    } == {("比例", ".1~%"), ("数量", ",d")}


def test_a_trends_filter_offers_what_the_trend_can_draw() -> None:
    """Each filter that bears on one trend alone offers the kind of values which that trend shows."""
    kinds = {
        number_of(chart): chart["params"]["adhoc_filters"]
        for chart in CHARTS.values()
        if chart["viz_type"] == "mixed_timeseries"
    }
    offered = {
        number: each["adhoc_filters"]
        for each in FILTERS
        for number in kinds.keys() - set(each["scope"]["excluded"])
        if each["name"].startswith("走势")
    }
    assert offered == kinds


def test_the_database_is_read_only_and_its_address_holds_no_secret() -> None:
    [database] = DATABASES.values()
    assert sa.make_url(database["sqlalchemy_uri"]).password is None
    assert database["extra"]["engine_params"]["connect_args"] == {"read_only": True}
    assert (database["allow_dml"], database["allow_ctas"], database["allow_cvas"]) == (False, False, False)


def test_a_colour_is_given_to_what_is_drawn(warehouse: Path) -> None:
    with duckdb.connect(warehouse, read_only=True) as file:
        labels = file.execute("select distinct status_label from compliance.fct_verdicts").fetchall()
    metrics = {metric["metric_name"] for dataset in DATASETS.values() for metric in dataset["metrics"]}
    coloured = {
        rule["targetValue"]
        for chart in CHARTS.values()
        for rule in chart["params"].get("conditional_formatting", [])
    }
    assert coloured | DASHBOARD["metadata"]["label_colors"].keys() <= metrics | {label for (label,) in labels}


def test_the_exposure_of_the_dashboard_is_what_its_charts_read(manifest: dict[str, Any]) -> None:
    exposed = manifest["exposures"]["exposure.gonghui.superset_dashboard"]["depends_on"]["nodes"]
    read = [DATASETS[chart["dataset_uuid"]] for chart in CHARTS.values()]
    assert {
        f"{manifest['nodes'][node]['schema']}.{manifest['nodes'][node]['alias']}" for node in exposed
    } == {
        table
        for dataset in read
        for table in (
            re.findall(r"(?:FROM|JOIN) (\S+)", dataset["sql"])
            if dataset["sql"]
            else [f"{dataset['schema']}.{dataset['table_name']}"]
        )
    } - {"quality.release"}  # written by publishing, not by dbt


# What Superset makes of a chart.


def nodes(kind: str) -> list[File]:
    """The things of a kind that lie on the dashboard."""
    found = DASHBOARD["position"].values()
    return [node for node in found if isinstance(node, dict) and node["type"] == kind]


def chart_called(name: str) -> File:
    return next(chart for chart in CHARTS.values() if chart["slice_name"] == name)


def number_of(chart: File) -> int:
    return next(laid["meta"]["chartId"] for laid in nodes("CHART") if laid["meta"]["uuid"] == chart["uuid"])


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def dimensions(params: File) -> list[str]:
    """The columns that a chart shows or groups by."""
    keys = ("x_axis", "groupby", "groupbyRows", "groupbyColumns", "all_columns")
    return [name for key in keys for name in listed(params.get(key, []))]


def measures(params: File) -> list[str]:
    """The metrics that a chart shows."""
    return [name for key in ("metric", "metrics", "metrics_b") for name in listed(params.get(key, []))]


def orders(params: File) -> list[str]:
    return [json.loads(order)[0] for order in params.get("order_by_cols", [])]


def table_of(dataset: File) -> sa.FromClause:
    if dataset["sql"]:
        return sa.text(dataset["sql"]).columns().subquery("asked")
    return sa.table(dataset["table_name"], schema=dataset["schema"])


def query(chart: File, connection: sa.Connection) -> sa.Select[Any]:
    """The query of a chart, its own filters and the dashboard's applied."""
    dataset, params = DATASETS[chart["dataset_uuid"]], chart["params"]
    expressions = {each["column_name"]: each["expression"] for each in dataset["columns"]}
    metrics = {each["metric_name"]: each["expression"] for each in dataset["metrics"]}

    def column(name: str) -> sa.ColumnElement[Any]:
        return sa.literal_column(expressions[name]) if expressions[name] else sa.column(name)

    def grouped(name: str) -> sa.ColumnElement[Any]:
        by_month = name == params.get("x_axis") and params.get("time_grain_sqla") == "P1M"
        return (sa.func.date_trunc("month", column(name)) if by_month else column(name)).label(name)

    shown = [grouped(name) for name in dimensions(params)]
    asked = [sa.literal_column(metrics[name]).label(name) for name in measures(params)]
    statement = sa.select(*shown, *asked).select_from(table_of(dataset)).limit(params.get("row_limit"))
    if asked:
        statement = statement.group_by(*(sa.text(str(place)) for place, _ in enumerate(shown, 1)))
    for each in params["adhoc_filters"]:
        compare = {"==": operator.eq, "!=": operator.ne}[each["operator"]]
        statement = statement.where(compare(column(each["subject"]), each["comparator"]))
    for name, value in chosen(chart, connection):
        statement = statement.where(column(name) == value)
    return statement.order_by(*(column(name) for name in orders(params)))


def chosen(chart: File, connection: sa.Connection) -> Iterator[tuple[str, Any]]:
    """What the dashboard's filters are set to as it opens, where they bear on the chart."""
    for each in FILTERS:
        [target] = each["targets"]
        name, dataset = target["column"]["name"], DATASETS[target["datasetUuid"]]
        if number_of(chart) in each["scope"]["excluded"]:
            continue
        if each["controlValues"]["defaultToFirstItem"]:
            [expression] = [c["expression"] for c in dataset["columns"] if c["column_name"] == name]
            largest = sa.select(sa.func.max(sa.literal_column(expression))).select_from(table_of(dataset))
            yield name, connection.execute(largest).scalar_one()
        for value in each["defaultDataMask"]["filterState"].get("value", []):
            yield name, value
