"""Rows as lines of text, in columns as wide as a terminal shows them."""

from collections.abc import Sequence
from functools import lru_cache
from unicodedata import east_asian_width


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a line per row, the cells of a column one below the other; rows are of one length."""
    widths = [max(map(text_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (wide - text_width(cell)) for cell, wide in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


@lru_cache(4096)
def text_width(text: str) -> int:
    """Return how many places a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
