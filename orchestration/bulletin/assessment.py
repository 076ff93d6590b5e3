"""第十一条: a page for each department, on the requirements of Article 8."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from orchestration.bulletin.basis import basis, draft_reasons
from orchestration.bulletin.issue import Issue
from orchestration.bulletin.published import Published
from orchestration.bulletin.standing import OPEN, VERDICTS, Teller
from orchestration.bulletin.tracing import Ledger, Row, Rows, readable
from orchestration.bulletin.words import NOTHING, last_day, listed, sentence

_ROLE = "department"
_CELL_LENGTH = 80
"""So many characters of names can a cell take, and the department still have one page."""


def context(data: Published, ledger: Ledger, issue: Issue | None) -> dict[str, Any]:
    """Return what the template of the 目标考核 may use, by the names of `PLACEHOLDERS`."""
    told = Teller(data, ledger)
    return {
        **basis(told, issue),
        "草稿说明": draft_reasons(told, issue),
        "部门表": [_department(told, row) for row in data.rows("compliance.rpt_department_assessment")],
    }


def _department(told: Teller, report: Row) -> dict[str, Any]:
    verdicts = told.data.rows(VERDICTS, org_code=report["org_code"], role=_ROLE)
    own = {row["requirement_id"]: row for row in verdicts}
    requirements = told.data.rows("compliance.dim_requirements", role=_ROLE)
    asked = sorted(requirements, key=lambda row: (row["target_source"] == "none", row["requirement_order"]))
    figure = told.ledger.figure
    counts = [
        f"{label}{figure(report, column)}项"
        for label, column in (
            ("达标", "requirements_passed"),
            ("未达标", "requirements_failed"),
            ("进行中", "requirements_in_progress"),
            ("豁免", "requirements_waived"),
        )
        if report[column]
    ]
    return {
        "名称": told.name(report),
        "小结": sentence([f"参评指标中，{'、'.join(counts)}"]) if counts else "没有参评的指标。",
        "指标": [
            _line(told, each, own[each["requirement_id"]]) for each in asked if each["requirement_id"] in own
        ],
    }


def _line(told: Teller, requirement: Row, verdict: Row) -> dict[str, str]:
    return {
        **line(told, requirement, verdict),
        "说明": "；".join(_remarks(told, requirement, verdict)) or NOTHING,
    }


def line(told: Teller, requirement: Row, verdict: Row) -> dict[str, str]:
    """One requirement of an organization, as a row of a table has it."""
    item = told.ledger.text(requirement, "item") if requirement["item"] else ""
    return {
        "条款": told.ledger.text(requirement, "article") + item,
        "指标": told.ledger.text(requirement, "title"),
        "完成值": told.value(verdict),
        "标准": told.standard(verdict),
        "还差": told.gap(verdict),
        "结论": told.ledger.text(verdict, "status_label"),
    }


def _remarks(told: Teller, requirement: Row, verdict: Row) -> list[str]:
    """Which guided organizations are behind it, why it is neither met nor not, and whether it may change."""
    said = []
    if requirement["source_requirements"] and verdict["status"] in OPEN:
        behind = _behind(told, requirement, verdict)
        if behind:
            names = [told.short(row) for row in behind]
            bears = _as_many_as_a_cell_bears(names)
            many = f"{told.ledger.rows(behind)}家" if bears < len(names) else ""
            said.append(f"尚未达标：{listed(names, bears)}{many}")
    elif verdict["reason_label"]:
        said.append(told.ledger.text(verdict, "reason_label"))
    if verdict["is_waived"]:
        said.append(f"已豁免：{told.ledger.text(verdict, 'waiver_reason')}")
    return said


def _as_many_as_a_cell_bears(names: Sequence[str]) -> int:
    lengths = accumulate(len(readable(name)) + 1 for name in names)
    return sum(length <= _CELL_LENGTH for length in lengths)


def _behind(told: Teller, requirement: Row, verdict: Row) -> Rows:
    """The guided organizations that do not meet what the requirement looks at."""
    end = last_day(told.data.as_of_month)
    guided = {
        row["local_org_code"]
        for row in told.data.rows("indicators.bridge_guidance", department_code=verdict["org_code"])
        if (row["valid_from"] or end) <= end <= (row["valid_to"] or end)
    }
    sources = tuple(requirement["source_requirements"].split())
    found = told.data.rows(VERDICTS, role="local", requirement_id=sources, status=OPEN)
    codes = tuple(dict.fromkeys(row["org_code"] for row in found if row["org_code"] in guided))
    return told.data.rows("indicators.dim_organizations", org_code=codes)
