"""What the check for lost keys (`shrunk`) costs: `python -m benchmarks.lost_keys --scale 1`.

An inbox is landed, and then once more under the next day's date, with the check and, by `--accept shrunk`,
without it, in turn: each in a fresh process, from a home that has the first landing.
"""

import argparse
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.measure import Run, python
from benchmarks.run import WORK, exports, fresh

TITLE = "The check for lost keys, S = {scale:g}"
_DATE, _NEXT = "_20230103", "_20230104"


def a_day_later(inbox: Path, later: Path) -> Path:
    """Fill `later` with the files of an inbox, dated a day later."""
    later.mkdir(parents=True)
    for path in inbox.iterdir():
        os.link(path, later / path.name.replace(_DATE, _NEXT))
    return later


def measure(inbox: Path, work: Path, rounds: int) -> list[tuple[Run, Run]]:
    """Land an inbox over itself in turn, the check left out and made; returns the runs in this order."""
    landed, later = fresh(work / "landed"), a_day_later(inbox, fresh(work / "later"))
    python("-m", "benchmarks.alone", str(inbox), str(landed))
    runs = []
    for number in range(rounds):
        pair = []
        for accept in ("shrunk", ""):
            home = fresh(work / "home")
            shutil.copytree(landed, home, symlinks=True, copy_function=os.link)
            pair.append(python("-m", "benchmarks.alone", str(later), str(home), accept))
        runs.append((pair[0], pair[1]))
        print(f"round {number + 1}: {pair[0].wall:.2f} s without, {pair[1].wall:.2f} s with", flush=True)
    for leftover in ("landed", "later", "home"):
        fresh(work / leftover)
    return runs


def section(runs: Sequence[tuple[Run, Run]]) -> str:
    """Lay out the runs for RESULTS.md."""
    lines = [
        (
            name,
            f"{median(run.wall for run in of_one):.2f}",
            f"{median(run.cpu for run in of_one):.2f}",
            f"{max(run.peak_bytes for run in of_one) / 2**20:.0f}",
            f"{max(run.foreign_cpu for run in of_one):.1f}",
        )
        for name, of_one in zip(("without it", "with it"), zip(*runs, strict=True), strict=True)
    ]
    wall, cpu = (
        (median(part(one) for _, one in runs), median(part(one) for one, _ in runs))
        for part in (lambda run: run.wall, lambda run: run.cpu)
    )
    return "\n\n".join(
        [
            f"All exports landed over themselves; {report.machine()}. Each in a fresh process, its imports "
            f"included; medians of {len(runs)} rounds in turn, the most memory and the most of others' CPU "
            "seconds. By `python -m benchmarks.lost_keys`.",
            report.table(("landing", "wall s", "CPU s", "MiB", "others' CPU s"), lines),
            f"The check costs {wall[0] - wall[1]:.2f} s, {wall[0] / wall[1]:.2f} × the wall time without it; "
            f"{cpu[0] - cpu[1]:.2f} s of CPU, {cpu[0] / cpu[1]:.2f} ×.",
        ]
    )


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.1, help="1 is the province (default 0.1)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=WORK, help="exports and homes (default var/bench)")
    options = parser.parse_args()
    work = options.work.resolve()
    text = section(measure(exports(work, options.scale), work / "lost-keys", options.rounds))
    title = TITLE.format(scale=options.scale)
    report.write(title, text)


if __name__ == "__main__":
    main()
