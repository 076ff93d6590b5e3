"""A pytest session that collects a room's tests once, and then forks: to trace them, and for each mutant."""

import json
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.python.child import Work, done
from tests.mutation.python.mutants import PythonMutant
from tests.mutation.python.swap import Swap, Swaps
from tests.mutation.python.trace import Tests, Tracer, Watch

PASSED = 0
FAILED = 1
SECONDS_A_MUTANT = 10
"""The tests of a mutant are cut off there: a rule deserves a quick test."""
TRACE_SECONDS = 1800
# What a mutant need not wait for.
LEFT_OUT = ("cacheprovider", "unraisableexception", "threadexception", "faulthandler")


def tests(files: Sequence[str], *plugins: object) -> int:
    """Run test files up to the first failure; returns pytest's exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = scratch
        without = [part for name in LEFT_OUT for part in ("-p", f"no:{name}")]
        options = ["-qxs", "--tb=no", "-p", "_hypothesis_pytestplugin", *without, "-o", "addopts="]
        return int(pytest.main([*options, f"--basetemp={scratch}/tmp", *files], plugins=[*plugins]))


def room(
    files: Sequence[str],
    modules: Sequence[str],
    mutants: Sequence[PythonMutant],
    processes: int,
    tell: Callable[[dict[str, Any]], None],
) -> int:
    """Try mutants of `modules` with the tests of `files`, and tell of each what became of it."""
    tracer = Tracer(modules)
    tracer.start()
    return tests(files, Forks(modules, mutants, processes, tracer, tell))


class Forks:
    """A plugin that runs no test in its own process.

    It tells of each mutant, by its `number`, whether it is `killed`, and by which `test`. Of one that it
    cannot put in place it tells the `tests` that are to be run in a process which has not imported anything.
    """

    def __init__(
        self,
        modules: Sequence[str],
        mutants: Sequence[PythonMutant],
        processes: int,
        tracer: Tracer,
        tell: Callable[[dict[str, Any]], None],
    ):
        self._modules, self._mutants, self._processes = modules, mutants, processes
        self._tracer, self._tell = tracer, tell
        self._killers: dict[tuple[str, str], set[str]] = defaultdict(set)

    def pytest_collection_finish(self) -> None:
        self._tracer.stop()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        with tempfile.TemporaryDirectory() as scratch:
            found = self._traced(session, Path(scratch))
            if found is not None:
                self._try_out(session, found, Path(scratch))
        return True

    def _traced(self, session: pytest.Session, scratch: Path) -> Tests | None:
        told = scratch / "lines.json"
        work = Work(0, partial(_trace, session, self._modules, told), TRACE_SECONDS)
        [ended] = done([work], 1)
        if ended.code != PASSED:
            failed = told.read_text(encoding="utf-8") if told.exists() else f"exit code {ended.code}"
            self._tell({"error": f"before anything was mutated: {failed}"})
            return None
        run, seconds = json.loads(told.read_text(encoding="utf-8"))
        run = {file: {int(line): who for line, who in lines.items()} for file, lines in run.items()}
        return Tests(self._tracer.lines(), run, _fixtures(session), seconds)

    def _try_out(self, session: pytest.Session, found: Tests, scratch: Path) -> None:
        for ended in done(self._works(session, found, scratch), self._processes):
            folder, mutant = scratch / str(ended.number), self._mutants[ended.number]
            told = folder / "failed"
            test = told.read_text(encoding="utf-8") if told.exists() else ""
            if test:
                self._killers[mutant.file, mutant.at.split(" (")[0]].add(test)
            by = test or f"exit code {ended.code}"
            self._tell({"number": ended.number, "killed": ended.code != PASSED, "test": by})
            shutil.rmtree(folder, ignore_errors=True)

    def _works(self, session: pytest.Session, found: Tests, scratch: Path) -> Iterator[Work]:
        swaps = Swaps(self._modules)
        items = {item.nodeid: item for item in session.items}
        for number, mutant in enumerate(self._mutants):
            swap = None if found.is_imported(mutant) else swaps.of(mutant)
            chosen = found.of(mutant, SECONDS_A_MUTANT, on_import=swap is None)
            seconds = ceil(1 + 3 * found.together(chosen))
            if not chosen:
                self._tell({"number": number, "killed": False, "test": ""})
            elif swap is None:
                self._tell({"number": number, "tests": chosen, "seconds": seconds})
            else:
                killers = self._killers[mutant.file, mutant.at.split(" (")[0]]
                in_order = [items[test] for test in sorted(chosen, key=lambda test: test not in killers)]
                yield Work(number, partial(_swapped, swap, in_order, scratch / str(number)), seconds)


def _fixtures(session: pytest.Session) -> dict[str, list[str]]:
    """The names of the fixtures that each test may share with another."""
    return {item.nodeid: list(getattr(item, "fixturenames", ())) for item in session.items}


def _trace(session: pytest.Session, modules: Sequence[str], told: Path) -> int:
    tracer = Tracer(modules)
    watch = Watch(tracer)
    session.config.pluginmanager.register(watch)
    tracer.start()
    failed = _failing(session.items, told.with_name("traced"))
    tracer.stop()
    told.write_text(failed or json.dumps([tracer.lines(), watch.own_seconds]), encoding="utf-8")
    return FAILED if failed else PASSED


def _swapped(swap: Swap, items: Sequence[pytest.Item], folder: Path) -> int:
    swap.make()
    if failed := _failing(items, folder):
        (folder / "failed").write_text(failed, encoding="utf-8")
    return FAILED if failed else PASSED


def _failing(items: Sequence[pytest.Item], folder: Path) -> str:
    """Run tests up to the first that fails; returns which. Their temporary files go to `folder`."""
    folder.mkdir()
    session = items[0].session
    session.config._tmp_path_factory._basetemp = folder  # type: ignore[attr-defined]
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return item.nodeid
    return ""


class Chosen:
    """A plugin: only these tests, in this order."""

    def __init__(self, tests: Sequence[str]):
        self._places = {test: place for place, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self._places]
        items[:] = sorted(chosen, key=lambda item: self._places[item.nodeid])
