"""`kill -9` in every stage of a refresh, at chosen moments; `make torture` chooses hundreds at random."""

import shutil
from pathlib import Path

import pytest

from tests.faults.kills import Victims

# Stage, when in it, whether what waits dies, too, the inbox then, that of the next refresh; of 1 and 2 there
# are releases: no build.
MOMENTS = [
    ("landing", 0.2, True, 1, 1),
    ("landing", 0.9, False, 2, 2),
    ("publish", 0.0, False, 1, 1),
    ("publish", 0.5, True, 2, 1),
    ("dbt", 0.3, False, 3, 2),
    ("audit", 0.5, True, 3, 3),
    ("publish", 0.2, True, 4, 4),
]


@pytest.fixture(scope="module")
def victims(home_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Victims:
    """A home whose refreshes are killed, one after the other."""
    folder = tmp_path_factory.mktemp("victims")
    shutil.copytree(home_once, folder / "home", symlinks=True)
    return Victims(folder, built={1, 2})


def test_a_refresh_that_nobody_kills_is_the_measure_of_the_others(victims: Victims) -> None:
    for number in (1, 2):
        victims.put(number)
        victims.refresh()


@pytest.mark.parametrize(("stage", "share", "whole", "number", "then"), MOMENTS)
def test_after_a_kill_readers_see_a_whole_release_and_the_next_refresh_succeeds(
    victims: Victims, stage: str, share: float, whole: bool, number: int, then: int
) -> None:
    victims.put(number)
    died_in = victims.kill(stage, share, whole=whole)
    assert died_in != "start", "nothing was tested: the kill came before anything was done"
    victims.put(then)
    victims.refresh()
