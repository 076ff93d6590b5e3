"""`gonghui releases`: what there is, why two differ, an old one put back, and no more kept than is needed."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.cli import main as cli
from orchestration.common.lock import hold
from orchestration.home import Home
from orchestration.publishing import releases
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.mirror.server import MirrorFailed
from orchestration.publishing.release import Release
from orchestration.refreshing import following
from tests.commands import gonghui
from tests.publishing.small import INPUTS, RELEASE

pytestmark = pytest.mark.usefixtures("chinese")

Write = Callable[..., Path]

OLD = RELEASE
NEW = replace(RELEASE, release_id="20210302T020000-fedcba", published_at=datetime(2021, 3, 2, 2))


@pytest.fixture
def run(home: Home, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command over the home; returns what it says, be it an answer or, with `fails`, a refusal."""

    def ran(*arguments: str, fails: int = 0) -> str:
        assert cli.main([*arguments, "--home", str(home.root)]) == fails
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return said.err if fails else said.out

    return ran


def edit(build_file: Path, statement: str) -> None:
    with duckdb.connect(build_file) as connection:
        connection.execute(statement)


def spoil(file: Path, content: bytes) -> None:
    """Overwrite a file as an accident would, read-only or not; the one that readers open stays."""
    file.unlink()
    file.write_bytes(content)


def test_the_list_has_the_newest_first_and_marks_the_one_in_force(
    release: Write, run: Callable[..., str]
) -> None:
    release(NEW)
    release(OLD)
    header, *lines, legend = run("releases", "list").splitlines()
    assert header.split() == [
        *("批次号", "发布时间", "截至", "样例"),
        *("达标", "未达标", "进行中", "不适用", "未安排", "待下达规定数量", "仅监测", "无数据"),
    ]
    assert lines[0].split()[:5] == [NEW.release_id, "2021-03-02", "02:00", "2021-02", "否"]
    assert lines[1].split() == ["*", OLD.release_id, "2021-03-01", "02:00", "2021-02", "否", *"01100001"]
    assert legend == "* 在用"


def test_the_list_stays_on_one_screen_and_says_how_many_more_there_are(
    release: Write, run: Callable[..., str], home: Home
) -> None:
    folder = release(OLD)
    for number in range(25):
        home.releases.joinpath(f"20200101T0200{number:02}-000000").symlink_to(folder)
    assert "…… 另 6 个更早的" in run("releases", "list")
    assert len(run("releases", "list", "--all").splitlines()) == 28


def test_the_list_is_json_too(release: Write, run: Callable[..., str]) -> None:
    release(OLD)
    [entry] = json.loads(run("releases", "list", "--json"))
    del entry["verdicts_sha256"]
    assert entry == {
        "release_id": OLD.release_id,
        "is_in_force": True,
        "published_at": "2021-03-01T02:00:00",
        "as_of_month": "2021-02-01",
        "is_sample": False,
        "verdict_counts": {"FAIL": 1, "IN_PROGRESS": 1, "NO_DATA": 1},
    }


def test_a_release_whose_manifest_is_gone_is_listed_with_what_is_wrong(
    release: Write, run: Callable[..., str]
) -> None:
    release(OLD)
    (release(NEW) / "manifest.json").unlink()
    told = run("releases", "list")
    assert f"{NEW.release_id} 没有 manifest.json" in told
    assert OLD.release_id in told
    assert json.loads(run("releases", "list", "--json"))[0]["fault"] == f"{NEW.release_id} 没有 manifest.json"


def test_a_release_is_shown_by_the_end_of_its_id(release: Write, run: Callable[..., str]) -> None:
    release(OLD)
    release(NEW)
    assert run("releases", "show", "abcdef").startswith(f"发布批次：{OLD.release_id}\n")


def test_a_release_shows_what_it_follows_from(release: Write, run: Callable[..., str]) -> None:
    folder = release(OLD)
    told = run("releases", "show", OLD.release_id)
    for line in (
        f"发布批次：{OLD.release_id}（在用）",
        "软件包：duckdb 1.5.6",
        f"  thresholds.csv  {'1' * 64}",
        "结论：未达标 FAIL 1，进行中 IN_PROGRESS 1，无数据 NO_DATA 1",
    ):
        assert line in told.splitlines()
    told = json.loads(run("releases", "show", OLD.release_id, "--json"))
    assert told.pop("bulletins") == {"drafts": None, "issued": []}
    assert told == json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("own", "whose"), [(("thresholds.csv",), "  本单位"), ((), "  自带"), (None, "")])
