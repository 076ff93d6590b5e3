"""Which mutants of the Python a test notices."""

import gc
import importlib
import json
import os
import random
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from tests.dbt_runs import CHECKOUT
from tests.mutation.python import child, mutated, session
from tests.mutation.python.mutants import PACKAGE, PythonMutant, mutants
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
ROOM_SECONDS = 24 * 3600
ELSEWHERE_SECONDS = 600


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
class Elsewhere:
    """Statements, as they begin, that tests see in the processes which they start, and these tests."""

    statements: tuple[str, ...]
    tests: tuple[str, ...]


def rooms(table: Path = TABLE) -> list[Room]:
    """The table of modules and tests; raises FileNotFoundError for a pattern that fits no file."""
    taken = set(left_out(table))
    found = []
    for each in yaml.safe_load(table.read_text(encoding="utf-8"))["rooms"]:
        modules = [file for file in _files(CHECKOUT / PACKAGE, each["modules"]) if file not in taken]
        taken.update(modules)
        found.append(Room(tuple(modules), _files(CHECKOUT, each["tests"]), each.get("quick", False)))
    return found


def elsewhere(table: Path = TABLE) -> Elsewhere:
    """What gets a second chance; raises FileNotFoundError for a pattern that fits no file."""
    told = yaml.safe_load(table.read_text(encoding="utf-8"))["elsewhere"]
    return Elsewhere(tuple(told["statements"]), _files(CHECKOUT, told["tests"]))


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


def outcomes(
    rooms: list[Room], mutants_of: dict[str, list[PythonMutant]], processes: int = PROCESSES
) -> Iterator[Outcome]:
    """Try mutants, so many at once, room by room; raises RuntimeError where a test fails as things are."""
    with tempfile.TemporaryDirectory() as bytecode:
        _warm(bytecode)
        for room in rooms:
            mutants = [mutant for file in room.modules for mutant in mutants_of.get(file, ())]
            for outcome in _of_a_room(room, mutants, processes) if mutants else ():
                yield outcome if outcome.killed_by else _elsewhere(outcome.mutant)


def _warm(bytecode: str) -> None:
    """Import what most tests import, so that no child has to; what is the project's own is compiled once."""
    os.chdir(CHECKOUT)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in WARM:
        importlib.import_module(name)
    sys.dont_write_bytecode, sys.pycache_prefix = False, bytecode
    gc.freeze()  # a child need not walk over what is there already


def _of_a_room(room: Room, mutants: list[PythonMutant], processes: int) -> Iterator[Outcome]:
    later = []
    for told in _told(room, mutants, processes):
        if "error" in told:
            raise RuntimeError(told["error"])
        mutant = mutants[told["number"]]
        if "tests" in told:
            later.append(
                child.Work(told["number"], partial(_anew, mutant, told["tests"]), told["seconds"] + 20)
            )
        else:
            yield Outcome(mutant, "python" if told["killed"] else "", told["test"])
    for ended in child.done(later, processes):
        yield Outcome(mutants[ended.number], "python" if ended.code != session.PASSED else "")


def _elsewhere(mutant: PythonMutant) -> Outcome:
    """Show a mutant that no test of its room has noticed to those that start processes, if it is theirs."""
    others = elsewhere()
    if not mutant.original.startswith(others.statements):
        return Outcome(mutant)

    def work() -> int:
        _forget_the_project()
        mutated.elsewhere(mutant)
        return session.tests(others.tests)

    [ended] = child.done([child.Work(0, work, ELSEWHERE_SECONDS)], 1)
    return Outcome(mutant, "python" if ended.code != session.PASSED else "", " ".join(others.tests))


def _told(room: Room, mutants: list[PythonMutant], processes: int) -> Iterator[dict[str, Any]]:
    """What the session of a room tells, while it tells it."""
    reading, writing = os.pipe()

    def work() -> int:
        os.close(reading)
        _forget_the_project()
        modules = list(dict.fromkeys(mutant.file for mutant in mutants))
        with os.fdopen(writing, "w", encoding="utf-8", buffering=1) as pipe:
            return session.room(
                room.tests, modules, mutants, processes, lambda told: print(json.dumps(told), file=pipe)
            )

    pid = child.forked(child.Work(0, work, ROOM_SECONDS))
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        yield from map(json.loads, pipe)
    _, status = os.waitpid(pid, 0)
    if status:
        yield {"error": f"{' '.join(room.tests)}: exit code {os.waitstatus_to_exitcode(status)}"}


def _anew(mutant: PythonMutant, chosen: list[str]) -> int:
    """Run tests over a package of which one module is imported mutated."""
    _forget_the_project()
    mutated.here(mutant)
    files = list(dict.fromkeys(test.split("::")[0] for test in chosen))
    return session.tests(files, session.Chosen(chosen))


def _forget_the_project() -> None:
    for name in [name for name in sys.modules if name.split(".")[0] in (PACKAGE, "tests")]:
        del sys.modules[name]
