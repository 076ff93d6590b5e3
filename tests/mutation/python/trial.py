"""Which mutants of the Python a test notices."""

import gc
import importlib
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

import yaml

from tests.dbt_runs import CHECKOUT
from tests.mutation.python import child
from tests.mutation.python.mutants import PACKAGE, PythonMutant, mutants, read, tree_of
from tests.mutation.trial import PROCESSES, Outcome

TABLE = Path(__file__).with_name("tests_of.yml")
WARM = (
    "_hypothesis_pytestplugin",
    "duckdb",
    "hypothesis",
    "lxml.etree",
    "openpyxl",
    "pandas",
    "psycopg",
    "pydantic",
)
WARM += ("python_calamine", "rich.progress", "xlsxwriter", "yaml")
PASSED = 0


@dataclass(frozen=True)
class Room:
    """Some modules, the tests that run them, and whether these are quick enough for each `make test`."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    is_quick: bool

    def only(self, modules: Collection[str]) -> "Room":
        """The room with just these modules; with all, where none is named."""
        return replace(self, modules=tuple(m for m in self.modules if not modules or m in modules))


@dataclass(frozen=True)
class Module:
    """A module, its lines that run on import, and those that each test runs, the cheapest test first.

    `cpu_seconds` is more than its tests take, and less than forever.
    """

    file: str
    cpu_seconds: int
    imported: frozenset[int]
    tests: dict[str, frozenset[int]]

    def covering(self, mutant: PythonMutant) -> list[str]:
        """The tests that run a line of the mutant; of what runs on import, all."""
        first, last = mutant.lines
        changed = range(first, last + 1)
        if not self.imported.isdisjoint(changed):
            return list(self.tests)
        return [test for test, lines in self.tests.items() if not lines.isdisjoint(changed)]


def rooms(table: Path = TABLE) -> list[Room]:
    """The table of modules and tests; raises FileNotFoundError for a pattern that fits no file."""
    taken = set(left_out(table))
    found = []
    for each in yaml.safe_load(table.read_text(encoding="utf-8"))["rooms"]:
        modules = [file for file in _files(CHECKOUT / PACKAGE, each["modules"]) if file not in taken]
        taken.update(modules)
        found.append(Room(tuple(modules), _files(CHECKOUT, each["tests"]), each.get("quick", False)))
    return found


def left_out(table: Path = TABLE) -> tuple[str, ...]:
    """The modules that are not mutated."""
    return _files(CHECKOUT / PACKAGE, yaml.safe_load(table.read_text(encoding="utf-8"))["left_out"])


def _files(folder: Path, patterns: Iterable[str]) -> tuple[str, ...]:
    found = []
    for pattern in patterns:
        here = sorted(str(file.relative_to(folder)) for file in folder.glob(pattern))
        if not here:
            raise FileNotFoundError(f"{TABLE.name}: no file is called {pattern}")
        found += [file for file in here if (folder / file).read_text(encoding="utf-8").strip()]
    return tuple(found)


def drawn(rooms: Iterable[Room], sample: int | None, seed: int) -> dict[str, list[PythonMutant]]:
    """The mutants to try, by module: all, or `sample` of them chosen by `seed`."""
    every = [mutant for room in rooms for file in room.modules for mutant in mutants(file)]
    chosen = random.Random(seed).sample(every, min(sample, len(every))) if sample else every
    files = dict.fromkeys(mutant.file for mutant in chosen)
    return {file: [mutant for mutant in chosen if mutant.file == file] for file in files}


def outcomes(rooms: list[Room], mutants_of: dict[str, list[PythonMutant]]) -> Iterator[Outcome]:
    """Try mutants in two processes, module by module."""
    files = {file: room.tests for room in rooms for file in room.modules}
    context = multiprocessing.get_context("spawn")  # workers that have imported nothing of the project
    with (
        tempfile.TemporaryDirectory() as bytecode,
        ProcessPoolExecutor(PROCESSES, context, initializer=_warm, initargs=(bytecode,)) as pool,
    ):
        for module in pool.map(_traced, mutants_of, (files[file] for file in mutants_of)):
            yield from pool.map(_try_out, [module] * len(mutants_of[module.file]), mutants_of[module.file])


def _warm(bytecode: str) -> None:
    """Import what most tests import, so that no child has to; what is the project's own is compiled once."""
    child.die_with_the_caller()
    os.chdir(CHECKOUT)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in WARM:
        importlib.import_module(name)
    sys.dont_write_bytecode, sys.pycache_prefix = False, bytecode
    gc.freeze()  # a child need not walk over what is there already


def _traced(file: str, files: tuple[str, ...]) -> Module:
    """Run a module's tests as it is; raises RuntimeError where one fails: no kill would mean anything."""
    before = _cpu_seconds()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "lines.json"
        code = child.run(lambda: child.tests(files, child.Trace(file, told)))
        if code != PASSED:
            raise RuntimeError(f"{' '.join(files)}: exit code {code} before anything of {file} was mutated")
        lines = json.loads(told.read_text())
    tests = {test: frozenset(run) for test, run in lines["tests"].items()}
    return Module(file, 5 + 2 * ceil(_cpu_seconds() - before), frozenset(lines["imported"]), tests)


def _cpu_seconds() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _try_out(module: Module, mutant: PythonMutant) -> Outcome:
    """Show one mutant to the tests that run it."""
    chosen = module.covering(mutant)
    noticed = bool(chosen) and child.run(lambda: _mutated(mutant, chosen), module.cpu_seconds) != PASSED
    return Outcome(mutant, "python" if noticed else "", " ".join(chosen[:1]))


def _mutated(mutant: PythonMutant, chosen: list[str]) -> int:
    sys.meta_path.insert(0, child.Mutated(mutant.file, tree_of(mutant, read(mutant.file))))
    return child.tests(list(dict.fromkeys(test.split("::")[0] for test in chosen)), child.Chosen(chosen))