def test_a_release_shows_whose_reference_seeds_it_follows_from(
    release: Write, run: Callable[..., str], own: tuple[str, ...] | None, whose: str
) -> None:
    folder = release(OLD, replace(INPUTS, office_seeds=own))
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if own is None:  # as an earlier version wrote it
        del told["inputs"]["office_seeds"]
        spoil(folder / "manifest.json", json.dumps(told).encode())
    assert f"  thresholds.csv{whose}  {'1' * 64}" in run("releases", "show", OLD.release_id).splitlines()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["releases", "show", "2020"], "没有发布批次“2020”：最新的是 20210302T020000-fedcba"),
        (["releases", "show", ""], "没有发布批次“”"),
        (["releases", "show", "../releases"], "没有发布批次"),
        (["releases", "diff", "2021", OLD.release_id], "“2021”可以是 2 个发布批次"),
        (["releases", "restore", "nothing"], "没有发布批次“nothing”"),
        (["explain", "510300", "9.2", "--release", "nothing"], "没有发布批次“nothing”"),
        (["explain", "510300", "9.2", "--as-of", "2021-13"], "“2021-13”不是月份"),
    ],
)
def test_what_names_no_one_release_or_no_month_exits_2_with_a_sentence(
    release: Write, run: Callable[..., str], arguments: list[str], sentence: str
) -> None:
    release(OLD)
    release(NEW)
    assert sentence in run(*arguments, fails=2)


@pytest.mark.parametrize("action", [["show", "x"], ["diff", "x", "y"], ["restore", "x"], ["prune"]])
def test_a_home_without_releases_says_what_to_do(
    run: Callable[..., str], home: Home, action: list[str]
) -> None:
    assert "请先运行 gonghui refresh" in run("releases", *action, fails=2)
    assert not home.root.exists()


@pytest.mark.parametrize("action", [["show", "fedcba"], ["diff", "abcdef", "fedcba"], ["restore", "fedcba"]])
@pytest.mark.parametrize("content", [b"", b"{}", b'{"release": {"release_id": "x"}}'])
def test_a_broken_manifest_is_a_sentence(
    release: Write, run: Callable[..., str], action: list[str], content: bytes
) -> None:
    release(OLD)
    spoil(release(NEW) / "manifest.json", content)
    assert f"{NEW.release_id} 的 manifest.json 已损坏" in run("releases", *action, fails=2)


@pytest.mark.parametrize("action", [["diff", "abcdef", "fedcba"], ["restore", "fedcba"]])
def test_a_release_that_is_not_what_it_was_is_neither_compared_nor_restored(
    release: Write, run: Callable[..., str], home: Home, action: list[str]
) -> None:
    release(OLD)
    folder = release(NEW)
    releases.put_in_force(home, OLD.release_id)
    spoil(folder / "gonghui.duckdb", b"not a database")
    assert f"{NEW.release_id} 已损坏：gonghui.duckdb" in run("releases", *action, fails=2)
    assert releases.in_force(home) == OLD


def test_a_difference_tells_which_verdicts_changed_and_which_input_is_why(
    release: Write, run: Callable[..., str], build_file: Path
) -> None:
    release(OLD)
    edit(
        build_file,
        """
        update compliance.fct_verdicts set threshold = 0.5, gap = 0, status = 'PASS'
        where requirement_id = '9.2' and as_of_month = date '2021-02-01'
        """,
    )
    release(NEW, replace(INPUTS, reference_seeds={"thresholds.csv": "9" * 64}))
    told = run("releases", "diff", "abcdef", "fedcba").splitlines()
    assert "  参考数据 thresholds.csv  111111111111 → 999999999999" in told
    assert f"{OLD.release_id} → {NEW.release_id}：4 条结论中 1 条有变" in told
    [line] = [line for line in told if line.startswith("9.2 ")]
    assert line.endswith("参考数据 thresholds.csv")
    assert "    自贡市总工会 2021-02（标准 0.6 → 0.5，差额 1 → 0）" in told


def test_a_difference_without_another_input_is_called_a_fault(
    release: Write, run: Callable[..., str], build_file: Path
) -> None:
    release(OLD)
    edit(build_file, "update compliance.fct_verdicts set numerator = 0 where requirement_id = '9.1'")
    release(NEW)
    told = run("releases", "diff", "abcdef", "fedcba")
    assert told.startswith("输入都相同\n")
    assert "不明：输入都相同，结论却不同，请报告" in told


def test_equal_releases_differ_in_nothing(release: Write, run: Callable[..., str]) -> None:
    release(OLD)
    release(NEW)
    assert run("releases", "diff", "abcdef", "fedcba").splitlines() == [
        "输入都相同",
        "",
        f"{OLD.release_id} → {NEW.release_id}：4 条结论都没有变化",
    ]


def test_a_restored_release_is_what_readers_see_as_it_was(
    release: Write, run: Callable[..., str], home: Home
) -> None:
    folder = release(OLD)
    release(NEW)
    assert OLD.release_id in run("releases", "restore", "abcdef")
    assert f"release {OLD.release_id} is in force again" in home.log_file.read_text(encoding="utf-8")
    assert releases.in_force(home) == OLD
    assert home.published_file.read_bytes() == (folder / "gonghui.duckdb").read_bytes()


