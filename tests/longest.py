"""The order of the files of tests: those that take longest first.

Of two workers none is then left with one of them at the end. The first file makes what many others read; the
second waits for the minutes of a clock meanwhile.
"""

from pathlib import Path

import pytest

LONGEST_FIRST = (
    "dbt/test_sample_build.py",
    "orchestration/graph/test_serve.py",
    "second_engine/test_parity.py",
    "worlds/test_worlds.py",
    "orchestration/refreshing/test_reproducible.py",
    "orchestration/refreshing/test_built_anew.py",
    "mutation/test_mutation.py",
    "orchestration/maintaining/test_install.py",
    "orchestration/maintaining/test_verdict_diff.py",
    "orchestration/cli/test_cli.py",
    "faults/test_resources.py",
    "faults/test_kills.py",
    "faults/test_power_loss.py",
    "faults/test_homes.py",
    "orchestration/refreshing/test_what_if.py",
    "clients/test_clients.py",
    "golden/test_golden.py",
    "sample/test_published.py",
    "dbt/test_project_rules.py",
    "dbt/test_conventions.py",
)

_PLACES = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST_FIRST)}


def place(item: pytest.Item) -> int:
    """Where in the order a test's file stands; all others follow, as they were."""
    return _PLACES.get(item.path, len(_PLACES))
