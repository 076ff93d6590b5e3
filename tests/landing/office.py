"""A small office for the tests of the landing room: it fills an inbox, lands it, looks at the result."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from orchestration.landing import RAW_EXPORTS, InputRefused, KnownCodes, LandingResult, land, landed_dir

EXPORTS = {export.name: export for export in RAW_EXPORTS}
CODES = KnownCodes(orgs=frozenset({"A1", "A2", "510100"}), modules=frozenset({"M1"}))

# One valid row of each export, but for the key, which is made per row.
VALID: dict[str, dict[str, Any]] = {
    "registered_users": {
        "所属机构编码": "A1",
        "注册时间": "2020-03-05 09:08:00",
        "认证时间": "",
        "注销时间": "",
    },
    "new_members": {"所属机构编码": "A1", "入会日期": "2020-03-05", "办理方式": "平台"},
    "new_unions": {"所属机构编码": "A1", "组织名称": "某工会", "成立日期": "2020-03-05", "办理方式": "线下"},
    "cadres": {"所属机构编码": "A1", "录入日期": "2020-03-05", "离任日期": ""},
    "workflow_items": {
        "机构编码": "A1",
        "模块编码": "M1",
        "受理时间": "2020-03-05 09:08:00",
        "办理方式": "平台",
        "状态": "在办",
        "办结时间": "",
    },
    "articles": {
        "机构编码": "A1",
        "频道": "省级频道",
        "标题": "某稿",
        "发布时间": "2020-03-05",
        "撤稿时间": "",
    },
    "channel_visits": {"机构编码": "A1", "日期": "2020-03-05", "访问量": "7", "访客数": ""},
    "benefit_services": {"机构编码": "A1", "服务名称": "某服务", "上线日期": "2020-03-05", "状态": "草稿"},
    "activities": {"机构编码": "A1", "活动名称": "某活动", "开始日期": "2020-03-05", "状态": "已发布"},
    "process_applications": {
        "部门编码": "A1",
        "业务名称": "某业务",
        "申请日期": "2020-03-05",
        "审议通过日期": "",
        "上网日期": "",
    },
    "promotion_plans": {"机构编码": "A1", "年度": "2020", "制定日期": "2020-03-05"},
}


def row(export: str, key: str = "K1", **changes: Any) -> dict[str, Any]:
    """A valid row by header, with some cells changed."""
    own_key = (
        {} if export in ("channel_visits", "promotion_plans") else {EXPORTS[export].columns[0].header: key}
    )
    return {**own_key, **VALID[export], **changes}


def csv_text(rows: Iterable[dict[str, Any]]) -> str:
    """Rows of the same headers as a CSV text with its header."""
    rows = list(rows)
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return file.getvalue()


def table(rows: Iterable[dict[str, Any]]) -> list[list[Any]]:
    """Rows of the same headers as a sheet with its header."""
    rows = list(rows)
    return [list(rows[0]), *(list(row.values()) for row in rows)]


@dataclass(frozen=True)
class Office:
    """An inbox and a home of its own."""

    inbox: Path
    home: Path

    def put(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        """Write a file into the inbox."""
        path = self.inbox / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def put_rows(self, export: str, *rows: dict[str, Any], day: str = "20210302", suffix: str = "") -> Path:
        """Write rows as a CSV export."""
        return self.put(f"{EXPORTS[export].chinese}_{day}{suffix}.csv", csv_text(rows))

    def put_sheets(self, name: str, **sheets: list[list[Any]]) -> Path:
        """Write a workbook into the inbox."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for cells in rows:
                sheet.append(cells)
        book.save(self.inbox / name)
        return self.inbox / name

    def land(self, accept: Iterable[str] = (), codes: KnownCodes = CODES) -> LandingResult:
        """Land the inbox."""
        return land(self.inbox, self.home, codes, frozenset(accept))

    def faults(self, accept: Iterable[str] = ()) -> list[tuple[str, str]]:
        """(reason, file) of every fault the inbox is refused for; none where it lands."""
        try:
            self.land(accept)
        except InputRefused as refused:
            return [(fault.reason, fault.file) for fault in refused.faults]
        return []

    def rows(self, export: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """The landed rows of an export, in order."""
        return self.query(f"SELECT {columns} FROM '{landed_dir(self.home)}/{export}.parquet'")

    def column(self, export: str, column: str) -> list[Any]:
        """The landed values of one column, in order."""
        return [value for (value,) in self.rows(export, column)]

    def rejected(self, columns: str = "row_number, reason") -> list[tuple[Any, ...]]:
        """The refused rows in force."""
        return self.query(f"SELECT {columns} FROM '{landed_dir(self.home)}/rejected_rows.parquet'")

    def unknown(self) -> list[tuple[Any, ...]]:
        """What nobody knows, in force: export, column, spelling, rows."""
        return self.query(f"FROM '{landed_dir(self.home)}/unknown_spellings.parquet'")

    def counts(self) -> dict[str, tuple[int, int, int]]:
        """rows_read, rows_landed, rows_rejected by export."""
        found = self.query(f"SELECT * FROM '{landed_dir(self.home)}/landed_exports.parquet'")
        return {name: (read, landed, rejected) for name, _, read, landed, rejected in found}

    def generation(self) -> str:
        """Which generation is in force."""
        return landed_dir(self.home).readlink().name

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query over landed Parquet."""
        with duckdb.connect() as con:
            return con.execute(sql).fetchall()