def test_a_restored_release_is_mirrored_too_and_stays_in_force_where_that_fails(
    release: Write, run: Callable[..., str], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(home: Home) -> None:
        raise MirrorFailed("the mirror is down")

    release(OLD)
    release(NEW)
    monkeypatch.setattr(following, "mirrored", fail)
    assert "the mirror is down" in run("releases", "restore", "abcdef", fails=1)
    assert releases.in_force(home) == OLD


def test_a_verdict_of_an_earlier_release_can_be_explained(release: Write, run: Callable[..., str]) -> None:
    release(OLD)
    release(NEW)
    told = run("explain", "510300", "9.2", "--release", "abcdef")
    assert f"截至：2021-02（发布批次 {OLD.release_id}）" in told.splitlines()


def made(day: str, month: str) -> Release:
    published_at = datetime.fromisoformat(f"{day}T02:00:00")
    release_id = f"{published_at:%Y%m%dT%H%M%S}-000000"
    return Release(release_id, published_at, date.fromisoformat(f"{month}-01"), is_sample=False)


def test_of_old_releases_the_last_of_each_month_is_kept_and_the_one_in_force(
    release: Write, run: Callable[..., str], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, in_force, superseded, last, of_march = (
        made("2021-02-01", "2021-01"),
        made("2021-03-01", "2021-02"),
        made("2021-03-02", "2021-02"),
        made("2021-03-03", "2021-02"),
        made("2021-04-01", "2021-03"),
    )
    for each in (first, superseded, last, of_march, in_force):
        release(each)
    monkeypatch.setenv("GONGHUI_RELEASE_MONTHS", "2")
    told = run("releases", "prune")
    assert [folder.name for folder in releases.folders(home)] == [
        each.release_id for each in (of_march, last, in_force)
    ]
    assert told.splitlines()[:2] == [f"已删除 {superseded.release_id}", f"已删除 {first.release_id}"]
    assert [path.name for path in home.releases.iterdir() if path.name.startswith(".")] == []


def test_every_release_of_the_newest_days_is_kept(
    release: Write, run: Callable[..., str], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {release(Release.now(RELEASE.as_of_month, is_sample=False)).name for _ in range(2)}
    monkeypatch.setenv("GONGHUI_RELEASE_MONTHS", "0")
    run("releases", "prune")
    assert {folder.name for folder in releases.folders(home)} == ids


def test_a_release_that_the_next_ones_are_held_against_is_kept(
    release: Write, run: Callable[..., str], home: Home
) -> None:
    called_final, superseded, newest = (release(made(f"2021-03-0{day}", "2021-02")) for day in (1, 2, 3))
    told = replace(read_manifest(newest), called_final_by=(called_final.name,))
    spoil(newest / "manifest.json", b"")
    told.write(newest)
    releases.put_in_force(home, newest.name)
    run("releases", "prune")
    assert superseded not in releases.folders(home)
    assert releases.folders(home) == [newest, called_final]


def test_a_release_that_cannot_be_read_is_kept_for_the_newest_days_alone(
    release: Write, run: Callable[..., str], home: Home
) -> None:
    sound = release(made("2021-03-01", "2021-02"))
    today = Release.now(RELEASE.as_of_month, is_sample=False)
    broken = release(made("2021-03-02", "2021-02")), release(today)
    for folder in broken:
        spoil(folder / "manifest.json", b"{")
    releases.put_in_force(home, sound.name)
    run("releases", "prune")
    assert releases.folders(home) == [broken[1], sound]


@pytest.mark.parametrize("variable", ["GONGHUI_RELEASE_DAYS", "GONGHUI_RELEASE_MONTHS"])
@pytest.mark.parametrize("set_to", ["-1", "1000000"])
def test_a_retention_that_is_no_number_or_longer_than_the_calendar_removes_nothing(
    release: Write,
    run: Callable[..., str],
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    set_to: str,
) -> None:
    release(OLD)
    release(NEW)
    monkeypatch.setenv(variable, set_to)
    assert f"{variable} 是 '{set_to}'" in run("releases", "prune", fails=2)
    assert len(releases.folders(home)) == 2


def test_the_longest_retention_that_may_be_set_removes_nothing(
    release: Write, run: Callable[..., str], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(OLD)
    release(NEW)
    monkeypatch.setenv("GONGHUI_RELEASE_DAYS", "100000")
    run("releases", "prune")
    assert len(releases.folders(home)) == 2


@pytest.mark.parametrize("action", [["restore", "abcdef"], ["prune"]])
def test_what_changes_a_home_waits_for_no_refresh_at_work(
    release: Write, home: Home, action: list[str]
) -> None:
    release(OLD)
    with hold(home.lock_file):
        assert gonghui("releases", *action, "--home", home.root).exit_code == 3
