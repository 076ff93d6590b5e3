"""Change every rule of the project, one at a time, and see whether a dbt test notices."""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.mutation import literals, project, report, review, seed_mutants, sql_mutants, trial
from tests.mutation.project import Project
from tests.mutation.seed_mutants import SeedMutant
from tests.mutation.sql_mutants import Mutant


def mutants_of(built: Project) -> list[Mutant | SeedMutant]:
    """All mutants of the project, always in the same order."""
    return [*seed_mutants.enumerate_mutants(), *sql_mutants.enumerate_mutants(built, literals.neighbours())]


def main(arguments: list[str] | None = None) -> int:
    """Build, mutate, report; 0 if the scores reach their goals."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="try N mutants, chosen at random")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="choose others (0)")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        built = project.build(Path(folder))
        mutants = mutants_of(built)
        if options.sample:
            mutants = random.Random(options.seed).sample(mutants, min(options.sample, len(mutants)))
        outcomes = list(report.with_progress(trial.outcomes(built, mutants), len(mutants)))
    judged = review.review(outcomes, review.listed(), whole=not options.sample)
    print(*report.lines(outcomes, judged), f"{time.monotonic() - started:.0f} seconds", sep="\n")
    return 0 if report.will_do(outcomes, judged) else 1


if __name__ == "__main__":
    sys.exit(main())
