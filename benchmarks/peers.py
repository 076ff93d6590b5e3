"""Our landing beside its peers on one million rows of 注册用户: `python -m benchmarks.peers`.

The floor, polars and pandas do the same work by hand: they read the CSV once without its personal columns,
type it, refuse the same rows for the same reasons and write Parquet; nothing is reported unless their rows
are ours. dbt's stock seed loader only loads. Each is a fresh process, in turn.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

import duckdb

from benchmarks import by_hand, report
from benchmarks.measure import Run, python
from benchmarks.run import WORK, exports, fresh

TITLE = "Peers: 1 M rows"
ROWS = 1_000_000
EXPORT = "注册用户_20230103.csv"
SEED = "registered_users"

_PROFILES = """stock:
  target: build
  outputs:
    build: {{type: duckdb, path: "{database}", threads: 2}}
"""
_PROJECT = """name: stock
version: "1.0"
profile: stock
flags: {{send_anonymous_usage_stats: false}}
seeds:
  stock:
    +column_types: {{{types}}}
"""


@dataclass(frozen=True)
class Peer:
    """Who does the work: `arguments` of a fresh Python, given where to write, and where the rows then lie.

    What only loads has no `landed`.
    """

    name: str
    arguments: Callable[[Path], tuple[str, ...]]
    landed: Callable[[Path], Path] | None


def peers(inbox: Path, project: Path) -> tuple[Peer, ...]:
    """Return all of them, ours first; `inbox` holds EXPORT alone, `project` is what `stock_project` wrote."""
    file = str(inbox / EXPORT)
    alone = ("-m", "benchmarks.alone")
    at = ("--project-dir", str(project), "--profiles-dir", str(project))
    return (
        Peer(
            "`orchestration.landing.land`",
            lambda out: (*alone, "product", str(inbox), str(out)),
            lambda out: out / "landed" / "current",
        ),
        Peer("the floor", lambda out: (*alone, "floor", str(inbox), str(out)), lambda out: out),
        Peer("polars", lambda out: ("-m", "benchmarks.peer_polars", file, str(out)), lambda out: out),
        Peer("pandas", lambda out: ("-m", "benchmarks.peer_pandas", file, str(out)), lambda out: out),
        Peer(
            "`dbt seed`, stock loader (only loads)",
            lambda out: ("-m", "dbt.cli.main", "seed", *at, "--target-path", str(out / "target"),
                         "--log-path", str(out / "logs")),
            None,
        ),
    )  # fmt: skip


def first_rows(source: Path, rows: int, target: Path) -> None:
    """Copy the header and the first rows of a CSV without quoted line ends into `target`."""
    target.parent.mkdir(parents=True)
    with source.open("rb") as given, target.open("wb") as taken:
        taken.writelines(islice(given, rows + 1))


def stock_project(file: Path, project: Path) -> Path:
    """Write a dbt project with nothing but the rows of `file` as its seed; returns the database it fills.

    Every column is declared text: dbt need not guess, and a bad date does not stop it. A row with more cells
    than the header would: it loses them here.
    """
    (project / "seeds").mkdir(parents=True)
    with file.open("rb") as given, (project / "seeds" / f"{SEED}.csv").open("wb") as whole:
        header = given.readline()
        whole.write(header)
        for line in given:
            surplus = line.count(b",") - header.count(b",")
            whole.write(line.rsplit(b",", surplus)[0] + b"\n" if surplus else line)
    database = project / "stock.duckdb"
    types = ", ".join(f"{name}: varchar" for name in header.decode("utf-8-sig").strip().split(","))
    (project / "profiles.yml").write_text(_PROFILES.format(database=database), encoding="utf-8")
    (project / "dbt_project.yml").write_text(_PROJECT.format(types=types), encoding="utf-8")
    return database


def measure(source: Path, work: Path, rows: int = ROWS, rounds: int = 3) -> dict[str, list[Run]]:
    """Run all in turn on the first rows of a file of 注册用户, `work` being empty; returns runs by peer.

    What only loads runs once. Stops the benchmark where rows landed or refused are not ours.
    """
    first_rows(source, rows, work / "inbox" / EXPORT)
    database = stock_project(work / "inbox" / EXPORT, work / "stock")
    everyone = peers(work / "inbox", work / "stock")
    runs: dict[str, list[Run]] = {peer.name: [] for peer in everyone}
    outs = {peer.name: work / f"out-{place}" for place, peer in enumerate(everyone)}
    for number in range(rounds):
        for peer in everyone:
            if peer.landed is None and number:
                continue
            run = python(
                *peer.arguments(fresh(outs[peer.name])),
                environment={"DO_NOT_TRACK": "1", "POLARS_MAX_THREADS": "2"},
            )
            runs[peer.name].append(run)
            print(f"{peer.name}: {run.wall:.2f} s", flush=True)
    landed = {peer.name: peer.landed(outs[peer.name]) for peer in everyone if peer.landed}
    if found := differences(landed):
        raise SystemExit("they did not do the same work:\n" + "\n".join(found))
    with duckdb.connect(database, read_only=True) as con:
        loaded = con.execute(f"SELECT count(*) FROM {SEED}").fetchall()[0][0]
    if loaded != rows:
        raise SystemExit(f"dbt seed loaded {loaded} rows of {rows}")
    return runs


def differences(landed: Mapping[str, Path]) -> list[str]:
    """Compare the folders of registered_users.parquet and rejected_rows.parquet, each with the first of them.

    Returns a line per table that differs.
    """
    columns = ", ".join(
        f"CAST({name} AS {'TIMESTAMP' if name in by_hand.MOMENTS else 'VARCHAR'})"
        for name in by_hand.COLUMNS.values()
    )
    tables = {SEED: columns, "rejected_rows": "CAST(row_number AS BIGINT), CAST(reason AS VARCHAR)"}
    found = []
    with duckdb.connect() as con:
        for table, compared in tables.items():
            seen = {
                name: con.execute(
                    f"""SELECT count(*), sum(CAST(hash({compared}) AS HUGEINT))
                    FROM '{folder / f"{table}.parquet"}'"""
                ).fetchall()[0]
                for name, folder in landed.items()
            }
            ours = next(iter(seen.values()))
            found += [
                f"{name}: {table} has {theirs[0]} rows, ours {ours[0]}, and not the same"
                for name, theirs in seen.items()
                if theirs != ours
            ]
    return found


def section(runs: Mapping[str, list[Run]], rows: int = ROWS) -> str:
    """Lay out the runs for RESULTS.md: medians, and how they stand to ours, which come first."""
    figures = {
        name: (
            median(run.wall for run in of_peer),
            median(run.cpu for run in of_peer),
            max(run.peak_bytes for run in of_peer) / 2**20,
            max(run.foreign_cpu for run in of_peer),
        )
        for name, of_peer in runs.items()
    }
    wall, cpu, peak, _ = next(iter(figures.values()))
    lines = [
        (name, f"{its[0]:.2f}", f"{its[1]:.2f}", f"{its[2]:.0f}", f"{its[3]:.1f}",
         f"{its[0] / wall:.2f}", f"{its[1] / cpu:.2f}", f"{its[2] / peak:.2f}")
        for name, its in figures.items()
    ]  # fmt: skip
    header = ("who", "wall s", "CPU s", "MiB", "others' CPU s", "× our wall", "× our CPU", "× our MiB")
    rounds = max(map(len, runs.values()))
    return "\n\n".join(
        [
            f"The first {rows:,} rows of 注册用户 of S = 1; {report.machine('polars')}. Each in a fresh "
            f"process, its imports included; medians of {rounds} runs in turn (`dbt seed`: one), the most "
            "memory and the most of others' CPU seconds. By `python -m benchmarks.peers`.",
            report.table(header, lines),
            "The floor, polars and pandas land the same rows as our landing and refuse the same for the same "
            "reasons, but read nothing except what the generator writes; the floor makes its group-by too. "
            "pandas has no Parquet writer without pyarrow: DuckDB writes for it. dbt's stock loader only "
            "loads: every column as text, personal ones and bad rows included, into a DuckDB table. It stops "
            "at a row that lacks a cell, so its file has those cells filled in.",
        ]
    )


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="runs of each (default 3)")
    parser.add_argument("--work", type=Path, default=WORK, help="exports and outputs (default var/bench)")
    parser.add_argument("--source", type=Path, help="a file of 注册用户 (default that of S = 1 in --work)")
    options = parser.parse_args()
    work = options.work.resolve()
    source = options.source or exports(work, 1) / EXPORT
    folder = fresh(work / "peers")
    text = section(measure(source, folder, rounds=options.rounds))
    fresh(folder)
    print(f"## {TITLE}\n\n{text}")
    report.write(TITLE, text)


if __name__ == "__main__":
    main()
