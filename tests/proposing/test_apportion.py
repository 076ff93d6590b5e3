"""Parts shared out by weights within bounds: what must hold of every sharing, tried on generated ones."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orchestration.proposing.apportion import Bounds, apportion, highest, lowest

Weights = Mapping[str, Fraction]
AllBounds = Mapping[str, Bounds]

tried = settings(deadline=None, derandomize=True, max_examples=50)


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    """Bounds that one whole number of parts fits at least."""
    low = draw(st.integers(0, 6))
    high = draw(st.none() | st.integers(low, 40))
    return Bounds(low, high)


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, Weights, AllBounds]:
    """A total within the bounds, and weights of which some are equal, or nought."""
    names = [f"u{number}" for number in range(draw(st.integers(1, 7)))]
    weights = {name: Fraction(draw(st.integers(0, 9)), draw(st.integers(1, 7))) for name in names}
    assume(any(weights.values()))
    limits = {name: draw(bounds()) for name in names}
    total = draw(st.integers(lowest(limits), int(min(highest(limits), 120))))
    return total, weights, limits


def unbounded(weights: Weights) -> AllBounds:
    """Bounds that bind nobody."""
    return dict.fromkeys(weights, Bounds())


def one_by_one(total: int, weights: Weights, limits: AllBounds) -> dict[str, int]:
    """The method by its definition, slow and plain: a part at a time, to the largest claim."""
    had = {name: limits[name].low for name in weights}
    while sum(had.values()) < total:
        open_to = [name for name in weights if limits[name].high is None or had[name] < limits[name].high]
        claims = {name: (-weights[name] / (2 * had[name] + 1), had[name], name) for name in open_to}
        had[min(open_to, key=claims.__getitem__)] += 1
    return had


def by_largest_remainder(total: int, weights: Weights) -> dict[str, int]:
    """What we do not do: the whole quotas, then a part each to the largest remainders."""
    quotas = {name: total * weight / sum(weights.values()) for name, weight in weights.items()}
    had = {name: floor(quota) for name, quota in quotas.items()}
    for name in sorted(quotas, key=lambda name: had[name] - quotas[name])[: total - sum(had.values())]:
        had[name] += 1
    return had


@tried
@given(cases())
def test_parts_add_up_to_the_total_within_the_bounds(case: tuple[int, Weights, AllBounds]) -> None:
    total, weights, limits = case
    parts = apportion(total, weights, limits).parts
    assert sum(parts.values()) == total
    assert {name for name in parts if limits[name].within(parts[name]) != parts[name]} == set()


@tried
@given(cases())
def test_the_quick_way_is_the_definition(case: tuple[int, Weights, AllBounds]) -> None:
    assert apportion(*case).parts == one_by_one(*case)


@tried
@given(cases())
def test_nobody_has_less_of_a_larger_total(case: tuple[int, Weights, AllBounds]) -> None:
    total, weights, limits = case
    assume(total < highest(limits))
    less, more = apportion(total, weights, limits).parts, apportion(total + 1, weights, limits).parts
    assert {name for name in less if more[name] < less[name]} == set()


@tried
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(case: tuple[int, Weights, AllBounds], shuffle) -> None:
    total, weights, limits = case
    names = list(weights)
    shuffle.shuffle(names)
    shuffled = apportion(total, {name: weights[name] for name in names}, limits)
    assert shuffled.parts == apportion(total, weights, limits).parts


@tried
@given(cases(), st.integers(2, 5))
def test_equal_factors_have_equal_shares(case: tuple[int, Weights, AllBounds], twins: int) -> None:
    """Equal weights under equal bounds: equal parts, but for the one part that does not go round."""
    total, weights, limits = case
    alike = {f"twin{number}": Fraction(3, 2) for number in range(twins)}
    own = Bounds(1, 30)
    all_limits = {**limits, **dict.fromkeys(alike, own)}
    parts = apportion(total + twins * own.low, {**weights, **alike}, all_limits).parts
    of_twins = [parts[name] for name in alike]
    assert max(of_twins) - min(of_twins) <= 1


def test_equal_factors_have_the_very_same_where_it_goes_round() -> None:
    weights = {"a": Fraction(1), "b": Fraction(1), "c": Fraction(2)}
    assert apportion(40, weights, unbounded(weights)).parts == {"a": 10, "b": 10, "c": 20}


@tried
@given(cases())
def test_totals_beyond_the_bounds_are_refused(case: tuple[int, Weights, AllBounds]) -> None:
    _, weights, limits = case
    limits = {name: Bounds(each.low, each.low + 3) for name, each in limits.items()}
    with pytest.raises(ValueError, match="not within the bounds"):
        apportion(int(highest(limits)) + 1, weights, limits)


def test_a_total_below_the_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="1 parts are not within"):
        apportion(1, {"a": Fraction(1)}, {"a": Bounds(2)})


def test_the_largest_remainder_takes_a_part_away_where_there_is_one_more() -> None:
    """Why the largest remainder is not the method: the paradox of Alabama, and the divisor there."""
    weights = {"a": Fraction(6), "b": Fraction(6), "c": Fraction(2)}
    assert by_largest_remainder(10, weights)["c"] == 2
    assert by_largest_remainder(11, weights)["c"] == 1
    ours = [apportion(total, weights, unbounded(weights)).parts["c"] for total in (10, 11)]
    assert ours == [2, 2]


def test_a_large_total_in_persons_is_shared_at_once() -> None:
    weights = {f"u{number}": Fraction(number, 7) for number in range(1, 26)}
    parts = apportion(100_000_000, weights, unbounded(weights)).parts
    assert sum(parts.values()) == 100_000_000
    assert parts["u25"] == round(100_000_000 * 25 / 325)


def test_who_has_no_weight_has_what_is_left_by_the_bounds() -> None:
    weights = {"a": Fraction(1), "b": Fraction(0), "c": Fraction(0)}
    limits = {"a": Bounds(0, 4), "b": Bounds(), "c": Bounds(1)}
    assert apportion(8, weights, limits).parts == {"a": 4, "b": 2, "c": 2}


def test_bounds_say_whom_they_hold() -> None:
    weights = {"a": Fraction(8), "b": Fraction(1), "c": Fraction(1)}
    shared = apportion(10, weights, {"a": Bounds(0, 5), "b": Bounds(), "c": Bounds(3)})
    assert shared.parts == {"a": 5, "b": 2, "c": 3}
    assert [name for name in weights if shared.held_down(name)] == ["a"]
    assert [name for name in weights if shared.held_up(name)] == ["c"]


def test_bounds_hold_everybody_where_they_leave_nothing() -> None:
    shared = apportion(3, {"a": Fraction(9), "b": Fraction(1)}, {"a": Bounds(1), "b": Bounds(2)})
    assert shared.last_claim is None
    assert [shared.held_up(name) for name in "ab"] == [True, True]
    assert [shared.held_down(name) for name in "ab"] == [False, False]
    assert [shared.tied(name) for name in "ab"] == [[], []]
    assert shared.exact("a") is None


def test_of_nothing_nobody_has_anything() -> None:
    weights = {"a": Fraction(9), "b": Fraction(1)}
    shared = apportion(0, weights, unbounded(weights))
    assert shared.parts == {"a": 0, "b": 0}
    assert shared.last_claim is None


def test_who_has_nothing_and_no_bound_below_is_held_by_none() -> None:
    weights = {"a": Fraction(9), "b": Fraction(1)}
    shared = apportion(1, weights, unbounded(weights))
    assert shared.parts == {"a": 1, "b": 0}
    assert not shared.held_up("b")


def test_a_bound_with_but_an_equal_claim_beyond_it_takes_nothing_away() -> None:
    """One part more of a would be claimed with 1 / 3, and so was the last one of b."""
    weights = {"a": Fraction(1), "b": Fraction(1)}
    shared = apportion(3, weights, {"a": Bounds(0, 1), "b": Bounds()})
    assert shared.parts == {"a": 1, "b": 2}
    assert not shared.held_down("a")
    assert shared.tied("b") == []


def test_bounds_that_are_met_anyhow_hold_nobody() -> None:
    weights = {"a": Fraction(1), "b": Fraction(1)}
    shared = apportion(4, weights, {"a": Bounds(2), "b": Bounds(0, 2)})
    assert not shared.held_up("a")
    assert not shared.held_down("b")


def test_equal_claims_to_the_last_part_are_told() -> None:
    weights = {"a": Fraction(1), "b": Fraction(1), "c": Fraction(4)}
    shared = apportion(7, weights, unbounded(weights))
    assert shared.parts == {"a": 1, "b": 1, "c": 5}
    assert (shared.tied("a"), shared.tied("b"), shared.tied("c")) == ([], [], [])
    shared = apportion(3, {"a": Fraction(1), "b": Fraction(1)}, {"a": Bounds(), "b": Bounds()})
    assert shared.parts == {"a": 2, "b": 1}
    assert (shared.tied("a"), shared.tied("b")) == (["b"], ["a"])
    assert shared.exact("a") == shared.exact("b") == Fraction(3, 2)
