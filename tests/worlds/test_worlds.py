"""What the warehouse tells against what the oracle does, on little hard worlds; WORLDS=n makes n of them."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_runs import InProcess

from . import followed, scratch, told, variations, worlds
from .contract import Verdict, World
from .oracle import Oracle

SHOWN = 20

# Few worlds that between them have both options of every reading, a December with exports made before and
# after its end, shared figures to split, exports never landed and snapshots without rows.
CHOSEN = [8, 11, 5, 14, 10, 1]
WORLDS = int(os.environ.get("WORLDS", len(CHOSEN)))
SEEDS = [*CHOSEN, *sorted(set(range(WORLDS)) - set(CHOSEN))][:WORLDS]

Key = tuple[Any, ...]
Row = dict[str, Any]
Difference = tuple[str, Key, str, Any, Any]


@dataclass(frozen=True)
class Told:
    """A published table: what a row is, and how many of its columns are the key."""

    name: str
    row: type
    keys: int
    schema: str = "compliance"

    @property
    def columns(self) -> list[str]:
        """All columns, the key first."""
        return [field.name for field in fields(self.row)]

    def key(self, row: Row) -> Key:
        """Return the key of a row."""
        return tuple(row[column] for column in self.columns[: self.keys])


VERDICTS = Told("fct_verdicts", Verdict, 4)
OUTLOOK = Told("fct_outlook", told.Outlook, 4)
RANKINGS = Told("fct_rankings", told.Ranking, 5)
TOTALS = Told("fct_requirement_totals", told.Total, 4)
TRENDS = Told("fct_trends", followed.Trend, 4)
CLAUSES = Told("fct_clause_verdicts", followed.ClauseVerdict, 4)
USERS = Told("fct_users", followed.Users, 2, "indicators")
USER_TOTALS = Told("fct_user_totals", followed.UserTotal, 2, "indicators")


@pytest.mark.parametrize("seed", SEEDS)
def test_compliance_tells_what_the_contract_says(seed: int, dbt: InProcess, tmp_path: Path) -> None:
    """Build one world and compare its tables; no dbt test of severity error may fail on it either."""
    world = worlds.make(seed, variations.read(scratch.SHIPPED_REFERENCE))
    scratch.write(world, tmp_path)
    built = scratch.build(dbt, tmp_path, f"{world.as_of:%Y-%m}")
    differences = list(differing(world, built.database))
    assert not differences, _readable(seed, differences)
    assert built.returncode == 0, f"world {seed}: dbt build failed\n{built.output[-6000:]}"


def differing(world: World, database: Path) -> Iterator[Difference]:
    """Yield table, key, column, expected and published value, wherever the two differ."""
    verdicts = Oracle(world).verdicts()
    yield from _differences(VERDICTS, verdicts, database)
    yield from _differences(OUTLOOK, told.outlooks(world, verdicts), database)
    yield from _differences(RANKINGS, told.rankings(world, verdicts), database)
    yield from _differences(TOTALS, told.totals(world, verdicts), database)
    yield from _differences(TRENDS, followed.trends(world, verdicts), database)
    yield from _differences(CLAUSES, followed.clause_verdicts(verdicts), database)
    yield from _differences(USERS, followed.users(world), database)
    yield from _differences(USER_TOTALS, followed.user_totals(world), database)
    for got in published(database, VERDICTS):
        # "reason (why, where it is not PASS or FAIL)"
        if (got["reason"] is None) != (got["status"] in ("PASS", "FAIL")):
            key = VERDICTS.key(got)
            yield (
                VERDICTS.name,
                key,
                "reason",
                "a reason, unless PASS or FAIL",
                (got["status"], got["reason"]),
            )


def _differences(table: Told, expected: Iterable[Any], database: Path) -> Iterator[Difference]:
    missing = {table.key(vars(row)): vars(row) for row in expected}
    seen = set()
    for got in published(database, table):
        key = table.key(got)
        if key not in missing:
            yield table.name, key, "row", "no such row", "twice" if key in seen else "there"
            continue
        seen.add(key)
        row = missing.pop(key)
        for column in table.columns:
            if column not in got:
                yield table.name, key, column, row[column], "no such column"
            elif not _same(row[column], got[column]):
                yield table.name, key, column, row[column], got[column]
    for key in missing:
        yield table.name, key, "row", "there", "no such row"


def published(database: Path, table: Told) -> list[Row]:
    """Return the rows of a table; none where there is no such table."""
    if not database.exists():
        return []
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            cursor = connection.execute(f"select * from {table.schema}.{table.name} order by all")
        except duckdb.CatalogException:
            return []  # told as rows that are missing
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _same(expected: Any, got: Any) -> bool:
    if expected is None or got is None:
        return expected is got
    if isinstance(got, float):
        return abs(float(expected) - got) <= 1e-12 * max(1.0, abs(got))
    return expected == (Fraction(got) if isinstance(expected, Fraction) else got)


def _readable(seed: int, differences: list[Difference]) -> str:
    lines = [f"world {seed}: {len(differences)} differences, the first {min(SHOWN, len(differences))}:"]
    for table, (month, *key), column, expected, got in differences[:SHOWN]:
        cell = " ".join(key)
        lines.append(f"  {table} {month:%Y-%m} {cell} {column}: expected {_text(expected)}, got {got}")
    return "\n".join(lines)


def _text(value: Any) -> str:
    return f"{value} = {float(value)}" if isinstance(value, Fraction) else str(value)
