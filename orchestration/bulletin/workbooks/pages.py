"""The workbook to read and print: a sheet per clause, totals first, then the organizations by their kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from xlsxwriter.worksheet import Worksheet

from orchestration.bulletin.cells import (
    Cell,
    Style,
    Vocabulary,
    count_cell,
    decimal_cell,
    text_cell,
    words,
)
from orchestration.bulletin.workbooks.writer import (
    BOLD,
    HEADER,
    About,
    Writer,
    new_workbook,
    print_setup,
    sheet_name,
    write_cover,
)
from orchestration.common.sql import literal
from orchestration.common.text_table import text_width

_TITLED: Style = {"bold": True, "font_size": 14, "font_color": HEADER["bg_color"]}
_KIND_OF_ORG: Style = {"bold": True, "bg_color": "#DDEBF7"}
_NOTE: Style = {"italic": True, "font_color": "#7F7F7F"}
_RANK: Style = {"align": "center"}

_OVER_ALL = "all"
"""Of `fct_requirement_totals`: the row over all types."""

_HEAD_ROWS = 4
_WIDTHS = (12, 11, 11, 13, 6, 7, 15)
"""Of the columns of a requirement, in the order of `_headers`."""
_PAGE_WIDTH = 112
"""Characters across a landscape A4 page at full size."""
_SMALLEST, _LARGEST = 50, 76
"""Per cent: below the one nobody reads a print, above the other 21 cities and the totals need two pages."""
_PAGE_HEIGHT, _ROW_HEIGHT = 480, 16.5
"""In points, at full size: what a landscape A4 page takes below the head, and a row."""


class _Requirement(NamedTuple):
    requirement_id: str
    title: str
    clause_id: str
    clause: str
    clause_text: str
    role: str
    unit: str


class _Line(NamedTuple):
    """What a verdict's row shows of a requirement and an organization."""

    org_type: str
    org_name: str
    requirement_id: str
    observed: float | None
    threshold: Decimal | None
    gap: int | None
    gap_unit: str | None
    status_label: str
    rank: int | None
    rank_before: int | None
    change: float | None


class _Total(NamedTuple):
    org_type: str
    requirement_id: str
    orgs: int
    orgs_passed: int
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True)
class _Page:
    """A sheet: the requirements of one clause, side by side."""

    name: str
    requirements: tuple[_Requirement, ...]
    totals: tuple[_Total, ...]
    lines: tuple[_Line, ...]


def write_pages(connection: duckdb.DuckDBPyConnection, folder: Path, about: About) -> Path:
    """Write a month out of the published file that `connection` has open; returns the workbook in `folder`.

    Raises OSError where the disk will not take it.
    """
    vocabulary = Vocabulary.of(connection)
    kinds = words(connection, "compliance", "fct_requirement_totals", "org_type")
    pages = _pages(connection, about.as_of_month)
    with new_workbook(folder, about) as writer:
        _write_cover(writer, pages, vocabulary)
        for page in pages:
            _PageWriter(writer, page, vocabulary, kinds).write()
    return writer.path


def _pages(connection: duckdb.DuckDBPyConnection, as_of_month: date) -> list[_Page]:
    requirements = connection.execute(
        """
        select requirement_id, title, clause_id, article || coalesce(item, ''), clause_text, role, unit
        from compliance.dim_requirements order by requirement_order
        """
    ).fetchall()
    totals = connection.execute(
        f"""
        select org_type, requirement_id, orgs, orgs_passed, numerator, denominator
        from compliance.fct_requirement_totals where as_of_month = {literal(as_of_month)}
        """
    ).fetchall()
    lines = connection.execute(
        f"""
        select
            v.org_type, v.org_name, v.requirement_id, v.observed, v.threshold, v.gap, v.gap_unit,
            v.status_label, r.rank, r.rank_before, t.change_on_month_before
        from compliance.fct_verdicts as v
        left join compliance.fct_rankings as r using (as_of_month, org_code, role, requirement_id)
        left join compliance.fct_trends as t using (as_of_month, org_code, role, requirement_id)
        left join indicators.dim_organizations as o using (org_code)
        where as_of_month = {literal(as_of_month)}
        order by min(o.org_order) over (partition by v.org_type), v.org_type, o.org_order, org_code
        """
    ).fetchall()
    pages = []
    by_clause = groupby(map(_Requirement._make, requirements), key=lambda each: (each.role, each.clause_id))
    for _, group in by_clause:
        asked = tuple(group)
        ids = {each.requirement_id for each in asked}
        own = tuple(line for line in map(_Line._make, lines) if line.requirement_id in ids)
        if own:
            sums = tuple(total for total in map(_Total._make, totals) if total.requirement_id in ids)
            pages.append(_Page(_name(asked), asked, sums, own))
    return pages


