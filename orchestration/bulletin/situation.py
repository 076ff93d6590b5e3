"""第十二条: what the 情况通报 says, by sections; every sentence follows from the tables of one release."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from orchestration.bulletin.annexes import annexes, annexes_xml
from orchestration.bulletin.basis import basis, draft_reasons, missing_exports, old_exports
from orchestration.bulletin.comparison import comparisons
from orchestration.bulletin.issue import Issue
from orchestration.bulletin.published import Published
from orchestration.bulletin.standing import (
    FEW,
    JUDGED,
    OPEN,
    RANKINGS,
    STANDS,
    TOTALS,
    VERDICTS,
    Teller,
    amount_form,
    groups_of,
    is_share,
)
from orchestration.bulletin.tracing import Ledger, Row, Rows
from orchestration.bulletin.word_tables import AnnexTable
from orchestration.bulletin.words import GROUPS, chinese, sentence

_ALL = "all"
"""Of the totals: the row over all types of organizations."""
_USERS = "indicators.fct_user_totals"
_LOCAL, _DEPARTMENT = "local", "department"


@dataclass(frozen=True)
class Item:
    """A part of a section: its heading, and its paragraphs."""

    heading: str
    paragraphs: Sequence[str]

    def as_context(self) -> dict[str, Any]:
        """Return it under the names that templates have for it."""
        return {"标题": self.heading, "段落": list(self.paragraphs)}


def context(data: Published, ledger: Ledger, issue: Issue | None) -> dict[str, Any]:
    """Return what the template of the 情况通报 may use, by the names of `PLACEHOLDERS`."""
    teller = _Situation(Teller(data, ledger))
    tables: list[AnnexTable] = [*annexes(teller.teller), *comparisons(teller.teller)]
    items = [item.as_context() for item in _numbered(teller.by_clause(), ledger)]
    problems = [item.as_context() for item in _numbered(teller.problems(), ledger)]
    return {
        **basis(teller.teller, issue),
        "草稿说明": draft_reasons(teller.teller, issue),
        "总体情况": list(teller.overview()),
        "分项情况": items,
        "存在问题": problems,
        "附件": [{"标题": _listed_annex(number, annex, ledger)} for number, annex in enumerate(tables, 1)],
        "附表": annexes_xml(teller.teller, tables),
    }


def _numbered(items: Iterator[Item], ledger: Ledger) -> Iterator[Item]:
    for number, item in enumerate(items, 1):
        yield Item(f"（{ledger.numbering(number, chinese)}）{item.heading}", item.paragraphs)


def _listed_annex(number: int, annex: AnnexTable, ledger: Ledger) -> str:
    return f"{ledger.numbering(number)}．{annex.title}"


@dataclass
class _Situation:
    teller: Teller

    @property
    def data(self) -> Published:
        return self.teller.data

    @property
    def ledger(self) -> Ledger:
        return self.teller.ledger

    def _requirements(self, role: str) -> Rows:
        return self.data.rows("compliance.dim_requirements", role=role)

    # -- 一、总体情况

    def overview(self) -> Iterator[str]:
        """Users and members, then how many met what."""
        yield from filter(
            None,
            [
                self._users(),
                self._users_by_group(),
                self._met_by_requirement(),
                self._met_all("compliance.rpt_department_assessment", "省总机关部门（产业）、直属单位"),
            ],
        )

    def _users(self) -> str:
        found = self.data.rows(_USERS, org_type=_ALL)
        if not found or found[0]["registered_users_stock"] is None:
            return ""
        [row] = found
        figure = self.ledger.figure
        end = figure(self.data.release, "as_of_month", "month_end")
        registered = sentence(
            [
                f"截至{end}，全省平台注册用户{figure(row, 'registered_users_stock', 'wan')}人",
                *self._changes(row, "registered_users"),
                f"本年新增注册用户{figure(row, 'registered_users_new_in_year', 'wan')}人"
                f"（其中当月{figure(row, 'registered_users_new_in_month', 'wan')}人）",
            ]
        )
        certified = sentence(
            [
                f"认证会员{figure(row, 'certified_users_stock', 'wan')}人"
                f"{self._share(row, 'certified_users_stock', 'registered_users_stock')}",
                *self._changes(row, "certified_users"),
                f"本年新增认证会员{figure(row, 'certified_users_new_in_year', 'wan')}人"
                f"（其中当月{figure(row, 'certified_users_new_in_month', 'wan')}人）",
            ]
        )
        return registered + certified

    def _share(self, row: Row, above: str, below: str) -> str:
        if not row[below]:
            return ""
        return f"，占注册用户的{self.ledger.figure(row, (above, below), 'ratio_percent')}"

    def _changes(self, row: Row, what: str) -> Iterator[str]:
        """How the stock changed on the month and on the year before."""
        for column, before in (("month_before", "上月末"), ("year_before", "上年同月末")):
            change = row[f"{what}_change_on_{column}"]
            if change is None:
                continue
            if change == 0:
                yield f"与{before}持平"
            else:
                size = self.ledger.figure(row, f"{what}_change_on_{column}", "size_wan")
                yield f"比{before}{'增加' if change > 0 else '减少'}{size}人"

    def _users_by_group(self) -> str:
        said = []
        users = self.data.rows(_USERS)
        for org_type in groups_of(users):
            [row] = users.where(org_type=org_type)
            if org_type == _ALL or row["registered_users_stock"] is None:
                continue
            registered, certified, new = (
                self.ledger.figure(row, column, "wan")
                for column in (
                    "registered_users_stock",
                    "certified_users_stock",
                    "registered_users_new_in_year",
                )
            )
            said.append(
                f"{GROUPS[org_type].noun}注册用户{registered}人、认证会员{certified}人、"
                f"本年新增注册用户{new}人"
            )
        return f"其中，{'；'.join(said)}。" if said else ""

    def _met_by_requirement(self) -> str:
        """How many local organizations met all, and each, of the requirements that have a standard."""
        said = []
        for requirement in self._requirements(_LOCAL):
            total = self._total(requirement, _ALL)
            if total and _judged(total):
                title = self.ledger.text(requirement, "title")
                said.append(f"{title}{self._so_many_met(total)}")
        if not said:
            return ""
        return (
            self._met_all("compliance.rpt_local_bulletin", "市（州）总工会、省产业（企业）工会")
            + f"各项指标达标情况：{'；'.join(said)}。"
        )

    def _so_many_met(self, total: Row) -> str:
        judged = self.ledger.figure(total, _JUDGED_COLUMNS, "sum")
        passed = total["orgs_passed"]
        if passed == _judged(total):
            return f"参评{judged}个、{'均' if passed > 1 else ''}已达标{self._passed_before(total)}"
        if not passed:
            none = "均未达标" if total["orgs_failed"] == _judged(total) else "尚无达标的"
            return f"参评{judged}个、{none}{self._passed_before(total)}"
        return f"参评{judged}个、达标{self.ledger.figure(total, 'orgs_passed')}个{self._passed_before(total)}"

    def _met_all(self, report: str, who: str) -> str:
        """How many organizations have nothing left to meet."""
        orgs = self.data.rows(report)
        orgs = orgs.where(org_type=tuple(each for each in groups_of(orgs) if each != "target_group"))
        if not orgs:
            return ""
        met = orgs.where(requirements_failed=0, requirements_in_progress=0)
        if len(met) == len(orgs):
            so_many = "均没有未达标、进行中的指标"
        elif met:
            so_many = f"其中{self.ledger.rows(met)}个没有未达标、进行中的指标"
        else:
            so_many = "均有未达标或者进行中的指标"
        return f"{self.ledger.rows(orgs)}个{who}参加评价，{so_many}。"

    def _passed_before(self, total: Row) -> str:
        """How many met it the month before, where that is another number."""
        key = {column: total[column] for column in ("role", "org_type", "requirement_id")}
        before = self.data.rows_before(TOTALS, **key)
        if not before or before[0]["orgs_passed"] == total["orgs_passed"] or not _judged(before[0]):
            return ""
        return f"（上月{self.ledger.figure(before[0], 'orgs_passed')}个）"

    def _total(self, requirement: Row, org_type: str) -> Row | None:
        found = self.data.rows(
            TOTALS,
            role=requirement["role"],
            requirement_id=requirement["requirement_id"],
            org_type=org_type,
        )
        return found[0] if found else None

    # -- 二、分项情况

    def by_clause(self) -> Iterator[Item]:
        """Each clause of Article 9, then what Article 9 sets no standard for, then the departments."""
        requirements = sorted(
            self._requirements(_LOCAL), key=lambda row: (row["item"] is None, row["requirement_order"])
        )
        for _, group in groupby(requirements, key=lambda row: row["clause_id"]):
            asked = list(group)
            paragraphs = [self._clause(asked[0])]
            paragraphs += [self._requirement(requirement, len(asked) > 1) for requirement in asked]
            yield Item("、".join(self.ledger.text(row, "title") for row in asked), paragraphs)
        departments = list(self._departments())
        if departments:
            yield Item("省总机关部门（产业）、直属单位", departments)

    def _departments(self) -> Iterator[str]:
        """A paragraph for each clause of Article 8."""
        for _, group in groupby(self._requirements(_DEPARTMENT), key=lambda row: row["clause_id"]):
            asked = list(group)
            said = [
                f"{self.ledger.text(requirement, 'title')}{met}"
                for requirement in asked
                if (met := self._met_by_departments(requirement))
            ]
            if said:
                yield f"按{self._number(asked[0])}，{'；'.join(said)}。"

    def _number(self, requirement: Row) -> str:
        """Article and item."""
        item = self.ledger.text(requirement, "item") if requirement["item"] else ""
        return self.ledger.text(requirement, "article") + item

    def _clause(self, requirement: Row) -> str:
        """The clause in its own words."""
        return f"{self._number(requirement)}：{self.ledger.figure(requirement, 'clause_text', 'clause')}。"

    def _requirement(self, requirement: Row, is_named: bool) -> str:
        title = f"{self.ledger.text(requirement, 'title')}：" if is_named else ""
        verdicts = self.data.rows(VERDICTS, requirement_id=requirement["requirement_id"])
        nothing = self._no_data(verdicts)
        if nothing:
            return title + nothing
        total = self._total(requirement, _ALL)
        said = [sentence([self._sum(requirement, total)])] if total else []
        said += [self._group(org_type, requirement) for org_type in groups_of(verdicts)]
        return title + "".join(said)

    def _no_data(self, verdicts: Rows) -> str:
        """Why nobody has a number; blank where somebody has."""
        if not verdicts or any(row["status"] != "NO_DATA" for row in verdicts):
            return ""
        return f"各单位均无数据（{self.ledger.text(verdicts[0], 'reason_label')}）。"

    def _sum(self, requirement: Row, total: Row) -> str:
        """What all organizations have together."""
        if total["numerator"] is None:
            return ""
        if total["denominator"] is None:
            number = self.ledger.figure(total, "numerator", amount_form(requirement))
            return f"全省合计{number}{requirement['unit']}"
        if not total["denominator"]:
            return ""
        verdicts = self.data.rows(VERDICTS, requirement_id=requirement["requirement_id"])
        shares = is_share(verdicts[0])
        form, unit = ("ratio_percent", "") if shares else ("ratio", verdicts[0]["unit"])
        return f"全省为{self.ledger.figure(total, ('numerator', 'denominator'), form)}{unit}"

    def _group(self, org_type: str, requirement: Row) -> str:
        requirement_id = requirement["requirement_id"]
        if org_type == "target_group":
            verdicts = self.data.rows(VERDICTS, org_type=org_type, requirement_id=requirement_id)
            return "".join(self._one(verdict) for verdict in verdicts)
        told = self.teller
        met, ranked = told.met(org_type, requirement_id), told.ranked(org_type, requirement_id)
        ranking = self.data.rows(RANKINGS, org_type=org_type, requirement_id=requirement_id)
        if met and ranked and len(ranking) <= FEW:
            met, ranked = f"{met}（{ranked}）", ""
        rest = [ranked, told.moved(org_type, requirement_id), told.not_judged(org_type, requirement_id)]
        said = "；".join(filter(None, [met, *rest]))
        if not said:
            return ""
        return f"{said}。" if met else f"{GROUPS[org_type].noun}：{said}。"

    def _one(self, verdict: Row) -> str:
        told = self.teller
        gap = f"还差{told.gap(verdict)}" if verdict["gap"] else ""
        standard = "" if verdict["threshold"] is None else f"标准{told.standard(verdict)}"
        label = self.ledger.text(verdict, "status_label")
        return sentence([f"{told.name(verdict)}完成{told.value(verdict)}", standard, gap, label])

    def _met_by_departments(self, requirement: Row) -> str:
        """How many departments met a requirement, and who did not; blank where none is judged."""
        verdicts = self.data.rows(VERDICTS, requirement_id=requirement["requirement_id"])
        judged, still = verdicts.where(status=JUDGED), verdicts.where(status=OPEN)
        if not judged:
            return ""
        number = self.ledger.rows(judged)
        if len(judged) == 1:
            return f"参评{number}个，{self.teller.name(judged[0])}{STANDS[judged[0]['status']]}"
        if not still:
            return f"参评{number}个，均已达标"
        if len(still) == len(judged):
            return f"参评{number}个，{'均尚未达标' if still.where(status='IN_PROGRESS') else '均未达标'}"
        passed = self.ledger.rows(verdicts.where(status="PASS"))
        return f"参评{number}个，达标{passed}个，尚未达标的有{self.teller.names(still)}"

    # -- 三、存在问题

    def problems(self) -> Iterator[Item]:
        """What somebody has to see to; a kind of problem that nobody has is left out."""
        for heading, paragraphs in (
            ("零报送", self._zero()),
            ("距标准最远", self._furthest()),
            ("连续未达标", self._in_a_row()),
            ("进度落后", self._outlook("behind", "按目前进度，年底达不到标准的")),
            ("年度未达标", self._outlook("missed", "年度已结束，未达到标准的")),
            ("数据缺报、迟报", self._exports()),
            ("数据退回", self._refused()),
        ):
            said = list(paragraphs)
            if said:
                yield Item(heading, said)

    def _zero(self) -> Iterator[str]:
        """Who has nothing at all of what is counted."""
        for requirement in self._requirements(_LOCAL):
            if requirement["denominator_label"] or requirement["source_requirements"]:
                continue
            zero = self.data.rows(VERDICTS, requirement_id=requirement["requirement_id"], numerator=0)
            who = self._who(zero, requirement)
            if who:
                yield f"{self.ledger.text(requirement, 'title')}为零的：{who}。"

    def _who(self, rows: Rows, requirement: Row) -> str:
        """Rows about a requirement, by groups."""
        every = self.data.rows(VERDICTS, requirement_id=requirement["requirement_id"])
        return "，".join(
            self.teller.these(rows.where(org_type=org_type), every.where(org_type=org_type), GROUPS[org_type])
            for org_type in groups_of(rows)
        )

    def _furthest(self) -> Iterator[str]:
        """Who is furthest from the standard, over all groups; where many are alike, nobody is."""
        said = []
        for requirement in self._requirements(_LOCAL):
            ranked = [
                row
                for row in self.data.rows(RANKINGS, requirement_id=requirement["requirement_id"])
                if self.teller.verdict_of(row)["status"] in OPEN and row["completion"] is not None
            ]
            lowest = min((row["completion"] for row in ranked), default=None)
            last = [row for row in ranked if row["completion"] == lowest]
            if last and len(last) <= 2:
                title = self.ledger.text(requirement, "title")
                said.append(f"{title}，{'、'.join(map(self._far, last))}")
        if said:
            yield f"各项指标中距标准最远的：{'；'.join(said)}。"

    def _far(self, row: Row) -> str:
        verdict = self.teller.verdict_of(row)
        gap = f"，还差{self.teller.gap(verdict)}" if verdict["gap"] else ""
        return (
            f"{self.teller.short(row)}（完成{self.teller.value(verdict)}，"
            f"标准{self.teller.standard(verdict)}{gap}）"
        )

    def _in_a_row(self) -> Iterator[str]:
        """Who has failed for the longest; one month is no row."""
        said = []
        for requirement in self._requirements(_LOCAL):
            trends = self.data.rows("compliance.fct_trends", requirement_id=requirement["requirement_id"])
            longest = max((row["months_failed_in_a_row"] or 0 for row in trends), default=0)
            if longest < 2:
                continue
            rows = trends.where(months_failed_in_a_row=longest)
            months = self.ledger.figure(rows[0], "months_failed_in_a_row")
            title, every = self.ledger.text(requirement, "title"), "均为" if len(rows) > 1 else ""
            said.append(f"{title}，{self._who(rows, requirement)}（{every}{months}个月）")
        if said:
            yield f"各项指标中连续未达标时间最长的：{'；'.join(said)}。"

    def _outlook(self, outlook: str, how: str) -> Iterator[str]:
        """Who will not make it by December as things go, or has not made it."""
        outlooks = self.data.rows("compliance.fct_outlook", role=_LOCAL, outlook=outlook)
        said = []
        for requirement in self._requirements(_LOCAL):
            rows = outlooks.where(requirement_id=requirement["requirement_id"])
            if rows:
                said.append(f"{self.ledger.text(requirement, 'title')}，{self._who(rows, requirement)}")
        if said:
            yield f"{how}：{'；'.join(said)}。"

    def _exports(self) -> Iterator[str]:
        """Which exports never came, and which do not reach the month's end."""
        missing = missing_exports(self.data)
        if missing:
            yield f"从未入库的导出：{'、'.join(missing)}；所涉指标均按无数据处理。"
        old = old_exports(self.data)
        if old:
            said = [
                f"{self.ledger.text(row, 'export_label')}（{self.ledger.figure(row, 'export_date', 'day')}）"
                for row in old
            ]
            end = self.ledger.figure(self.data.release, "as_of_month", "month_end")
            yield f"导出日期不晚于{end}、数据尚未齐全的：{'、'.join(said)}。"

    def _refused(self) -> Iterator[str]:
        """How many rows of which exports were refused, and why."""
        said = []
        refused = self.data.rows("quality.rejected_rows")
        for export in self.data.rows("quality.landed_exports"):
            if not export["rows_rejected"]:
                continue
            own = refused.where(export_name=export["export_name"])
            reasons = []
            for reason in dict.fromkeys(row["reason"] for row in own):
                rows = own.where(reason=reason)
                reasons.append(f"{self.ledger.text(rows[0], 'reason_label')}{self.ledger.rows(rows)}行")
            label = self.ledger.text(export, "export_label")
            count, read = (self.ledger.figure(export, column) for column in ("rows_rejected", "rows_read"))
            said.append(f"{label}{read}行中退回{count}行（{'、'.join(reasons)}）")
        if said:
            yield f"{'；'.join(said)}。退回的行未计入本通报，请有关单位更正后重新导出。"


_JUDGED_COLUMNS = ("orgs_passed", "orgs_failed", "orgs_in_progress")


def _judged(total: Row) -> int:
    return sum(total[column] or 0 for column in _JUDGED_COLUMNS)
