"""`gonghui check` (contract §1): an inbox is read as a refresh would, told, and nothing of it lands."""

from pathlib import Path
from typing import Any, get_args, get_type_hints

import openpyxl
import pytest

from orchestration import landing, reference
from orchestration.cli import main as cli
from orchestration.common.lock import hold
from orchestration.home import home_at
from orchestration.landing.outcome import Notice
from orchestration.language import _
from orchestration.operating.inspected import words
from orchestration.reference import TABLES, ReferenceSeeds
from tests.checkouts import Seeds
from tests.orchestration.cli.checking import checked, put

pytestmark = pytest.mark.usefixtures("chinese")

CADRES = "干部ID,所属机构编码,姓名,手机号,录入日期,离任日期"
NAME, MOBILE = "金丝雀", "19000000001"


def cadres(count: int, org: str = "510300") -> str:
    rows = [f"G{number},{org},{NAME},{MOBILE},2021-01-0{number % 9 + 1}," for number in range(count)]
    return "\n".join([CADRES, *rows, ""])


def put_sheet(path: Path, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    book.save(path)


def shown(capsys: pytest.CaptureFixture[str], inbox: Path, *more: str | Path) -> str:
    """What the screen says, without its line breaks and padding."""
    cli.main(["check", "--inbox", str(inbox), *map(str, more)])
    return "".join(line.strip() for line in capsys.readouterr().out.splitlines())


def test_a_text_is_told_with_its_encoding_separator_header_columns_and_rows(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = CADRES.replace("录入日期", "*录入 日期（年月日）").replace(",", ";")
    rows = ["G1;510300;x;x;2021-01-05;", "G2;510300;x;x;5 Jan;", "G3;XX;x;x;2021-01-05;", ""]
    put(inbox, "工会干部_20210302.csv", "\n".join(["干部一览", header, *rows]), "gb18030")
    code, told, _ = checked(capsys, inbox)
    [snapshot] = told["snapshots"]
    [file] = snapshot["files"]
    [part] = file["parts"]
    assert (code, told["ok"]) == (0, True)
    assert (file["kind"], file["encoding"], file["separator"]) == ("text", "gb18030", ";")
    assert (part["header_row"], part["rows_read"], part["rows_rejected"]) == (2, 3, 2)
    assert {"column_name": "entered_on", "header": "录入日期", "found_as": "*录入 日期（年月日）"} in part[
        "columns"
    ]
    assert [(one["reason"], one["column_name"], one["first_rows"]) for one in part["rejected"]] == [
        ("bad_format", "entered_on", [2]),
        ("unknown_code", "org_code", [3]),
    ]


def test_rows_are_told_by_file_and_sheet(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(inbox, "工会干部_20210302_1.csv", cadres(3))
    header = CADRES.split(",")
    row = ["K1", "510300", "x", "x", "2021-01-05", ""]
    put_sheet(inbox / "工会干部_20210302_2.xlsx", [["一览"], header, row, [], ["", *row[1:]], row])
    _, told, _ = checked(capsys, inbox)
    [snapshot] = told["snapshots"]
    parts = [part for file in snapshot["files"] for part in file["parts"]]
    assert [(part["sheet"], part["header_row"], part["rows_read"]) for part in parts] == [
        (None, 1, 3),
        ("Sheet", 2, 3),
    ]
    assert [(one["reason"], one["first_rows"]) for one in parts[1]["rejected"]] == [
        ("duplicate_row", [4]),
        ("missing_required", [3]),
    ]
    assert (snapshot["rows_read"], snapshot["rows_landed"], snapshot["rows_rejected"]) == (6, 4, 2)


def test_an_unknown_spelling_is_told_with_its_rows_and_the_nearest_known_one(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(inbox, "工会干部_20210302.csv", cadres(4, "自贡市总工会。"))
    _, told, _ = checked(capsys, inbox)
    [unknown] = told["snapshots"][0]["unknown_spellings"]
    assert (unknown["spelling"], unknown["rows"], unknown["nearest"]) == ("自贡市总工会。", 4, "自贡市总工会")


@pytest.mark.parametrize(("spellings", "more"), [(20, False), (21, True)])
def test_the_screen_says_how_many_unknown_spellings_it_leaves_out_where_it_does(
    inbox: Path, capsys: pytest.CaptureFixture[str], spellings: int, more: bool
) -> None:
    lines = [f"G{number},第{number // 3}工会,x,x,2021-01-05," for number in range(3 * spellings)]
    put(inbox, "工会干部_20210302.csv", "\n".join([CADRES, *lines, ""]))
    said = shown(capsys, inbox)
    assert (said.count("” 3 行"), "另有 1 种不认得的写法" in said, "另有 0" in said) == (
        20,
        more,
        False,
    )


@pytest.mark.parametrize(("cell", "damaged"), [("x", False), ("\udcff", True)])
def test_the_screen_says_whether_characters_are_damaged(
    inbox: Path, capsys: pytest.CaptureFixture[str], cell: str, damaged: bool
) -> None:
    rows = [f"G{number},510300,{'甲' * 20},x,2021-01-05," for number in range(200)]
    text = "\n".join([CADRES, *rows, f"H1,510300,{cell},x,2021-01-05,", ""])
    (inbox / "工会干部_20210302.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert ("有个别字解不出" in shown(capsys, inbox)) is damaged


def test_the_screen_names_what_stands_in_the_place_of_a_header_or_a_workbook(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = "".join(f"<td>{cell}</td>" for cell in CADRES.split(","))
    put(inbox, "工会干部_20210302.xlsx", f"<table><tr>{cells}</tr></table>")
    put(inbox, "推广计划_20210302.csv", "机构代码,年份,制定日期\n510300,2021,2021-01-01\n")
    told = shown(capsys, inbox)
    assert "您的文件是 HTML 网页，扩展名却是 .xlsx" in told
    assert "有 2 列与表头不符：机构编码（最接近的是 机构代码）、年度（最接近的是 年份）" in told
    assert "有 1 处须先改正" in told


def test_what_is_passed_over_is_told_with_its_reason(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("工会干部_20210302.csv", "工会干部_20210302_副本.csv", "工会干部_20210101.csv"):
        put(inbox, name, cadres(2))
    put(inbox, "办件_20210302.csv.part", "")
    (inbox / "旧").mkdir()
    _, told, _ = checked(capsys, inbox)
    assert {notice["file"]: notice["why"] for notice in told["notices"]} == {
        "工会干部_20210302_副本.csv": "copy",
        "工会干部_20210101.csv": "older",
        "办件_20210302.csv.part": "unfinished",
        "旧": "not_a_file",
    }


def test_a_home_is_compared_with_and_neither_held_nor_changed(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, "工会干部_20210302.csv", cadres(30))
    put(inbox, "推广计划_20210302.csv", "机构编码,年度,制定日期\n510300,2021,2021-01-01\n")
    home = home_at(tmp_path / "home")
    landing.land(inbox, home.root, reference.known_codes(ReferenceSeeds()))
    put(inbox, "工会干部_20210303.csv", cadres(20))
    with hold(home.lock_file):
        before = {path: path.lstat().st_mtime_ns for path in [home.root, *home.root.rglob("*")]}
        code, told, faults = checked(capsys, inbox, "--home", home.root)
        after = {path: path.lstat().st_mtime_ns for path in [home.root, *home.root.rglob("*")]}
    assert after == before
    assert (code, told["landed_already"]) == (2, ["推广计划_20210302"])
    assert faults.startswith("shrunk\t工会干部_20210303\t")
    assert checked(capsys, inbox)[0] == 0, "where no home is named, nothing is compared"
    monkeypatch.setenv("GONGHUI_HOME", str(home.root))
    assert checked(capsys, inbox)[0] == 2


def test_exports_of_no_month_and_an_inbox_without_exports_are_refused(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told, faults = checked(capsys, inbox)
    assert (code, told["snapshots"], "里没有导出" in faults) == (2, [], True)
    put(inbox, "工会干部_20200310.csv", CADRES + "\n")
    code, told, faults = checked(capsys, inbox)
    assert (code, told["ok"], "早于 2020-03" in faults) == (2, False, True)


def test_without_an_inbox_there_is_nothing_to_check(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GONGHUI_INBOX", raising=False)
    assert cli.main(["check"]) == 2
    assert "--inbox DIR" in capsys.readouterr().err


def test_faults_of_the_reference_seeds_are_told_with_those_of_the_files(
    inbox: Path, seeds: Seeds, capsys: pytest.CaptureFixture[str]
) -> None:
    put(inbox, "工会干部_20210302.csv", "")
    line = seeds.add("spellings", "cadres,nothing,,入职")
    assert cli.main(["check", "--inbox", str(inbox), "--reference", str(seeds.folder)]) == 2
    faults = capsys.readouterr().err
    assert f"spellings.csv:{line}: " in faults
    assert "unreadable\t工会干部_20210302.csv\t" in faults


def test_a_file_without_a_header_is_told_with_the_sheets_that_are_hidden(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    hidden = book.create_sheet("明细")
    hidden.append(["干部ID", "所属机构编码", "录入日期", "离任日期"])
    hidden.sheet_state = "hidden"
    book.save(inbox / "工会干部_20210302.xlsx")
    code, told, _ = checked(capsys, inbox)
    assert (code, [fault["reason"] for fault in told["faults"]]) == (2, ["missing_columns"])
    assert ["hidden_sheet", "明细"] in [[one["why"], one["other"]] for one in told["notices"]]


def test_a_sound_file_is_told_of_whatever_is_wrong_with_another_of_its_snapshot(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = ["干部ID", "所属机构编码", "录入日期", "离任日期"]
    book = openpyxl.Workbook()  # refused for its second sheet, when the first one was judged
    for row in (header, ["G0", "510100", "2020-03-05"], ["G1", "510100", "2020-03-05"]):
        book.active.append(row)
    book.create_sheet().append(header[:3])
    book.save(inbox / "工会干部_20210302_1.xlsx")
    put(inbox, "工会干部_20210302_2.csv", CADRES + "\nG0,510100,,,2020-03-05,\nG9,510100,,,never,\n")
    put(inbox, "工会干部_20210302_3.csv", "")
    code, told, faults = checked(capsys, inbox)
    [snapshot] = told["snapshots"]
    assert (code, faults.count("\t工会干部")) == (2, 2)
    [first, sound, empty] = snapshot["files"]
    assert (first["parts"], empty["parts"], snapshot["rows_landed"]) == ([], [], None)
    [part] = sound["parts"]
    assert part["rows_read"] == 2
    [refused] = part["rejected"]  # not G0, a copy of a row that was passed over
    assert (refused["reason"], refused["first_rows"]) == ("bad_format", [2])


@pytest.mark.parametrize(
    ("spellings", "told"), [("cadres,,,干部名册\ncadres,cadre_id,,编号", True), ('"', False)]
)
def test_names_and_headers_that_spellings_list_are_known_while_other_seeds_are_refused(
    inbox: Path, seeds: Seeds, capsys: pytest.CaptureFixture[str], spellings: str, told: bool
) -> None:
    put(inbox, "干部名册_20210302.csv", CADRES.replace("干部ID", "编号") + "\n")
    put(inbox, "花名册_20210302.csv", "x\n")
    put(inbox, "工会干部_20210301.csv", "")
    for row in spellings.splitlines():
        seeds.add("spellings", row)
    seeds.add("thresholds", "nothing,2022,,0.9,9.2")
    assert cli.main(["check", "--inbox", str(inbox), "--reference", str(seeds.folder)]) == 2
    faults = capsys.readouterr().err
    assert "thresholds.csv:" in faults
    assert ("unknown_export\t花名册_20210302.csv\t" in faults) is told
    assert "干部名册" not in faults


def test_no_cell_and_no_person_gets_into_what_a_check_says(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = CADRES.replace("手机号", f"手机号（{MOBILE}）")
    rows = [f"G{n},{MOBILE},{NAME},{MOBILE},{NAME}{n}," for n in range(30)]
    put(inbox, "工会干部_20210302.csv", "\n".join([f"填报人 {NAME} {MOBILE}", header, *rows, ""]))
    put(inbox, "新增会员_20210302.csv", f"{NAME},{MOBILE},2021-01-01\n" * 5)
    put(inbox, "注册用户_20210302.csv", f"用户ID,姓名,手机号,{MOBILE}\nU1,{NAME},{MOBILE},x\n")
    report = tmp_path / "report.xlsx"
    arguments = ["check", "--inbox", str(inbox), "--report", str(report)]
    assert cli.main(arguments) == cli.main([*arguments, "--json"]) == 2
    told = capsys.readouterr()
    cells = [str(cell) for row in cells_of(report) for cell in row]
    assert NAME not in told.out + told.err + "".join(cells)
    assert MOBILE not in told.out + told.err + "".join(cells)


def cells_of(report: Path, sheet: str | None = None) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(report)
    sheets = [book[sheet]] if sheet else book.worksheets
    return [row for each in sheets for row in each.iter_rows(values_only=True)]


def test_the_report_lists_each_refused_row_as_a_spreadsheet_numbers_it(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(inbox, "工会干部_20210302.csv", f"一览\n{CADRES}\nG1,510300,x,x,秘密,\nG1,XX,x,x,2021-01-01,\n")
    put(inbox, "通讯录_20210302.csv", "a,b\n")
    report = tmp_path / "report.xlsx"
    assert cli.main(["check", "--inbox", str(inbox), "--report", str(report)]) == 2
    _, *rows = cells_of(report, "退回的行")
    assert [row[:6] for row in rows] == [
        ("工会干部_20210302.csv", None, 3, 1, "录入日期", "格式读不出"),
        ("工会干部_20210302.csv", None, 4, 2, "所属机构编码", "编码不存在"),
    ]
    assert [row[0] for row in cells_of(report, "汇总")[1:]] == [
        "通讯录_20210302.csv",
        *["工会干部_20210302.csv"] * 2,
    ]


@pytest.mark.parametrize("folder", ["a report", "reports"])
def test_a_report_lies_in_any_folder_but_the_inbox(inbox: Path, tmp_path: Path, folder: str) -> None:
    put(inbox, "工会干部_20210302.csv", cadres(1))
    (tmp_path / folder).mkdir()
    report = tmp_path / folder / "report.XLSX"
    assert cli.main(["check", "--inbox", str(inbox), "--report", str(report)]) == 0
    assert report.is_file()


@pytest.mark.parametrize("name", ["report.csv", "inbox/report.xlsx", "nowhere/report.xlsx"])
def test_a_report_that_cannot_be_written_is_refused(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    put(inbox, "工会干部_20210302.csv", cadres(1))
    assert cli.main(["check", "--inbox", str(inbox), "--report", str(tmp_path / name)]) == 2
    assert "report" in capsys.readouterr().err
    assert [path.name for path in inbox.iterdir()] == ["工会干部_20210302.csv"]


def test_the_words_for_refused_rows_are_those_that_are_published() -> None:
    [table] = (table for table in TABLES if table.name == "quality_labels")
    rows = ReferenceSeeds().read(table).rows
    published = {row["code"]: row["label"] for row in rows if row["kind"] == "refusal"}
    assert {reason: _(said.why) for reason, said in words.REFUSALS.items()} == published


def test_every_notice_has_its_words() -> None:
    assert set(words.NOTICES) == set(get_args(get_type_hints(Notice)["why"]))
