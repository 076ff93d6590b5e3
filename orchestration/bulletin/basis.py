"""What every document says of its numbers: their month, what they rest on, why they may yet change."""

from typing import Any

from orchestration.bulletin.issue import Issue
from orchestration.bulletin.published import Published
from orchestration.bulletin.standing import JUDGED, VERDICTS, Teller
from orchestration.bulletin.tracing import Row
from orchestration.bulletin.words import day, last_day
from orchestration.landing import RAW_EXPORTS

_CHINESE = {export.name: export.chinese for export in RAW_EXPORTS}


def basis(told: Teller, issue: Issue | None) -> dict[str, Any]:
    """Return what all templates may use: month, release, number, date, and what data there is."""
    release, figure = told.data.release, told.ledger.figure
    return {
        "年月": figure(release, "as_of_month", "month"),
        "年度": figure(release, "as_of_month", "year"),
        "截至": figure(release, "as_of_month", "month_end"),
        "批次": told.ledger.text(release, "release_id"),
        "发文字号": told.ledger.given(issue.number, "number") if issue else "",
        "成文日期": told.ledger.given(day(issue.issued_on), "issued_on") if issue else "",
        "草稿": issue is None,
        "更正": corrections(told, issue),
        "数据说明": data_notes(told),
    }


def corrections(told: Teller, issue: Issue | None) -> list[str]:
    """Say what an issue corrects; empty where it corrects nothing."""
    if issue is None or not issue.corrects:
        return []
    number = told.ledger.given(issue.corrects, "corrects")
    changes = [told.ledger.given(change, "changes") for change in issue.changes]
    return [f"本件更正{number}，内容不同之处以本件为准。更正如下：", *changes]


def data_notes(told: Teller) -> list[str]:
    """Which release, and how old its exports are."""
    figure, exports = told.ledger.figure, told.data.rows("quality.landed_exports")
    release = told.ledger.text(told.data.release, "release_id")
    if not exports:
        return [f"数据为发布批次{release}，没有入库的导出。"]
    oldest = min(exports, key=lambda row: row["export_date"])
    newest = max(exports, key=lambda row: row["export_date"])
    ages = figure(oldest, "export_date", "day")
    if newest["export_date"] != oldest["export_date"]:
        ages = f"{ages}至{figure(newest, 'export_date', 'day')}"
    said = f"数据为发布批次{release}，所依据的各项导出日期为{ages}"
    missing = missing_exports(told.data)
    if missing:
        said += f"，其中{'、'.join(missing)}从未入库"
    return [f"{said}。"]


def draft_reasons(told: Teller, issue: Issue | None) -> list[str]:
    """Why the numbers are not to be taken as the last word, a sentence each; empty where they are."""
    said = []
    if told.data.release["is_sample"]:
        said.append("本件数据为样例，数字均为虚构，不得作为工作依据。")
    verdicts = told.data.rows(VERDICTS, status=JUDGED)
    pending = verdicts.where(is_final=False)
    if pending:
        total, open_ = told.ledger.rows(verdicts), told.ledger.rows(pending)
        how = "均" if len(pending) == len(verdicts) else f"有{open_}项"
        said.append(f"{total}项评价结论{how}尚非定论：年度未结束，或者数据未齐，以后可能变动。")
    old = old_exports(told.data)
    if old:
        names = "、".join(told.ledger.text(row, "export_label") for row in old)
        said.append(f"{names}的导出日期未过月末，相应数字不全。")
    missing = missing_exports(told.data)
    if missing:
        said.append(f"{'、'.join(missing)}从未入库，相应指标无数据。")
    if issue is None:
        said.insert(0, "本件为草稿，未经审签，不得外传。")
    return said


def missing_exports(data: Published) -> list[str]:
    """The Chinese names of the exports that a requirement looks at and that never landed."""
    landed = {row["export_name"] for row in data.rows("quality.landed_exports")}
    used = {
        name: _CHINESE.get(name, name)
        for requirement in data.rows("compliance.dim_requirements")
        for name in (requirement["exports"] or "").split()
    }
    return [label for name, label in used.items() if name not in landed]


def old_exports(data: Published) -> list[Row]:
    """The landed exports that do not cover the month (contract §4)."""
    end = last_day(data.as_of_month)
    return [row for row in data.rows("quality.landed_exports") if row["export_date"] <= end]
