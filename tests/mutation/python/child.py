"""A forked child in which pytest runs, once with a module as it is and traced, then with its mutants."""

import ast
import ctypes
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import CodeType, FrameType

import pytest

from tests.mutation.python.mutants import PACKAGE, path

PATIENCE_SECONDS = 600  # for a mutant that stands still; one that runs in circles is ended by its CPU time
MEMORY_BYTES = 4 << 30
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
# What a mutant need not wait for.
LEFT_OUT = ("cacheprovider", "unraisableexception", "threadexception", "faulthandler")


def run(work: Callable[[], int], cpu_seconds: int = resource.RLIM_INFINITY) -> int:
    """Call `work` in a forked child that has imported nothing of the project; returns its exit code."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            _cut_off(cpu_seconds)
            code = work()
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # whatever the tests started and a dying child left
    return os.waitstatus_to_exitcode(status)


def die_with_the_caller() -> None:
    """Have the kernel end this process with the one that started it: no mutant runs on alone."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _cut_off(cpu_seconds: int) -> None:
    die_with_the_caller()
    os.setsid()
    signal.alarm(PATIENCE_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)
    for name in [name for name in sys.modules if name.split(".")[0] in (PACKAGE, "tests")]:
        del sys.modules[name]


def tests(files: Sequence[str], *plugins: object) -> int:
    """Run test files up to the first failure; returns pytest's exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = scratch
        without = [part for name in LEFT_OUT for part in ("-p", f"no:{name}")]
        options = ["-qx", "--tb=no", "-p", "_hypothesis_pytestplugin", *without, "-o", "addopts="]
        return int(pytest.main([*options, f"--basetemp={scratch}/tmp", *files], plugins=[*plugins]))


class Trace:
    """A plugin: which lines of a module each test runs, and which run on import, before any test.

    What runs while a test is set up counts for all tests of its file: they may share what was set up.
    """

    def __init__(self, file: str, told: Path):
        self._source, self._told = str(path(file)), told
        self._imported: set[int] = set()
        self._set_up: dict[str, set[int]] = {}
        self._lines: dict[str, set[int]] = {}
        self._cost: dict[str, float] = {}
        self._here = self._imported
        threading.settrace(self._called)
        sys.settrace(self._called)

    def _called(self, frame: FrameType, event: str, argument: object) -> Callable | None:
        return self._ran(frame, event, argument) if frame.f_code.co_filename == self._source else None

    def _ran(self, frame: FrameType, event: str, argument: object) -> Callable:
        self._here.add(frame.f_lineno)
        return self._ran

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._here = self._set_up.setdefault(item.nodeid.split("::")[0], set())

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        self._here = self._lines[item.nodeid] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._cost[report.nodeid] = self._cost.get(report.nodeid, 0) + report.duration

    def pytest_sessionfinish(self) -> None:
        sys.settrace(None)
        for test, lines in self._lines.items():
            lines |= self._set_up[test.split("::")[0]]
        in_order = sorted(self._lines, key=lambda test: (not self._lines[test], self._cost[test]))
        lines = {test: sorted(self._lines[test]) for test in in_order}
        self._told.write_text(json.dumps({"imported": sorted(self._imported), "tests": lines}))


class Chosen:
    """A plugin: only these tests, in this order."""

    def __init__(self, tests: Sequence[str]):
        self._places = {test: place for place, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self._places]
        items[:] = sorted(chosen, key=lambda item: self._places[item.nodeid])


class Mutated(importlib.abc.MetaPathFinder):
    """Gives one module of the package as the mutated tree, and leaves the others to Python."""

    def __init__(self, file: str, tree: ast.Module):
        self._path = path(file)
        parts = [PACKAGE, *Path(file).with_suffix("").parts]
        self._name = ".".join(part for part in parts if part != "__init__")
        self._tree = tree

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        is_package = self._path.name == "__init__.py"
        return importlib.util.spec_from_file_location(
            name,
            self._path,
            loader=_Loader(name, str(self._path), self._tree),
            submodule_search_locations=[str(self._path.parent)] if is_package else None,
        )


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, file: str, tree: ast.Module):
        super().__init__(name, file)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._tree, self.path, "exec")
