"""Somebody who reads all that is published, and works back to what is not: by equations, and by bounds."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import inf

Cell = tuple[int, str]
"""A month, counted within its year, and a module: one count of one org."""

Total = tuple[frozenset[Cell], int]
"""Cells and what they come to."""


def solved(unknown: Iterable[Cell], totals: Sequence[Total], shown: Mapping[Cell, int]) -> set[Cell]:
    """The unknown cells that the totals determine by adding and subtracting alone."""
    columns = sorted(unknown)
    rows = [[Fraction(cell in cells) for cell in columns] for cells, _ in totals]
    determined, pivot_row = set(), 0
    for column in range(len(columns)):
        pivot = next((r for r in range(pivot_row, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[pivot_row], rows[pivot] = rows[pivot], rows[pivot_row]
        rows[pivot_row] = [value / rows[pivot_row][column] for value in rows[pivot_row]]
        for r, row in enumerate(rows):
            if r != pivot_row and row[column]:
                rows[r] = [a - row[column] * b for a, b in zip(row, rows[pivot_row], strict=True)]
        pivot_row += 1
    for row in rows:
        involved = [cell for cell, value in zip(columns, row, strict=True) if value]
        if len(involved) == 1:
            determined.add(involved[0])
    return determined - shown.keys()


def pinned(
    unknown: Mapping[str, set[Cell]],
    totals: Mapping[str, Sequence[Total]],
    shown: Mapping[str, Mapping[Cell, int]],
) -> dict[str, set[Cell]]:
    """The unknown cells that have one possible value left.

    The mappings are by measure, from the widest to the narrowest: what is counted by one is counted by the
    one before. No count is negative, and none falls within a year.
    """
    measures = list(shown)
    low = {m: {**dict.fromkeys(unknown[m], 0), **shown[m]} for m in measures}
    high = {m: {**dict.fromkeys(unknown[m], inf), **shown[m]} for m in measures}
    while True:
        before = [dict(bound[m]) for bound in (low, high) for m in measures]
        for measure in measures:
            for cells, total in totals[measure]:
                for cell in cells:
                    others = cells - {cell}
                    high[measure][cell] = min(high[measure][cell], total - sum(map(low[measure].get, others)))
                    low[measure][cell] = max(low[measure][cell], total - sum(map(high[measure].get, others)))
            for month, module in sorted(low[measure]):
                earlier, later = (month, module), (month + 1, module)
                if later in low[measure]:
                    low[measure][later] = max(low[measure][later], low[measure][earlier])
                    high[measure][earlier] = min(high[measure][earlier], high[measure][later])
        for wide, narrow in pairwise(measures):
            for cell in low[wide]:
                low[wide][cell] = max(low[wide][cell], low[narrow][cell])
                high[narrow][cell] = min(high[narrow][cell], high[wide][cell])
        if before == [dict(bound[m]) for bound in (low, high) for m in measures]:
            return {m: {cell for cell in unknown[m] if low[m][cell] == high[m][cell]} for m in measures}
