"""Finds the rows whose key an earlier row of the snapshot has: rules 8 and 9 (contract §2)."""

import numpy as np

from orchestration.common.settings import Settings
from orchestration.common.sql import literal
from orchestration.landing.bench import SNAPSHOT, Bench
from orchestration.landing.checks import REFUSAL, SEPARATOR
from orchestration.landing.exports import Export

# A hash takes 8 bytes in DuckDB, and 8 in numpy: so many at once that all take a sixth of the memory.
_BYTES_A_ROW = 96


def refuse_duplicates(bench: Bench, export: Export) -> None:
    """Refuse the rows that passed, but whose key an earlier row has.

    Only rows whose key's hash occurs twice are looked at closely: numpy sorts hashes in a tenth of the time
    that DuckDB takes to group keys.
    """
    twice = _hashes_that_occur_twice(bench, export, Settings.read().memory_bytes // _BYTES_A_ROW)
    if not len(twice):
        return
    keys = _keys(export)
    columns = ", ".join(column.name for column in export.landed)
    same_row = f"row({columns}) IS NOT DISTINCT FROM first_value(row({columns})) OVER in_order"
    bench.con.register("twice", {"digest": twice})
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
    bench.con.unregister("twice")


def _hashes_that_occur_twice(bench: Bench, export: Export, at_once: int) -> np.ndarray:
    """The hashes that more than one row's key has, each at least once; sorted `at_once` or so at a time."""
    [(rows,)] = bench.con.execute(f"SELECT count(*) FROM {SNAPSHOT} WHERE {REFUSAL} IS NULL").fetchall()
    passes = 1 + rows // at_once
    found = []
    for number in range(passes):
        of_pass = bench.con.execute(
            f"""SELECT hash({_keys(export)}) AS digest FROM {SNAPSHOT}
            WHERE {REFUSAL} IS NULL AND digest % {passes} = {number}"""
        )
        digests = of_pass.fetchnumpy()["digest"]
        digests.sort()
        found.append(digests[1:][digests[1:] == digests[:-1]])
    return np.concatenate(found)


def _keys(export: Export) -> str:
    return ", ".join(column.name for column in export.keys)
