"""The measurements as tables, for the terminal and for RESULTS.md."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.measure import Run, Stage

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "dagster-dbt", "pandas")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a Markdown table, numbers to the right."""
    lines = [f"| {' | '.join(header)} |", f"|---|{'---:|' * (len(header) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def machine(*more: str) -> str:
    """Say what the numbers were measured on; `more` are packages whose versions matter too."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"model name\s*: (.*)", info)
    memory = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(encoding="ascii"))[1])
    versions = ", ".join(f"{name} {version(name)}" for name in (*PACKAGES, *more))
    return (
        f"{date.today():%Y-%m-%d}; {os.cpu_count()} cores of {model[1] if model else platform.processor()}, "
        f"{memory / 2**20:.0f} GiB of memory, {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, {versions}"
    )


def write(title: str, text: str, results: Path = RESULTS) -> None:
    """Print a section, headed `## TITLE`, and put it into RESULTS.md in place of the one before.

    The others stay: the scales come first, then the rest by title.
    """
    section = f"## {title}\n\n{text}"
    print(section)
    parts = results.read_text(encoding="utf-8").split("\n## ") if results.exists() else ["# Results\n"]
    kept = [part.rstrip() for part in parts[1:] if part.partition("\n")[0] != title]
    sections = [*(f"## {part}" for part in kept), section]
    sections.sort(key=lambda part: (not part.startswith("## S = "), part))
    results.write_text("\n\n".join([parts[0].rstrip(), *sections]) + "\n", encoding="utf-8")


def runs_table(pairs: Sequence[tuple[Run, Run]]) -> str:
    """Lay out the runs in turn, then medians and ratios."""
    header = ("pair", "floor wall s", "CPU s", "MiB", "others' CPU s", "product wall s", "CPU s", "MiB",
              "others' CPU s", "wall ratio", "CPU ratio")  # fmt: skip
    rows = [
        (f"{number}", *_numbers(floor), f"{floor.foreign_cpu:.1f}", *_numbers(product),
         f"{product.foreign_cpu:.1f}", f"{product.wall / floor.wall:.2f}", f"{product.cpu / floor.cpu:.2f}")
        for number, (floor, product) in enumerate(pairs, 1)
    ]  # fmt: skip
    walls, cpus = (
        [median(getattr(run, what) for run in side) for side in zip(*pairs, strict=True)]
        for what in ("wall", "cpu")
    )
    peaks = [max(run.peak_bytes for run in side) for side in zip(*pairs, strict=True)]
    middle = [
        cell
        for side in (0, 1)
        for cell in (f"{walls[side]:.2f}", f"{cpus[side]:.2f}", f"{peaks[side] / 2**20:.0f} (most)", "")
    ]
    rows.append(("median", *middle, f"{walls[1] / walls[0]:.2f}", f"{cpus[1] / cpus[0]:.2f}"))
    return table(header, rows)


def _numbers(run: Run) -> tuple[str, str, str]:
    return f"{run.wall:.2f}", f"{run.cpu:.2f}", f"{run.peak_bytes / 2**20:.0f}"


def stage_table(of_runs: Sequence[Sequence[Stage]]) -> str:
    """Lay out the median seconds and the most memory of each stage, over runs with the same stages."""
    rows = [
        (same[0].name, f"{median(stage.seconds for stage in same):.2f}",
         _mebibytes(max(stage.peak_bytes for stage in same)))
        for same in zip(*of_runs, strict=True)
    ]  # fmt: skip
    return table(("stage of the product", "median s", "most MiB"), rows)


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:.0f}" if size else "–"  # a stage that no sample fell into


def simple_table(rows: Iterable[tuple[str, Run]]) -> str:
    """Lay out single runs with what they are."""
    cells = [(name, *_numbers(run)) for name, run in rows]
    return table(("what", "wall s", "CPU s", "MiB"), cells)
