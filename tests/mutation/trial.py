"""One mutant before its tests: unit tests first, then the data tests over the warm warehouse."""

import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.mutation import literals, mutators, sql_mutants
from tests.mutation.project import Project
from tests.mutation.python.mutants import PythonMutant
from tests.mutation.seed_mutants import SeedMutant
from tests.mutation.sql_mutants import Mutant, Site
from tests.mutation.unit_bench import UnitBench
from tests.mutation.warehouse import Warehouse

PROCESSES = 2


@dataclass(frozen=True)
class Outcome:
    """Which kind of test noticed a mutant, and which test; nobody, where it survived."""

    mutant: Mutant | SeedMutant | PythonMutant
    killed_by: str = ""
    test: str = ""


class Bench:
    """One process's unit tests and warehouse."""

    def __init__(self, project: Project, folder: Path):
        self._project = project
        self._neighbours = literals.neighbours()
        self._units = UnitBench(project, self._neighbours)
        self._warehouse = Warehouse(project, folder)

    def failing_unmutated(self) -> str | None:
        """A test that fails on what was not mutated, if one does: then no kill would mean anything."""
        units = (self._units.notice(model, None) for model in self._project.unit_tests)
        return next(filter(None, units), None) or self._warehouse.failing_test()

    def try_out(self, mutant: Mutant | SeedMutant) -> Outcome:
        """Show one mutant to the tests, until one notices."""
        if isinstance(mutant, SeedMutant):
            noticed = self._warehouse.notice_update(self._project.node(mutant.seed), mutant.update)
            return Outcome(mutant, "data" if noticed else "", noticed or "")
        for site in mutant.sites:
            if noticed := self._units.notice(site.model, site.index):
                return Outcome(mutant, "unit", noticed)
        for site in mutant.sites:
            if noticed := self._warehouse.notice_model(site.model, self._sql(site)):
                return Outcome(mutant, "data", noticed)
        return Outcome(mutant)

    def _sql(self, site: Site) -> str:
        tree = sql_mutants.parse(self._project.nodes[site.model])
        return mutators.render(tree, mutators.mutations(tree, self._neighbours)[site.index])


_bench: Bench | None = None


def _open_bench(project: Project, folder: Path) -> None:
    global _bench
    _bench = Bench(project, Path(tempfile.mkdtemp(dir=folder)))


def _failing_unmutated() -> str | None:
    return _bench.failing_unmutated()


def _try_out(mutant: Mutant | SeedMutant) -> Outcome:
    return _bench.try_out(mutant)


def outcomes(project: Project, mutants: Sequence[Mutant | SeedMutant]) -> Iterator[Outcome]:
    """Try all mutants in two processes; the outcomes come in the order of the mutants."""
    # Spawned, and ended by their own leave: a forked process inherits Dagster's handler of SIGTERM, and may
    # outlive the signal that a multiprocessing pool ends it with.
    spawned = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(PROCESSES, spawned, _open_bench, (project, Path(folder))) as pool,
    ):
        if failing := pool.submit(_failing_unmutated).result():
            raise RuntimeError(f"{failing} fails before anything was mutated")
        yield from pool.map(_try_out, mutants, chunksize=4)
