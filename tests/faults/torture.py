"""`make torture`: refreshes killed at random moments, by the hundred, and a table of where they died.

    python -m tests.faults.torture [--kills 200] [--seed 1] [--folder DIR] [--engine spark]

Half of the kills are of the process that works alone, half of the one, too, that waits to tell of it. After
each kill the readers' file must be one whole release, and the next refresh must succeed without help.
When interrupted it goes on, in the same folder, where it was.
"""

import argparse
import json
import shutil
import sys
from collections import Counter
from itertools import count
from pathlib import Path
from random import Random

from orchestration.home import CHECKOUT
from tests.faults.kills import STAGES, Victims

# How often each stage is aimed at: those that write what outlives the refresh, more often; of the second
# engine, what it does.
_AIMS = {
    "duckdb": {"start": 1, "landing": 6, "dbt": 2, "audit": 2, "publish": 6},
    "spark": {"dbt": 8, "audit": 1, "publish": 1},
}


def torture(folder: Path, kills: int, seed: int, engine: str) -> Counter[str]:
    """Kill until so many kills were survived, those of earlier runs in `folder` included; counts by stage."""
    record = folder / "survived.json"
    survived: Counter[str] = Counter(json.loads(record.read_text()) if record.exists() else {})
    victims = Victims(folder, engine)
    numbers = count(1000 * survived.total())
    for _ in range(2):
        victims.put(next(numbers))
        victims.refresh()
    victims.refresh()
    states: set[frozenset[str]] = set()
    while _kills(survived) < kills:
        random = Random(f"{seed} {survived.total()}")
        [aim] = random.choices([*_AIMS[engine]], [*_AIMS[engine].values()])
        is_built_anew = aim in ("dbt", "audit") or random.random() < 0.1
        if is_built_anew or aim == "landing" or random.random() < 0.5:
            victims.put(
                next(numbers) if is_built_anew else random.choice([*victims.built - {victims.number}])
            )
        died_in = victims.kill(aim, random.random(), whole=random.random() < 0.5)
        state = victims.state()
        # Else other exports arrive before the next refresh: such that need no build, which costs most.
        if state in states and random.random() < 0.9:
            victims.put(random.choice([*victims.built]))
        states.add(state)
        victims.refresh()
        survived[died_in] += 1
        record.write_text(json.dumps(survived))
        print(
            f"{_kills(survived):4} aimed at {aim}, died in {died_in}; {len(states)} kinds of homes",
            flush=True,
        )
    return survived


def _kills(survived: Counter[str]) -> int:
    return sum(survived[stage] for stage in STAGES if stage != "ended")


def table(survived: Counter[str]) -> str:
    """The counts as a table, one stage a line."""
    lines = [f"{stage:<10}{survived[stage]:>6}" for stage in STAGES if stage != "ended"]
    lines += [f"{'kills':<10}{_kills(survived):>6}", f"{survived['ended']} victims too late to kill"]
    return "\n".join(lines)


def main() -> None:
    """Run the torture; ends with 1 at the first kill that is not survived, and leaves its home to look at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where (var/torture/ENGINE)")
    parser.add_argument("--engine", choices=[*_AIMS], default="duckdb", help="what builds (%(default)s)")
    options = parser.parse_args()
    folder = options.folder or CHECKOUT / "var" / "torture" / options.engine
    folder.mkdir(parents=True, exist_ok=True)
    try:
        survived = torture(folder, options.kills, options.seed, options.engine)
    except AssertionError as broken:
        sys.exit(f"not survived, see {folder}: {broken}")
    print(table(survived))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
