"""Mutated CSV exports: landing and an oracle of its own agree on every row, landed or refused, and on why."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from hypothesis import given, settings

from orchestration.landing import InputRefused, KnownCodes, land, landed_dir
from tests.fuzz.mutations import CODES, DAY, Snapshot, csv_snapshots
from tests.fuzz.oracle import Landed, outcome

_EXAMPLES = settings().max_examples if "FUZZ" in os.environ else 150


@settings(max_examples=_EXAMPLES)
@given(csv_snapshots())
def test_a_mutated_csv_lands_or_is_refused_row_by_row_as_the_contract_has_it(snapshot: Snapshot) -> None:
    expected = outcome(snapshot.spec, DAY, snapshot.files, CODES)
    with TemporaryDirectory() as folder:
        assert landed(snapshot, Path(folder)) == expected


def landed(snapshot: Snapshot, folder: Path) -> Landed | list[tuple[str, str]]:
    """What landing makes of a snapshot in `folder`, which is empty."""
    inbox, home = folder / "inbox", folder / "home"
    inbox.mkdir()
    for name, content in snapshot.files.items():
        (inbox / name).write_bytes(content)
    try:
        result = land(inbox, home, KnownCodes(CODES.orgs, CODES.modules))
    except InputRefused as refused:
        return [(fault.reason, fault.file) for fault in refused.faults]
    name = snapshot.spec.name
    rows = _query(f"SELECT * FROM '{landed_dir(home)}/{name}.parquet'")
    refused_rows = _query(
        f"SELECT file_name, row_number, reason FROM '{landed_dir(home)}/rejected_rows.parquet'"
    )
    one = result.in_force[name]
    assert (one.rows_read, one.rows_landed, one.rows_rejected) == (
        len(rows) + len(refused_rows),
        len(rows),
        len(refused_rows),
    )
    return Landed(rows, refused_rows)


def _query(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()
