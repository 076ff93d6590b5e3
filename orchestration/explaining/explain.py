"""One verdict, told in Chinese out of the published file alone (contract §1, `gonghui explain`)."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from orchestration.common.as_of import Month
from orchestration.common.sql import literal
from orchestration.errors import UsageFault
from orchestration.explaining.attribution import CHINESE
from orchestration.explaining.refusals import refusals_told

_NOTHING = "—"
_ARTICLES = {"department": "第八条", "local": "第九条"}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Choice:
    """Something that may be asked for: its code, and the names that people know it by."""

    code: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.code} {self.names[0]}"


def explain(published_file: Path, org: str, requirement: str, as_of: str) -> str:
    """Tell why `org` has its verdict on `requirement` in the month `as_of`, blank for the release's own.

    An org may be given by code or by name, a requirement by id or title. Raises UsageFault, in Chinese, with
    near matches for what is not known, and where nothing was published yet.
    """
    if not published_file.exists():
        raise UsageFault(f"尚无发布文件 {published_file}：请先运行 gonghui refresh，或用 --home 指明发布所在")
    try:
        with duckdb.connect(published_file, read_only=True) as connection:
            return "\n".join(_Explainer(connection).lines(org, requirement, as_of))
    except duckdb.Error as error:
        raise UsageFault(
            f"发布文件 {published_file} 无法读取（{type(error).__name__}）：请重新运行 gonghui refresh"
        ) from None


class _Explainer:
    """The questions put to one published file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self._connection = connection
        self._requirements = {
            row["requirement_id"]: row for row in self._rows("select * from compliance.dim_requirements")
        }

    def lines(self, asked_org: str, asked_requirement: str, asked_month: str) -> Iterator[str]:
        orgs = self._rows("select org_code, org_name, short_name from indicators.dim_organizations")
        names = [_Choice(row["org_code"], (row["org_name"], row["short_name"])) for row in orgs]
        titles = [_Choice(code, (row["title"],)) for code, row in self._requirements.items()]
        org, wanted = _chosen("机构", asked_org, names), _chosen("指标", asked_requirement, titles)
        month = self._month(asked_month)
        verdict = self._verdict(month, org, wanted)
        requirement = self._requirements[wanted.code]
        [release] = self._rows("select release_id, is_sample from quality.release")
        sample = "，样例数据" if release["is_sample"] else ""
        yield f"机构：{org.names[0]}（{org.code}），适用{_ARTICLES[requirement['role']]}"
        yield from self._period(org)
        yield f"指标：{requirement['title']}（{requirement['requirement_id']}）"
        yield f"截至：{month}（发布批次 {release['release_id']}{sample}）"
        yield ""
        yield f"条款：{requirement['article']}{requirement['item'] or ''}（{requirement['clause_id']}）"
        yield f"  {requirement['clause_text']}"
        yield from self._readings(requirement, month)
        yield ""
        yield from _judgement(verdict, requirement)
        yield from self._standing(verdict)
        yield from self._waiver(month, verdict)
        yield from self._guided_orgs(month, org, requirement)
        yield ""
        yield from self._evidence(requirement["exports"].split())
        yield from refusals_told(verdict, requirement)

    def _month(self, asked: str) -> Month:
        [known] = self._rows(
            "select min(as_of_month) as first, max(as_of_month) as last from compliance.fct_verdicts"
        )
        first, last = Month.of(known["first"]), Month.of(known["last"])
        try:
            month = Month.parse(asked) if asked else last
        except UsageFault:
            raise UsageFault(f"“{asked}”不是月份：请写成 YYYY-MM，本次发布可查 {first} 至 {last}") from None
        if not first <= month <= last:
            raise UsageFault(f"没有 {month} 的结论：本次发布可查 {first} 至 {last}")
        return month

    def _verdict(self, month: Month, org: _Choice, requirement: _Choice) -> Row:
        verdicts = {
            row["requirement_id"]: row
            for row in self._rows(
                f"""
                select * from compliance.fct_verdicts
                where org_code = {literal(org.code)} and as_of_month = {literal(str(month.first_day))}
                """
            )
        }
        if requirement.code not in verdicts:
            judged = "、".join(sorted(verdicts, key=_natural))
            raise UsageFault(f"{org} 不适用指标 {requirement}：该机构的指标有 {judged}")
        return verdicts[requirement.code]

    def _period(self, org: _Choice) -> Iterator[str]:
        """Tell since when, or until when, there is the org; it has no verdicts before and after."""
        [row] = self._rows(f"select * from indicators.dim_organizations where org_code = {literal(org.code)}")
        opened, closed = row.get("opened_on"), row.get("closed_on")
        if opened or closed:
            yield f"存续：{opened or '始终'} 至 {closed or '今'}"

    def _standing(self, verdict: Row) -> Iterator[str]:
        """Tell where a count is heading this year, and how the org ranks among its like."""
        for row in self._of_verdict("compliance.fct_outlook", verdict):
            unit = f" {row['unit']}" if row.get("unit") else ""
            yield (
                f"进度：{row['outlook_label']}，已过 {row['months_elapsed']} 个月，"
                f"照此全年可达 {_number(row['projected'])}{unit}"
            )
            if row["gap"] and row["months_left"]:
                yield f"  余下 {row['months_left']} 个月，每月还需 {_cut(row['needed_pace'])}{unit}"
        for row in self._of_verdict("compliance.fct_rankings", verdict):
            before = f"，上月第 {row['rank_before']} 位" if row["rank_before"] else ""
            yield f"位次：同类 {row['ranked_orgs']} 家中第 {row['rank']} 位{before}"

    def _of_verdict(self, table: str, verdict: Row) -> list[Row]:
        """Return the rows of `table` about a verdict; none where a release is older than the table."""
        schema, name = table.split(".")
        if not self._rows(
            "select 1 from information_schema.tables "
            f"where table_schema = {literal(schema)} and table_name = {literal(name)}"
        ):
            return []
        return self._rows(
            f"""
            select * from {table}
            where
                as_of_month = {literal(str(verdict["as_of_month"]))}
                and org_code = {literal(verdict["org_code"])}
                and requirement_id = {literal(verdict["requirement_id"])}
            """
        )

    def _readings(self, requirement: Row, month: Month) -> Iterator[str]:
        """Tell the readings in force in that month: of its clause, and of those it looks through to."""
        sources = (requirement["source_requirements"] or "").split()
        clauses = {requirement["clause_id"], *(self._requirements[source]["clause_id"] for source in sources)}
        active = self._rows("select * from compliance.dim_readings where is_active order by reading_id")
        readings = [
            reading for reading in active if reading["clause_id"] in clauses and _in_force(reading, month)
        ]
        if not readings:
            yield "适用口径：本条没有另定口径"
        for reading in readings:
            decided = f"{reading['decided_on'] or '未注日期'}起暂按此口径，待领导小组办公室解释"
            called = reading.get("option_label") or reading["option"]
            yield f"适用口径：{called}（{reading['reading_id']}：{reading['option']}），{decided}"
            yield f"  {reading['rationale'] or '未注理由'}"

    def _waiver(self, month: Month, verdict: Row) -> Iterator[str]:
        """Tell that a verdict is waived, by whom, why and for how long; the status told before stands."""
        if not verdict["is_waived"]:
            return
        [waiver] = self._rows(
            f"""
            select approved_by, reason, expires_on from compliance.dim_waivers
            where
                org_code = {literal(verdict["org_code"])}
                and requirement_id = {literal(verdict["requirement_id"])}
                and {literal(str(month.first_day))} between month_from and month_to
            """
        )
        approved = f"{waiver['approved_by']}批准，有效至 {waiver['expires_on']}"
        yield f"豁免：是，{waiver['reason']}（{approved}）；状态照算，不因豁免而变"

    def _guided_orgs(self, month: Month, department: _Choice, requirement: Row) -> Iterator[str]:
        """Tell which guided orgs keep a department from passing (第八条（五）至（八）)."""
        sources = ", ".join(map(literal, (requirement["source_requirements"] or "").split()))
        behind = self._rows(
            f"""
            select guidance.*, verdicts.*
            from indicators.bridge_guidance as guidance
            inner join compliance.fct_verdicts as verdicts on guidance.local_org_code = verdicts.org_code
            where
                guidance.department_code = {literal(department.code)}
                and verdicts.as_of_month = {literal(str(month.first_day))}
                and verdicts.requirement_id in ({sources or "null"})
                and verdicts.status in ('FAIL', 'IN_PROGRESS')
            """
        )
        behind = [row for row in behind if _in_force(row, month)]
        behind.sort(key=lambda row: (row["status"], _natural(row["requirement_id"])))
        if behind:
            yield "未达标或进行中的指导对象："
        for row in behind:
            guided = f"{row['local_org_name']}（{row['requirement_id']}）"
            yield f"  {guided}：{row['status_label']}，还差 {_counted(row)}"

    def _evidence(self, exports: Sequence[str]) -> Iterator[str]:
        landed = {row["export_name"]: row for row in self._rows("select * from quality.landed_exports")}
        yield "依据："
        for export in exports:
            if row := landed.get(export):
                read, landed_rows, rejected = row["rows_read"], row["rows_landed"], row["rows_rejected"]
                rows = f"读入 {read:,} 行，入库 {landed_rows:,} 行，退回 {rejected:,} 行"
                yield f"  {CHINESE[export]}（{export}）：快照日期 {row['export_date']}，{rows}"
            else:
                yield f"  {CHINESE[export]}（{export}）：从未入库"

    def _rows(self, sql: str) -> list[Row]:
        result = self._connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _judgement(verdict: Row, requirement: Row) -> Iterator[str]:
    yield f"分子：{_number(verdict['numerator'])}{_labelled(requirement['numerator_label'])}"
    yield f"分母：{_number(verdict['denominator'])}{_labelled(requirement['denominator_label'])}"
    yield f"完成值：{_observed(verdict)}"
    yield f"标准：{_threshold(verdict, requirement)}"
    yield f"状态：{verdict['status']} {verdict['status_label']}"
    yield f"原因：{verdict['reason_label'] or _NOTHING}"
    yield f"差额：{_gap(verdict)}"
    if verdict["status"] == "THRESHOLD_UNSET":
        yield "定论：否，待下达规定数量，尚非定论"
    else:
        yield f"定论：{'是，不会再变' if verdict['is_final'] else '否，数据或期间未完，仍可能变'}"


