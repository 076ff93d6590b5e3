"""Runs a command in a fresh process and measures it from outside: wall, CPU, peak memory, stages."""

import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
_SAMPLES_EVERY = 0.1
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\S+) \w+ (.*)")


@dataclass(frozen=True)
class Run:
    """One process, from start to exit, its children included. Memory is that of the largest process."""

    began: float
    wall: float
    cpu: float
    peak_bytes: int
    samples: tuple[tuple[float, int], ...]
    """Resident bytes of the process, or of its child where that has more, at moments of its life."""
    foreign_cpu: float = 0.0
    """Seconds of CPU that other processes took meanwhile: much of it, and the wall time says little."""
    landing_began: float | None = None

    def peak_between(self, first: float, last: float) -> int:
        """Return the most memory seen in a stretch of time."""
        return max((size for moment, size in self.samples if first <= moment <= last), default=0)


WITHOUT_DOCUMENTS = {"GONGHUI_BULLETIN_MONTHS": "0"}
"""The environment of a refresh that ends when readers have the release."""


def python(*arguments: str, watch: Path | None = None, environment: dict[str, str] | None = None) -> Run:
    """Run this Python with `arguments` in the checkout; stops the benchmark where it fails.

    `watch` is a path whose first appearance is noted: the folder that landing works in.
    """
    names = {key: value for key, value in os.environ.items() if not key.startswith("GONGHUI_")}
    samples: list[tuple[float, int]] = []
    landing_began: float | None = None
    began, busy = time.time(), _busy()
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env={**names, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            samples.append((time.time(), _resident(process.pid)))
            if watch and landing_began is None and watch.exists():
                landing_began = time.time()
            time.sleep(_SAMPLES_EVERY)
        wall, busy = time.time() - began, _busy() - busy
        process.returncode = os.waitstatus_to_exitcode(status)
        errors = process.stderr.read() if process.stderr else ""
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}:\n{errors[-3000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    foreign = max(0.0, busy - cpu)
    return Run(began, wall, cpu, _peak(usage.ru_maxrss, samples), tuple(samples), foreign, landing_began)


def _peak(counted: int, samples: list[tuple[float, int]]) -> int:
    """Return the peak of a process that ended, in bytes, from what the kernel counted, in KiB.

    The kernel starts its count at our own peak: where it found no more than that, the samples know better.
    """
    if counted > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        return counted * 1024
    return max((size for _, size in samples), default=0) or counted * 1024


def _busy() -> float:
    """Seconds of CPU that the machine has spent on work since it was started, over all cores."""
    fields = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]
    user, nice, system, _, _, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except (OSError, IndexError):
        return 0
    return max(int(pages) * os.sysconf("SC_PAGE_SIZE"), *(_resident(int(child)) for child in children), 0)


@dataclass(frozen=True)
class Stage:
    """A stretch of a refresh."""

    name: str
    seconds: float
    peak_bytes: int


def stages(run: Run, log_file: Path) -> list[Stage]:
    """Cut a refresh into its stages by the times in its log."""
    lines = [(moment, text) for moment, text in _log(log_file) if moment >= run.began]
    building = next(moment for moment, text in lines if text.startswith("building as of"))
    nodes = [moment for moment, text in lines if text.startswith("dbt ")]
    published = next(moment for moment, text in lines if text.startswith("published release"))
    landing = run.landing_began
    cuts = [("start: imports, reference seeds", run.began, landing or building)]
    if landing:
        exports = [(moment, text.partition("_")[0]) for moment, text in lines if " rows read, " in text]
        for (before, _), (moment, name) in zip([(landing, ""), *exports], exports, strict=False):
            cuts.append((f"landing {name}", before, moment))
        cuts.append(("landing: swapped in", exports[-1][0], building))
    cuts += [
        ("dbt: to its first node", building, nodes[0]),
        ("dbt: seeds, models, tests", nodes[0], nodes[-1]),
        ("publishing", nodes[-1], published),
        ("last words and exit", published, run.began + run.wall),
    ]
    return [Stage(name, last - first, run.peak_between(first, last)) for name, first, last in cuts]


def nodes(run: Run, log_file: Path) -> list[tuple[str, float]]:
    """Return the dbt nodes of a refresh with their seconds, in the order in which they ended."""
    found = []
    for moment, text in _log(log_file):
        match = re.fullmatch(r"dbt (\w+ \S+): \w+ in ([\d.]+) s", text)
        if match and moment >= run.began:
            found.append((match[1], float(match[2])))
    return found


def slowest_nodes(run: Run, log_file: Path, count: int) -> list[tuple[str, float]]:
    """Return the dbt nodes that took longest."""
    return sorted(nodes(run, log_file), key=lambda node: -node[1])[:count]


def _log(log_file: Path) -> list[tuple[float, str]]:
    lines = map(_STAMP.match, log_file.read_text(encoding="utf-8").splitlines())
    return [(datetime.fromisoformat(line[1]).timestamp(), line[2]) for line in lines if line]
