"""The reference seeds that the fuzz knows, and rows that land under them."""

from collections.abc import Mapping
from datetime import date

from tests.fuzz.oracle import File, Org, Reference, Spelling
from tests.fuzz.spec import SPECS, Spec

DAY = date(2021, 3, 2)
TODAY = date(2026, 11, 28)

REFERENCE = Reference(
    orgs=(
        Org("A1", "甲市总工会", "甲市"),
        Org("510100", "成都市总工会", "成都"),
        Org("SZ01", "省总工会办公室（本级）", "办公室", "department"),
        Org("SZ02", "省总工会第二办公室", "办公室", "department"),
        Org("QT00", "其他省产业工会（共68家）", "其他产业", "target_group"),
        Org("QT01", "第一产业工会", "一产", "enterprise"),
    ),
    modules=(("M1", "公文"), ("TY01", "通知公告")),
    spellings=(
        Spelling("workflow_items", "", "", "办件明细"),
        Spelling("articles", "", "", "稿件"),
        Spelling("workflow_items", "status", "", "办理状态"),
        Spelling("new_members", "joined_on", "", "加入日期"),
        Spelling("", "org_code", "", "单位代码"),
        Spelling("channel_visits", "page_views", "", "PV"),
        Spelling("workflow_items", "status", "completed", "已办结"),
        Spelling("articles", "channel_scope", "local", "本地（市州）频道"),
        Spelling("", "channel", "offline", "窗口"),
        Spelling("", "org_code", "510100", "0816"),
        Spelling("new_unions", "org_code", "A1", "老甲"),
        Spelling("", "org_code", "QT00", "其他"),
        Spelling("", "module_code", "M1", "B01"),
    ),
)

VALID = {
    "id": "K1",
    "text": "某稿",
    "org": "A1",
    "module": "M1",
    "integer": "7",
    "date": "2020-03-05",
    "timestamp": "2020-03-05 09:08",
    "personal": "某",
}


def valid(spec: Spec, cells: Mapping[str, str] | None = None) -> list[str]:
    """A row that lands, in the order of the export's columns, but for these cells by landed name."""
    row = []
    for column in spec.columns:
        text = next(iter(column.values)) if column.kind == "list" else VALID[column.kind]
        if column.name == "plan_year":
            text = "2020"
        if not column.required and column.kind in ("date", "timestamp"):
            text = ""
        row.append((cells or {}).get(column.name, text))
    return row


def header(spec: Spec) -> list[str]:
    return [column.header for column in spec.columns]


def csv_text(rows: list[list[str]], separator: str = ",", newline: str = "\r\n") -> str:
    """Rows as text, quoted where RFC 4180 has it so."""
    return "".join(separator.join(quoted(cell, separator) for cell in row) + newline for row in rows)


def quoted(cell: str, separator: str = ",") -> str:
    if any(char in cell for char in f'{separator}"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def csv_file(export: str, *rows: Mapping[str, str]) -> File:
    """A CSV file of valid rows but for these cells."""
    spec = SPECS[export]
    return File(csv_text([header(spec), *(valid(spec, row) for row in rows)]).encode())
