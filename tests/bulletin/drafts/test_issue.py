"""What is issued has number and date, is never changed, and keeps the release that its numbers are of."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.bulletin import documents
from orchestration.common.clock import now
from orchestration.home import Home
from orchestration.operating.status import status
from orchestration.publishing import releases
from orchestration.publishing.bulletins import all_issued
from orchestration.publishing.pruning import Retention, prune
from orchestration.publishing.release import Release
from orchestration.refreshing import issue as issuing
from orchestration.refreshing.refresh import tidy
from tests.bulletin.drafts.made import DOCUMENT, MONTH, overwrite
from tests.publishing.small import INPUTS, RELEASE, make

pytestmark = pytest.mark.usefixtures("written", "chinese")

Write = Callable[..., Path]
Run = Callable[..., str]

NUMBER, DAY = "川工办通〔2021〕3号", "2021-03-08"
MARCH = date(2021, 3, 1)
NEXT_NUMBER = "川工办通〔2021〕4号"
NEXT = replace(RELEASE, release_id="20210309T020000-fedcba", published_at=datetime(2021, 3, 9, 2))
LAST = "20210310T020000-fedcba"


def edit(build_file: Path, statement: str) -> None:
    with duckdb.connect(build_file) as connection:
        connection.execute(statement)


@pytest.fixture
def final(build_file: Path) -> None:
    """Every export that a requirement looks at has landed, and covers the month."""
    edit(build_file, "insert into quality.landed_exports values ('new_members', '2021-03-01', 1, 1, 0)")


@pytest.fixture
def issue(run: Run) -> Run:
    """Issue the month; returns what is said."""

    def issued(*more: str, number: str = NUMBER, day: str = DAY, fails: int = 0) -> str:
        return run("bulletin", "issue", MONTH, "--number", number, "--date", day, *more, fails=fails)

    return issued


@pytest.fixture
def folder(home: Home) -> Path:
    return home.bulletins / "issued" / f"{MONTH}_{NUMBER}"


@pytest.mark.usefixtures("final")
def test_the_issued_document_has_number_and_date_and_may_only_be_read(
    release: Write, issue: Run, folder: Path
) -> None:
    release(RELEASE)
    assert issue() == f"已印发 {NUMBER}（{DAY}，批次 {RELEASE.release_id}）：{folder}\n"
    assert (folder / DOCUMENT).read_text("utf-8").splitlines() == [RELEASE.release_id, NUMBER, DAY]
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in (folder, *folder.rglob("*"))}
    assert modes == {(True, 0o555), (False, 0o444)}
    told = json.loads((folder / "issued.json").read_text("utf-8"))
    assert (told["number"], told["issued_on"], told["as_of_month"], told["release_id"], told["accepted"]) == (
        NUMBER,
        DAY,
        f"{RELEASE.as_of_month}",
        RELEASE.release_id,
        [],
    )


def test_numbers_that_are_not_final_are_issued_where_that_is_accepted_alone(
    release: Write, issue: Run, home: Home
) -> None:
    release(RELEASE)
    said = issue(fails=2)
    assert "新增会员：从未入库" in said and "--accept not_final" in said
    assert all_issued(home) == []
    assert "新增会员：从未入库" in issue("--accept", "not_final")
    assert all_issued(home)[0].accepted == ("新增会员：从未入库",)


def test_an_export_of_the_last_day_is_not_final(release: Write, issue: Run, build_file: Path) -> None:
    edit(build_file, "insert into quality.landed_exports values ('new_members', '2021-02-28', 1, 1, 0)")
    release(RELEASE)
    assert "新增会员：最新导出 2021-02-28，没有盖住整个 2021-02" in issue(fails=2)


def test_the_sample_is_never_issued(release: Write, issue: Run, home: Home) -> None:
    release(replace(RELEASE, is_sample=True))
    assert "是样例数据，不能印发" in issue("--accept", "not_final", fails=2)
    assert all_issued(home) == []


@pytest.mark.parametrize(
    "number",
    ["", "川工办通[2021]3号", "川工办通〔2021〕03号", "川工办通〔2021〕3", "a/b〔2021〕3号", "..〔2021〕3号"],
)
def test_a_number_that_is_none_is_refused(release: Write, issue: Run, number: str) -> None:
    release(RELEASE)
    assert "不合格式" in issue("--accept", "not_final", number=number, fails=2)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2021-02-28", "早于 2021-02 月末"),
        ("2999-01-01", "晚于今天"),
        ("8 March", "不是日期"),
    ],
)
def test_a_date_that_cannot_be_is_refused(release: Write, issue: Run, day: str, sentence: str) -> None:
    release(RELEASE)
    assert sentence in issue("--accept", "not_final", day=day, fails=2)


@pytest.mark.usefixtures("final")
@pytest.mark.parametrize("day", ["2021-03-01", f"{now():%F}"], ids=["the month has just ended", "today"])
def test_it_may_be_signed_once_the_month_has_ended_and_until_today(
    release: Write, issue: Run, day: str
) -> None:
    with duckdb.connect(release(RELEASE) / releases.WAREHOUSE, read_only=True):
        assert f"已印发 {NUMBER}（{day}" in issue(day=day), "a reader of the release is not in the way"


def test_where_nothing_was_released_nothing_is_issued_and_no_home_is_made(issue: Run, home: Home) -> None:
    assert "请先运行 gonghui refresh" in issue(fails=2)
    assert not home.root.exists()


def test_a_month_without_a_release_cannot_be_issued(release: Write, run: Run) -> None:
    release(RELEASE)
    said = run("bulletin", "issue", "2021-01", "--number", NUMBER, "--date", DAY, fails=2)
    assert "没有截至 2021-01 的发布批次" in said


def test_a_release_of_another_month_is_refused(release: Write, run: Run) -> None:
    release(RELEASE)
    asked = ("bulletin", "issue", "2021-01", "--number", NUMBER, "--date", DAY, "--release", "abcdef")
    assert "截至 2021-02，不是 2021-01" in run(*asked, fails=2)


@pytest.mark.usefixtures("final")
@pytest.mark.parametrize("in_force", [None, date(2021, 1, 1), MARCH])
def test_the_newest_release_of_the_month_is_issued_whatever_month_is_in_force(
    release: Write, issue: Run, home: Home, build_file: Path, in_force: date | None
) -> None:
    make(home, build_file, RELEASE)
    make(home, build_file, NEXT)
    if in_force:
        release(replace(RELEASE, release_id="20210228T020000-abcdef", as_of_month=in_force))
    make(home, build_file, replace(NEXT, release_id=LAST, as_of_month=date(2021, 1, 1)))
    issue()
    assert [each.release_id for each in all_issued(home)] == [NEXT.release_id]


@pytest.mark.usefixtures("final")
@pytest.mark.parametrize("asked", [(), ("--release", "20210301")])
def test_of_the_month_in_force_the_release_that_readers_see_is_issued_or_the_one_asked_for(
    issue: Run, home: Home, build_file: Path, asked: tuple[str, ...]
) -> None:
    make(home, build_file, RELEASE)
    make(home, build_file, NEXT)
    releases.put_in_force(home, (NEXT if asked else RELEASE).release_id)
    issue(*asked)
    assert [each.release_id for each in all_issued(home)] == [RELEASE.release_id]


@pytest.mark.usefixtures("final")
@pytest.mark.parametrize("months", [(RELEASE.as_of_month, MARCH), (MARCH, RELEASE.as_of_month)])
def test_each_month_has_issues_of_its_own(
    release: Write, run: Run, home: Home, build_file: Path, months: tuple[date, date]
) -> None:
    edit(build_file, "update quality.landed_exports set export_date = '2021-04-01'")
    release(RELEASE)
    release(replace(NEXT, as_of_month=MARCH))
    for month, number in zip(months, (NEXT_NUMBER, NUMBER), strict=True):
        run("bulletin", "issue", f"{month:%Y-%m}", "--number", number, "--date", "2021-04-08")
    assert {(each.as_of_month, each.number) for each in all_issued(home)} == {
        (months[0], NEXT_NUMBER),
        (months[1], NUMBER),
    }


@pytest.mark.usefixtures("final")
def test_what_is_issued_is_on_the_disk(
    release: Write, issue: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[Path, bool]] = []
    monkeypatch.setattr(issuing, "sync", lambda path: synced.append((path, folder.is_dir())))
    release(RELEASE)
    issue()
    assert synced == [(folder.parent, True)]


@pytest.mark.usefixtures("final")
@pytest.mark.parametrize("number", [NUMBER, NEXT_NUMBER])
def test_what_was_issued_is_not_issued_again(release: Write, issue: Run, folder: Path, number: str) -> None:
    release(RELEASE)
    issue()
    before = {path: path.read_bytes() for path in folder.glob("*.*")}
    assert f"--correction-of {NUMBER}" in issue(number=number, fails=2)
    assert {path: path.read_bytes() for path in folder.glob("*.*")} == before


@pytest.mark.usefixtures("final")
def test_a_correction_names_what_it_corrects_and_what_changed(
    release: Write, issue: Run, home: Home, build_file: Path
) -> None:
    release(RELEASE)
    issue()
    edit(
        build_file,
        "update compliance.fct_verdicts set numerator = 9000, threshold = 0.5, gap = 0, status = 'PASS' "
        "where requirement_id = '9.2' and as_of_month = date '2021-02-01'",
    )
    release(NEXT, replace(INPUTS, reference_seeds={"thresholds.csv": "9" * 64}))
    told = issue("--correction-of", NUMBER, number=NEXT_NUMBER, day="2021-03-10").splitlines()
    corrected, correction = all_issued(home)
    assert (corrected.release_id, correction.release_id) == (RELEASE.release_id, NEXT.release_id)
    assert correction.corrects == NUMBER
    assert correction.changes == (
        "认证会员占注册用户比例：由“未达标”更正为“达标”："
        "自贡市总工会（分子由8999更正为9000，标准由60%更正为50%，差额由1更正为0）。",
        "更正系因以下有变：参考数据 thresholds.csv。",
    )
    assert told[1:] == [f"更正 {NUMBER}，变动如下：", *correction.changes]
    document = home.bulletins / "issued" / f"{MONTH}_{NEXT_NUMBER}" / DOCUMENT
    assert correction.changes[0] in document.read_text("utf-8").splitlines()


@pytest.mark.usefixtures("final")
@pytest.mark.parametrize(("corrected", "correction"), [(NEXT, RELEASE), (RELEASE, NEXT)])
def test_of_an_earlier_release_or_a_later_one_a_correction_says_that_it_is_of_another(
    issue: Run, home: Home, build_file: Path, corrected: Release, correction: Release
) -> None:
    for each in (RELEASE, NEXT):
        make(home, build_file, each)
    issue("--release", corrected.release_id, number=NEXT_NUMBER)
    issue("--correction-of", NEXT_NUMBER, "--release", correction.release_id, number=NUMBER)
    [changes] = [each.changes for each in all_issued(home) if each.corrects]
    assert "同据发布批次" not in "".join(changes)


@pytest.mark.usefixtures("final")
def test_only_the_last_issue_of_a_month_is_corrected(release: Write, issue: Run) -> None:
    release(RELEASE)
    assert "没有什么可更正" in issue("--correction-of", NEXT_NUMBER, fails=2)
    issue()
    issue("--correction-of", NUMBER, number=NEXT_NUMBER)
    said = issue("--correction-of", NUMBER, number="川工办通〔2021〕5号", fails=2)
    assert f"--correction-of {NEXT_NUMBER}" in said


@pytest.mark.usefixtures("final")
def test_the_release_that_was_issued_is_kept_however_old(release: Write, issue: Run, home: Home) -> None:
    release(RELEASE)
    issue()
    release(NEXT)
    gone = replace(RELEASE, release_id="20210301T030000-000000")
    release(gone)
    releases.put_in_force(home, NEXT.release_id)
    assert prune(home, Retention(days=0, months=0, bulletins=12)) == [gone.release_id]


@pytest.mark.usefixtures("final")
def test_where_nobody_can_tell_what_was_issued_no_release_goes(
    release: Write,
    issue: Run,
    home: Home,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    release(RELEASE)
    issue()
    release(NEXT)
    folder.chmod(0o755)
    overwrite(folder / "issued.json", "{")
    monkeypatch.setenv("GONGHUI_RELEASE_DAYS", "0")
    monkeypatch.setenv("GONGHUI_RELEASE_MONTHS", "0")
    tidy(home)
    assert len(releases.folders(home)) == 2
    assert "issued.json 已损坏" in caplog.text


@pytest.mark.usefixtures("final")
@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        (lambda folder, _: overwrite(folder / DOCUMENT, "forged"), f"{DOCUMENT} 缺失，或已不是印发的内容"),
        (lambda folder, _: (folder / "issued.json").unlink(), "没有 issued.json"),
        (lambda _, made: made.rename(made.with_name(".gone")), f"{RELEASE.release_id} 不在了"),
    ],
)
def test_status_says_what_is_wrong_with_what_was_issued(
    release: Write, issue: Run, home: Home, folder: Path, spoilt: Callable[..., None], sentence: str
) -> None:
    made = release(RELEASE)
    issue()
    folder.chmod(0o755)
    spoilt(folder, made)
    [fault] = [fault for fault in status(home).faults if fault.event == "issued_damaged"]
    assert sentence in fault.messages[0]


@pytest.mark.usefixtures("final")
def test_a_failure_issues_nothing(
    release: Write, issue: Run, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    release(RELEASE)
    with monkeypatch.context() as patched:
        patched.setattr(documents, "write", fail)
        assert "磁盘已满" in issue(fails=1)
    assert [*(home.bulletins / "issued").iterdir()] == []
    issue()


@pytest.mark.usefixtures("final")
def test_the_log_has_a_line_of_what_was_issued(release: Write, issue: Run, home: Home) -> None:
    release(RELEASE)
    issue()
    line = home.log_file.read_text(encoding="utf-8").splitlines()[-1]
    assert line.endswith(f"INFO issued {NUMBER} of release {RELEASE.release_id}")


@pytest.mark.usefixtures("final")
def test_a_release_tells_what_was_issued_of_it_alone(release: Write, issue: Run, run: Run) -> None:
    release(RELEASE)
    issue()
    release(NEXT)
    issue("--correction-of", NUMBER, number=NEXT_NUMBER)
    for asked, number, line in (
        ("abcdef", NUMBER, f"印发：{NUMBER}（{DAY}）"),
        ("fedcba", NEXT_NUMBER, f"印发：{NEXT_NUMBER}（{DAY}，更正 {NUMBER}）"),
    ):
        told = run("releases", "show", asked).splitlines()
        assert [each for each in told if each.startswith("印发")] == [line]
        text = run("releases", "show", asked, "--json")
        assert [each["number"] for each in json.loads(text)["bulletins"]["issued"]] == [number]
        assert number in text, "what a person reads in it is no escape"
