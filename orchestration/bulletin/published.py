"""What the documents read: the tables of one published file, as of the month of its release."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from orchestration.bulletin.tracing import Row, Rows
from orchestration.common.as_of import Month
from orchestration.publishing.order import Order

KEYS: Mapping[str, tuple[str, ...]] = {
    "compliance.dim_registration_targets": ("target_unit_code", "year"),
    "compliance.dim_requirements": ("requirement_id",),
    "compliance.fct_outlook": ("as_of_month", "org_code", "role", "requirement_id"),
    "compliance.fct_rankings": ("as_of_month", "role", "org_type", "requirement_id", "org_code"),
    "compliance.fct_rankings_per_thousand": (
        "as_of_month",
        "role",
        "org_type",
        "requirement_id",
        "org_code",
    ),
    "compliance.fct_requirement_totals": ("as_of_month", "role", "org_type", "requirement_id"),
    "compliance.fct_trends": ("as_of_month", "org_code", "role", "requirement_id"),
    "compliance.fct_verdicts": ("as_of_month", "org_code", "role", "requirement_id"),
    "compliance.rpt_department_assessment": ("as_of_month", "org_code"),
    "compliance.rpt_local_bulletin": ("as_of_month", "org_code"),
    "indicators.bridge_guidance": ("department_code", "local_org_code", "period_number"),
    "indicators.dim_organizations": ("org_code",),
    "indicators.fct_user_totals": ("as_of_month", "org_type"),
    "quality.landed_exports": ("export_name",),
    "quality.rejected_rows": ("export_name", "file_name", "sheet_name", "row_number"),
    "quality.release": ("release_id",),
    "quality.unknown_spellings": ("export_name", "column_name", "spelling"),
}
"""The tables that the documents read, and the columns that tell one row from the others."""

_MONTH = "as_of_month"


@dataclass
class Published:
    """One published file; each table is read when it is first asked for."""

    connection: duckdb.DuckDBPyConnection
    release: Row = field(init=False)
    _tables: dict[tuple[str, date | None], Rows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._order = Order.of(self.connection)
        [self.release] = self._read("quality.release", None)

    @property
    def as_of_month(self) -> date:
        """The first day of the release's month."""
        month: date = self.release[_MONTH]
        return month

    def rows(self, table: str, **key: Any) -> Rows:
        """The rows of a table, of the release's month where it has months, as the regulation lists them.

        `key` chooses among them, as `Rows.where` does.
        """
        return self._of_month(table, self.as_of_month).where(**key)

    def rows_before(self, table: str, **key: Any) -> Rows:
        """The rows of the month before the release's."""
        year, month = divmod(self.as_of_month.year * 12 + self.as_of_month.month - 2, 12)
        return self._of_month(table, Month(year, month + 1).first_day).where(**key)

    def _of_month(self, table: str, month: date) -> Rows:
        chosen = month if _MONTH in KEYS[table] else None
        if (table, chosen) not in self._tables:
            self._tables[table, chosen] = self._read(table, chosen)
        return self._tables[table, chosen]

    def _read(self, table: str, month: date | None) -> Rows:
        schema, _, name = table.partition(".")
        ordered = self._order.rows(schema, name)
        of_month = f"where source.{_MONTH} = date '{month}'" if month else ""
        cursor = self.connection.execute(
            f"select source.* from {ordered.tables} {of_month} order by {ordered.keys}"
        )
        columns = [column for column, *_ in cursor.description or ()]
        rows = []
        for values in cursor.fetchall():
            row = dict(zip(columns, values, strict=True))
            rows.append(Row(table, {column: row[column] for column in KEYS[table]}, row))
        return Rows(table, {_MONTH: month} if month else {}, rows)
