"""What each command does in this process (contract §1): its answer, its exit code, and what stderr says."""

import fcntl
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from orchestration import landing, spark
from orchestration.cli import main as cli
from orchestration.cli.terminal import TerminalWatcher
from orchestration.common.text_table import text_width
from orchestration.common.watcher import LogWatcher, Watcher
from orchestration.graph import serve
from orchestration.home import Home
from orchestration.operating import last_refresh
from orchestration.refreshing import following, refresh, what_if
from orchestration.refreshing.following import StepsFailed
from orchestration.refreshing.request import Request
from tests.checkouts import Seeds
from tests.orchestration.cli.checking import put

pytestmark = pytest.mark.usefixtures("nobody_listens_yet")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["refresh", "--as-of", "2021-13"], "'2021-13' is no month: write it as YYYY-MM"),
        (["refresh", "--as-of", "2020-02"], "lies before 2020-03"),
        (["refresh", "--as-of", "2020-02..2020-04"], "2020-02, the month asked for, lies before 2020-03"),
        (["refresh", "--as-of", "2020-04..2020-03"], "ends before it begins"),
        (
            ["refresh", "--accept", "shrunk,unreadable"],
            "unreadable cannot be accepted: only shrunk and too_many",
        ),
        (["refresh", "--inbox", "nowhere"], "no inbox at"),
        (["explain", "510300", "9.2"], "run gonghui refresh first"),
    ],
)
def test_what_cannot_be_done_exits_2_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert cli.main([*arguments, "--home", str(tmp_path)]) == 2
    assert sentence in capsys.readouterr().err


def test_exports_that_cover_no_month_in_force_exit_2_before_anything_lands(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    put(inbox, "工会干部_20200310.csv", "干部ID,所属机构编码,录入日期,离任日期\nG1,510300,2020-03-01,\n")
    assert cli.main(["refresh", "--inbox", str(inbox), "--home", str(home)]) == 2
    assert "lies before 2020-03" in capsys.readouterr().err
    assert not (home / "landed").exists()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GONGHUI_CRON", "every night"),
        ("GONGHUI_CRON", "0 25 * * *"),
        ("GONGHUI_RELEASE_MAX_AGE_HOURS", "a day"),
        ("GONGHUI_EXPORT_MAX_AGE_DAYS", "-1"),
    ],
)
def test_what_cannot_be_served_exits_2_and_names_the_variable(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
) -> None:
    monkeypatch.setenv(variable, value)
    assert cli.main(["serve", "--home", str(tmp_path)]) == 2
    assert f"{variable} is {value!r}: write " in capsys.readouterr().err


