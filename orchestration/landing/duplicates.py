"""Finds the rows whose key an earlier row of the snapshot has: rules 8 and 9 (contract §2)."""

from collections.abc import Iterator

import numpy as np

from orchestration.common.settings import Settings
from orchestration.common.sql import literal
from orchestration.landing.bench import SNAPSHOT, Bench
from orchestration.landing.checks import REFUSAL, SEPARATOR
from orchestration.landing.exports import Export

# A hash takes 8 bytes in numpy, beside what DuckDB may have: those sorted at once take a twelfth of that.
_LIMIT_FOR_A_ROW = 96


def refuse_duplicates(bench: Bench, export: Export) -> None:
    """Refuse the rows that passed, but whose key an earlier row has.

    Only rows whose key's hash occurs twice are looked at closely. The hashes are sorted by numpy: that takes
    half of DuckDB's time, and nothing is spilled.
    """
    at_once = Settings.read().memory_bytes // _LIMIT_FOR_A_ROW
    for hashes in _hashes_that_occur_twice(bench, export, at_once=at_once):
        bench.con.register("twice", {"digest": hashes})
        try:
            _refuse_later_rows(bench, export)
        finally:
            bench.con.unregister("twice")


def _hashes_that_occur_twice(bench: Bench, export: Export, *, at_once: int) -> Iterator[np.ndarray]:
    """The hashes that more than one row's key has, each at least once, some `at_once` at a time.

    As many are sorted in one pass over the rows; of several passes they come together where they are few.
    """
    [(rows,)] = bench.con.execute(f"SELECT count(*) FROM {SNAPSHOT} WHERE {REFUSAL} IS NULL").fetchall()
    passes = 1 + rows // at_once
    found = none = np.empty(0, np.uint64)
    for number in range(passes):
        of_pass = bench.con.execute(
            f"""SELECT hash({_keys(export)}) AS digest FROM {SNAPSHOT}
            WHERE {REFUSAL} IS NULL AND digest % {passes} = {number}"""
        )
        hashes = of_pass.fetchnumpy()["digest"]
        hashes.sort()
        found = np.concatenate([found, hashes[1:][hashes[1:] == hashes[:-1]]])
        if len(found) > at_once:
            yield found
            found = none
    if len(found):
        yield found


def _refuse_later_rows(bench: Bench, export: Export) -> None:
    """Refuse each row but the first of a key, among those whose key's hash is in the table `twice`."""
    keys = _keys(export)
    columns = ", ".join(column.name for column in export.landed)
    same_row = f"row({columns}) IS NOT DISTINCT FROM first_value(row({columns})) OVER in_order"
    bench.con.execute(
        f"""WITH ranked AS (
            SELECT rowid AS place, row_number() OVER in_order AS occurrence, {same_row} AS is_same
            FROM {SNAPSHOT}
            WHERE {REFUSAL} IS NULL AND hash({keys}) IN (SELECT digest FROM twice)
            WINDOW in_order AS (PARTITION BY {keys} ORDER BY rowid)
        ),
        found AS (
            SELECT place, CASE
                WHEN is_same THEN {literal("duplicate_row" + SEPARATOR)}
                ELSE {literal("duplicate_key" + SEPARATOR + export.keys[0].name)}
            END AS refusal
            FROM ranked WHERE occurrence > 1
        )
        UPDATE {SNAPSHOT} SET {REFUSAL} = found.refusal FROM found WHERE found.place = {SNAPSHOT}.rowid"""
    )


def _keys(export: Export) -> str:
    return ", ".join(column.name for column in export.keys)
