"""The whole job beside its peers: `python -m benchmarks.peers`.

The product, the floor (DuckDB by hand), polars and pandas land all eleven exports, refuse the same rows for
the same reasons and judge the same verdicts; nothing is reported unless theirs are ours. Each is a fresh
process, in turn.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.compare import differences, refused_rows
from benchmarks.generate import intended
from benchmarks.measure import Run, python
from benchmarks.run import WORK, exports, fresh, refresh

TITLE = "Peers: the whole job"
OURS = "`gonghui refresh`"
PEERS = {"the floor": "floor", "polars": "peer_polars", "pandas": "peer_pandas"}
"""Who does it by hand, and its module, which takes INBOX and OUT."""

_NOTE = (
    "Left out by the floor, polars and pandas: any file but those the generator writes (other "
    "encodings, headers, dates, workbooks), checksums, the tests of what is built, comments, a release "
    "that readers keep if the next one fails, names, reasons and evidence beside the verdicts, outlook, "
    "rankings, totals, reports, Parquet of what is published. polars and pandas read, "
    "type, refuse and group; the few thousand rows that are left they give to the floor's SQL. Nobody "
    "reads the personal columns. pandas has no Parquet writer without pyarrow: DuckDB writes for it."
)


def measure(scale: float, work: Path, rounds: int) -> dict[str, list[Run]]:
    """Run all in turn on the exports of a scale; returns runs by who, ours first.

    Stops the benchmark where verdicts, landed rows or refused rows are not ours.
    """
    inbox = exports(work, scale)
    wanted = set(intended(scale))
    runs: dict[str, list[Run]] = {who: [] for who in (OURS, *PEERS)}
    for _ in range(rounds):
        home = fresh(work / "home")
        _add(runs, OURS, refresh(inbox, home))
        for who, module in PEERS.items():
            out = fresh(work / "peer")
            arguments = ("-m", f"benchmarks.{module}", str(inbox), str(out))
            _add(runs, who, python(*arguments, environment={"POLARS_MAX_THREADS": "2"}))
            if found := differences(out, home):
                raise SystemExit(f"{who} did not do the same work:\n" + "\n".join(found))
            if refused_rows(out / "floor.duckdb") != wanted:
                raise SystemExit(f"{who} refused other rows than those made to be")
            fresh(out)
    fresh(work / "home")
    return runs


def _add(runs: dict[str, list[Run]], who: str, run: Run) -> None:
    runs[who].append(run)
    print(f"{who}: {run.wall:.2f} s", flush=True)


def section(scale: float, runs: Mapping[str, list[Run]]) -> str:
    """Lay out the runs for RESULTS.md: medians, and how they stand to ours, which come first."""
    figures = {
        who: (
            median(run.wall for run in its),
            median(run.cpu for run in its),
            max(run.peak_bytes for run in its) / 2**20,
            max(run.foreign_cpu for run in its),
        )
        for who, its in runs.items()
    }
    wall, cpu, peak, _ = next(iter(figures.values()))
    lines = [
        (who, f"{its[0]:.2f}", f"{its[1]:.2f}", f"{its[2]:.0f}", f"{its[3]:.1f}",
         f"{its[0] / wall:.2f}", f"{its[1] / cpu:.2f}", f"{its[2] / peak:.2f}")
        for who, its in figures.items()
    ]  # fmt: skip
    header = ("who", "wall s", "CPU s", "MiB", "others' CPU s", "× our wall", "× our CPU", "× our MiB")
    rounds = max(map(len, runs.values()))
    return "\n\n".join(
        [
            f"S = {scale:g}, from the exports to verdicts; {report.machine('polars')}. Each in a fresh "
            f"process, its imports included; medians of {rounds} runs in turn, the most memory and the most "
            "of others' CPU seconds. By `python -m benchmarks.peers`.",
            report.table(header, lines),
            _NOTE,
        ]
    )


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1, help="1 is the province (default 1)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each (default 3)")
    parser.add_argument("--work", type=Path, default=WORK, help="exports and outputs (default var/bench)")
    options = parser.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    text = section(options.scale, measure(options.scale, work, options.rounds))
    report.write(TITLE, text)


if __name__ == "__main__":
    main()
