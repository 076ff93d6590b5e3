"""What each trick saves of a refresh: `python -m benchmarks.tricks [--rounds 9]`.

A trick is what no reader expects and only speed is the reason for. For each, a copy of the project does
without it; the project and the copy refresh the sample as of other months in turn, everything warm.
"""

import argparse
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.measure import CHECKOUT, WITHOUT_DOCUMENTS, Run, python
from benchmarks.run import WORK, fresh

TITLE = "What the tricks save"
_NOT_OURS = shutil.ignore_patterns("target", "logs", "__pycache__")
# From the first in force on: one that has been released already would not be built.
_MONTHS = tuple(f"{2020 + number // 12}-{number % 12 + 1:02}" for number in range(2, 36))
_ROOMS = ("dbt_project", "orchestration", "seeds", "analyses")


@dataclass(frozen=True)
class Trick:
    """What is told of it, and how the project does without it: in a file, a text and what stands for it."""

    name: str
    file: str
    text: str
    instead: str
    is_of_dbt: bool = False
    """Whether it is one of the builds that dbt itself runs: both sides have it do so."""


_RUN_AGAIN = Trick(
    "what dbt ran in a whole build is run again without it",
    "orchestration/refreshing/recorded.py",
    "    for folder in (home, dbt_build.INSTALLED):\n",
    "    for folder in ():\n",
)
TRICKS = (
    _RUN_AGAIN,
    Trick(
        "dbt is imported and parsed with the garbage collector off, and what came of it is frozen",
        "orchestration/dbt_build.py",
        "    gc.disable()\n    try:\n        yield\n    finally:\n        gc.freeze()\n        gc.enable()\n",
        "    yield\n",
        is_of_dbt=True,
    ),
    Trick(
        "the command ends by os._exit",
        "orchestration/cli/main.py",
        "    os._exit(code)\n",
        "    sys.exit(code)\n",
    ),
    Trick(
        "a materialization of our own for tables",
        "dbt_project/macros/create_table.sql",
        "{% materialization table, adapter='duckdb' %}",
        "{% materialization unused_table, adapter='duckdb' %}",
        is_of_dbt=True,
    ),
)


def without(tricks: Sequence[Trick], folder: Path) -> Path:
    """Copy the project into `folder`, and do without `tricks` there; raises ValueError where one is gone."""
    folder.mkdir(parents=True)
    for room in _ROOMS:
        shutil.copytree(CHECKOUT / room, folder / room, ignore=_NOT_OURS)
    for trick in tricks:
        path = folder / trick.file
        source = path.read_text(encoding="utf-8")
        if source.count(trick.text) != 1:
            raise ValueError(f"{trick.file} has no {trick.text!r} any more: {trick.name}")
        path.write_text(source.replace(trick.text, trick.instead), encoding="utf-8")
    return folder


def refreshed(project: Path, home: Path, month: str) -> Run:
    """Refresh the sample in `home` with the code of `project`."""
    path = os.pathsep.join([str(project), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**WITHOUT_DOCUMENTS, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    command = ("-m", "orchestration.cli.main", "refresh", "--home", str(home), "--as-of", month)
    return python(*command, environment=environment)


def measure(trick: Trick, work: Path, rounds: int) -> list[tuple[Run, Run]]:
    """Refresh with a trick and without it in turn; returns the runs in this order."""
    shared = [_RUN_AGAIN] if trick.is_of_dbt else []
    projects = (
        without(shared, fresh(work / "project-with")),
        without([*shared, trick], fresh(work / "project-without")),
    )
    homes = fresh(work / "with"), fresh(work / "without")
    runs = []
    for month in _MONTHS[: rounds + 1]:
        first, second = (refreshed(*each, month) for each in zip(projects, homes, strict=True))
        runs.append((first, second))
        print(f"{trick.name}, {month}: {first.wall:.2f} s with, {second.wall:.2f} s without", flush=True)
    for leftover in (*homes, *projects):
        fresh(leftover)
    return runs[1:]  # the first of a home builds all, and parses


def section(measured: Sequence[tuple[Trick, Sequence[tuple[Run, Run]]]]) -> str:
    """Lay out the runs for RESULTS.md."""
    lines = []
    for trick, runs in measured:
        walls = [median(run.wall for run in side) for side in zip(*runs, strict=True)]
        cpus = [median(run.cpu for run in side) for side in zip(*runs, strict=True)]
        saved = f"{walls[1] - walls[0]:+.2f}"
        ratios = sorted(second.wall / first.wall for first, second in runs)
        lines.append(
            (
                trick.name,
                *(f"{value:.2f}" for value in (*walls, *cpus)),
                saved,
                f"{median(ratios):.3f}",
                f"{ratios[0]:.2f} to {ratios[-1]:.2f}",
            )
        )
    head = (
        *("trick", "with it, wall s", "without", "with it, CPU s", "without"),
        *("saves s", "without ÷ with", "of pairs"),
    )
    return "\n\n".join(
        [
            "The sample as of one month after another, everything warm, documents aside; "
            f"{report.machine()}. Medians of {len(measured[0][1])} pairs in turn; "
            "what is of dbt, where dbt builds by itself. "
            "By `python -m benchmarks.tricks`.",
            report.table(head, lines),
        ]
    )


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--work", type=Path, default=WORK, help="homes and copies (default var/bench)")
    options = parser.parse_args()
    work = options.work.resolve() / "tricks"
    text = section([(trick, measure(trick, work, options.rounds)) for trick in TRICKS])
    report.write(TITLE, text)


if __name__ == "__main__":
    main()
