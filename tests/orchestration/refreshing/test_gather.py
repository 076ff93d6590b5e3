"""What a home of gathered provinces is to a refresh, and what gathering leaves in the homes it reads."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration import landing
from orchestration.common.lock import holder
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.landing import KnownCodes
from orchestration.refreshing.gather import gather
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.request import Request

CODES = KnownCodes(orgs=frozenset({"510300"}), modules=frozenset())
PLANS = "机构编码,年度,制定日期\n510300,2020,2020-03-01\n"


@pytest.fixture
def province(tmp_path: Path) -> Home:
    """A home that has landed an export."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "推广计划_20210302.csv").write_text(PLANS, encoding="utf-8")
    landing.land(inbox, tmp_path / "51", CODES)
    return Home(tmp_path / "51")


def test_a_build_of_folders_follows_from_something_else_than_one_of_files(
    province: Home, tmp_path: Path
) -> None:
    home = Home(tmp_path / "all")
    gather(home, {"51": province})
    [plan] = Plan.all_of(Request.of(home=str(home.root)))
    assert plan.landed_in_parts == landing.in_parts(home.root) != ()
    assert plan.basis.shared != replace(plan, landed_in_parts=()).basis.shared


def test_the_log_has_what_is_gathered_and_a_home_that_is_read_no_word_of_it(
    province: Home, tmp_path: Path
) -> None:
    home = Home(tmp_path / "all")
    told = gather(home, {"51": province})
    logged = home.log_file.read_text(encoding="utf-8").split(" INFO ")[1].rstrip()
    assert told == f"{logged}; gonghui refresh --home {home.root} builds them as one"
    assert not province.log_file.exists()
    assert province.lock_file.read_text(encoding="ascii") == ""
    assert holder(province.lock_file) is None


def test_a_home_is_named_once_and_has_something(province: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="is named twice"):
        gather(province, {"51": province})
    with pytest.raises(UsageFault, match="nothing is landed in the home of 11"):
        gather(Home(tmp_path / "all"), {"11": Home(tmp_path / "11"), "51": province})
    assert not (tmp_path / "all").exists()
