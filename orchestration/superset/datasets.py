"""Superset's datasets: one per published table, its columns under their Chinese names, and its metrics."""

from collections.abc import Sequence
from typing import Any

from orchestration.publishing.catalog import Column, Table
from orchestration.superset.identity import identity
from orchestration.superset.metrics import Metric

DATABASE = "gonghui"

# A place to be filled in after the import, in Superset's page of the database; it holds no secret.
DATABASE_URI = "duckdb:////data/gonghui/warehouse/gonghui.duckdb"

VERDICTS = "compliance.fct_verdicts"

# Superset sorts by what a dataset has itself: verdicts with the order of organizations and of clauses.
_VERDICTS_IN_ORDER = """\
SELECT verdicts.*, organizations.org_order, requirements.requirement_order
FROM compliance.fct_verdicts AS verdicts
INNER JOIN indicators.dim_organizations AS organizations ON verdicts.org_code = organizations.org_code
INNER JOIN compliance.dim_requirements AS requirements
ON verdicts.requirement_id = requirements.requirement_id
"""


def _without_groups(column: str) -> str:
    """The sum of `column`, a group's left out beside others: its members are among them."""
    return f"COALESCE(SUM(CASE WHEN org_type <> 'target_group' THEN {column} END), SUM({column}))"


def _targets() -> str:
    """The sum of the standards that somebody is held to: a group's, or its members'."""
    members_have_none = "COUNT(CASE WHEN reason = 'group_target' THEN 1 END) > 0"
    # A month that is not assessed has a standard, too.
    due = "CASE WHEN COALESCE(reason, '') <> 'month_not_assessed' THEN threshold END"
    return f"CASE WHEN {members_have_none} THEN SUM({due}) ELSE {_without_groups(due)} END"


# Under a reading that compares it with a number (9.5.year) it is no share.
_IS_SHARE = "unit = '比例' AND COALESCE(threshold, 0) <= 1"


def _as_text(column: str) -> str:
    """A number as people read it: a share in per cent, cut off after two places; DuckDB and PostgreSQL agree.

    A share is worked out of its whole numbers: 0.29 * 10000 is a little less than 2900.
    """
    share = "numerator * 10000.0 / NULLIF(denominator, 0)" if column == "observed" else f"{column} * 10000"
    per_cent = f"CAST(CAST(FLOOR({share}) / 100 AS DECIMAL(18, 2)) AS VARCHAR) || '%'"
    number = f"CAST(CAST(FLOOR({column}) AS BIGINT) AS VARCHAR)"
    return f"CASE WHEN {_IS_SHARE} THEN {per_cent} ELSE {number} END"


_ROWS = Metric("count", "行数", "COUNT(*)")

# How the dashboard draws verdicts; what is counted over them, dbt's semantic model defines.
_DRAWN = (
    Metric("status_shown", "状态", "MAX(status_label)"),
    Metric("value_shown", "完成值", f"MAX({_as_text('observed')})"),
    Metric(
        "observed_all",
        "完成值（所选机构合计）",
        "CASE WHEN COUNT(denominator) > 0 THEN SUM(numerator) * 1.0 / NULLIF(SUM(denominator), 0)"
        f" ELSE {_without_groups('numerator')} * 1.0 END",
        ",.4~f",
    ),
    Metric(
        "threshold_all",
        "标准值（数量为所选机构合计）",
        f"CASE WHEN COUNT(denominator) > 0 THEN MAX(threshold) ELSE {_targets()} END",
        ",.4~f",
    ),
)

_TIMES = ("DATE", "TIMESTAMP")
_GROUPED_BY = ("VARCHAR", "BOOLEAN", *_TIMES)


def database() -> dict[str, Any]:
    """Return the database that every dataset lies in: read only, SQL for looking alone."""
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": DATABASE_URI,
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "extra": {
            "metadata_params": {},
            "engine_params": {"connect_args": {"read_only": True}},
            "metadata_cache_timeout": {},
            "schemas_allowed_for_csv_upload": [],
            "allows_virtual_table_explore": True,
        },
        "uuid": identity("database", DATABASE),
        "version": "1.0.0",
    }


