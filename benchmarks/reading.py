"""What reading a large CSV costs beside a bare `read_csv`: `python -m benchmarks.reading --scale 1`.

Both scan the same columns of the same file, cast them, and group the rows by organization and month; the
product's side is the quick reading (landing/plain.py), which besides says of each row whether it is plain. A
digest of all columns keeps DuckDB from leaving any out.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

import duckdb

from benchmarks import floor, report
from benchmarks.run import WORK, exports
from orchestration.landing import RAW_EXPORTS
from orchestration.landing.bench import open_bench
from orchestration.landing.csv_file import plain_cells
from orchestration.landing.csv_text import find_head
from orchestration.landing.encodings import UTF_8
from orchestration.landing.plain import UNREAD, plain_rows
from orchestration.reference import ReferenceSeeds, known_codes

TITLE = "Reading, S = {scale:g}"
_MONTH_OF = {"registered_users": "registered_at", "workflow_items": "accepted_at"}
"""The exports that are read, the two largest, and the moment whose month their rows are grouped by."""


@dataclass(frozen=True)
class Read:
    """One reading: its seconds, what was read, and how many rows are not plain."""

    wall: float
    cpu: float
    groups: int
    rows: int
    digest: int
    unread: int


def bare(table: floor.Table, file: Path) -> str:
    """The rows of a file, cast as the floor casts them."""
    columns = [f"{floor.typed(table, cell, name, kind)} AS {name}" for cell, name, kind in table.columns]
    types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(table.width + 1))
    options = (
        f"auto_detect = false, header = false, skip = 1, delim = ',', quote = '\"', escape = '\"', "
        f"null_padding = true, columns = {{{types}}}"
    )
    return f"SELECT {', '.join(columns)}, NULL AS {UNREAD} FROM read_csv('{file}', {options})"


def plain(table: floor.Table, file: Path) -> str:
    """The rows of a file as landing reads them first."""
    [export] = (export for export in RAW_EXPORTS if export.name == table.name)
    cells = plain_cells(file, find_head(export, file, UTF_8))
    return plain_rows(export, cells, date.fromisoformat(floor.EXPORT_DATE))


def read(con: duckdb.DuckDBPyConnection, table: floor.Table, rows: str) -> Read:
    """Group the rows by organization and month."""
    moment = _MONTH_OF[table.name]
    began, worked = time.perf_counter(), time.process_time()
    [found] = con.execute(
        f"""SELECT count(*), sum(rows), bit_xor(digest), sum(unread) FROM (
            SELECT org_code, date_trunc('month', {moment}), count(*) AS rows, count({UNREAD}) AS unread,
                bit_xor(hash({", ".join(table.names)})) AS digest
            FROM ({rows}) GROUP BY ALL
        )"""
    ).fetchall()
    return Read(time.perf_counter() - began, time.process_time() - worked, *found)


def measure(inbox: Path, scratch: Path, rounds: int) -> dict[str, list[tuple[Read, Read]]]:
    """Read in turn, bare and as the product does, after a round that warms; returns the runs by export."""
    con = open_bench(scratch, known_codes(ReferenceSeeds()), []).con
    con.execute("CREATE TYPE org AS ENUM (SELECT unnest(enum_range(NULL::orgs)))")
    con.execute("CREATE TYPE module AS ENUM (SELECT unnest(enum_range(NULL::modules)))")
    found = {}
    for table in floor.TABLES:
        if table.name in _MONTH_OF:
            files = sorted(inbox.glob(f"{table.chinese}_*.csv"))
            queries = [" UNION ALL ".join(of(table, file) for file in files) for of in (bare, plain)]
            runs = [(read(con, table, queries[0]), read(con, table, queries[1])) for _ in range(rounds + 1)]
            found[table.chinese] = runs[1:]
    con.close()
    return found


def section(found: dict[str, Sequence[tuple[Read, Read]]]) -> str:
    """Lay out the runs for RESULTS.md."""
    lines = []
    for name, runs in found.items():
        bare_wall, plain_wall = (median(one.wall for one in side) for side in zip(*runs, strict=True))
        bare_cpu, plain_cpu = (median(one.cpu for one in side) for side in zip(*runs, strict=True))
        rows, unread = runs[-1][1].rows, runs[-1][1].unread
        lines.append(
            (
                name,
                *(f"{number:,}" for number in (rows, unread)),
                *(f"{seconds:.2f}" for seconds in (bare_wall, plain_wall)),
                f"{plain_wall / bare_wall:.2f}",
                *(f"{seconds:.2f}" for seconds in (bare_cpu, plain_cpu)),
                f"{plain_cpu / bare_cpu:.2f}",
            )
        )
    head = ("export", "rows", "not plain", "bare, wall s", "ours", "ratio", "bare, CPU s", "ours", "ratio")
    return "\n\n".join(
        [
            f"The same columns read, cast, grouped by organization and month; {report.machine()}. In one "
            f"process in turn; medians of {len(next(iter(found.values())))} rounds. By "
            "`python -m benchmarks.reading`.",
            report.table(head, lines),
        ]
    )


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.1, help="1 is the province (default 0.1)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=Path, default=WORK, help="exports (default var/bench)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        text = section(measure(exports(options.work.resolve(), options.scale), Path(scratch), options.rounds))
    title = TITLE.format(scale=options.scale)
    report.write(title, text)


if __name__ == "__main__":
    main()
