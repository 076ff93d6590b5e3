"""How landing and build grow with the data: `python -m benchmarks.growth --scales 0.1 1 10`.

The same at every scale: one export is generated, landed alone in a fresh process, and its CSV deleted before
the next one is made, so the disk holds one export at a time; then one refresh builds and publishes over all
that landed.
"""

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks import report
from benchmarks.generate import expected_bytes, plans
from benchmarks.measure import WITHOUT_DOCUMENTS, Run, python
from benchmarks.run import WORK, fresh
from benchmarks.synthetic import EXPORTS

TITLE = "Growth"
# Times the CSV: it, what landing spills, the Parquet it writes; and a margin for everyone else.
_ROOM_FOR_LANDING = 3
_MARGIN = 2 * 10**9
_ROWS_FOR_A_SLOPE = 100_000


class DiskTooSmall(Exception):
    """There is not the room that a step needs; nothing of the step was begun."""


@dataclass(frozen=True)
class Landing:
    """One export, landed alone; sizes in bytes."""

    name: str
    rows: int
    csv_bytes: int
    parquet_bytes: int
    run: Run


@dataclass(frozen=True)
class Measured:
    """A whole scale: its landings in order, and the refresh that builds and publishes over them."""

    scale: float
    landings: tuple[Landing, ...]
    build: Run

    @property
    def rows(self) -> int:
        """The rows of all exports."""
        return sum(landing.rows for landing in self.landings)

    def steps(self) -> list[tuple[str, int, Run]]:
        """What was run, with the rows that it had to do with."""
        landings = [(EXPORTS[one.name].chinese, one.rows, one.run) for one in self.landings]
        return [*landings, ("build, audit, publish", self.rows, self.build)]

    def total(self, seconds: Callable[[Run], float]) -> float:
        """Add up something of every run."""
        return sum(seconds(run) for _, _, run in self.steps())


def measure(scale: float, work: Path) -> Measured:
    """Measure one scale in `work`, which is emptied before and after; raises DiskTooSmall."""
    fresh(work).mkdir(parents=True)
    home = work / "home"
    try:
        landings = land_each(scale, work, home)
        build = python(
            "-m", "orchestration.cli.main", "refresh", "--home", str(home), environment=WITHOUT_DOCUMENTS
        )
    finally:
        fresh(work)
    print(f"S = {scale:g}: build, audit, publish {build.wall:.1f} s", flush=True)
    return Measured(scale, landings, build)


def land_each(scale: float, work: Path, home: Path) -> tuple[Landing, ...]:
    """Generate, land and delete one export after the other; raises DiskTooSmall."""
    require_room(scale, max(EXPORTS, key=lambda name: expected_bytes(scale, name)), work)
    return tuple(_land(scale, name, work, home) for name in EXPORTS)


def require_room(scale: float, name: str, work: Path) -> None:
    """Raise DiskTooSmall unless the disk of `work` has room for an export's CSV and for its landing."""
    size = expected_bytes(scale, name)
    needed, free = _ROOM_FOR_LANDING * size + _MARGIN, shutil.disk_usage(work).free
    if free < needed:
        raise DiskTooSmall(
            f"S = {scale:g} was not measured: {EXPORTS[name].chinese} is some {size / 1e9:.1f} GB of CSV and "
            f"needs {needed / 1e9:.1f} GB free to be landed; {work} has {free / 1e9:.1f} GB"
        )


def _land(scale: float, name: str, work: Path, home: Path) -> Landing:
    require_room(scale, name, work)
    inbox = fresh(work / "inbox")
    # In a process of its own: what we start must not be charged with our peak memory (measure.py).
    python("-m", "benchmarks.generate", "--scale", f"{scale:g}", "--out", str(inbox), "--names", name)
    csv_bytes = sum(path.stat().st_size for path in inbox.iterdir())
    run = python("-m", "benchmarks.alone", str(inbox), str(home))
    fresh(inbox)
    (rows,) = (plan.rows for plan in plans(scale) if plan.name == name)
    parquet_bytes = (home / "landed" / "current" / f"{name}.parquet").stat().st_size
    print(f"S = {scale:g}: {EXPORTS[name].chinese} {rows:,} rows, {run.wall:.1f} s", flush=True)
    return Landing(name, rows, csv_bytes, parquet_bytes, run)


