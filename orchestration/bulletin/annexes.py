"""The annexes of the 情况通报: a table per group of organizations, on landscape pages.

They are made as XML, not by the template: how many columns they have depends on the requirements. How they
look is the template's all the same, by its paragraph styles 附件标题, 附表单位, 附表表头 and 附表正文.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from markupsafe import Markup

from orchestration.bulletin.standing import RANKINGS, SHARE, VERDICTS, Teller, groups_of
from orchestration.bulletin.tracing import Row
from orchestration.bulletin.word_tables import NAME_WIDTH, WIDTH, AnnexTable, cell, paragraph, row, table
from orchestration.bulletin.words import GROUPS, NOTHING, chinese

_MOST_COLUMNS = 12
"""Requirements side by side: more of them cannot be read."""

_ON_ONE_PAGE = {"target_group": "enterprise", "affiliate": "department"}
"""Groups that stand in the table of another: a handful, and of its kind."""


@dataclass(frozen=True)
class Annex:
    """One table: the organizations of a group, and requirements side by side."""

    title: str
    verdicts: Sequence[Row]
    requirements: Sequence[Row]

    def xml(self, told: Teller) -> str:
        """The table as WordprocessingML."""
        return _table(told, self)


def annexes(told: Teller) -> list[Annex]:
    """Return the tables of a release: the local organizations by group, then the departments."""
    found = []
    for role in ("local", "department"):
        verdicts = told.data.rows(VERDICTS, role=role)
        asked = [
            requirement
            for requirement in told.data.rows("compliance.dim_requirements", role=role)
            if verdicts.where(requirement_id=requirement["requirement_id"])
        ]
        # What has a standard comes first.
        asked.sort(key=lambda row: (row["target_source"] == "none", row["requirement_order"]))
        groups = dict.fromkeys(_ON_ONE_PAGE.get(each, each) for each in groups_of(verdicts))
        for org_type in groups if role == "local" else list(groups)[:1]:
            types = _types(org_type, list(groups), role)
            own = [row for each in types for row in verdicts.where(org_type=each)]
            parts = list(_parts(asked))
            for number, part in enumerate(parts, 1):
                which = f"（之{told.ledger.numbering(number, chinese)}）" if len(parts) > 1 else ""
                found.append(Annex(f"{_title(org_type, role)}{which}", own, part))
    return found


def _types(org_type: str, groups: Sequence[str], role: str) -> list[str]:
    if role == "department":
        return list(GROUPS)
    return [each for each in GROUPS if _ON_ONE_PAGE.get(each, each) == org_type]


def _title(org_type: str, role: str) -> str:
    who = GROUPS[org_type].noun if role == "local" else "省总机关部门（产业）、直属单位"
    return f"{who}监测评价情况表"


def _parts(asked: Sequence[Row]) -> Iterator[list[Row]]:
    """Cut them into tables of about one width; a clause is never cut."""
    tables = ceil(len(asked) / _MOST_COLUMNS)
    part: list[Row] = []
    for _, clause in groupby(asked, key=lambda row: row["clause_id"]):
        own = list(clause)
        if part and len(part) + len(own) > ceil(len(asked) / tables):
            yield part
            part = []
        part += own
    if part:
        yield part


def annexes_xml(told: Teller, tables: Sequence[AnnexTable]) -> Markup:
    """Return the tables as WordprocessingML, each on a page of its own."""
    return Markup("".join(_annex(told, number, table) for number, table in enumerate(tables, 1)))


def _annex(told: Teller, number: int, annex: AnnexTable) -> str:
    heading = paragraph("附件序号", f"附件{told.ledger.numbering(number)}", new_page=number > 1)
    return heading + paragraph("附件标题", annex.title) + annex.xml(told)


def _table(told: Teller, annex: Annex) -> str:
    with_standards = {
        requirement["requirement_id"]
        for requirement in annex.requirements
        if not _has_one_standard(requirement, _of(annex, requirement))
    }
    widths = _widths([requirement["requirement_id"] in with_standards for requirement in annex.requirements])
    release = told.ledger.figure(told.data.release, "as_of_month", "month_end")
    note = f"截至{release}　单位：见各栏　每栏上行为完成值，下行为评价结论、同类单位中的位次"
    rows = [
        row(
            [
                cell(paragraph("附表表头", "单位"), widths[0]),
                *(
                    cell(_head(told, annex, each), width)
                    for each, width in zip(annex.requirements, widths[1:], strict=True)
                ),
            ],
            is_head=True,
        ),
    ]
    ranks = {
        (row["org_code"], row["requirement_id"]): row
        for row in told.data.rows(RANKINGS, role=annex.requirements[0]["role"])
    }
    for _, group in groupby(annex.verdicts, key=lambda row: row["org_code"]):
        own = {row["requirement_id"]: row for row in group}
        first = next(iter(own.values()))
        cells = [cell(paragraph("附表单位名", told.name(first)), widths[0])]
        for requirement, width in zip(annex.requirements, widths[1:], strict=True):
            verdict = own.get(requirement["requirement_id"])
            key = first["org_code"], requirement["requirement_id"]
            standard = requirement["requirement_id"] in with_standards
            cells.append(cell(_value(told, verdict, ranks.get(key), with_standard=standard), width))
        rows.append(row(cells))
    return table(note, rows, widths)


def _widths(with_standard: Sequence[bool]) -> list[int]:
    """Of the names, then of each requirement: one that shows two numbers is wider by two fifths."""
    fifths = [7 if is_wide else 5 for is_wide in with_standard]
    widths = [(WIDTH - NAME_WIDTH) * each // sum(fifths) for each in fifths]
    return [WIDTH - sum(widths), *widths]


def _of(annex: Annex, requirement: Row) -> list[Row]:
    return [row for row in annex.verdicts if row["requirement_id"] == requirement["requirement_id"]]


def _head(told: Teller, annex: Annex, requirement: Row) -> str:
    """What a column is, its unit, and its standard where all have one."""
    verdicts = _of(annex, requirement)
    unit = "%" if verdicts[0]["unit"] == SHARE else verdicts[0]["unit"]
    said = [told.ledger.text(requirement, "title"), f"（{unit}）"]
    if _has_one_standard(requirement, verdicts):
        with_standard = next(row for row in verdicts if row["threshold"] is not None)
        said.append(f"标准{told.bare_standard(with_standard)}")
    elif any(row["threshold"] is not None for row in verdicts):
        said.append("完成／标准")
    return "".join(paragraph("附表表头", line) for line in said)


def _has_one_standard(requirement: Row, verdicts: Sequence[Row]) -> bool:
    """Whether a column's head can say the standard; an annex has one for each organization."""
    return (
        requirement["target_source"] != "annex"
        and len({row["threshold"] for row in verdicts if row["threshold"] is not None}) == 1
    )


def _value(told: Teller, verdict: Row | None, rank: Row | None, *, with_standard: bool) -> str:
    if verdict is None:
        return paragraph("附表正文", NOTHING)
    value = told.bare_value(verdict)
    if with_standard and verdict["threshold"] is not None:
        value += f"／{told.bare_standard(verdict)}"
    label = told.ledger.text(verdict, "status_label")
    if rank is not None and rank["rank"]:
        place = told.ledger.figure(rank, "rank")
        label = f"第{place}位" if verdict["status"] == "MONITOR_ONLY" else f"{label} {place}"
    return paragraph("附表正文", value) + paragraph("附表正文", label, is_bold=verdict["status"] == "FAIL")