def _name(asked: Sequence[_Requirement]) -> str:
    """The clause, and what is measured where that is one thing."""
    first, *others = asked
    title = "" if others else f" {first.title}"
    name = f"{first.clause}{title}".replace("：", " ")
    return sheet_name(name)


@dataclass
class _PageWriter:
    """Writes one sheet, row after row."""

    writer: Writer
    page: _Page
    vocabulary: Vocabulary
    kinds: dict[str, str]
    """The Chinese words for the types of organizations."""
    row: int = 0

    def write(self) -> None:
        """Write and set up the sheet."""
        sheet = self.writer.workbook.add_worksheet(self.page.name)
        first = max(text_width(line.org_name) for line in self.page.lines) + 2
        widths = [min(max(first, 16), 44), *_WIDTHS * len(self.page.requirements)]
        self.writer.columns(sheet, widths)
        scale = max(_SMALLEST, min(_LARGEST, 100 * _PAGE_WIDTH // sum(widths)))
        self._head(sheet)
        self._totals(sheet)
        rows_of_a_page = int(100 * _PAGE_HEIGHT / (_ROW_HEIGHT * scale))
        left = rows_of_a_page - (self.row - _HEAD_ROWS)
        breaks = []
        for org_type, group in groupby(self.page.lines, key=lambda line: line.org_type):
            lines = list(group)
            rows = 1 + len({line.org_name for line in lines})
            if rows > left:  # then it begins a page of its own
                breaks.append(self.row)
                left = rows_of_a_page
            left -= rows
            self._put(sheet, [text_cell(self.kinds.get(org_type, org_type), _KIND_OF_ORG)])
            for name, own in groupby(lines, key=lambda line: line.org_name):
                self._put(sheet, [text_cell(name, {"indent": 1}), *self._numbers(list(own))])
        sheet.freeze_panes(_HEAD_ROWS, 1)
        print_setup(sheet, self.writer, self.page.name)
        sheet.repeat_rows(0, _HEAD_ROWS - 1)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.set_print_scale(scale)
        sheet.set_h_pagebreaks(breaks)

    def _put(self, sheet: Worksheet, cells: Sequence[Cell | None]) -> None:
        self.writer.row(sheet, self.row, cells)
        self.row += 1

    def _head(self, sheet: Worksheet) -> None:
        first, *_ = self.page.requirements
        self._put(sheet, [text_cell(f"{first.clause}  {'、'.join(self._titles())}", _TITLED)])
        self._put(sheet, [text_cell(f"截至 {self.writer.about.month}。{first.clause_text}", _NOTE)])
        headers: list[Cell | None] = [text_cell("单位", HEADER)]
        for place, requirement in enumerate(self.page.requirements):
            left = 1 + place * len(_WIDTHS)
            right = left + len(_WIDTHS) - 1
            sheet.merge_range(self.row, left, self.row, right, requirement.title, self.writer.format(HEADER))
            headers += [
                text_cell(header, HEADER)
                for header in _headers(
                    requirement, self._gap_unit(requirement), is_share=self._is_share(requirement)
                )
            ]
        self._put(sheet, [text_cell("", HEADER)])
        sheet.set_row(self.row, 2 * _ROW_HEIGHT)
        self._put(sheet, headers)

    def _is_share(self, requirement: _Requirement) -> bool:
        """Whether it measures a share of 1: under some reading it is compared with a number (9.5.year)."""
        return requirement.requirement_id in self.vocabulary.shares and all(
            line.threshold is None or line.threshold <= 1
            for line in self.page.lines
            if line.requirement_id == requirement.requirement_id
        )

    def _titles(self) -> list[str]:
        return [requirement.title for requirement in self.page.requirements]

    def _gap_unit(self, requirement: _Requirement) -> str:
        units = {
            line.gap_unit for line in self.page.lines if line.requirement_id == requirement.requirement_id
        }
        return next((unit for unit in sorted(filter(None, units))), requirement.unit)

    def _totals(self, sheet: Worksheet) -> None:
        """How many met each requirement, and the sums, over all and by kind of organization."""
        types = list(dict.fromkeys(line.org_type for line in self.page.lines))
        found = {(total.org_type, total.requirement_id): total for total in self.page.totals}
        for org_type in (_OVER_ALL, *types):
            cells: list[Cell | None] = []
            for requirement in self.page.requirements:
                total = found.get((org_type, requirement.requirement_id))
                cells += [None] * len(_WIDTHS) if total is None else self._total(requirement, total)
            if any(cells):
                self._put(sheet, [text_cell(self.kinds.get(org_type, org_type), {"bold": True}), *cells])

    def _total(self, requirement: _Requirement, total: _Total) -> list[Cell | None]:
        observed: Cell | None = None
        if total.denominator:
            ratio = Decimal(total.numerator or 0) / total.denominator
            observed = decimal_cell(ratio, is_share=self._is_share(requirement))
        elif total.numerator is not None and total.denominator is None:
            observed = count_cell(total.numerator)
        met = text_cell(f"{total.orgs_passed} / {total.orgs} 家达标", {"align": "center"})
        return [observed, None, None, met, None, None, None]

    def _numbers(self, lines: Sequence[_Line]) -> Iterator[Cell | None]:
        by_requirement = {line.requirement_id: line for line in lines}
        for requirement in self.page.requirements:
            line = by_requirement.get(requirement.requirement_id)
            is_share = self._is_share(requirement)
            yield from [None] * len(_WIDTHS) if line is None else self._cells(line, is_share=is_share)

    def _cells(self, line: _Line, *, is_share: bool) -> list[Cell | None]:
        status = self.vocabulary.statuses.get(line.status_label, {"align": "center"})
        return [
            _number(line.observed, is_share=is_share),
            _number(line.threshold, is_share=is_share),
            count_cell(line.gap) if line.gap else None,
            text_cell(line.status_label, status),
            Cell(line.rank, _RANK) if line.rank else None,
            _moved(line.rank, line.rank_before),
            _change(line.change, is_share=is_share),
        ]


def _headers(requirement: _Requirement, gap_unit: str, *, is_share: bool) -> tuple[str, ...]:
    # A share that is compared with a number is in the unit of its gap.
    unit = "" if is_share else f"（{gap_unit}）"
    change = "（百分点）" if is_share else unit
    return (f"完成值{unit}", f"标准{unit}", f"还差（{gap_unit}）", "状态", "位次", "升降", f"比上月{change}")


def _number(value: Any, *, is_share: bool) -> Cell | None:
    return None if value is None else decimal_cell(value, is_share=is_share)


def _moved(rank: int | None, before: int | None) -> Cell | None:
    """By how many places an organization rose or fell among its like."""
    if rank is None or before is None:
        return None
    moved = before - rank
    return text_cell(f"{'↑' if moved > 0 else '↓'}{abs(moved)}" if moved else "持平", _RANK)


def _change(change: float | None, *, is_share: bool) -> Cell | None:
    """A share's change in points of a hundred, cut off after two places; a number's as it is."""
    if change is None:
        return None
    exact = decimal_cell(Decimal(str(change)), is_share=is_share).value
    if not is_share:
        return Cell(exact, {"num_format": "+#,##0.##;-#,##0.##;0"})
    return Cell(Decimal(str(exact)) * 100, {"num_format": "+0.00;-0.00;0.00"})


def _write_cover(writer: Writer, pages: Sequence[_Page], vocabulary: Vocabulary) -> None:
    facts = [
        ("完成值、标准", "各列的含义见同一文件夹的明细工作簿；还差是按标准还缺的人数、件数、个数"),
        ("位次、升降", "同类单位之间，由高到低；升降是与上月位次相比"),
        ("比上月", "比例为百分点；本年累计的数在一月不与上年十二月相比"),
    ]
    contents = [
        [text_cell("工作表", HEADER), text_cell("指标", HEADER)],
        *(
            [text_cell(page.name, BOLD), text_cell("、".join(each.title for each in page.requirements))]
            for page in pages
        ),
    ]
    write_cover(writer, facts, contents, vocabulary.statuses, [40, 84])
