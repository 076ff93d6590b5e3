"""New standards proposed: a total shared out among units, each figure with its why (第六条)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from orchestration.common.text_table import aligned
from orchestration.errors import UsageFault
from orchestration.language import Sentence, _, listing, sequence
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
            raise UsageFault(_("--year {year}: expected a year from 2000 to 2099").format(year=self.year))
        if self.part <= 0 or self.part % Decimal("0.0001"):
            told = _(
                "--unit {part}: expected more than 0, with four places at most (0.0001 wan is one person)"
            )
            raise UsageFault(told.format(part=self.part))
        if self.total <= 0 or self.total % self.part:
            told = _("--total {total}: expected a multiple of {part} wan, else something would be left over")
            raise UsageFault(told.format(total=self.total, part=self.part))

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

    def why(self, unit: Unit) -> Sentence:
        """Why a unit's figure is what it is, in a sentence."""
        weight = self.shared.weights[unit.code]
        factors = sequence(
            _("{share} of {factor} (weight {weight})").format(
                factor=factor.label, share=percent(factor.share(unit.code)), weight=percent(factor.weight)
            )
            for factor in self.basis.factors
        )
        return _(
            "{unit}: {factors}, a weighed share of {share}, or {exact} wan; {settled}: {figure} wan{change}."
        ).format(
            unit=unit.name,
            factors=factors,
            share=percent(weight),
            exact=wan(weight * Fraction(self.asked.total)),
            settled=self._settled(unit),
            figure=wan(self.figures[unit.code]),
            change=self._change(unit),
        )

    def _head(self) -> Iterator[str]:
        asked, basis = self.asked, self.basis
        yield _(
            "proposal, not approved: {title} ({id}) of {year}, {total} wan for {units} units, in multiples "
            "of {part} wan"
        ).format(
            title=basis.title,
            id=asked.requirement,
            year=asked.year,
            total=wan(asked.total),
            units=len(basis.units),
            part=wan(asked.part),
        )
        yield _("from: release {release}{sample}; {factors}").format(
            release=basis.release_id,
            sample=_(", factors or data are invented samples") if basis.is_sample else "",
            factors=sequence(
                _("{factor} ({year}) weighs {weight}").format(
                    factor=factor.label, year=factor.year, weight=percent(factor.weight)
                )
                for factor in basis.factors
            ),
        )
        yield _(
            "method: weighed shares, all divided by one divisor and rounded (Sainte-Laguë); of a larger "
            "total no unit has less"
        )

    def _table(self) -> list[str]:
        rows: list[tuple[str, ...]] = [
            (
                _("unit"),
                _("weighed share"),
                _("{year} (wan)").format(year=self.asked.year - 1),
                _("proposed (wan)"),
                _("year on year"),
                _("limit"),
            )
        ]
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
        rows.append(
            (_("total"), percent(Fraction(1)), total, wan(sum(self.figures.values(), Decimal())), "", "")
        )
        return aligned(rows)

    def _settled(self, unit: Unit) -> Sentence:
        """What settled the figure: a bound, or the divisor."""
        limits, code = self.held[unit.code], unit.code
        exact = self.shared.exact(code)
        said: list[Sentence] = []
        if exact is not None:
            divided = _("divided by the one divisor {exact} wan")
            said = [divided.format(exact=wan(exact * Fraction(self.asked.part)))]
        if (low := limits.low) and self.shared.held_up(code):
            return sequence([*said, _("raised to the limit ({limit})").format(limit=low.told)])
        if (high := limits.high) and self.shared.held_down(code):
            return sequence([*said, _("lowered to the limit ({limit})").format(limit=high.told)])
        if tied := self.shared.tied(code):
            names = listing(each.name for each in self.basis.units if each.code in tied)
            told = _("rounded, at a tie with {units} (the last multiple goes to who has less, then by code)")
            return sequence([*said, told.format(units=names)])
        return sequence([*said, _("rounded")])

    def _limit(self, unit: Unit) -> str:
        if self.shared.held_up(unit.code):
            return _("raised")
        return _("lowered") if self.shared.held_down(unit.code) else ""

    def _change(self, unit: Unit) -> str:
        if unit.before is None:
            return _(" ({year}: no figure)").format(year=self.asked.year - 1)
        return _(" ({year}: {before} wan, {change})").format(
            year=self.asked.year - 1, before=wan(unit.before), change=self._against(unit)
        )

    def _against(self, unit: Unit) -> str:
        if unit.before is None:
            return _NOTHING
        return signed_percent(Fraction(self.figures[unit.code]) / Fraction(unit.before) - 1)

    def _wan(self, parts: int) -> Decimal:
        return parts * self.asked.part


def propose(published_file: Path, asked: Asked) -> Proposal:
    """Share the total asked for out among the units by their weighed factors, within the limits.

    Raises UsageFault: what `published.read` lacks, and every bound that cannot be met.
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
