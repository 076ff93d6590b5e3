"""What the dashboard's charts show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.superset.datasets import VERDICTS
from orchestration.superset.identity import identity

# By the label of a status, and by the name of the metric that counts it.
COLOURS = {
    **dict.fromkeys(("达标", "passed"), "#5AC189"),
    **dict.fromkeys(("未达标", "failed"), "#E04355"),
    **dict.fromkeys(("进行中", "in_progress"), "#FCC700"),
    "无数据": "#666666",
    "未安排": "#8FA8D9",
    "待下达规定数量": "#B4C3E6",
    "不适用": "#D9D9D9",
    "仅监测": "#BFBFBF",
}


@dataclass(frozen=True)
class Chart:
    """A chart: its name for code and for people, Superset's kind of it, and what it asks of which table."""

    name: str
    title: str
    viz_type: str
    table: str
    params: Mapping[str, Any]
    description: str = ""

    @property
    def uuid(self) -> str:
        """The UUID by which Superset knows it."""
        return identity("chart", self.name)


def equal(column: str, value: str) -> dict[str, Any]:
    """Superset's condition that `column` is `value`."""
    return _where(column, "==", "EQUALS", value)


def _but(column: str, value: str) -> dict[str, Any]:
    return _where(column, "!=", "NOT_EQUALS", value)


def _where(column: str, operator: str, name: str, value: str) -> dict[str, Any]:
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "subject": column,
        "operator": operator,
        "operatorId": name,
        "comparator": value,
    }


def _number(name: str, title: str, metric: str, number_format: str = ",d") -> Chart:
    look = {"header_font_size": 0.4, "subheader_font_size": 0.15, "y_axis_format": number_format}
    return Chart(name, title, "big_number_total", VERDICTS, {"metric": metric, "adhoc_filters": [], **look})


# A pivot table sorts by what it groups by.
_ORGS = ("org_order", "org_name")
_REQUIREMENTS = ("requirement_order", "requirement")


def _matrix(
    name: str,
    title: str,
    *which: dict[str, Any],
    rows: Sequence[str] = _ORGS,
    columns: Sequence[str] = _REQUIREMENTS,
) -> Chart:
    return Chart(
        name,
        f"状态矩阵：{title}",
        "pivot_table_v2",
        VERDICTS,
        {
            "groupbyRows": list(rows),
            "groupbyColumns": list(columns),
            "columns": [*rows, *columns],  # Superset 6.1 knows the Chinese names of what stands here alone
            "metrics": ["status_shown", "value_shown"],
            "adhoc_filters": list(which),
            "row_limit": 10000,
            "aggregateFunction": "First",
            "metricsLayout": "COLUMNS",
            "combineMetric": True,  # a requirement's status, and its value beside it
            "rowOrder": "key_a_to_z",
            "colOrder": "key_a_to_z",
            "rowTotals": False,
            "colTotals": False,
            "conditional_formatting": [
                {
                    "column": "status_shown",
                    "operator": "=",
                    "targetValue": label,
                    "colorScheme": COLOURS[label],
                }
                for label in ("达标", "未达标", "进行中")
            ],
        },
        "点机构，其余图表只看该机构；点指标，只看该指标。与所点无关的图表会显示为空，再点一次恢复",
    )


def _rows(name: str, title: str, table: str, columns: list[str], **params: Any) -> Chart:
    return Chart(
        name,
        title,
        "table",
        table,
        {
            "query_mode": "raw",
            "all_columns": columns,
            "adhoc_filters": [],
            "order_by_cols": [],
            "row_limit": 10000,
            "page_length": 20,
            "table_timestamp_format": "%Y-%m-%d",
            "show_cell_bars": False,
            "include_search": True,
            **params,
        },
    )


def _trend(name: str, title: str, kind: str, number_format: str) -> Chart:
    return Chart(
        name,
        title,
        "mixed_timeseries",
        VERDICTS,
        {
            "x_axis": "as_of_month",
            "time_grain_sqla": "P1M",
            "metrics": ["observed_all"],
            "groupby": [],
            "adhoc_filters": [equal("value_kind", kind)],
            "row_limit": 10000,
            "seriesType": "line",
            "markerEnabled": True,
            "markerSize": 5,
            "metrics_b": ["threshold_all"],
            "groupby_b": [],
            "adhoc_filters_b": [equal("value_kind", kind)],
            "row_limit_b": 10000,
            "seriesTypeB": "end",  # a standard holds until the next one: steps
            "markerEnabledB": False,
            "show_legend": True,
            "legendOrientation": "top",
            "x_axis_time_format": "%Y-%m",
            "tooltipTimeFormat": "%Y-%m",
            "y_axis_format": number_format,
            "rich_tooltip": True,
        },
        f"看上方所选的一项{kind}指标，在矩阵里点了别的指标时为空；不选机构时是全部机构合计",
    )