def dataset(table: Table, metrics: Sequence[Metric]) -> dict[str, Any]:
    """Return the dataset of a published table, with the `metrics` that the semantic model has over it."""
    is_verdicts = str(table) == VERDICTS
    drawn = _DRAWN if is_verdicts else ()
    return {
        "table_name": table.name,
        "main_dttm_col": _main_time(table),
        "description": table.comment,
        "default_endpoint": None,
        "offset": 0,
        "cache_timeout": None,
        "schema": table.schema,
        "sql": _VERDICTS_IN_ORDER if is_verdicts else None,
        "params": None,
        "template_params": None,
        "filter_select_enabled": True,
        "fetch_values_predicate": None,
        "extra": None,
        "uuid": identity("dataset", str(table)),
        "metrics": [_metric(metric) for metric in (_ROWS, *metrics, *drawn)],
        "columns": [*map(_column, table.columns), *_calculated(table)],
        "version": "1.0.0",
        "database_uuid": identity("database", DATABASE),
    }


def _calculated(table: Table) -> list[dict[str, Any]]:
    """The columns that Superset works out of others, or finds in other tables."""
    columns = {column.name for column in table.columns}
    found = [_MONTH] if _is_by_month(table) else []
    found += [_REQUIREMENT] if {"requirement_id", "requirement_title"} <= columns else []
    found += _SHOWN if {"observed", "threshold", "unit", "numerator", "denominator"} <= columns else []
    found += [*_ORDERS, _FINAL] if str(table) == VERDICTS else []
    return [*found, *([_DATA] if str(table) == "quality.release" else [])]


def _is_by_month(table: Table) -> bool:
    return any(column.name == "as_of_month" for column in table.columns)


def _main_time(table: Table) -> str | None:
    times = (column.name for column in table.columns if column.type in _TIMES)
    return "as_of_month" if _is_by_month(table) else next(times, None)


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "metric_name": metric.name,
        "verbose_name": metric.label,
        "metric_type": None,
        "expression": metric.expression,
        "description": metric.description,
        "d3format": metric.number_format,
        "extra": {"warning_markdown": metric.warning} if metric.warning else {},
        "warning_text": None,
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "column_name": column.name,
        "verbose_name": column.label,
        "is_dttm": column.type in _TIMES,
        "is_active": True,
        "type": column.type,
        "groupby": column.type in _GROUPED_BY,
        "filterable": True,
        "expression": None,
        "description": column.comment,
        # Superset's DuckDB dialect has no spelling of its own for a date.
        "python_date_format": "%Y-%m-%d" if column.type == "DATE" else None,
        "extra": {},
    }


# A filter by value over a DATE column ends in an error in Superset 6.1 (its DuckDB dialect cannot spell it).
_MONTH = {
    **_column(Column("month", "VARCHAR", "月份：YYYY-MM", "月份")),
    "expression": "SUBSTR(CAST(as_of_month AS VARCHAR), 1, 7)",
}

# A requirement of departments and one of local organizations may have the same title.
_REQUIREMENT = {
    **_column(Column("requirement", "VARCHAR", "指标：编号和名称", "指标")),
    "expression": "requirement_id || ' ' || requirement_title",
}

_SHOWN = [
    {
        **_column(Column("value_kind", "VARCHAR", "完成值是比例还是数量", "完成值种类")),
        "expression": f"CASE WHEN {_IS_SHARE} THEN '比例' ELSE '数量' END",
    },
    *(
        {
            **_column(Column(f"{column}_shown", "VARCHAR", f"{label}，比例为百分数", label)),
            "expression": _as_text(column),
        }
        for column, label in (("observed", "完成值"), ("threshold", "标准"))
    ),
]

_ORDERS = [
    {**_column(Column(name, "INTEGER", comment, label)), "groupby": True}
    for name, label, comment in (
        ("org_order", "机构次序", "机构次序：市（州）照附件1，部门、产业、直属单位照名单"),
        ("requirement_order", "指标次序", "指标次序：按条款自然次序"),
    )
]

_FINAL = {
    **_column(Column("is_final_shown", "VARCHAR", "是否定论", "是否定论")),
    "expression": "CASE WHEN is_final THEN '是' ELSE '否' END",
}

_DATA = {
    **_column(Column("data", "VARCHAR", "数据的来历", "数据")),
    "expression": "CASE WHEN is_sample THEN '样例数据：数字均为虚构' ELSE '平台导出' END",
}
