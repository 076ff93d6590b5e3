"""How organizations stand on one requirement, in words and with the grammar that their number asks for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestration.bulletin.published import Published
from orchestration.bulletin.tracing import Ledger, Row, Rows, readable
from orchestration.bulletin.words import GROUPS, NOTHING, Group, listed

JUDGED = ("PASS", "FAIL", "IN_PROGRESS")
"""The statuses that say how an organization stands against a standard."""
OPEN = ("FAIL", "IN_PROGRESS")
"""Those that say it does not meet it, or not yet."""
SHARE = "比例"
"""The unit of a share of 1, in `unit`."""
FEW = 3
"""Up to so many organizations are told one by one, and not ranked."""

_LIST_LENGTH = 64
"""So many characters of names does a sentence bear."""

VERDICTS = "compliance.fct_verdicts"
RANKINGS = "compliance.fct_rankings"
TOTALS = "compliance.fct_requirement_totals"


@dataclass
class Teller:
    """Tells what a published file says of its organizations; each figure goes into the ledger."""

    data: Published
    ledger: Ledger

    def __post_init__(self) -> None:
        self._orgs = {row["org_code"]: row for row in self.data.rows("indicators.dim_organizations")}
        self._requirements = {
            row["requirement_id"]: row for row in self.data.rows("compliance.dim_requirements")
        }
        self._verdicts: dict[tuple[str, str], list[Row]] = {}

    # -- names and values

    def name(self, org: Row) -> str:
        """What an organization is called in full."""
        return self.ledger.text(self._orgs[org["org_code"]], "org_name")

    def place(self, org: Row) -> int:
        """Where an organization stands in the order of the annexes."""
        return int(self._orgs[org["org_code"]]["org_order"])

    def short(self, org: Row) -> str:
        """What an organization is called in a list."""
        return self.ledger.text(self._orgs[org["org_code"]], "short_name")

    def value(self, verdict: Row) -> str:
        """The observed value with its unit; a dash where there is none."""
        return _with(self.bare_value(verdict), _unit(verdict))

    def bare_value(self, verdict: Row) -> str:
        """The observed value for a column that says its unit; a share has its per cent all the same."""
        if verdict["observed"] is None:
            return NOTHING
        if verdict["denominator"] is None:
            return self._amount(verdict, "numerator")
        form = "ratio_percent" if is_share(verdict) else "ratio"
        return self.ledger.figure(verdict, ("numerator", "denominator"), form)

    def standard(self, verdict: Row) -> str:
        """What the value is compared with, and its unit; a dash where there is none."""
        return _with(self.bare_standard(verdict), _unit(verdict))

    def bare_standard(self, verdict: Row) -> str:
        """What the value is compared with, for a column that says its unit."""
        if verdict["threshold"] is None:
            return NOTHING
        if is_share(verdict):
            return self.ledger.figure(verdict, "threshold", "percent")
        return self._amount(verdict, "threshold")

    def gap(self, verdict: Row) -> str:
        """What is missing to meet the standard, in heads or items; a dash where nothing is."""
        return self._amount(verdict, "gap") + (verdict["gap_unit"] or "") if verdict["gap"] else NOTHING

    def _amount(self, verdict: Row, column: str) -> str:
        """A number of heads or items, in 万 where the annexes have it so."""
        requirement = self._requirements[verdict["requirement_id"]]
        return self.ledger.figure(verdict, column, amount_form(requirement))

    # -- who met it

    def verdict_of(self, row: Row) -> Row:
        """The verdict that a row of another table is about."""
        if not self._verdicts:
            for verdict in self.data.rows(VERDICTS):
                key = verdict["org_code"], verdict["requirement_id"]
                self._verdicts.setdefault(key, []).append(verdict)
        [found] = self._verdicts[row["org_code"], row["requirement_id"]]
        return found

    def names(self, rows: Iterable[Row]) -> str:
        """Their short names as a list: all where a sentence bears them, else the first ones and `等`."""
        names = [self.short(row) for row in rows]
        length = len(readable("、".join(names)))
        return listed(names, len(names) if length <= _LIST_LENGTH else FEW)

    def names_or_number(self, rows: Rows, counted: Callable[[str], str]) -> str:
        """The names, and how many there are where the list does not say it: `成都、自贡、绵阳等9个单位`."""
        said = self.names(rows)
        return said + counted(self.ledger.rows(rows)) if readable(said).endswith("等") else said

    def these(self, rows: Rows, every: Rows, group: Group) -> str:
        """Some of a group, told in the shortest way: all of them, all but a few, or by name."""
        others = [row for row in every if row["org_code"] not in {each["org_code"] for each in rows}]
        number = group.counted(self.ledger.rows(rows))
        if len(rows) <= FEW:
            return self.names(rows)
        if not others:
            return f"全部{number}"
        if len(others) <= FEW:
            return f"除{self.names(others)}外的{number}"
        return self.names_or_number(rows, group.counted)

    def met(self, org_type: str, requirement_id: str) -> str:
        """How many of a group met a requirement; blank where none is judged."""
        group = GROUPS[org_type]
        verdicts = self.data.rows(VERDICTS, org_type=org_type, requirement_id=requirement_id)
        judged = verdicts.where(status=JUDGED)
        passed, failed = verdicts.where(status="PASS"), verdicts.where(status="FAIL")
        pending = verdicts.where(status="IN_PROGRESS")
        if not judged:
            return ""
        if len(judged) == 1:
            [only] = judged
            return self.name(only) + STANDS[only["status"]]
        everyone = self.names(judged) if len(judged) <= 2 else group.counted(self.ledger.rows(judged))
        if not failed and not pending:
            return f"{everyone}均已达标"
        if not passed:
            return f"{everyone}{self._none_met(failed, pending)}"
        told_apart = len(passed) > 2 or (failed and pending)  # else who is left did not meet it
        sole = "仅" if len(passed) == 1 else ""
        said = [sole + self._so_many(passed, group, "达标")]
        for rows, stands in ((failed, "未达标"), (pending, "进行中")):
            if rows:
                said.append(self._so_many(rows, group, stands, named=bool(told_apart)))
        whose = "参评的" if len(judged) < len(verdicts) else ""
        return f"{whose}{everyone}中，{'，'.join(said)}"

    def _none_met(self, failed: Rows, pending: Rows) -> str:
        if not pending:
            return "均未达标"
        if not failed:
            return "均在进行中，尚未达标"
        return f"均尚未达标，其中{self.ledger.rows(failed)}个未达标、{self.ledger.rows(pending)}个进行中"

    def _so_many(self, rows: Rows, group: Group, stands: str, named: bool = False) -> str:
        if len(rows) <= 2:
            return f"{self.names(rows)}{stands}"
        names = f"（{self.names(rows)}）" if named else ""
        return f"{self.ledger.rows(rows)}{group.measure}{stands}{names}"

    def not_judged(self, org_type: str, requirement_id: str) -> str:
        """How many of a group are not judged, by reason; blank where all are, or nobody is to be."""
        group = GROUPS[org_type]
        verdicts = self.data.rows(VERDICTS, org_type=org_type, requirement_id=requirement_id)
        others = [row for row in verdicts if row["status"] not in (*JUDGED, "MONITOR_ONLY")]
        said = []
        for reason in dict.fromkeys(row["reason"] for row in others):
            rows = verdicts.where(reason=reason)
            who = self._so_many(rows, group, "不作评价")
            said.append(f"{who}（{self.ledger.text(rows[0], 'reason_label')}）")
        return "，".join(said)

    # -- who leads, who trails

    def ranked(self, org_type: str, requirement_id: str) -> str:
        """Leaders and laggards of a group, ties as ties; few are told one by one; blank where none is."""
        ranking = self.data.rows(RANKINGS, org_type=org_type, requirement_id=requirement_id)
        if not ranking:
            return ""
        first, last = ranking.where(rank=1), ranking.where(rank=max(row["rank"] for row in ranking))
        are_equal = len(first) == len(ranking)
        if are_equal and (value := self._common_value(ranking)):
            return f"完成值{'均' if len(ranking) > 1 else ''}为{value}"
        if len(ranking) <= FEW:
            return "、".join(f"{self.short(row)}为{self.value(self.verdict_of(row))}" for row in ranking)
        if are_equal:
            return "完成程度相同"
        group = GROUPS[org_type]
        said = [self._at(first, group, "居首位", "并列首位")]
        if any(self.verdict_of(row)["status"] != "PASS" for row in last):
            said.append(self._at(last, group, "居末位", "并列末位"))
        how = "按完成程度，" if self._standards_differ(ranking) else ""
        return how + "，".join(said)

    def _at(self, rows: Rows, group: Group, alone: str, together: str) -> str:
        value = self._common_value(rows)
        if len(rows) > 1:
            who = listed([self.short(row) for row in rows], FEW)
            many = f"{self.ledger.rows(rows)}{group.measure}" if len(rows) > FEW else ""
            return f"{who}{many}{together}" + (f"（均为{value}）" if value else "")
        [only] = rows
        verdict = self.verdict_of(only)
        ranking = self.data.rows(
            RANKINGS, org_type=verdict["org_type"], requirement_id=verdict["requirement_id"]
        )
        standard = f"，标准{self.standard(verdict)}" if self._standards_differ(ranking) else ""
        return f"{self.short(only)}{alone}（{value}{standard}）"

    def _standards_differ(self, ranking: Rows) -> bool:
        return len({self.verdict_of(row)["threshold"] for row in ranking}) > 1

    def _common_value(self, rows: Rows) -> str:
        """Their value where they have one: equal before their standards may be several values."""
        values = [self.value(self.verdict_of(row)) for row in rows]
        return values[0] if len({readable(value) for value in values}) == 1 else ""

    def moved(self, org_type: str, requirement_id: str) -> str:
        """Who rose and who fell most since the month before; blank where nobody did, or too many alike."""
        ranking = self.data.rows(RANKINGS, org_type=org_type, requirement_id=requirement_id)
        if len(ranking) <= FEW:
            return ""
        # Up is above 0; who had no rank before has not moved.
        moves = [(row["rank_before"] or row["rank"]) - row["rank"] for row in ranking]
        said = []
        for most, way, told in ((max(0, *moves), "上升", "升"), (min(0, *moves), "下降", "降")):
            rows = [row for row, move in zip(ranking, moves, strict=True) if move == most]
            if most and len(rows) <= 2:
                who = "、".join(
                    f"{self.short(row)}（由第{self.ledger.figure(row, 'rank_before')}位"
                    f"{told}至第{self.ledger.figure(row, 'rank')}位）"
                    for row in rows
                )
                said.append(f"{way}最多的是{who}")
        return f"位次比上月{'，'.join(said)}" if said else ""


def is_share(verdict: Row) -> bool:
    """Whether a verdict is on a share of 1; an average a month, under another reading, is none."""
    return bool(verdict["unit"] == SHARE)


def _unit(verdict: Row) -> str:
    return "" if is_share(verdict) else (verdict["unit"] or "")


def _with(number: str, unit: str) -> str:
    return number if number == NOTHING else number + unit


def amount_form(requirement: Mapping[str, object] | Row, form: str = "count") -> str:
    """In which form a requirement's heads or items are written: as its annex has them."""
    if requirement["target_source"] != "annex":
        return form
    return {"count": "wan", "size": "size_wan"}[form]


def groups_of(rows: Sequence[Row]) -> list[str]:
    """The types of organizations among rows, as GROUPS lists them."""
    found = {row["org_type"] for row in rows}
    return [org_type for org_type in GROUPS if org_type in found]


STANDS = {"PASS": "已达标", "FAIL": "未达标", "IN_PROGRESS": "进行中，尚未达标"}
