"""What a proposal may not go below or beyond, each bound in whole parts and in words; and whether all fit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from orchestration.errors import UsageFault
from orchestration.language import _, listing
from orchestration.proposing.apportion import Bounds, highest, lowest
from orchestration.proposing.words import percent, wan


@dataclass(frozen=True)
class Limits:
    """The bounds asked for: on each figure in 万, and on its change, as a share of the year before."""

    floor: Decimal | None = None
    ceiling: Decimal | None = None
    change: Decimal | None = None


@dataclass(frozen=True)
class Limit:
    """One bound of one unit: the option it comes from, in parts, and what is said of it."""

    option: str
    parts: int
    told: str


@dataclass(frozen=True)
class Held:
    """The bounds of one unit, below and above, each with all limits that it has."""

    below: Sequence[Limit]
    above: Sequence[Limit]

    @property
    def low(self) -> Limit | None:
        """The limit below that binds."""
        return max(self.below, key=lambda limit: limit.parts, default=None)

    @property
    def high(self) -> Limit | None:
        """The limit above that binds."""
        return min(self.above, key=lambda limit: limit.parts, default=None)

    @property
    def bounds(self) -> Bounds:
        """Both in parts."""
        return Bounds(self.low.parts if self.low else 0, self.high.parts if self.high else None)


def held(limits: Limits, part: Decimal, before: Decimal | None, year: int) -> Held:
    """Return the bounds of a unit which had `before` 万 the year before `year`; None: no figure, no change.

    `part` is the size of a part in 万. Bounds are rounded inwards to whole parts.
    """
    below, above = [], []
    if limits.floor is not None:
        told = _("no less than {figure} wan").format(figure=wan(limits.floor))
        below.append(Limit("--floor", ceil(_parts(limits.floor, part)), told))
    if limits.ceiling is not None:
        told = _("no more than {figure} wan").format(figure=wan(limits.ceiling))
        above.append(Limit("--ceiling", floor(_parts(limits.ceiling, part)), told))
    if limits.change is not None and before is not None:
        common = {"year": year - 1, "before": wan(before), "change": percent(Fraction(limits.change))}
        least, most = max(before * (1 - limits.change), Decimal(0)), before * (1 + limits.change)
        told = _("{before} wan in {year}, changed by {change} at most: no less than {figure} wan")
        below.append(Limit("--change", ceil(_parts(least, part)), told.format(**common, figure=wan(least))))
        told = _("{before} wan in {year}, changed by {change} at most: no more than {figure} wan")
        above.append(Limit("--change", floor(_parts(most, part)), told.format(**common, figure=wan(most))))
    return Held(below, above)


def refuse_unmet(total: int, units: Mapping[str, Held], part: Decimal) -> None:
    """Refuse bounds under which `total` parts cannot be shared out; `units` are by name.

    Raises UsageFault that names each bound which cannot be met.
    """
    if faults := [*_at_odds(units), *_too_much(total, units, part), *_too_little(total, units, part)]:
        raise UsageFault(*faults)


def _at_odds(units: Mapping[str, Held]) -> Iterator[str]:
    """Each unit that no whole number of parts would suit."""
    for name, each in units.items():
        if each.low and each.high and each.low.parts > each.high.parts:
            yield _(
                "{unit} cannot meet both {below} ({least}) and {above} ({most}): loosen one of them, or make "
                "--unit smaller"
            ).format(
                unit=name,
                below=each.low.option,
                least=each.low.told,
                above=each.high.option,
                most=each.high.told,
            )


def _too_much(total: int, units: Mapping[str, Held], part: Decimal) -> Iterator[str]:
    least = lowest({name: each.bounds for name, each in units.items()})
    if least > total:
        sums = _by_option(each.below for each in units.values())
        alone = [_told(option, parts, part) for option, parts in sums.items() if sum(parts) > total]
        yield _(
            "{bounds}: {units} units have {sum} wan at least, more than the total of {total} wan; loosen the "
            "limits, or raise --total"
        ).format(
            bounds=listing(alone) if alone else _("all bounds below together"),
            units=len(units),
            sum=wan(least * part),
            total=wan(total * part),
        )


def _too_little(total: int, units: Mapping[str, Held], part: Decimal) -> Iterator[str]:
    most = highest({name: each.bounds for name, each in units.items()})
    if most < total:
        sums = _by_option(each.above for each in units.values())
        alone = [
            _told(option, parts, part)
            for option, parts in sums.items()
            if sum(parts) < total and len(parts) == len(units)
        ]
        yield _(
            "{bounds}: {units} units have {sum} wan at most, less than the total of {total} wan; loosen the "
            "limits, or lower --total"
        ).format(
            bounds=listing(alone) if alone else _("all bounds above together"),
            units=len(units),
            sum=wan(int(most) * part),
            total=wan(total * part),
        )


def _by_option(limits: Iterable[Sequence[Limit]]) -> dict[str, list[int]]:
    """What each option asks of each unit that it binds."""
    found: dict[str, list[int]] = {}
    for each in limits:
        for limit in each:
            found.setdefault(limit.option, []).append(limit.parts)
    return found


def _told(option: str, parts: Sequence[int], part: Decimal) -> str:
    return _("{option} alone comes to {sum} wan for {units} units").format(
        option=option, units=len(parts), sum=wan(sum(parts) * part)
    )


def _parts(amount: Decimal, part: Decimal) -> Fraction:
    return Fraction(amount) / Fraction(part)
