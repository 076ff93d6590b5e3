"""A sample of `make mutate`: the rules that happen to be changed are noticed, or known to mean the same."""

import random

from tests.mutation import project, report, review, trial
from tests.mutation.__main__ import mutants_of

SAMPLE = 40
SEED = 2020


def test_a_sample_of_mutants_is_noticed(sample_build):
    built = project.of(sample_build)
    mutants = random.Random(SEED).sample(mutants_of(built), SAMPLE)
    outcomes = list(trial.outcomes(built, mutants))
    judged = review.review(outcomes, review.listed(), whole=False)
    assert len(outcomes) == SAMPLE
    assert judged.survivors == [] and judged.stale == [], "\n".join(report.lines(outcomes, judged))
