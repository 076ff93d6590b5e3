"""Which lines of some modules each test runs, and how long it takes."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from coverage import Coverage

from tests.mutation.python.mutants import PythonMutant, path

Lines = dict[str, dict[int, list[str]]]
"""By file and line: the tests that run it; or, as `@NAME`, fixtures that run it for all who share them."""


class Tracer:
    """Notes the lines of some modules that run, under what it was last told."""

    def __init__(self, files: Iterable[str]):
        self._files = tuple(files)
        self._coverage = Coverage(
            include=[str(path(file)) for file in self._files], data_file=None, config_file=False
        )

    def start(self) -> None:
        """From now on."""
        self._coverage.start()

    def stop(self) -> None:
        """Until now."""
        self._coverage.stop()

    def switch(self, context: str) -> None:
        """Note what runs from now on under this."""
        self._coverage.switch_context(context)

    def lines(self) -> Lines:
        """What was noted, once it is over."""
        data = self._coverage.get_data()
        return {file: dict(data.contexts_by_lineno(str(path(file)))) for file in self._files}


class Watch:
    """A plugin: tells the tracer who is at work, and what each test and each shared fixture takes."""

    def __init__(self, tracer: Tracer):
        self.own_seconds: dict[str, float] = defaultdict(float)
        self._tracer = tracer
        self._test = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._test = item.nodeid
        with self._at_work(item.nodeid):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        with self._at_work(f"@{fixturedef.argname}"):
            made = yield
        self.own_seconds[self._test] -= self.own_seconds[f"@{fixturedef.argname}"]
        self._tracer.switch(self._test)
        return made

    @contextmanager
    def _at_work(self, who: str) -> Iterator[None]:
        self._tracer.switch(who)
        before = cpu_seconds()
        yield
        self.own_seconds[who] += cpu_seconds() - before


def cpu_seconds() -> float:
    """What this process and the children that it has seen end have taken."""
    return sum(os.times()[:4])


@dataclass(frozen=True)
class Tests:
    """What a room's tests run, told apart from what runs on import.

    `fixtures` are those that each test shares with others; `seconds` each of both takes by itself.
    """

    imported: Lines
    run: Lines
    fixtures: dict[str, list[str]]
    seconds: dict[str, float]

    def is_imported(self, mutant: PythonMutant) -> bool:
        """Whether a line of the mutant runs before any test does."""
        return any(line in self.imported[mutant.file] for line in _lines(mutant))

    def of(self, mutant: PythonMutant, most_seconds: float, *, on_import: bool) -> list[str]:
        """The tests that run a line of the mutant, the cheapest first, until they take too long.

        Of what changes something on import all tests are asked, first those that run anything of its module.
        """
        here = self.run[mutant.file]
        lines = here if on_import else _lines(mutant)
        runners = {who for line in lines for who in here.get(line, ())}
        running = [test for test in self.fixtures if not runners.isdisjoint({test, *self._shared(test)})]
        rest = [test for test in self.fixtures if test not in set(running)] if on_import else []
        chosen, taken, made = [], 0.0, set[str]()
        for test in [*sorted(running, key=self._alone), *sorted(rest, key=self._alone)]:
            new = set(self._shared(test)) - made
            takes = self.seconds.get(test, 0) + sum(self.seconds.get(each, 0) for each in new)
            if chosen and taken + takes > most_seconds:
                break
            chosen.append(test)
            taken, made = taken + takes, made | new
        return chosen

    def together(self, chosen: Iterable[str]) -> float:
        """The seconds that some tests take."""
        shared = {each for test in chosen for each in self._shared(test)}
        return sum(self.seconds.get(each, 0) for each in [*chosen, *shared])

    def _shared(self, test: str) -> list[str]:
        return [f"@{name}" for name in self.fixtures[test]]

    def _alone(self, test: str) -> float:
        return self.together([test])


def _lines(mutant: PythonMutant) -> range:
    first, last = mutant.lines
    return range(first, last + 1)
