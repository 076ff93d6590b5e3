"""Draws that cost little: hypothesis builds, and checks, a strategy only once."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

Option = TypeVar("Option")


@cache
def _below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)


def pick(draw: st.DrawFn, options: Sequence[Option]) -> Option:
    """One of them, the first one in the simplest example."""
    return options[draw(_below(len(options)))]


def one_in(draw: st.DrawFn, count: int) -> bool:
    """Yes, once in so many times; no in the simplest example. (The ends of a range are drawn too often.)"""
    return draw(_below(count)) == count * 2 // 3


def up_to(draw: st.DrawFn, most: int) -> int:
    """A number from 0 to the most."""
    return draw(_below(most + 1))
