"""What the graph shows of landing: of each export what came of it, and whether it is fresh."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from orchestration.graph.landed_assets import landed_assets
from orchestration.graph.run_request import RunRequest
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, home_at

NAME = "工会干部_20200430.csv"
ROWS = [f"G{number},{'510300' if number else '999999'},2020-03-01," for number in range(10)]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dg.ExecuteInProcessResult]]:
    """Two nights over an inbox of ten cadres, one of them refused for its org."""
    folder = tmp_path_factory.mktemp("nights")
    (folder / "inbox").mkdir()
    text = "\n".join(["干部ID,所属机构编码,录入日期,离任日期", *ROWS]) + "\n"
    (folder / "inbox" / NAME).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder / "home"))
        patch.setenv(INBOX_VARIABLE, str(folder / "inbox"))
        patch.setenv("GONGHUI_EXPORT_MAX_AGE_DAYS", "36500")
        nights = [dg.materialize([landed_assets], resources={"run": RunRequest()}) for _ in range(2)]
        yield nights


def shown(night: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """What is shown of each asset, by its name."""
    return {
        made.asset_key.path[-1]: {name: value.value for name, value in made.metadata.items()}
        for made in night.asset_materializations_for_node("land")
    }


def test_an_export_shows_what_came_of_its_snapshot(nights: list[dg.ExecuteInProcessResult]) -> None:
    cadres = shown(nights[0])["cadres"]
    assert cadres.pop("用时（秒）") > 0
    assert cadres == {
        "快照日期": "2020-04-30",
        "本次入库": True,
        "读入行数": 10,
        "入库行数": 9,
        "退回行数": 1,
        "退回原因": "| 原因 | 行数 |\n| --- | --- |\n| unknown_code | 1 |",
        "文件": [NAME],
    }


def test_an_export_that_landed_before_says_so(nights: list[dg.ExecuteInProcessResult]) -> None:
    first, second = (shown(night)["cadres"] for night in nights)
    del first["用时（秒）"]
    assert second == first | {"本次入库": False}


def test_an_export_that_never_landed_says_so(nights: list[dg.ExecuteInProcessResult]) -> None:
    assert shown(nights[0])["articles"] == {"快照日期": "从未入库"}


def test_lists_show_what_is_in_force_and_what_was_refused(nights: list[dg.ExecuteInProcessResult]) -> None:
    lists = shown(nights[0])
    assert "| cadres | 2020-04-30 | 10 | 9 | 1 |" in lists["landed_exports"]["预览"]
    assert "| cadres | unknown_code | 1 |" in lists["rejected_rows"]["预览"]


@pytest.mark.usefixtures("nights")
def test_an_export_that_lands_is_a_line_of_the_log() -> None:
    log = home_at(None).log_file.read_text(encoding="utf-8")
    assert log.count("工会干部_20200430: ") == 1


def fresh(night: dg.ExecuteInProcessResult, name: str) -> dg.AssetCheckEvaluation:
    """What its check says of an export."""
    [found] = [check for check in night.get_asset_check_evaluations() if check.asset_key.path[-1] == name]
    return found


def test_a_snapshot_that_is_young_enough_is_fresh(nights: list[dg.ExecuteInProcessResult]) -> None:
    found = fresh(nights[0], "cadres")
    assert (found.passed, found.description) == (True, "工会干部：快照日期 2020-04-30，限 36500 天")


def test_an_export_that_never_came_is_a_warning(nights: list[dg.ExecuteInProcessResult]) -> None:
    found = fresh(nights[0], "articles")
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert found.description == "信息发布：从未入库"


def test_a_snapshot_that_is_too_old_is_an_error(
    nights: list[dg.ExecuteInProcessResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_EXPORT_MAX_AGE_DAYS", "35")
    found = fresh(dg.materialize([landed_assets], resources={"run": RunRequest()}), "cadres")
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.ERROR)
