"""第六条: the annexes that compare unions by their size, beside their ranks; none where no size is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from orchestration.bulletin.standing import Teller, groups_of
from orchestration.bulletin.tracing import Row
from orchestration.bulletin.word_tables import NAME_WIDTH, WIDTH, cell, paragraph, row, table
from orchestration.bulletin.words import GROUPS, NOTHING
from orchestration.publishing.catalog import has

COMPARED = "compliance.fct_rankings_per_thousand"


@dataclass(frozen=True)
class Comparison:
    """One table: the unions of a group, and what they reached for each 1,000 of a factor."""

    title: str
    compared: Sequence[Row]
    requirements: Sequence[Row]

    def xml(self, told: Teller) -> str:
        """The table as WordprocessingML."""
        first, figure = self.compared[0], told.ledger.figure
        year = figure(first, "factor_year", "text")
        sample = "　因素为虚构样例" if any(each["is_sample"] for each in self.compared) else ""
        note = (
            f"截至{figure(told.data.release, 'as_of_month', 'month_end')}　单位：见各栏　"
            f"每栏先列{_by(told, first)}的完成数，"
            f"再列按此的位次，括号内为按完成程度的位次{sample}"
        )
        width = (WIDTH - NAME_WIDTH) // (len(self.requirements) + 1)
        widths = [WIDTH - width * (len(self.requirements) + 1), *[width] * (len(self.requirements) + 1)]
        label, unit = told.ledger.text(first, "factor_label"), told.ledger.text(first, "factor_unit")
        rows = [
            row(
                [
                    cell(head, each)
                    for head, each in zip(self._heads(told, label, year, unit), widths, strict=True)
                ],
                is_head=True,
            )
        ]
        for _, group in groupby(self.compared, key=lambda each: each["org_code"]):
            own = {each["requirement_id"]: each for each in group}
            org = next(iter(own.values()))
            cells = [
                paragraph("附表单位名", told.name(org)),
                paragraph("附表正文", figure(org, "factor_value")),
                *(_value(told, own.get(asked["requirement_id"])) for asked in self.requirements),
            ]
            rows.append(row([cell(each, wide) for each, wide in zip(cells, widths, strict=True)]))
        return table(note, rows, widths)

    def _heads(self, told: Teller, label: str, year: str, unit: str) -> list[str]:
        heads = [["单位"], [label, f"（{year}年，{unit}）"]]
        for asked in self.requirements:
            own = next(each for each in self.compared if each["requirement_id"] == asked["requirement_id"])
            heads.append([told.ledger.text(asked, "title"), f"（{told.ledger.text(own, 'unit')}）"])
        return ["".join(paragraph("附表表头", line) for line in lines) for lines in heads]


def comparisons(told: Teller) -> list[Comparison]:
    """Return a table per group of unions and factor; none where no factor is known, or a release is older."""
    if not has(told.data.connection, COMPARED):
        return []
    found = []
    every = told.data.rows(COMPARED)
    for org_type in groups_of(every):
        of_group = every.where(org_type=org_type)
        for factor in dict.fromkeys(each["factor"] for each in of_group):
            compared = sorted(of_group.where(factor=factor), key=told.place)
            requirements = [
                asked
                for asked in told.data.rows("compliance.dim_requirements")
                if any(each["requirement_id"] == asked["requirement_id"] for each in compared)
            ]
            title = f"{GROUPS[org_type].noun}{_by(told, compared[0])}比较情况表"
            found.append(Comparison(title, compared, requirements))
    return found


def _by(told: Teller, compared: Row) -> str:
    """What is compared by, `每千名职工`."""
    return told.ledger.figure(compared, ("factor_label", "factor_unit"), "per_thousand")


def _value(told: Teller, compared: Row | None) -> str:
    if compared is None:
        return paragraph("附表正文", NOTHING)
    figure = told.ledger.figure
    places = f"{figure(compared, 'rank_per_thousand')}（{figure(compared, 'rank')}）"
    return paragraph("附表正文", f"{figure(compared, 'per_thousand', 'rate')}　{places}")
