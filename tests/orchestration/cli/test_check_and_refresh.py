"""`gonghui check` beside `gonghui refresh` (contract §1): what the one tells, the other does."""

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.home import REFERENCE_SEEDS, home_at
from tests.commands import gonghui
from tests.orchestration.cli.checking import checked, put

pytestmark = pytest.mark.usefixtures("chinese")


def test_faults_stand_on_stderr_as_refresh_has_them(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(inbox, "工会干部_20210302.csv", "干部ID,机构代码,入职日期\nG1,510300,2021-01-01\n")
    put(inbox, "新增会员_20210302.csv", "")
    put(inbox, "通讯录_20210302.csv", "a,b\n")
    put(inbox, "推广计划_20210302.csv", "机构编码,年度,制定日期\n" + "XX,2021,2021-01-01\n" * 30)
    code, told, faults = checked(capsys, inbox)
    refreshed = gonghui("refresh", "--inbox", inbox, "--home", tmp_path / "home")
    assert (code, faults) == (refreshed.exit_code, refreshed.stderr)
    assert [fault["reason"] for fault in told["faults"]] == [
        "missing_columns",
        "too_many_rejects",
        "unreadable",
        "unknown_export",
    ]


def test_an_export_of_another_system_lands_after_four_lines_of_spellings(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(inbox, "专干名册_20210302.csv", "编号,单位代码,入职日期,离任日期\nG1,510300,2021-01-05,\n")
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy(REFERENCE_SEEDS / "spellings.csv", own)
    code, told, _ = checked(capsys, inbox, "--reference", own)
    assert (code, [fault["reason"] for fault in told["faults"]]) == (2, ["unknown_export"])
    with (own / "spellings.csv").open("a", encoding="utf-8") as file:
        file.write(
            "cadres,,,专干名册\ncadres,cadre_id,,编号\ncadres,org_code,,单位代码\ncadres,entered_on,,入职日期\n"
        )
    code, told, _ = checked(capsys, inbox, "--reference", own)
    assert (code, told["snapshots"][0]["rows_landed"]) == (0, 1)
    ran = gonghui("refresh", "--inbox", inbox, "--home", tmp_path / "home", "--reference", own)
    assert ran.exit_code == 0, ran.stderr
    with duckdb.connect(home_at(tmp_path / "home").published_file, read_only=True) as warehouse:
        landed = warehouse.execute("select export_name, rows_landed from quality.landed_exports").fetchall()
    assert landed == [("cadres", 1)]