def _in_force(row: Row, month: Month) -> bool:
    """Whether a dated row holds on the month's last day; a blank date is no bound."""
    first = month.first_day
    last_day = date(first.year, first.month, monthrange(first.year, first.month)[1])
    return (row.get("valid_from") or last_day) <= last_day <= (row.get("valid_to") or last_day)


def _natural(requirement: str) -> list[tuple[int, str]]:
    """Sort 8.2 before 8.10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in requirement.split(".")]


def _is_share(verdict: Row) -> bool:
    """Whether the verdict compares a share of 1; an average per month is compared with 50."""
    return verdict["denominator"] is not None and (verdict["threshold"] is None or verdict["threshold"] <= 1)


def _observed(verdict: Row) -> str:
    numerator, denominator = verdict["numerator"], verdict["denominator"]
    if verdict["observed"] is None:
        return _NOTHING
    if denominator is None:
        return _number(numerator)
    # Cut off, not rounded: 89.999% must not read as 90%.
    hundredths = numerator * (10000 if _is_share(verdict) else 100) // denominator
    return f"{_trimmed(Decimal(hundredths) / 100)}{'%' if _is_share(verdict) else ''}"


def _threshold(verdict: Row, requirement: Row) -> str:
    if verdict["threshold"] is None:
        return _NOTHING
    if _is_share(verdict):
        return f"{_trimmed(verdict['threshold'] * 100)}%"
    return f"{_trimmed(verdict['threshold'])}{_unit(verdict, requirement)}"


def _gap(verdict: Row) -> str:
    return f"还差 {_counted(verdict)}" if verdict["gap"] else _number(verdict["gap"])


def _counted(verdict: Row) -> str:
    """The gap in its own unit, heads or items; releases of version 1 do not name it."""
    return f"{_number(verdict['gap'])} {verdict.get('gap_unit') or ''}".rstrip()


def _unit(verdict: Row, requirement: Row) -> str:
    """The unit of a count; a share has none."""
    unit = requirement.get("unit")
    return f" {unit}" if unit and verdict["denominator"] is None else ""


def _trimmed(number: Decimal) -> str:
    return f"{number:,f}".rstrip("0").rstrip(".") if number % 1 else f"{number:,.0f}"


def _cut(number: float) -> str:
    return _trimmed(Decimal(str(number)).quantize(Decimal("0.01"), ROUND_UP))


def _number(number: int | None) -> str:
    return _NOTHING if number is None else f"{number:,}"


def _labelled(label: str | None) -> str:
    return f"（{label}）" if label else ""


def _chosen(what: str, asked: str, choices: Iterable[_Choice]) -> _Choice:
    """The choice whose code or name is `asked`; raises UsageFault with those that come near."""
    by_name = {name: choice for choice in choices for name in (*choice.names, choice.code)}
    if asked in by_name:
        return by_name[asked]
    names = [
        *(name for name in by_name if asked and asked in name),
        *get_close_matches(asked, by_name, n=5, cutoff=0.5),
    ]
    near = list(dict.fromkeys(str(by_name[name]) for name in names))[:5]
    hint = (
        f"：是否指 {'、'.join(near)}？"
        if near
        else f"：本次发布共有 {len(set(by_name.values()))} 个，没有相近的"
    )
    raise UsageFault(f"没有{what}“{asked}”{hint}")
