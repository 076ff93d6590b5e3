"""Superset's datasets: one per published table, its columns under their Chinese names, and its metrics."""

from dataclasses import dataclass
from typing import Any

from orchestration.publishing.catalog import Column, Table
from orchestration.superset.identity import identity

DATABASE = "gonghui"

# A place to be filled in after the import, in Superset's page of the database; it holds no secret.
DATABASE_URI = "duckdb:////data/gonghui/warehouse/gonghui.duckdb"


@dataclass(frozen=True)
class Metric:
    """A measure of a dataset: SQL that DuckDB and PostgreSQL both understand."""

    name: str
    label: str
    expression: str
    number_format: str = ",d"


def _count_of(*statuses: str) -> str:
    listed = ", ".join(f"'{status}'" for status in statuses)
    return f"SUM(CASE WHEN status IN ({listed}) THEN 1 ELSE 0 END)"


def _without_groups(column: str) -> str:
    """The sum of `column`, a group's left out beside others: its members are among them."""
    return f"COALESCE(SUM(CASE WHEN org_type <> 'target_group' THEN {column} END), SUM({column}))"


def _targets() -> str:
    """The sum of the standards that somebody is held to: a group's, or its members'."""
    members_have_none = "COUNT(CASE WHEN reason = 'group_target' THEN 1 END) > 0"
    # A month that is not assessed has a standard, too.
    due = "CASE WHEN COALESCE(reason, '') <> 'month_not_assessed' THEN threshold END"
    return f"CASE WHEN {members_have_none} THEN SUM({due}) ELSE {_without_groups(due)} END"


def _as_text(column: str) -> str:
    """A number as people read it: a share in per cent, cut off after two places; DuckDB and PostgreSQL agree.

    Under a reading that compares it with a number (9.5.year) it is no share. A share is worked out of its
    whole numbers: 0.29 * 10000 is a little less than 2900.
    """
    share = "numerator * 10000.0 / NULLIF(denominator, 0)" if column == "observed" else f"{column} * 10000"
    per_cent = f"CAST(CAST(FLOOR({share}) / 100 AS DECIMAL(18, 2)) AS VARCHAR) || '%'"
    number = f"CAST(CAST(FLOOR({column}) AS BIGINT) AS VARCHAR)"
    return f"CASE WHEN unit = '比例' AND COALESCE(threshold, 0) <= 1 THEN {per_cent} ELSE {number} END"


_ROWS = Metric("count", "行数", "COUNT(*)")
_REPORTED = (
    Metric("passed", "达标", "SUM(requirements_passed)"),
    Metric("failed", "未达标", "SUM(requirements_failed)"),
    Metric("in_progress", "进行中", "SUM(requirements_in_progress)"),
)

METRICS: dict[str, tuple[Metric, ...]] = {
    "compliance.fct_verdicts": (
        Metric("passed", "达标项数", _count_of("PASS")),
        Metric("failed", "未达标项数", _count_of("FAIL")),
        Metric("in_progress", "进行中项数", _count_of("IN_PROGRESS")),
        Metric(
            "pass_share",
            "达标率（占达标、未达标之和，进行中的不计）",
            f"{_count_of('PASS')} * 1.0 / NULLIF({_count_of('PASS', 'FAIL')}, 0)",
            ".1%",
        ),
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
    ),
    "compliance.rpt_local_bulletin": _REPORTED,
    "compliance.rpt_department_assessment": _REPORTED,
}

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


def dataset(table: Table) -> dict[str, Any]:
    """Return the dataset of a published table."""
    return {
        "table_name": table.name,
        "main_dttm_col": _main_time(table),
        "description": table.comment,
        "default_endpoint": None,
        "offset": 0,
        "cache_timeout": None,
        "schema": table.schema,
        "sql": None,
        "params": None,
        "template_params": None,
        "filter_select_enabled": True,
        "fetch_values_predicate": None,
        "extra": None,
        "uuid": identity("dataset", str(table)),
        "metrics": [_metric(metric) for metric in (_ROWS, *METRICS.get(str(table), ()))],
        "columns": [*map(_column, table.columns), *_calculated(table)],
        "version": "1.0.0",
        "database_uuid": identity("database", DATABASE),
    }


def _calculated(table: Table) -> list[dict[str, Any]]:
    """The columns that Superset works out of others."""
    columns = {column.name for column in table.columns}
    found = [_MONTH] if _is_by_month(table) else []
    found += [_REQUIREMENT] if {"requirement_id", "requirement_title"} <= columns else []
    found += _SHOWN if {"observed", "threshold", "unit", "numerator", "denominator"} <= columns else []
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
        "description": None,
        "d3format": metric.number_format,
        "extra": {},
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
        **_column(Column(f"{column}_shown", "VARCHAR", f"{label}，比例为百分数", label)),
        "expression": _as_text(column),
    }
    for column, label in (("observed", "完成值"), ("threshold", "标准"))
]

_DATA = {
    **_column(Column("data", "VARCHAR", "数据的来历", "数据")),
    "expression": "CASE WHEN is_sample THEN '样例数据：数字均为虚构' ELSE '平台导出' END",
}
