"""The static site of a published file, written anew: `python -m benchmarks.site --home var/demo`.

`make demo` makes such a home. Each round is a fresh process, its imports included.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.measure import CHECKOUT, Run, python
from benchmarks.run import WORK, fresh

TITLE = "The static site"
_WRITE = "import sys; from pathlib import Path; from orchestration.bulletin import site; "
_WRITE += "site.write(*map(Path, sys.argv[1:]))"


def measure(published: Path, into: Path, rounds: int) -> list[Run]:
    """Write the site of a published file into `into`, once a round."""
    return [python("-c", _WRITE, str(published), str(fresh(into))) for _ in range(rounds)]


def section(runs: Sequence[Run], folder: Path) -> str:
    """Lay out the runs, and the sizes of what the last one wrote, for RESULTS.md."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    line = (
        f"{len(sizes)} files",
        f"{sum(sizes) / 1e6:.1f}",
        f"{max(sizes) / 1e3:.0f}",
        f"{median(run.wall for run in runs):.2f}",
        f"{median(run.cpu for run in runs):.2f}",
        f"{max(run.peak_bytes for run in runs) / 2**20:.0f}",
        f"{max(run.foreign_cpu for run in runs):.1f}",
    )
    header = ("the site", "MB", "largest kB", "wall s", "CPU s", "MiB", "others' CPU s")
    return "\n\n".join(
        [
            f"{report.machine('jinja2')}. Each of {len(runs)} rounds in a fresh process, its imports "
            "included; medians, the most memory and the most of others' CPU seconds. By "
            "`python -m benchmarks.site`.",
            report.table(header, [line]),
        ]
    )


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--home", type=Path, default=CHECKOUT / "var/demo", help="what was refreshed")
    options = parser.parse_args()
    published, into = options.home.resolve() / "warehouse/gonghui.duckdb", WORK / "site"
    text = section(measure(published, into, options.rounds), into)
    report.write(TITLE, text)


if __name__ == "__main__":
    main()
