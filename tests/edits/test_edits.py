"""No edit of the reference seeds changes verdicts without a word: EDITS=n checks n edits, and builds n / 200.

An edit is refused, or warned of by name, or says the same as before, or is of what the office decides; then
the warehouse has the verdicts that an independent calculation from the edited seeds gives, too.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from orchestration import reference
from orchestration.home import REFERENCE_SEEDS
from orchestration.reference import ReferenceRefused, ReferenceSeeds
from orchestration.reference.seeds import canonical
from orchestration.reference.tables import Table
from tests.edits.edits import Edit, edits, read
from tests.edits.warehouse import Warehouse
from tests.worlds import worlds
from tests.worlds.oracle import Oracle

EDITS = int(os.environ.get("EDITS", 300))
BUILDS = max(3, EDITS // 200)
RANDOM_SEED = int(os.environ.get("EDITS_SEED", 16))
AS_OF = date(2020, 6, 1)

# What the office decides, column by column; a blank one stands for whole rows. All else is the regulation's.
DECIDED = {
    "organizations": None,
    "guidance": None,
    "prescribed_quantities": None,
    "waivers": None,
    "spellings": None,
    "readings": {"rationale", "decided_on", "valid_from", "valid_to"},
    # These are in no verdict.
    "small_count_limits": None,
    "factor_labels": None,
    "factors": None,
    "factor_weights": None,
    "comparisons": None,
    "clause_answers": None,
    "clause_tests": None,
    "measures": {"label"},
    "verdict_labels": {"label"},
    "quality_labels": {"label"},
}
JUDGED = {"organizations", "guidance", "prescribed_quantities", "readings"}

ADDED = {
    "prescribed_quantities": [
        "8.9,*,2020,5,甲",
        "8.9,SZ02,2020,3,乙",
        "8.10.benefits,*,2020,2,",
        "8.9,*,2021,9,甲",
    ],
    "waivers": ["510300,9.2,2020-04-01,2020-06-01,机构合并,领导小组办公室,2029-12-31"],
    "spellings": ["workflow_items,status,completed,好了", ",org_code,510100,SC-CD"],
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped seeds, and a row or two of what is shipped empty."""
    folder = tmp_path_factory.mktemp("base")
    for path in REFERENCE_SEEDS.glob("*.csv"):
        text = path.read_text(encoding="utf-8") + "".join(f"{row}\n" for row in ADDED.get(path.stem, []))
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def said(seeds: ReferenceSeeds, table: Table) -> list[tuple[str, ...]]:
    """What the rows of a table say, in whatever order and spelling."""
    return sorted(
        tuple(canonical(column, row[column.name]) for column in table.columns)
        for row in seeds.read(table).rows
    )


def quiet_edits(base: Path, folder: Path, count: int) -> Iterator[Edit]:
    """Of so many edits, those that say something else and of which nobody is told."""
    shipped = ReferenceSeeds(shipped=base)
    warned = set(map(str, reference.check(shipped)))
    for number, edit in enumerate(islice(edits(base, Random(RANDOM_SEED)), count)):
        own = folder / str(number)
        own.mkdir()
        edit.write(own)
        seeds = ReferenceSeeds(own, base)
        try:
            is_quiet = set(map(str, reference.check(seeds))) <= warned
        except ReferenceRefused as refused:
            assert all(fault.file and fault.line and fault.message for fault in refused.faults)
            continue
        if is_quiet and said(seeds, edit.table) != said(shipped, edit.table):
            yield edit


def test_what_is_neither_refused_nor_told_is_the_office_s_to_decide(base: Path, tmp_path: Path) -> None:
    undecided = [
        str(edit)
        for edit in quiet_edits(base, tmp_path, EDITS)
        if edit.table.name not in DECIDED
        or (DECIDED[edit.table.name] is not None and edit.column not in DECIDED[edit.table.name])
    ]
    assert undecided == []


def test_what_the_office_decides_is_judged_by_it(
    base: Path, tmp_path: Path, manifest: dict[str, Any]
) -> None:
    world = replace(worlds.make(11, read(REFERENCE_SEEDS)), as_of=AS_OF)
    found = (edit for edit in quiet_edits(base, tmp_path, 50 * EDITS) if edit.table.name in JUDGED)
    chosen = list(islice(found, BUILDS))
    assert len(chosen) == BUILDS
    with Warehouse(manifest, world) as warehouse:
        for number, edit in enumerate(chosen):
            own, written = tmp_path / f"own{number}", tmp_path / f"written{number}"
            own.mkdir()
            edit.write(own)
            ReferenceSeeds(own, base).write(written)
            with warehouse.built(written) as (published, edited):
                expected = {verdict_key(row): verdict(row) for row in map(vars, Oracle(edited).verdicts())}
                assert published == expected, f"{edit}: {differing(published, expected)}"


COLUMNS = ("numerator", "denominator", "threshold", "gap", "status", "is_final")


def verdict_key(row: dict) -> tuple:
    return tuple(row[column] for column in ("as_of_month", "org_code", "role", "requirement_id"))


def verdict(row: dict) -> tuple:
    return tuple(row[column] for column in COLUMNS)


def differing(published: dict, expected: dict) -> list:
    keys = [key for key in published.keys() | expected.keys() if published.get(key) != expected.get(key)]
    return [(key, expected.get(key), published.get(key)) for key in sorted(keys)[:5]]
