"""Writes contract exports of any scale: `python -m benchmarks.generate --scale 0.1 --out DIR`.

Scale 1 is the province: 6,481,000 注册用户 as the annexes spread them over units and years, 20 M 办件, and
the rest in proportion. One bad row in a thousand, every reason in turn; small exports have some more, so that
none is left out. DuckDB writes the files row by row as it makes them: nothing holds an export in memory.
"""

import argparse
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import duckdb

from benchmarks.synthetic import EXPORTS, Flaw, Synthetic

SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "reference"
EXPORT_DAY = "20230103"
BAD_ONE_IN = 1000
_SAMPLED_ROWS = 20_000
_ALL: Mapping[str, str] = MappingProxyType({})

_MACROS = """
CREATE MACRO rnd(seed, salt, n) AS CAST(hash(seed, salt) % n AS BIGINT);
CREATE MACRO share(key, salt, n) AS CAST(hash(key, salt) % n AS BIGINT);
CREATE MACRO unit_slot(seed) AS 1 + rnd(seed, 1, len(getvariable('slot_orgs')));
CREATE MACRO locals(seed) AS getvariable('slot_orgs')[unit_slot(seed)];
CREATE MACRO departments(seed) AS
    getvariable('departments')[1 + rnd(seed, 14, len(getvariable('departments')))];
CREATE MACRO module(seed) AS getvariable('modules')[1 + rnd(seed, 15, len(getvariable('modules')))];
-- One cell in some hundreds is spelled in another way than ISO.
CREATE MACRO spelled(stamp, seed, iso, other) AS CASE
    WHEN stamp IS NULL THEN '' WHEN rnd(seed, 16, 400) = 0 THEN strftime(stamp, other) ELSE iso END;
CREATE MACRO in_time(second) AS CASE WHEN second <= 1672531199 THEN make_timestamp(second * 1000000) END;
CREATE MACRO moment(second, seed) AS spelled(
    in_time(second), seed, CAST(in_time(second) AS VARCHAR), '%Y/%-m/%-d %H:%M:%S');
CREATE MACRO in_days(day) AS CASE WHEN day <= 19357 THEN DATE '1970-01-01' + CAST(day AS INTEGER) END;
CREATE MACRO date_cell(day, seed) AS spelled(in_days(day), seed, CAST(in_days(day) AS VARCHAR), '%Y/%-m/%-d');
"""


@dataclass(frozen=True)
class Refused:
    """A row made to be refused."""

    export_name: str
    file_name: str
    row_number: int
    reason: str


