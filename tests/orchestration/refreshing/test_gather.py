"""What a home of gathered provinces is to a refresh, and what gathering leaves in the homes it reads."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration import landing
from orchestration.common.lock import holder
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.refreshing.gather import gather
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.request import Request


def test_a_build_of_folders_follows_from_something_else_than_one_of_files(
    landed: Home, tmp_path: Path
) -> None:
    home = Home(tmp_path / "all")
    gather(home, {"51": landed})
    [plan] = Plan.all_of(Request.of(home=str(home.root)))
    assert plan.landed_in_parts == landing.in_parts(home.root) != ()
    assert plan.basis.shared != replace(plan, landed_in_parts=()).basis.shared


def test_the_log_has_what_is_gathered_and_a_home_that_is_read_no_word_of_it(
    landed: Home, tmp_path: Path
) -> None:
    home = Home(tmp_path / "all")
    told = gather(home, {"51": landed})
    logged = home.log_file.read_text(encoding="utf-8").split(" INFO ")[1].rstrip()
    assert told == f"{logged}; gonghui refresh --home {home.root} builds them as one"
    assert not landed.log_file.exists()
    assert landed.lock_file.read_text(encoding="ascii") == ""
    assert holder(landed.lock_file) is None


def test_a_home_is_named_once_and_has_something(landed: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="is named twice"):
        gather(landed, {"51": landed})
    with pytest.raises(UsageFault, match="nothing is landed in the home of 11"):
        gather(Home(tmp_path / "all"), {"11": Home(tmp_path / "11"), "51": landed})
    assert not (tmp_path / "all").exists()
