"""Floor and product on the same exports, in turn: `python -m benchmarks.run --scale 0.1 --pairs 5`.

Each run is a fresh process in a fresh home. Verdicts, landed rows and refused rows must be equal, or nothing
is reported. Start-up is measured apart, and so are a refresh in which one small export is new and one without
news.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import queries, report
from benchmarks.compare import differences, refused_rows
from benchmarks.generate import intended
from benchmarks.measure import CHECKOUT, WITHOUT_DOCUMENTS, Run, Stage, python, slowest_nodes, stages

WORK = CHECKOUT / "var" / "bench"
_SMALL, _SMALL_NEXT = "普惠服务_20230103.csv", "普惠服务_20230104.csv"


def exports(work: Path, scale: float) -> Path:
    """Return the inbox of a scale, generated once."""
    inbox = work / f"inbox-{scale:g}"
    if not inbox.exists():
        unfinished = work / f".inbox-{scale:g}"
        shutil.rmtree(unfinished, ignore_errors=True)
        # In a process of its own: what we start must not be charged with our peak memory (measure.py).
        python("-m", "benchmarks.generate", "--scale", f"{scale:g}", "--out", str(unfinished))
        unfinished.rename(inbox)
    return inbox


def refresh(inbox: Path | None, home: Path) -> Run:
    """Run the product, from inbox to published file; without an inbox, from the sample.

    Documents, for which readers do not wait, are measured by themselves.
    """
    exported = ("--inbox", str(inbox)) if inbox else ()
    arguments = ("-m", "orchestration.cli.main", "refresh", *exported, "--home", str(home))
    return python(*arguments, watch=home / "landed" / ".work", environment=WITHOUT_DOCUMENTS)


def pairs(
    scale: float, inbox: Path, work: Path, count: int
) -> tuple[list[tuple[Run, Run]], list[list[Stage]]]:
    """Run floor and product in turn, and compare what they left; returns runs and stages."""
    runs: list[tuple[Run, Run]] = []
    cut: list[list[Stage]] = []
    for number in range(count):
        floor, home = fresh(work / "floor"), fresh(work / "home")
        pair = python("-m", "benchmarks.floor", str(inbox), str(floor)), refresh(inbox, home)
        if found := differences(floor, home):
            raise SystemExit("floor and product differ:\n" + "\n".join(found))
        if refused_rows(floor / "floor.duckdb") != set(intended(scale)):
            raise SystemExit("other rows were refused than those made to be")
        runs.append(pair)
        cut.append(stages(pair[1], home / "logs" / "refresh.log"))
        print(f"pair {number + 1}: floor {pair[0].wall:.2f} s, product {pair[1].wall:.2f} s", flush=True)
    return runs, cut


def fresh(path: Path) -> Path:
    """Return a path with nothing there."""
    shutil.rmtree(path, ignore_errors=True)
    return path


@contextmanager
def one_small_change(inbox: Path) -> Iterator[None]:
    """Have a newer 普惠服务, without its last row, in an inbox; left there, it would be read by the floor."""
    changed = inbox / _SMALL_NEXT
    lines = (inbox / _SMALL).read_bytes().splitlines(keepends=True)
    changed.write_bytes(b"".join(lines[:-1]))
    try:
        yield
    finally:
        changed.unlink()


def start_up(work: Path) -> list[tuple[str, Run]]:
    """Measure what a refresh pays before it does anything: imports and dbt's parsing."""
    target = fresh(work / "parse")
    project = str(CHECKOUT / "dbt_project")
    parse = ("-m", "dbt.cli.main", "parse", "--target-path", str(target), "--log-level-file", "none")
    places = ("--project-dir", project, "--profiles-dir", project)
    quiet = {"DO_NOT_TRACK": "1", "GONGHUI_BUILD_DB": ":memory:"}
    return [
        ("`import dagster_dbt`", python("-c", "import dagster_dbt", environment=quiet)),
        ("`dbt parse`, from nothing", python(*parse, *places, environment=quiet)),
        ("`dbt parse`, again (partial)", python(*parse, *places, environment=quiet)),
    ]


def sections(scale: float, count: int, work: Path) -> dict[str, str]:
    """Measure one scale; returns its sections of RESULTS.md by title."""
    inbox = exports(work, scale)
    python("-m", "orchestration.maintaining.install")  # as `make install` leaves it: of the project as it is
    size = sum(path.stat().st_size for path in inbox.iterdir())
    runs, cut = pairs(scale, inbox, work, count)
    home = work / "home"
    nodes = slowest_nodes(runs[-1][1], home / "logs" / "refresh.log", 12)
    with one_small_change(inbox):
        small = refresh(inbox, home)
        nothing = refresh(inbox, home)
    documents = python("-m", "orchestration.cli.main", "bulletin", "--home", str(home))
    sample = refresh(None, fresh(work / "sample"))
    first = runs[-1][1]
    apart = start_up(work)
    more = [
        ("refresh, all exports new (last of the pairs)", first),
        ("refresh, one small export new", small),
        ("refresh, nothing new", nothing),
        ("documents, workbooks and site, after a refresh", documents),
        ("refresh, the sample in a new home", sample),
    ]
    cost = apart[0][1].wall + apart[2][1].wall
    asked = {queries.TITLE: queries.section(home)} if scale == 1 else {}
    for leftover in ("floor", "home", "sample", "parse"):
        fresh(work / leftover)
    text = "\n\n".join(
        [
            f"{size / 1e6:,.0f} MB of CSV; {report.machine()}. Floor and product gave the same verdicts, "
            "landed rows and refused rows in every pair, and refused just what was made to be refused. "
            "MiB is the resident peak of the largest process.",
            report.runs_table(runs),
            report.stage_table(cut),
            report.simple_table(more + apart),
            f"One small export: {small.wall / first.wall:.2f} × the full refresh. Nothing new: "
            f"{nothing.wall / cost:.2f} × `import dagster_dbt` and a partial `dbt parse` ({cost:.2f} s); "
            f"the sample: {sample.wall / cost:.2f} × them.",
            "dbt nodes that take longest: " + ", ".join(f"{name} {took:.2f} s" for name, took in nodes) + ".",
        ]
    )
    return {f"S = {scale:g}": text, **asked}


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.1, help="1 is the province (default 0.1)")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--work", type=Path, default=WORK, help="exports and homes (default var/bench)")
    options = parser.parse_args()
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    for title, text in sections(options.scale, options.pairs, work).items():
        report.write(title, text)


if __name__ == "__main__":
    main()