Asked = list[tuple[Request, bool]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Which refreshes were asked for, and whether with bars; each has published at once."""
    requests: Asked = []

    def publish(request: Request, *, with_bars: bool) -> str:
        requests.append((request, with_bars))
        return "published: a release"

    monkeypatch.setattr(cli, "_refresh_checked", publish)
    monkeypatch.setattr(following, "follow", lambda *_: None)
    monkeypatch.setattr(spark, "demand_installed", lambda: None)
    return requests


@pytest.mark.parametrize(
    ("more", "others"),
    [
        ("", {}),
        ("--engine spark", {"on_spark": True}),
        ("--inbox {0}/inbox", {"inbox": "inbox"}),
        ("--reference {0}/own", {"seeds": "own"}),
        ("--as-of 2020-04..2020-05", {"months": ("2020-04", "2020-05")}),
        ("--accept shrunk", {"accept": {"shrunk"}}),
    ],
)
def test_a_refresh_is_the_one_asked_for_and_tells_what_it_published(
    asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: str, others: dict[str, Any]
) -> None:
    for folder in ("inbox", "own"):
        (tmp_path / folder).mkdir()
    home = Home(tmp_path / "home")
    assert cli.main(["refresh", "--home", str(home.root), *more.format(tmp_path).split()]) == 0
    assert capsys.readouterr().out == "published: a release\n"
    [(request, _)] = asked
    assert {
        "home": request.home,
        "inbox": request.inbox and request.inbox.name,
        "seeds": request.seeds.own and request.seeds.own.name,
        "months": tuple(month and str(month) for month in request.months),
        "accept": request.accept,
        "on_spark": request.on_spark,
    } == {
        **{"home": home, "inbox": None, "seeds": None, "months": (None,), "accept": set(), "on_spark": False},
        **others,
    }
    last = last_refresh.read(home)
    assert last is not None
    assert (last.exit_code, last.messages) == (0, ())


@pytest.mark.parametrize(
    ("is_terminal", "log", "bars"), [(True, "human", True), (True, "json", False), (False, "human", False)]
)
def test_bars_are_for_a_person_at_a_terminal(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_terminal: bool, log: str, bars: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    cli.main(["refresh", "--home", str(tmp_path), "--log", log])
    assert [with_bars for _, with_bars in asked] == [bars]


@pytest.mark.parametrize(("with_bars", "watcher"), [(True, TerminalWatcher), (False, LogWatcher)])
def test_who_watches_sees_bars_or_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_bars: bool, watcher: type[Watcher]
) -> None:
    monkeypatch.setattr(refresh, "refresh", lambda _, seen: type(seen).__name__)
    request = Request.of(home=str(tmp_path))
    assert cli._refresh_checked(request, with_bars=with_bars) == watcher.__name__


def test_what_fails_after_the_swap_fails_the_refresh_that_is_published_all_the_same(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own"
    (own / "templates").mkdir(parents=True)
    followed: list[tuple[Home, Path | None]] = []

    def fail(home: Home, templates: Path | None) -> NoReturn:
        followed.append((home, templates))
        raise StepsFailed("the mirror is down")

    monkeypatch.setattr(following, "follow", fail)
    home = Home(tmp_path / "home")
    assert cli.main(["refresh", "--home", str(home.root), "--reference", str(own)]) == 1
    assert followed == [(home, own / "templates")]
    said = capsys.readouterr()
    assert said.out == "published: a release\n"
    assert said.err.startswith("the mirror is down\n")
    assert "nothing was published" not in said.err


def test_a_refresh_of_the_command_is_supervised_and_one_of_a_program_is_not(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervised: list[Home] = []
    monkeypatch.setattr(cli, "supervise", supervised.append)
    cli.main(["refresh", "--home", str(tmp_path)])
    assert supervised == []
    cli.main(["refresh", "--home", str(tmp_path)], supervised=True)
    assert (supervised, len(asked)) == ([Home(tmp_path)], 2)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Home]:
    """A home that somebody else holds."""
    home = Home(tmp_path / "busy")
    home.root.mkdir()
    home.lock_file.write_text(f"{os.getppid()}\n", encoding="ascii")
    with home.lock_file.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield home


def test_a_home_that_another_refresh_holds_exits_3_with_a_sentence(
    asked: Asked, busy: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["refresh", "--home", str(busy.root)]) == 3
    assert "another refresh" in capsys.readouterr().err
    assert asked == []


def test_the_log_is_lines_for_a_person_or_objects_for_a_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = ["refresh", "--home", str(tmp_path), "--as-of", "2021-13"]
    assert cli.main([*wrong, "--log", "json"]) == 2
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["level"] for line in lines] == ["error"]
    assert "is no month" in lines[0]["message"]


@pytest.fixture
def landed(inbox: Path, tmp_path: Path) -> Home:
    """A home in which an export has landed, and which a process held that has died."""
    put(inbox, "推广计划_20210302.csv", "机构编码,年度,制定日期\n510300,2020,2020-03-01\n")
    home = Home(tmp_path / "landed")
    landing.land(inbox, home.root, landing.KnownCodes(orgs=frozenset({"510300"}), modules=frozenset()))
    home.lock_file.write_text("999999\n", encoding="ascii")
    return home


DIED = "the last refresh (process 999999) died"


def test_forget_tells_what_is_gone_and_what_comes_next(
    landed: Home, inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--home", str(landed.root), "--inbox", str(inbox)]
    assert cli.main(["forget", "推广计划", *options]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("forgot 推广计划 of 2021-03-02")
    assert "the next refresh lands 推广计划 of 2021-03-02" in said.out
    assert DIED in said.err
    assert cli.main(["forget", "推广计划", *options]) == 2


def test_forget_knows_a_name_that_the_office_spells(
    landed: Home, seeds: Seeds, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds.add("spellings", "promotion_plans,,,推广方案")
    options = ["--home", str(landed.root), "--reference", str(seeds.folder)]
    assert cli.main(["forget", "推广方案", *options]) == 0


def test_gather_tells_what_is_gathered(
    landed: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "all")
    home.root.mkdir()
    home.lock_file.write_text("999999\n", encoding="ascii")
    assert cli.main(["gather", f"51={landed.root}", "--home", str(home.root)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("gathered from 51: 1 rows, 1 of ")
    assert said.out.rstrip().endswith(f"gonghui refresh --home {home.root} builds them as one")
    assert DIED in said.err


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        (["51"], "51 names no province and home"),
        (["51="], "51= names no province and home"),
        (["5=A"], "5=A names no province and home"),
        (["510=A"], "510=A names no province and home"),
        (["51=A", "51=B"], "province 51 is named twice"),
    ],
)
def test_a_province_is_two_digits_and_named_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], sources: list[str], told: str
) -> None:
    assert cli.main(["gather", *sources, "--home", str(tmp_path / "all")]) == 2
    assert capsys.readouterr().err.startswith(told)


def warned_of(seeds: Seeds) -> None:
    """Have the reference seeds hold what is warned of and refused by nobody."""
    seeds.edit("thresholds", "9.7,2020,,10,", "9.7,2020,,12,")


def test_check_tells_the_warnings_of_the_reference_seeds(
    inbox: Path, seeds: Seeds, capsys: pytest.CaptureFixture[str]
) -> None:
    warned_of(seeds)
    cli.main(["check", "--inbox", str(inbox), "--reference", str(seeds.folder)])
    assert "warning: thresholds.csv:" in capsys.readouterr().err


def test_what_if_tells_the_warnings_of_the_reference_seeds(
    busy: Home, seeds: Seeds, capsys: pytest.CaptureFixture[str]
) -> None:
    warned_of(seeds)
    busy.warehouse.mkdir()
    busy.published_file.touch()
    assert cli.main(["what-if", "--home", str(busy.root), "--reference", str(seeds.folder)]) == 3
    warning, *refused = capsys.readouterr().err.splitlines()
    assert warning.startswith("warning: thresholds.csv:")
    assert "another refresh" in refused[0]


class _WhatIf:
    """What other reference seeds would change, for a person and for a program."""

    def __str__(self) -> str:
        return "one verdict"

    def as_json(self) -> str:
        return '{"verdicts": 1}'


@pytest.mark.parametrize(("more", "told"), [((), "one verdict\n"), (("--json",), '{"verdicts": 1}\n')])
def test_what_if_tells_a_person_or_a_program(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    told: str,
) -> None:
    tried: list[tuple[object, ...]] = []

    def find(home: Home, folder: Path, as_of: str | None, _watcher: Watcher) -> _WhatIf:
        tried.append((home, folder, as_of))
        return _WhatIf()

    monkeypatch.setattr(what_if, "what_if", find)
    options = ["--home", str(tmp_path), "--reference", str(tmp_path / "own"), "--as-of", "2021-03"]
    assert cli.main(["what-if", *options, *more]) == 0
    assert capsys.readouterr().out == told
    assert tried == [(Home(tmp_path), tmp_path / "own", "2021-03")]


@pytest.mark.parametrize("alert", [True, False])
def test_status_calls_the_hooks_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], alert: bool
) -> None:
    monkeypatch.setenv("GONGHUI_ALERT_COMMAND", "exit 7")
    assert cli.main(["status", "--home", str(tmp_path), *(["--alert"] if alert else [])]) == 1
    assert ("the alert release_missing did not reach" in capsys.readouterr().err) is alert


@pytest.mark.parametrize(("columns", "width"), [(None, 120), ("90", 90)])
def test_a_screen_is_as_wide_as_the_terminal_and_120_where_there_is_none(
    inbox: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    columns: str | None,
    width: int,
) -> None:
    put(inbox, f"工会干部_20210302_{'x' * 200}.csv", "")
    home = Home(tmp_path / ("h" * 200))
    if columns:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", columns)
    for command in (["check", "--inbox", str(inbox)], ["status", "--home", str(home.root)]):
        cli.main(command)
        said = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)
        assert max(map(text_width, said.splitlines())) == width, said


def test_serve_serves_what_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[object, ...]] = []
    monkeypatch.setattr(serve, "serve", lambda *asked: served.append(asked))
    named = {name: tmp_path / name for name in ("home", "inbox", "reference")}
    options = [word for name, path in named.items() for word in (f"--{name}", str(path))]
    assert cli.main(["serve", "--port", "3100", *options]) == 0
    assert served == [(Home(named["home"]), named["inbox"], named["reference"], 3100)]
