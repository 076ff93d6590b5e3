"""第十二条: one page for each local organization, to be sent to it."""

from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.bulletin.assessment import line
from orchestration.bulletin.basis import basis, draft_reasons
from orchestration.bulletin.issue import Issue
from orchestration.bulletin.published import Published
from orchestration.bulletin.standing import RANKINGS, VERDICTS, Teller, amount_form, is_share
from orchestration.bulletin.tracing import Ledger, Row, Rows
from orchestration.bulletin.words import NOTHING

_ROLE = "local"
_TRENDS, _OUTLOOK = "compliance.fct_trends", "compliance.fct_outlook"


def organizations(data: Published) -> Rows:
    """The local organizations of the release's month, as the regulation lists them."""
    codes = dict.fromkeys(row["org_code"] for row in data.rows(VERDICTS, role=_ROLE))
    return data.rows("indicators.dim_organizations", org_code=tuple(codes))


def context(data: Published, ledger: Ledger, issue: Issue | None, org: Row) -> dict[str, Any]:
    """Return what the template of the 单位反馈单 may use, by the names of `PLACEHOLDERS`."""
    told = Teller(data, ledger)
    return {
        **basis(told, issue),
        "草稿说明": draft_reasons(told, issue),
        "单位": {"名称": told.name(org), "指标": _lines(told, org), "提示": list(_hints(told, org))},
    }


def _lines(told: Teller, org: Row) -> list[dict[str, str]]:
    verdicts = _own(told, VERDICTS, org)
    ranks, trends = _own(told, RANKINGS, org), _own(told, _TRENDS, org)
    asked = sorted(
        told.data.rows("compliance.dim_requirements", role=_ROLE),
        key=lambda row: (row["target_source"] == "none", row["requirement_order"]),
    )
    return [
        {
            **line(told, requirement, verdicts[requirement["requirement_id"]]),
            "位次": _rank(told, ranks.get(requirement["requirement_id"])),
            "比上月": _change(told, requirement, trends.get(requirement["requirement_id"])),
        }
        for requirement in asked
        if requirement["requirement_id"] in verdicts
    ]


def _own(told: Teller, table: str, org: Row) -> Mapping[str, Row]:
    return {row["requirement_id"]: row for row in told.data.rows(table, org_code=org["org_code"], role=_ROLE)}


def _rank(told: Teller, row: Row | None) -> str:
    if row is None or row["rank"] is None:
        return NOTHING
    return f"{told.ledger.figure(row, 'rank')}/{told.ledger.figure(row, 'ranked_orgs')}"


def _change(told: Teller, requirement: Row, trend: Row | None) -> str:
    """How the value changed since the month before: in points of a hundred, or in its unit."""
    if trend is None or trend["change_on_month_before"] is None:
        return NOTHING
    change = trend["change_on_month_before"]
    if change == 0:
        return "持平"
    form = "points" if is_share(trend) else amount_form(requirement, "size")
    sign = "↑" if change > 0 else "↓"
    return f"{sign}{told.ledger.figure(trend, 'change_on_month_before', form)}"


def _hints(told: Teller, org: Row) -> Iterator[str]:
    """What the organization should know beyond its numbers."""
    requirements = {row["requirement_id"]: row for row in told.data.rows("compliance.dim_requirements")}
    figure = told.ledger.figure
    behind = []
    for key, row in _own(told, _OUTLOOK, org).items():
        if row["outlook"] == "behind":
            title = told.ledger.text(requirements[key], "title")
            projected = figure(row, "projected", amount_form(requirements[key]))
            behind.append(f"{title}预计全年{projected}{row['unit']}")
    if behind:
        yield f"按目前进度年底达不到标准：{'；'.join(behind)}。"
    failing = [
        f"{told.ledger.text(requirements[key], 'title')}{figure(row, 'months_failed_in_a_row')}个月"
        for key, row in _own(told, _TRENDS, org).items()
        if (row["months_failed_in_a_row"] or 0) > 1
    ]
    if failing:
        yield f"连续未达标：{'、'.join(failing)}。"
    refused = told.data.rows("quality.rejected_rows", org_code=org["org_code"])
    if refused:
        reasons = []
        for reason in dict.fromkeys((row["export_name"], row["reason"]) for row in refused):
            rows = refused.where(export_name=reason[0], reason=reason[1])
            label = told.ledger.text(rows[0], "export_label")
            reasons.append(
                f"{label}{told.ledger.rows(rows)}行（{told.ledger.text(rows[0], 'reason_label')}）"
            )
        yield f"退回的行未计入：{'、'.join(reasons)}。"
    waived = [
        told.ledger.text(requirements[key], "title")
        for key, row in _own(told, VERDICTS, org).items()
        if row["is_waived"]
    ]
    if waived:
        yield f"已豁免的指标：{'、'.join(waived)}。"
