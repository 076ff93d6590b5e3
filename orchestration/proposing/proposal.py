"""New standards proposed: a total shared out among units, each figure with its why (第六条)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from orchestration.common.text_table import aligned
from orchestration.errors import UsageFault
from orchestration.proposing.apportion import Shared, apportion
from orchestration.proposing.limits import Held, Limits, held, refuse_unmet
from orchestration.proposing.published import Basis, Unit, read
from orchestration.proposing.words import percent, signed_percent, wan

_NOTHING = "—"


@dataclass(frozen=True)
class Asked:
    """What is to be shared out: `total` 万 in whole parts of `part` 万, among units of some types, or all."""

    requirement: str
    year: int
    total: Decimal
    part: Decimal
    limits: Limits
    org_types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 2000 <= self.year <= 2099:
            raise UsageFault(f"--year {self.year}：应为 2000 至 2099 的年份")
        if self.part <= 0 or self.part % Decimal("0.0001"):
            raise UsageFault(f"--unit {self.part}：应为正数，最多四位小数（0.0001 万即 1 人）")
        if self.total <= 0 or self.total % self.part:
            raise UsageFault(f"--total {self.total}：应为 {self.part} 万的整数倍，否则分不尽")

    @property
    def parts(self) -> int:
        """How many parts the total has."""
        return int(self.total / self.part)


@dataclass(frozen=True)
class Proposal:
    """A figure for each unit, which add up to the total, and the why."""

    asked: Asked
    basis: Basis
    held: dict[str, Held]
    shared: Shared

    @cached_property
    def figures(self) -> dict[str, Decimal]:
        """The figure of each unit in 万, by its code, in their order."""
        return {unit.code: self._wan(self.shared.parts[unit.code]) for unit in self.basis.units}

    def __str__(self) -> str:
        return "\n".join([*self._head(), "", *self._table(), "", *map(self.why, self.basis.units)])

    def why(self, unit: Unit) -> str:
        """Why a unit's figure is what it is, in a sentence."""
        weight = self.shared.weights[unit.code]
        factors = "，".join(
            f"{factor.label}占 {percent(factor.share(unit.code))}（权重 {percent(factor.weight)}）"
            for factor in self.basis.factors
        )
        exact = wan(weight * Fraction(self.asked.total))
        return (
            f"{unit.name}：{factors}，加权份额 {percent(weight)}，合 {exact} 万；"
            f"{self._settled(unit)}，为 {wan(self.figures[unit.code])} 万{self._change(unit)}。"
        )

    def _head(self) -> Iterator[str]:
        asked, basis = self.asked, self.basis
        sample = "，因素或数据为虚构样例" if basis.is_sample else ""
        yield (
            f"建议（未经审定）：{asked.year} 年{basis.title}（{asked.requirement}），"
            f"{len(basis.units)} 个单位合计 {wan(asked.total)} 万，以 {wan(asked.part)} 万为单位"
        )
        yield f"依据：发布批次 {basis.release_id}{sample}；" + "，".join(
            f"{factor.label}（{factor.year} 年）权重 {percent(factor.weight)}" for factor in basis.factors
        )
        yield "分法：加权份额除以同一个除数、四舍五入（Sainte-Laguë 法），合计增加时没有单位减少"

    def _table(self) -> list[str]:
        rows = [("单位", "加权份额", f"{self.asked.year - 1} 年（万）", "建议（万）", "比上年", "限制")]
        for unit in self.basis.units:
            rows.append(
                (
                    unit.name,
                    percent(self.shared.weights[unit.code]),
                    _NOTHING if unit.before is None else wan(unit.before),
                    wan(self.figures[unit.code]),
                    self._against(unit),
                    self._limit(unit),
                )
            )
        before = [unit.before for unit in self.basis.units if unit.before is not None]
        total = wan(sum(before, Decimal())) if before else _NOTHING
        rows.append(("合计", percent(Fraction(1)), total, wan(sum(self.figures.values(), Decimal())), "", ""))
        return aligned(rows)

    def _settled(self, unit: Unit) -> str:
        """What settled the figure: a bound, or the divisor."""
        limits, code = self.held[unit.code], unit.code
        exact = self.shared.exact(code)
        said = "" if exact is None else f"除以同一除数得 {wan(exact * Fraction(self.asked.part))} 万，"
        if self.shared.held_up(code) and limits.low:
            return f"{said}受限制（{limits.low.told}），取下限"
        if self.shared.held_down(code) and limits.high:
            return f"{said}受限制（{limits.high.told}），取上限"
        if tied := self.shared.tied(code):
            names = "、".join(each.name for each in self.basis.units if each.code in tied)
            return f"{said}与{names}并列（末一份先归数少的，再按单位编码），取整"
        return f"{said}四舍五入"

    def _limit(self, unit: Unit) -> str:
        if self.shared.held_up(unit.code):
            return "取下限"
        return "取上限" if self.shared.held_down(unit.code) else ""

    def _change(self, unit: Unit) -> str:
        if unit.before is None:
            return f"（{self.asked.year - 1} 年无安排数）"
        return f"（{self.asked.year - 1} 年 {wan(unit.before)} 万，{self._against(unit)}）"

    def _against(self, unit: Unit) -> str:
        if unit.before is None:
            return _NOTHING
        return signed_percent(Fraction(self.figures[unit.code]) / Fraction(unit.before) - 1)

    def _wan(self, parts: int) -> Decimal:
        return parts * self.asked.part


def propose(published_file: Path, asked: Asked) -> Proposal:
    """Share the total asked for out among the units by their weighed factors, within the limits.

    Raises UsageFault, in Chinese: what `published.read` lacks, and every bound that cannot be met.
    """
    basis = read(published_file, asked.requirement, asked.year, asked.org_types)
    bounds = {unit.code: held(asked.limits, asked.part, unit.before, asked.year) for unit in basis.units}
    refuse_unmet(asked.parts, {unit.name: bounds[unit.code] for unit in basis.units}, asked.part)
    shared = apportion(
        asked.parts,
        {unit.code: basis.weight(unit.code) for unit in basis.units},
        {code: each.bounds for code, each in bounds.items()},
    )
    return Proposal(asked, basis, bounds, shared)
