"""The closed lists that string literals of the models come from: a mutant swaps a code for its neighbour."""

import csv
from collections.abc import Iterable
from pathlib import Path

from tests.dbt_runs import CHECKOUT

REFERENCE = CHECKOUT / "seeds" / "reference"

# Lists that no seed spells out.
COMPONENTS = ("numerator", "denominator")
CHANNELS = ("platform", "offline")
SCOPES = ("local", "provincial")


def neighbours(folder: Path = REFERENCE) -> dict[str, str]:
    """For every code its neighbour in its own list; a code of two lists has the neighbour of the first."""
    swaps: dict[str, str] = {}
    for codes in _lists(folder):
        for code, following in zip(codes, [*codes[1:], codes[0]], strict=True):
            swaps.setdefault(code, following)
    return swaps


def _lists(folder: Path) -> Iterable[list[str]]:
    rows = {path.stem: _rows(path) for path in sorted(folder.glob("*.csv"))}
    labels = rows["verdict_labels"]
    yield from ([row["code"] for row in labels if row["kind"] == kind] for kind in ("status", "reason"))
    for seed, column in (
        ("requirements", "requirement_id"),
        ("requirements", "role"),
        ("requirements", "kind"),
        ("requirements", "target_source"),
        ("requirement_measures", "period"),
        ("readings", "reading_id"),
        ("measures", "measure"),
        ("measures", "export_name"),
        ("organizations", "org_type"),
        ("modules", "category"),
    ):
        yield list(dict.fromkeys(row[column] for row in rows[seed]))
    for reading in dict.fromkeys(row["reading_id"] for row in rows["readings"]):
        yield [row["option"] for row in rows["readings"] if row["reading_id"] == reading]
    yield from (list(codes) for codes in (COMPONENTS, CHANNELS, SCOPES))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