CHARTS = {
    chart.name: chart
    for chart in (
        _number("passed", "达标", "passed"),
        _number("failed", "未达标", "failed"),
        _number("in_progress", "进行中", "in_progress"),
        _number("pass_share", "达标率", "pass_share", ".1%"),
        Chart(
            "cities",
            "各市（州）的指标：达标、未达标、进行中",
            "echarts_timeseries_bar",
            VERDICTS,
            {
                "x_axis": "org_name",
                "metrics": ["passed", "failed", "in_progress"],
                "groupby": [],
                "adhoc_filters": [equal("role", "local"), equal("org_type", "city")],
                "orientation": "vertical",  # a bar that lies filters by its length
                "xAxisLabelRotation": 45,
                "stack": "Stack",
                "row_limit": 1000,
                "show_legend": True,
                "legendOrientation": "top",
                "x_axis_sort": "passed",
                "x_axis_sort_asc": False,
                "y_axis_format": ",d",
                "rich_tooltip": True,
            },
            "点一条，其余图表只看该市（州）；企业、部门两页此时为空，再点一次恢复",
        ),
        Chart(
            "statuses",
            "状态构成",
            "pie",
            VERDICTS,
            {
                "groupby": ["status_label"],
                "metric": "verdicts",
                "adhoc_filters": [],
                "row_limit": 100,
                "sort_by_metric": True,
                "donut": True,
                "innerRadius": 25,
                "outerRadius": 40,
                "label_type": "key_value",
                "labels_outside": True,
                "number_format": ",d",
                "show_labels": True,
                "show_labels_threshold": 0,  # else a small slice has no name
                "show_legend": False,
            },
        ),
        _matrix(
            "local_matrix",
            "地方工会 × 指标（第九条，企业另页）",
            equal("role", "local"),
            _but("org_type", "enterprise"),
        ),
        _matrix(
            "enterprise_matrix",
            "省产业（局）、企业集团（公司）工会 × 指标（第九条）",
            equal("org_type", "enterprise"),
        ),
        _matrix(
            "department_matrix",
            "指标 × 部门（第八条）",
            equal("role", "department"),
            rows=_REQUIREMENTS,
            columns=_ORGS,
        ),
        _trend("trend_share", "走势：完成值与标准值（比例）", "比例", ".1~%"),
        _trend("trend_number", "走势：完成值与标准值（数量）", "数量", ",d"),
        _rows(
            "one_org",
            "机构明细：每项指标的数字与结论",
            VERDICTS,
            [
                "org_name",
                "requirement_id",
                "requirement_title",
                "numerator",
                "denominator",
                "observed_shown",
                "threshold_shown",
                "unit",
                "gap",
                "gap_unit",
                "status_label",
                "reason_label",
                "is_final_shown",
            ],
            order_by_cols=['["org_order", true]', '["requirement_order", true]'],
        ),
        _rows(
            "release",
            "发布批次",
            "quality.release",
            ["month", "data", "published_at", "release_id"],
            include_search=False,
            page_length=0,
            table_timestamp_format="%Y-%m-%d %H:%M",
        ),
        _rows(
            "exports",
            "各导出的日期与行数",
            "quality.landed_exports",
            ["export_label", "export_date", "rows_read", "rows_landed", "rows_rejected"],
            include_search=False,
            page_length=0,
            order_by_cols=['["export_date", true]'],
        ),
    )
}


def chart_file(chart: Chart) -> dict[str, Any]:
    """Return the chart as Superset's file of it."""
    return {
        "slice_name": chart.title,
        "description": chart.description or None,
        "certified_by": None,
        "certification_details": None,
        "viz_type": chart.viz_type,
        "params": {"viz_type": chart.viz_type, "color_scheme": "supersetColors", **chart.params},
        "query_context": None,
        "cache_timeout": None,
        "uuid": chart.uuid,
        "version": "1.0.0",
        "dataset_uuid": identity("dataset", chart.table),
    }
