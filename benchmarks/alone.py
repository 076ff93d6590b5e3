"""Lands what an inbox holds and does nothing else: `python -m benchmarks.alone INBOX HOME [ACCEPT]`."""

import sys
from pathlib import Path

from orchestration.landing import land
from orchestration.reference import ReferenceSeeds, known_codes


def land_alone(inbox: Path, home: Path, accept: str = "") -> None:
    """Land what is new in the inbox; raises what `orchestration.landing.land` raises."""
    land(inbox, home, known_codes(ReferenceSeeds()), frozenset(accept.split()))


if __name__ == "__main__":
    land_alone(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
