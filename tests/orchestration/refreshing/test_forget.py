"""A landed snapshot that was a mistake can be dropped; nothing else of the home changes."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration import landing
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.landing import KnownCodes, Spelling
from orchestration.refreshing.forget import forget
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.request import Request

CODES = KnownCodes(orgs=frozenset({"510300"}), modules=frozenset())
CADRES = "干部ID,所属机构编码,录入日期,离任日期\nG1,510300,2020-03-01,\nG2,999,2020-03-01,\n"
PLANS = "机构编码,年度,制定日期\n510300,2020,2020-03-01\n,2020,2020-03-01\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "工会干部_20210301.csv").write_text(CADRES, encoding="utf-8")
    (folder / "推广计划_20210302.csv").write_text(PLANS, encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path, inbox: Path) -> Home:
    """A home that has landed two exports, each with a row refused."""
    landing.land(inbox, tmp_path / "home", CODES)
    return Home(tmp_path / "home")


def landed(home: Home, table: str) -> list[tuple[object, ...]]:
    file = landing.landed_dir(home.root) / f"{table}.parquet"
    return duckdb.sql(f"from read_parquet('{file}') order by all").fetchall()


@pytest.mark.parametrize("name", ["工会干部", "cadres"])
def test_one_export_goes_and_the_others_stay(home: Home, inbox: Path, name: str) -> None:
    plans = landed(home, "promotion_plans")
    told = forget(home, inbox, name, CODES)
    assert landing.in_force(home.root).keys() == {"promotion_plans"}
    assert (landed(home, "cadres"), landed(home, "promotion_plans")) == ([], plans)
    assert {row[0] for row in landed(home, "landed_exports")} == {"promotion_plans"}
    assert {row[0] for row in landed(home, "rejected_rows")} == {"promotion_plans"}
    assert "forgot 工会干部 of 2021-03-01 (1 rows of 工会干部_20210301.csv)" in told
    assert "the next refresh lands 工会干部 of 2021-03-01 (工会干部_20210301.csv)" in told


def test_what_the_lists_have_of_an_export_stays_where_another_is_forgotten(home: Home) -> None:
    before = {table: landed(home, table) for table in ("landed_exports", "rejected_rows", "cadres")}
    forget(home, None, "promotion_plans", CODES)
    for table, rows in before.items():
        assert landed(home, table) == [row for row in rows if row[0] != "promotion_plans"]
    assert landed(home, "promotion_plans") == []


def test_a_name_may_be_one_of_the_spellings(home: Home) -> None:
    codes = replace(CODES, spellings=frozenset({Spelling("cadres", "", "", "干部花名册")}))
    assert "forgot 工会干部 of 2021-03-01" in forget(home, None, "干部花名册", codes)


def test_an_older_snapshot_can_land_then(home: Home, inbox: Path) -> None:
    (inbox / "工会干部_20210301.csv").rename(inbox / "工会干部_20210201.csv")
    told = forget(home, inbox, "cadres", CODES)
    landing.land(inbox, home.root, CODES)
    assert "工会干部 of 2021-02-01" in told
    assert str(landing.in_force(home.root)["cadres"].export_date) == "2021-02-01"


def test_where_the_inbox_has_no_other_that_is_said(home: Home, inbox: Path) -> None:
    (inbox / "工会干部_20210301.csv").unlink()
    for other in ("推广计划", "信息发布"):  # new, and called otherwise
        (inbox / f"{other}_20210401.csv").write_text("", encoding="utf-8")
    assert "no 工会干部 lies in" in forget(home, inbox, "cadres", CODES)


def test_the_log_has_what_is_forgotten_and_who_names_no_inbox_is_told_of_the_next_refresh(home: Home) -> None:
    forgotten, following = forget(home, None, "cadres", CODES).splitlines()
    assert following == "the next refresh lands the newest 工会干部 of its inbox"
    logged = home.log_file.read_text(encoding="utf-8")
    assert forgotten == f"{logged.split(' INFO ')[1].rstrip()}; what is published stays as it is"


@pytest.mark.parametrize(
    ("name", "told"), [("工资表", "no export is called"), ("办件", "nothing of 办件 is landed")]
)
def test_what_is_not_there_cannot_be_forgotten(home: Home, name: str, told: str) -> None:
    with pytest.raises(UsageFault, match=told):
        forget(home, None, name, CODES)


def test_a_home_that_has_forgotten_all_does_not_fall_back_to_the_sample(home: Home) -> None:
    for name in ("cadres", "promotion_plans"):
        forget(home, None, name, CODES)
    assert landed(home, "landed_exports") == []
    with pytest.raises(UsageFault, match="had exports landed, and has none now"):
        Plan.all_of(Request.of(str(home.root)))
