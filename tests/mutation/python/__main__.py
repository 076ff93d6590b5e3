"""Change each rule of the Python, one at a time, and see whether a test notices."""

import argparse
import sys
import time

from tests.mutation import report, review
from tests.mutation.python import trial
from tests.mutation.trial import PROCESSES

GOAL = 0.95
LIST = trial.TABLE.with_name("equivalent.yml")


def main(arguments: list[str] | None = None) -> int:
    """Mutate, report; 0 if the score reaches its goal and the reviewed list is up to date."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.python", description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="try N mutants, chosen at random")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="choose others (0)")
    parser.add_argument("--quick", action="store_true", help="only modules whose tests take moments")
    parser.add_argument("--processes", type=int, default=PROCESSES, metavar="N", help="at once (%(default)s)")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="only these, as common/as_of.py")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    rooms = [room.only(options.modules) for room in trial.rooms() if room.is_quick or not options.quick]
    mutants = trial.drawn(rooms, options.sample, options.seed)
    total = sum(map(len, mutants.values()))
    outcomes = list(report.with_progress(trial.outcomes(rooms, mutants, options.processes), total))
    is_whole = not (options.sample or options.quick or options.modules)
    judged = review.review(outcomes, review.listed(LIST), whole=is_whole)
    print(*report.lines(outcomes, judged, ["python"]), f"{time.monotonic() - started:.0f} seconds", sep="\n")
    return 0 if report.will_do(outcomes, judged, {"python": GOAL}) else 1


if __name__ == "__main__":
    sys.exit(main())
