"""What a refresh costs whatever the data: `python -m benchmarks.fixed`.

All on the sample, everything warm: as of another month, a range of months, and a what-if of one threshold,
documents aside; and the documents by themselves. The stages of the first say what stands between it and
nothing.
"""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.measure import WITHOUT_DOCUMENTS, Run, Stage, nodes, python, stages
from benchmarks.run import WORK, fresh
from orchestration.home import REFERENCE_SEEDS

TITLE = "What does not grow with the data"
_ROUNDS = (("2020-12", "2020-03..2020-08"), ("2021-12", "2021-03..2021-08"), ("2022-11", "2022-03..2022-08"))
"""Each round's one month, and its range: a month that has been released already would not be built."""
_MORE = 5
"""The months of a range after its first."""


def gonghui(*arguments: str) -> Run:
    """Run a command."""
    return python("-m", "orchestration.cli.main", *arguments, environment=WITHOUT_DOCUMENTS)


def other_threshold(folder: Path) -> Path:
    """Copy the reference seeds into `folder`, one threshold lower."""
    shutil.copytree(REFERENCE_SEEDS, folder)
    seed = folder / "thresholds.csv"
    before = seed.read_text(encoding="utf-8")
    after = before.replace("8.2.external_meetings,2022,,0.9,", "8.2.external_meetings,2022,,0.8,")
    if after == before:
        raise ValueError(f"{seed} has not the threshold that was to be lowered")
    seed.write_text(after, encoding="utf-8")
    return folder


def measure(work: Path) -> tuple[list[dict[str, Run]], list[list[Stage]], int]:
    """Run each in turn, in one home; returns the runs, the stages of a month, and how many nodes it has."""
    home, seeds = fresh(work / "home"), other_threshold(fresh(work / "seeds"))
    place = ("--home", str(home))
    gonghui("refresh", *place)
    log = home / "logs" / "refresh.log"
    runs, cut, built = [], [], 0
    for month, months in _ROUNDS:
        one = gonghui("refresh", *place, "--as-of", month)
        cut.append(stages(one, log))
        built = len(nodes(one, log))
        what_if = gonghui("what-if", *place, "--reference", str(seeds), "--as-of", month)
        documents = gonghui("bulletin", *place)
        several = gonghui("refresh", *place, "--as-of", months)
        runs.append({"month": one, "what-if": what_if, "documents": documents, "range": several})
    for leftover in (home, seeds):
        fresh(leftover)
    return runs, cut, built


def section(runs: Sequence[dict[str, Run]], cut: Sequence[Sequence[Stage]], built: int) -> str:
    """Lay out the runs for RESULTS.md."""
    wall, cpu = (
        {name: median(getattr(each[name], what) for each in runs) for name in runs[0]}
        for what in ("wall", "cpu")
    )
    more = [(each["range"].wall - each["month"].wall) / _MORE for each in runs]
    more_cpu = [(each["range"].cpu - each["month"].cpu) / _MORE for each in runs]
    lines = [
        ("refresh, as of another month", f"{wall['month']:.2f}", f"{cpu['month']:.2f}"),
        ("refresh, a range of six months", f"{wall['range']:.2f}", f"{cpu['range']:.2f}"),
        ("of it each month after the first", f"{median(more):.2f}", f"{median(more_cpu):.2f}"),
        ("what-if of one threshold", f"{wall['what-if']:.2f}", f"{cpu['what-if']:.2f}"),
        ("documents, workbooks and site", f"{wall['documents']:.2f}", f"{cpu['documents']:.2f}"),
    ]
    return "\n\n".join(
        [
            f"The sample, everything warm, documents aside; {report.machine()}. Medians of {len(runs)} "
            f"rounds in turn; a month builds {built} dbt nodes. By `python -m benchmarks.fixed`.",
            report.table(("what", "wall s", "CPU s"), lines),
            report.stage_table(cut),
        ]
    )


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=WORK, help="homes (default var/bench)")
    options = parser.parse_args()
    text = section(*measure(options.work.resolve() / "fixed"))
    report.write(TITLE, text)


if __name__ == "__main__":
    main()