def section(scales: Sequence[Measured], not_measured: str = "") -> str:
    """Lay out the scales, smallest first, for RESULTS.md."""
    sizes = "; ".join(
        f"S = {one.scale:g}: {one.rows:,} rows, {sum(each.csv_bytes for each in one.landings) / 1e6:,.0f} MB "
        f"of CSV, {sum(each.parquet_bytes for each in one.landings) / 1e6:,.0f} MB of landed Parquet, "
        f"others' CPU {one.total(lambda run: run.foreign_cpu):.1f} s"
        for one in scales
    )
    parts = [
        f"{report.machine()}. One export after the other is generated, landed alone into the same home in a "
        "fresh process (start-up and imports included), and deleted; then one refresh builds over all of "
        f"them. {sizes}. By `python -m benchmarks.growth`.",
        _costs(scales),
    ]
    if len(scales) > 1:
        parts += [
            _growth(scales),
            "A ratio is that of the wall times. A slope is the wall time that a million more rows cost, "
            "start-up gone: the difference of the times over that of the rows, where there are "
            f"{_ROWS_FOR_A_SLOPE:,} more.",
        ]
    return "\n\n".join([*parts, *([f"{not_measured}."] if not_measured else [])])


def _costs(scales: Sequence[Measured]) -> str:
    header = [
        "what",
        *(f"S = {one.scale:g}: {what}" for one in scales for what in ("wall s", "CPU s", "MiB")),
    ]
    steps = [
        [same[0][0], *(cell for _, _, run in same for cell in _cells(run.wall, run.cpu, run.peak_bytes))]
        for same in zip(*(one.steps() for one in scales), strict=True)
    ]
    total = ["together (most MiB)"]
    for one in scales:
        most = max(run.peak_bytes for _, _, run in one.steps())
        total += _cells(one.total(lambda run: run.wall), one.total(lambda run: run.cpu), most)
    return report.table(header, [*steps, total])


def _cells(wall: float, cpu: float, peak_bytes: int) -> tuple[str, str, str]:
    return f"{wall:.2f}", f"{cpu:.2f}", f"{peak_bytes / 2**20:.0f}"


def _growth(scales: Sequence[Measured]) -> str:
    header = ["what"]
    for before, after in pairwise(scales):
        between = f"{before.scale:g} → {after.scale:g}"
        header += [f"{between}: rows ×", "wall ×", "MiB ×", "s per M rows"]
    lines = [
        [same[0][0], *(cell for before, after in pairwise(same) for cell in _slope(before[1:], after[1:]))]
        for same in zip(*(_sizes(one) for one in scales), strict=True)
    ]
    return report.table(header, lines)


def _sizes(scale: Measured) -> list[tuple[str, int, float, int]]:
    """The steps and their sum: name, rows, seconds of wall time, peak bytes."""
    steps = [(name, rows, run.wall, run.peak_bytes) for name, rows, run in scale.steps()]
    most = max(peak for *_, peak in steps)
    return [*steps, ("together (most MiB)", scale.rows, scale.total(lambda run: run.wall), most)]


def _slope(before: tuple[int, float, int], after: tuple[int, float, int]) -> tuple[str, str, str, str]:
    (few, small, least), (many, large, most) = before, after
    enough = many - few >= _ROWS_FOR_A_SLOPE
    slope = f"{(large - small) / (many - few) * 1e6:.2f}" if enough else "–"
    return f"{many / few:.1f}", f"{large / small:.2f}", f"{most / least:.2f}", slope


def main() -> int:
    """Read the command line, measure, print, write; returns 1 where the disk was too small for a scale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scales", type=float, nargs="+", default=[0.1, 1.0], help="default 0.1 1")
    parser.add_argument("--work", type=Path, default=WORK, help="one export and one home (default var/bench)")
    options = parser.parse_args()
    measured: list[Measured] = []
    not_measured = ""
    try:
        for scale in sorted(options.scales):
            measured.append(measure(scale, options.work.resolve() / "growth"))
    except DiskTooSmall as refused:
        not_measured = str(refused)
        print(not_measured, file=sys.stderr)
    if measured:
        text = section(measured, not_measured)
        report.write(TITLE, text)
    return int(bool(not_measured))


if __name__ == "__main__":
    sys.exit(main())
