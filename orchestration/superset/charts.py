"""What the dashboard's charts show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.superset.identity import identity

VERDICTS = "compliance.fct_verdicts"
BULLETIN = "compliance.rpt_local_bulletin"

# By the label of a status, and by the name of the metric that counts it.
COLOURS = {
    **dict.fromkeys(("达标", "passed"), "#5AC189"),
    **dict.fromkeys(("未达标", "failed"), "#E04355"),
    **dict.fromkeys(("进行中", "in_progress"), "#FCC700"),
    "无数据": "#666666",
    "无任务数": "#8FA8D9",
    "标准未定": "#B4C3E6",
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


def _only(column: str, value: str) -> dict[str, Any]:
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "subject": column,
        "operator": "==",
        "operatorId": "EQUALS",
        "comparator": value,
    }


def _number(name: str, title: str, metric: str, number_format: str = ",d") -> Chart:
    look = {"header_font_size": 0.4, "subheader_font_size": 0.15, "y_axis_format": number_format}
    return Chart(name, title, "big_number_total", VERDICTS, {"metric": metric, "adhoc_filters": [], **look})


def _matrix(name: str, title: str, role: str) -> Chart:
    return Chart(
        name,
        title,
        "heatmap_v2",
        VERDICTS,
        {
            "x_axis": "requirement_title",
            "groupby": "org_name",
            "metric": "status_score",
            "adhoc_filters": [_only("role", role)],
            "row_limit": 10000,
            "sort_x_axis": "alpha_asc",
            "sort_y_axis": "alpha_asc",
            "normalize_across": "heatmap",
            "legend_type": "continuous",
            "linear_color_scheme": "schemeRdYlGn",
            "value_bounds": [0, 2],
            "show_values": False,
            "show_legend": False,
            "left_margin": "auto",
            "bottom_margin": "auto",
            "x_axis_label_rotation": 45,
        },
        "点一格，其余图表只看该机构、该指标",
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
            BULLETIN,
            {
                "x_axis": "org_name",
                "metrics": ["passed", "failed", "in_progress"],
                "groupby": [],
                "adhoc_filters": [_only("org_type", "city")],
                "orientation": "horizontal",
                "stack": "Stack",
                "row_limit": 1000,
                "show_value": True,
                "show_legend": True,
                "legendOrientation": "top",
                "x_axis_sort": "passed",
                "x_axis_sort_asc": True,
                "y_axis_format": ",d",
                "rich_tooltip": True,
            },
            "点一条，其余图表只看该市（州）",
        ),
        Chart(
            "statuses",
            "状态构成",
            "pie",
            VERDICTS,
            {
                "groupby": ["status_label"],
                "metric": "count",
                "adhoc_filters": [],
                "row_limit": 100,
                "sort_by_metric": True,
                "donut": True,
                "innerRadius": 35,
                "outerRadius": 55,
                "label_type": "key_value",
                "labels_outside": True,
                "number_format": ",d",
                "show_labels": True,
                "show_legend": False,
            },
        ),
        _matrix(
            "local_matrix",
            "状态矩阵：地方工会 × 指标（第九条）。绿：达标，黄：进行中，红：未达标，白：不作评价",
            "local",
        ),
        _matrix(
            "department_matrix",
            "状态矩阵：部门 × 指标（第八条）。绿：达标，黄：进行中，红：未达标，白：不作评价",
            "department",
        ),
        Chart(
            "trend",
            "走势：完成值与标准值",
            "echarts_timeseries_line",
            VERDICTS,
            {
                "x_axis": "as_of_month",
                "time_grain_sqla": "P1M",
                "metrics": ["observed_all", "threshold_all"],
                "groupby": [],
                "adhoc_filters": [],
                "row_limit": 10000,
                "seriesType": "line",
                "markerEnabled": True,
                "markerSize": 5,
                "show_legend": True,
                "legendOrientation": "top",
                "x_axis_time_format": "%Y-%m",
                "tooltipTimeFormat": "%Y-%m",
                "y_axis_format": ",.4~f",
                "rich_tooltip": True,
            },
            "一次看一项指标；不选机构时是全部机构合计。比例为小数，0.9 即 90 %",
        ),
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
                "observed",
                "threshold",
                "gap",
                "status_label",
                "reason_label",
                "is_final",
            ],
            order_by_cols=['["org_name", true]', '["requirement_id", true]'],
        ),
        _rows(
            "release",
            "发布批次",
            "quality.release",
            ["release_id", "published_at", "as_of_month", "is_sample"],
            include_search=False,
            table_timestamp_format="%Y-%m-%d %H:%M",
        ),
        _rows(
            "exports",
            "各导出的日期与行数",
            "quality.landed_exports",
            ["export_label", "export_date", "rows_read", "rows_landed", "rows_rejected"],
            include_search=False,
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
