"""`make demo`: a whole province at full size with a story in it, refreshed, and where its documents lie.

The benchmark's exports, of which each org keeps as many rows as its part in the story has it keep. By its
place among the orgs one in seven leads, one trails, one catches up from year to year, and one slips in a
month. Nobody in it is real; a home of its own keeps it apart from an office's data.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.generate import generate

ROOT = Path(__file__).resolve().parent.parent
SCALE = 1.25
"""A quarter more than the annexes ask for: who keeps every row is ahead of the standard."""
SLIPS_IN = "2022-09-01"

# The part of an org, by its place among the orgs in the order of their codes.
_PART = "list_position(getvariable('all_orgs'), org) % 7"
LEADS, SLIPS, TRAILS, CATCHES_UP = 1, 2, 4, 6


def _kept(moment: str, lags: str = "false", lagging: int = 100) -> str:
    """Build what holds for the rows that stay; `moment` is the second of a row since 1970.

    Of the rows for which `lags` holds, who leads keeps `lagging` of a hundred.
    """
    month = f"date_trunc('month', make_timestamp(CAST({moment} AS BIGINT) * 1000000))"
    return f"""rnd(seed, 70, 100) < CASE {_PART}
        WHEN {LEADS} THEN CASE WHEN {lags} THEN {lagging} ELSE 100 END
        WHEN {TRAILS} THEN 45
        WHEN {CATCHES_UP} THEN least(100, 40 + 2 * date_diff('month', DATE '2020-01-01', {month}))
        WHEN {SLIPS} THEN CASE WHEN {month} = DATE '{SLIPS_IN}' THEN 10 ELSE 90 END
        ELSE 72 + share(org, 71, 20) END"""


STORY = {
    "registered_users": _kept("registered", "certified IS NULL", 40),
    "workflow_items": _kept("accepted", "completed IS NULL", 15),
    "articles": _kept("published"),
    **dict.fromkeys(
        ("new_members", "new_unions", "cadres", "benefit_services", "activities"), _kept("day * 86400")
    ),
}


def main() -> int:
    """Write the exports, refresh, and name the documents; returns the exit code of the refresh."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--home", type=Path, default=ROOT / "var" / "demo", help="default: var/demo")
    parser.add_argument("--scale", type=float, default=SCALE, help=f"1 is the province (default {SCALE})")
    options = parser.parse_args()
    home = options.home.resolve()
    inbox = home / "inbox"
    print(f"writing the exports of an invented province into {inbox}", file=sys.stderr, flush=True)
    generate(options.scale, inbox, kept=STORY)
    command = [sys.executable, "-m", "orchestration.cli.main", "refresh", "--home", str(home), "--inbox"]
    ended = subprocess.run([*command, str(inbox)], cwd=ROOT, check=False).returncode
    for document in sorted([*home.glob("bulletins/*/*.docx"), *home.glob("bulletins/*/site/index.html")]):
        print(document.as_uri())
    return ended


if __name__ == "__main__":
    sys.exit(main())
