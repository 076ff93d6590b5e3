"""Whole parts shared out by weights, within bounds: Sainte-Laguë's divisor method, exact to the last part.

Each weight is divided by one divisor and rounded to the nearest whole part, within its bounds; the divisor
is that with which the parts add up to the total. Put the other way round: the parts are given out one by one,
each to the largest claim, `weight / (2 × parts so far + 1)`. To whom a part goes does not depend on how many
follow, so nobody has less of a larger total. The method of the largest remainder breaks that: weights of 6, 6
and 2 have 4, 4 and 2 of ten parts, and 5, 5 and 1 of eleven.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import lcm


@dataclass(frozen=True)
class Bounds:
    """How many parts somebody has at least, and at most; None: no limit above."""

    low: int = 0
    high: int | None = None

    def within(self, parts: int) -> int:
        """The number nearest to `parts` that the bounds allow."""
        raised = max(parts, self.low)
        return raised if self.high is None else min(raised, self.high)

    def has_room(self, parts: int) -> bool:
        """Whether one more is allowed."""
        return self.high is None or parts < self.high


@dataclass(frozen=True)
class Shared:
    """What came of it: the parts of each, and the smallest claim that was still met."""

    parts: Mapping[str, int]
    weights: Mapping[str, Fraction]
    bounds: Mapping[str, Bounds]

    @property
    def last_claim(self) -> Fraction | None:
        """The smallest claim that was met; None where nobody has more than the bounds ask for."""
        met = [_claim(self.weights[who], had - 1) for who, had in self._beyond()]
        return min(met, default=None)

    def held_up(self, who: str) -> bool:
        """Whether only the bound below gives somebody as much."""
        last, low = self.last_claim, self.bounds[who].low
        return low > 0 and (last is None or _claim(self.weights[who], low - 1) < last)

    def held_down(self, who: str) -> bool:
        """Whether the bound above keeps somebody from more."""
        last = self.last_claim
        return last is not None and _claim(self.weights[who], self.parts[who]) > last

    def exact(self, who: str) -> Fraction | None:
        """What the divisor makes of a weight, to be rounded; None where the bounds alone settle it."""
        last = self.last_claim
        return None if last is None else self.weights[who] / (2 * last)

    def tied(self, who: str) -> list[str]:
        """Those with as good a claim to the last part: of who got it those who did not, and vice versa."""
        last = self.last_claim
        got = [each for each, had in self._beyond() if _claim(self.weights[each], had - 1) == last]
        missed = [
            each
            for each, had in self.parts.items()
            if self.bounds[each].has_room(had) and _claim(self.weights[each], had) == last
        ]
        return missed if who in got else got if who in missed else []

    def _beyond(self) -> Iterator[tuple[str, int]]:
        """Those who have more than their bound below, and how much."""
        return ((who, had) for who, had in self.parts.items() if had > self.bounds[who].low)


def apportion(total: int, weights: Mapping[str, Fraction], bounds: Mapping[str, Bounds]) -> Shared:
    """Share `total` parts out by `weights`, of which one is above 0, each within its bounds.

    Of equal claims the one with fewer parts is met first, then the one whose key comes first: the order of
    the mappings does not matter. Raises ValueError where the bounds do not let the parts add up to `total`.
    """
    if not lowest(bounds) <= total <= highest(bounds):
        raise ValueError(f"{total} parts are not within the bounds")
    whole_numbers = lcm(*(weight.denominator for weight in weights.values()))
    scaled = {who: int(weight * whole_numbers) for who, weight in weights.items()}
    whole = sum(scaled.values())

    def rounded(parts: int) -> dict[str, int]:
        """What everybody has where the divisor is such that `parts` would be shared without bounds."""
        return {
            who: bounds[who].within((2 * weight * parts + whole) // (2 * whole))
            for who, weight in scaled.items()
        }

    def is_within(parts: int) -> bool:
        had = rounded(parts)
        growing = any(weights[who] and bounds[who].has_room(parts) for who, parts in had.items())
        return growing and sum(had.values()) <= total

    reach = 1
    while is_within(reach):
        reach *= 2
    had = rounded(bisect_right(range(reach), total, key=lambda parts: sum(rounded(parts).values())) - 1)

    def claim(who: str) -> tuple[Fraction, int, str]:
        return -_claim(weights[who], had[who]), had[who], who

    queue = [claim(who) for who in weights if bounds[who].has_room(had[who])]
    heapify(queue)
    for _ in range(total - sum(had.values())):
        *_, who = heappop(queue)
        had[who] += 1
        if bounds[who].has_room(had[who]):
            heappush(queue, claim(who))
    return Shared(had, weights, bounds)


def lowest(bounds: Mapping[str, Bounds]) -> int:
    """How many parts the bounds ask for at least."""
    return sum(each.low for each in bounds.values())


def highest(bounds: Mapping[str, Bounds]) -> int | float:
    """How many parts the bounds allow; infinite where somebody has no limit above."""
    return sum(float("inf") if each.high is None else each.high for each in bounds.values())


def _claim(weight: Fraction, had: int) -> Fraction:
    """How good a claim to one more part somebody has who has had so many."""
    return weight / (2 * had + 1)
