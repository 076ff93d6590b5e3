"""What a person reads: progress while the mutants run, then survivors, counts and whether that will do."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from tests.mutation.python.mutants import PythonMutant
from tests.mutation.review import Review
from tests.mutation.seed_mutants import SeedMutant
from tests.mutation.trial import Outcome

GOALS = {"seeds": 1.0, "sql": 0.98}


def with_progress(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """Pass the outcomes on; a terminal shows how many are done, a log gets a line per tenth."""
    survived = 0
    for done, outcome in enumerate(outcomes, 1):
        survived += not outcome.killed_by
        line = f"{done} of {total} mutants tried, {survived} survived"
        if sys.stderr.isatty():
            print(f"\r{line}", end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif done * 10 // total > (done - 1) * 10 // total:
            print(line, file=sys.stderr, flush=True)
        yield outcome


def lines(outcomes: list[Outcome], review: Review, kinds: Iterable[str] = GOALS) -> Iterator[str]:
    """The report, line by line."""
    for outcome in sorted(review.survivors, key=lambda o: (o.mutant.file, o.mutant.line)):
        yield from _survivor(outcome)
    for file, at, original, mutated in review.stale:
        yield f"stale in equivalent.yml: {file} [{at}] {original!r} → {mutated!r} is no surviving mutant"
    for what in kinds:
        yield _counts(what, [o for o in outcomes if _kind(o) == what], review)


def _survivor(outcome: Outcome) -> Iterator[str]:
    mutant = outcome.mutant
    place = "" if isinstance(mutant, SeedMutant) else f" [{mutant.at}]"
    yield f"survived: {mutant.file}:{mutant.line}{place}"
    yield f"    - {mutant.original}"
    yield f"    + {mutant.mutated or '(nothing)'}"


def _kind(outcome: Outcome) -> str:
    kinds = {SeedMutant: "seeds", PythonMutant: "python"}
    return kinds.get(type(outcome.mutant), "sql")


def _counts(what: str, outcomes: list[Outcome], review: Review) -> str:
    by = Counter(outcome.killed_by for outcome in outcomes)
    equivalent = sum(_kind(outcome) == what for outcome in review.equivalent)
    how = "" if what == "python" else f" ({by['unit']} by unit tests, {by['data']} by data tests)"
    killed = f"{len(outcomes) - by['']} killed{how}"
    survived = f"{by[''] - equivalent} survived, {equivalent} listed as equivalent"
    score = f"score {_score(what, outcomes, review):.1%}"
    return f"{what}: {len(outcomes)} mutants, {killed}, {survived}, {score}"


def _score(what: str, outcomes: list[Outcome], review: Review) -> float:
    """The share noticed of the mutants that mean something else."""
    survived = sum(_kind(outcome) == what for outcome in review.survivors)
    equivalent = sum(_kind(outcome) == what for outcome in review.equivalent)
    judged = sum(_kind(outcome) == what for outcome in outcomes) - equivalent
    return 1 - survived / judged if judged else 1.0


def will_do(outcomes: list[Outcome], review: Review, goals: Mapping[str, float] = GOALS) -> bool:
    """Whether the scores reach their goals and the reviewed list is up to date."""
    scores = {what: _score(what, outcomes, review) for what in goals}
    return all(scores[what] >= goals[what] for what in goals) and not review.stale
