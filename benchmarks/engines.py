"""DuckDB, Sail and Spark over the same landed exports: `make bench-engines SCALES="0.1 1 10"`.

What is landed once is refreshed by each engine in turn, in a fresh process and a fresh home, documents left
out; their verdicts must have one hash, or nothing is reported. The sample comes first: it warms Spark up, and
shows what a model costs whatever it holds.
"""

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.growth import land_each
from benchmarks.measure import WITHOUT_DOCUMENTS, Run, nodes, python
from benchmarks.run import WORK, fresh
from benchmarks.spark_server import FOR_SMALL_TABLES, Server, server
from orchestration.home import Home

TITLE = "Engines side by side"
_SAMPLE = 0.0


@dataclass(frozen=True)
class Engine:
    """What builds the models; `settings` are those of a server of Spark, None where there is none."""

    name: str
    arguments: tuple[str, ...]
    settings: dict[str, str] | None = None


DUCKDB = Engine("DuckDB", ())
SAIL = Engine("Sail, embedded", ("--engine", "spark"))
SPARK = Engine("Spark, two partitions a shuffle", ("--engine", "spark"), FOR_SMALL_TABLES)
SPARK_AS_IT_COMES = Engine("Spark, as it comes", ("--engine", "spark"), {})


@dataclass(frozen=True)
class Measured:
    """One refresh of one scale, 0 the sample; `server_bytes` is the peak of Spark's own process."""

    engine: Engine
    scale: float
    rows: int
    run: Run
    model_seconds: tuple[float, ...]
    verdicts_sha256: str
    server_bytes: int | None


@contextmanager
def _server_of(engine: Engine, venv: Path | None, work: Path) -> Iterator[Server | None]:
    if engine.settings is None or venv is None:
        yield None
        return
    with (
        tempfile.TemporaryDirectory(dir=work) as folder,
        server(venv, Path(folder), engine.settings) as spark,
    ):
        yield spark


def refresh(
    engine: Engine, scale: float, rows: int, landed: Path | None, work: Path, spark: Server | None
) -> Measured:
    """Refresh over the home `landed`, without one the sample, in a fresh home under `work`."""
    home = fresh(work / "home")
    if landed:
        shutil.copytree(landed, home, symlinks=True, copy_function=os.link)
    environment = WITHOUT_DOCUMENTS | ({"SPARK_REMOTE": spark.address} if spark else {})
    command = ("-m", "orchestration.cli.main", "refresh", "--home", str(home), *engine.arguments)
    run = python(*command, environment=environment)
    [manifest] = Home(home).releases.glob("*/manifest.json")
    measured = Measured(
        engine,
        scale,
        rows,
        run,
        _of_models(nodes(run, home / "logs" / "refresh.log")),
        json.loads(manifest.read_text(encoding="utf-8"))["verdicts_sha256"],
        spark.peak_bytes if spark else None,
    )
    fresh(home)
    print(f"{_scale(scale)}, {engine.name}: {run.wall:.1f} s", flush=True)
    return measured


def _of_models(ended: Sequence[tuple[str, float]]) -> tuple[float, ...]:
    """The seconds of each model; where DuckDB takes it over afterwards, those of the engine."""
    first: dict[str, float] = {}
    for name, seconds in ended:
        if name.startswith("model "):
            first.setdefault(name, seconds)
    return tuple(first.values())


def measure(
    scales: Sequence[float], engines: Sequence[Engine], venv: Path | None, work: Path
) -> list[Measured]:
    """Land each scale once, then build it by each engine; raises SystemExit where their verdicts differ."""
    fresh(work).mkdir(parents=True)
    landed: dict[float, tuple[Path, int]] = {}
    for scale in scales:
        home = work / f"landed-{scale:g}"
        landed[scale] = home, sum(one.rows for one in land_each(scale, work, home))
    found: list[Measured] = []
    for engine in engines:
        with _server_of(engine, venv, work) as spark:
            found.append(refresh(engine, _SAMPLE, 0, None, work, spark))
            for scale, (home, rows) in landed.items():
                found.append(refresh(engine, scale, rows, home, work, spark))
    for scale in (_SAMPLE, *scales):
        if len({one.verdicts_sha256 for one in found if one.scale == scale}) > 1:
            raise SystemExit(f"{_scale(scale)}: the engines' verdicts differ")
    fresh(work)
    return found


def _scale(scale: float) -> str:
    return f"S = {scale:g}" if scale else "sample"


def section(found: Sequence[Measured]) -> str:
    """Lay out the refreshes for RESULTS.md, scale by scale, then what a million rows cost each engine."""
    lines = [
        (
            _scale(one.scale),
            one.engine.name,
            f"{one.rows / 1e6:.1f}" if one.rows else "–",
            f"{one.run.wall:.1f}",
            f"{one.run.cpu:.1f}",
            f"{one.run.peak_bytes / 2**20:.0f}",
            f"{one.server_bytes / 2**20:.0f}" if one.server_bytes else "–",
            f"{sum(one.model_seconds):.1f}",
            f"{median(one.model_seconds):.3f}",
        )
        for one in sorted(found, key=lambda one: one.scale)
    ]
    header = (
        "what",
        "engine",
        "M rows",
        "wall s",
        "CPU s",
        "MiB",
        "server's MiB",
        "models s",
        "median model s",
    )
    slopes = [
        (
            after.engine.name,
            f"{_scale(before.scale)} → {after.scale:g}",
            f"{(after.run.wall - before.run.wall) / (after.rows - before.rows) * 1e6:.3f}",
        )
        for before, after in pairwise(found)
        if before.engine == after.engine and before.scale
    ]
    return "\n\n".join(
        [
            f"{report.machine('dbt-spark', 'pysail', 'pyspark-client')}. A refresh of what is landed "
            "already, documents left out; equal hashes of the verdicts at each scale. CPU and MiB are the "
            "refresh's own, with Sail in it; Spark's server is a process beside it, with its peak since it "
            "started, its CPU not counted. Models: their seconds added up; two run side by side. By "
            "`make bench-engines`.",
            report.table(header, lines),
            report.table(("engine", "between", "wall s per M rows more"), slopes),
        ]
    )


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scales", type=float, nargs="+", default=[0.1, 1.0], help="default 0.1 1")
    parser.add_argument("--spark", type=Path, metavar="VENV", help="has pyspark's server; default: no Spark")
    parser.add_argument("--work", type=Path, default=WORK, help="exports and homes (default var/bench)")
    options = parser.parse_args()
    engines = [DUCKDB, SAIL, *([SPARK, SPARK_AS_IT_COMES] if options.spark else [])]
    venv = options.spark.resolve() if options.spark else None
    text = section(measure(sorted(options.scales), engines, venv, options.work.resolve() / "engines"))
    report.write(TITLE, text)


if __name__ == "__main__":
    main()