@dataclass(frozen=True)
class _Plan:
    """How many rows an export has, how they are spread over files, and which are bad."""

    name: str
    export: Synthetic
    rows: int

    @property
    def period(self) -> int:
        """One row of so many is bad: the one in their middle. Their first is always good."""
        return min(BAD_ONE_IN, self.rows // (len(self.export.flaws) + 1))

    @property
    def files(self) -> list[tuple[str, int, int]]:
        """File name, first row, the row after the last."""
        parts = self.export.parts
        bounds = [self.rows * part // parts for part in range(parts + 1)]
        suffixes = [f"_{part + 1}" if parts > 1 else "" for part in range(parts)]
        return [
            (f"{self.export.chinese}_{EXPORT_DAY}{suffix}.csv", first, last)
            for suffix, first, last in zip(suffixes, bounds, bounds[1:], strict=False)
        ]

    def refused(self) -> Iterator[Refused]:
        for file_name, first, last in self.files:
            blocks = range(first // self.period, last // self.period + 1)
            for block in blocks:
                row = block * self.period + self.period // 2
                if first <= row < last:
                    reason = self.export.flaws[block % len(self.export.flaws)].reason
                    yield Refused(self.name, file_name, row - first + 1, reason)


def plans(scale: float) -> list[_Plan]:
    """Return what is written at a scale, export by export."""
    return [_Plan(name, export, _rows(export, scale)) for name, export in EXPORTS.items()]


def _rows(export: Synthetic, scale: float) -> int:
    if export.fixed:
        return export.rows
    wanted = max(round(export.rows * scale), 4 * (len(export.flaws) + 1))
    return min(wanted, export.most_rows or wanted)


def intended(scale: float) -> list[Refused]:
    """Return the rows that landing must refuse, and why."""
    return [refused for plan in plans(scale) for refused in plan.refused()]


def generate(
    scale: float, out: Path, names: Collection[str] | None = None, kept: Mapping[str, str] = _ALL
) -> int:
    """Write the files of a scale into `out`, which is made; returns their bytes.

    `names` are the landed names of the exports to write, by default all; what is in a file does not depend
    on which others are written. `kept` says, by landed name, which rows to write: a condition on what the
    export's `layers` define; all where there is none. Raises ValueError for an unknown name.
    """
    chosen = _chosen(scale, names)
    out.mkdir(parents=True, exist_ok=True)
    written = [(plan, out / name, first, last) for plan in chosen for name, first, last in plan.files]
    with _writer() as con:
        for plan, path, first, last in written:
            _write(con, path, plan, _lines(plan, first, last, kept.get(plan.name, "true")))
    return sum(path.stat().st_size for _, path, _, _ in written)


def expected_bytes(scale: float, name: str) -> int:
    """Return about how many bytes an export's files will have: its rows, each as long as its first are."""
    (plan,) = _chosen(scale, [name])
    with _writer() as con:
        lines = _lines(plan, 0, min(plan.rows, _SAMPLED_ROWS))
        mean = con.execute(f"SELECT avg(strlen(line)) + 1 FROM ({lines})").fetchall()[0][0]
    return round(mean * plan.rows)


def _chosen(scale: float, names: Collection[str] | None) -> list[_Plan]:
    if unknown := set(names or ()) - EXPORTS.keys():
        raise ValueError(f"no exports: {', '.join(sorted(unknown))}; there are {', '.join(EXPORTS)}")
    return [plan for plan in plans(scale) if names is None or plan.name in names]


@contextmanager
def _writer() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as con:
        con.execute(_MACROS)
        _set_lists(con)
        yield con


def _set_lists(con: duckdb.DuckDBPyConnection) -> None:
    """The orgs, and the annexes as slots of 1000 users, each of a unit (one of its members) and a year."""
    organizations = f"read_csv('{SEEDS / 'organizations.csv'}', all_varchar = true)"
    targets = f"read_csv('{SEEDS / 'registration_targets.csv'}', all_varchar = true)"
    codes = f"(SELECT list(org_code ORDER BY org_code) FROM {organizations} WHERE org_type <> 'target_group'"
    con.execute(f"SET VARIABLE all_orgs = {codes})")
    con.execute(f"SET VARIABLE local_orgs = {codes} AND is_local = 'true')")
    con.execute(f"SET VARIABLE departments = {codes} AND is_department = 'true')")
    con.execute(
        f"""SET VARIABLE modules =
        (SELECT list(module_code ORDER BY module_code) FROM '{SEEDS / "modules.csv"}')"""
    )
    con.execute(f"""
        CREATE TEMP TABLE slots AS
        WITH members AS (
            SELECT target_unit_code, list(org_code ORDER BY org_code) AS codes FROM {organizations}
            WHERE org_type <> 'target_group' AND target_unit_code IS NOT NULL GROUP BY ALL
        ),
        figures AS (
            SELECT codes, CAST(year AS INTEGER) AS year,
                unnest(range(CAST(CAST(target_wan AS DECIMAL(9, 1)) * 10 AS BIGINT))) AS number
            FROM {targets} INNER JOIN members USING (target_unit_code)
        )
        SELECT codes[1 + number % len(codes)] AS org, epoch(make_date(year, 1, 1)) AS start
        FROM figures ORDER BY codes[1], year, number""")
    con.execute("SET VARIABLE slot_orgs = (SELECT list(org ORDER BY rowid) FROM slots)")
    con.execute("SET VARIABLE slot_starts = (SELECT list(CAST(start AS BIGINT) ORDER BY rowid) FROM slots)")


def _write(con: duckdb.DuckDBPyConnection, path: Path, plan: _Plan, lines: str) -> None:
    # The line is made here and written as it is: DuckDB's writer knows no rows that lack a cell.
    header = ",".join(plan.export.cells)
    con.execute(
        f"""COPY (SELECT line AS "\ufeff{header}" FROM ({lines})) TO '{path}'
        (FORMAT csv, HEADER true, DELIMITER '\x01', QUOTE '\x02', ESCAPE '\x02')"""
    )


def _lines(plan: _Plan, first: int, last: int, kept: str = "true") -> str:
    """Build the query of a file's lines, in order, of the rows for which `kept` holds."""
    export, period = plan.export, plan.period
    flaws = list(enumerate(export.flaws))
    duplicates = [place for place, flaw in flaws if flaw.reason.startswith("duplicate")]
    whole = [place for place, flaw in flaws if flaw.reason == "duplicate_row"]
    rows = f"""
        SELECT i,
            CASE WHEN i % {period} = {period // 2} THEN i // {period} % {len(flaws)} END AS flaw,
            i // {period} // 2 * {period} AS twin
        FROM range({first}, {last}) AS numbers (i)"""
    rows = f"""
        SELECT flaw,
            CASE {" ".join(f"WHEN flaw = {place} THEN twin" for place in duplicates)} ELSE i END AS key_seed,
            CASE {" ".join(f"WHEN flaw = {place} THEN twin" for place in whole)} ELSE i END AS seed
        FROM ({rows})"""
    for layer in export.layers:
        rows = f"SELECT *, {layer} FROM ({rows})"
    cells = [_cell(header, cell, flaws) for header, cell in export.cells.items()]
    last_cell = f"',' || {cells[-1]}"
    ends = {"''": [place for place, flaw in flaws if flaw.short]}
    ends[f"{last_cell} || ',多出'"] = [place for place, flaw in flaws if flaw.long]
    odd = [f"WHEN flaw = {place} THEN {end}" for end, places in ends.items() for place in places]
    if odd:
        last_cell = f"CASE {' '.join(odd)} ELSE {last_cell} END"
    all_but_last = " || ',' || ".join(cells[:-1])
    return f"SELECT {all_but_last} || {last_cell} AS line FROM ({rows}) WHERE {kept}"


def _cell(header: str, cell: str, flaws: list[tuple[int, Flaw]]) -> str:
    others = " ".join(
        f"WHEN {place} THEN {flaw.cells[header]}" for place, flaw in flaws if header in flaw.cells
    )
    return f"CASE flaw {others} ELSE {cell} END" if others else f"({cell})"


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, required=True, help="1 is the province")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--names", nargs="+", choices=EXPORTS, help="the exports to write (default all)")
    options = parser.parse_args()
    print(f"{generate(options.scale, options.out, options.names):,} bytes in {options.out}")


if __name__ == "__main__":
    main()
