"""The command line (contract §1): what its words ask for, what it says, and how it ends."""

import atexit
import os
import re
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import pytest

from orchestration.cli import main as cli
from orchestration.home import Home
from orchestration.language import language_of
from orchestration.operating import status


def parsed(line: str) -> dict[str, Any]:
    """What a command line asks for, but for what runs it."""
    options = vars(cli._parser().parse_args(line.split()))
    assert callable(options.pop("run"))
    return {name: value for name, value in options.items() if value is not None}


PLACES = "--home H --reference R"
AT = {"home": "H", "reference": "R"}
PROPOSED = {"requirement": "9.1", "year": 2023, "total": "60"}
ISSUED = {"month": "2021-03", "number": "N", "date": "D"}


@pytest.mark.parametrize(
    ("line", "options"),
    [
        (
            f"refresh --inbox I {PLACES} --as-of M --accept shrunk,,other --engine spark --log json",
            {
                **AT,
                "inbox": "I",
                "as_of": "M",
                "accept": ["shrunk", "other"],
                "engine": "spark",
                "log": "json",
            },
        ),
        ("refresh", {"accept": [], "engine": "duckdb", "log": "human"}),
        (
            f"check --inbox I {PLACES} --json --report F",
            {**AT, "inbox": "I", "json": True, "report": "F"},
        ),
        ("check", {"json": False}),
        (
            "explain 510300 9.2 --home H --as-of M --release X",
            {"org": "510300", "requirement": "9.2", "home": "H", "as_of": "M", "release": "X"},
        ),
        ("releases list --home H --all --json", {"home": "H", "all": True, "json": True}),
        ("releases list", {"all": False, "json": False}),
        ("releases show X --home H --json", {"id": "X", "home": "H", "json": True}),
        ("releases show X", {"id": "X", "json": False}),
        ("releases diff A B --home H", {"before": "A", "after": "B", "home": "H"}),
        (f"releases restore X {PLACES}", {**AT, "id": "X"}),
        ("releases prune --home H", {"home": "H"}),
        (f"bulletin {PLACES} --release X", {**AT, "release": "X"}),
        ("bulletin check-template F", {"file": Path("F")}),
        (
            f"bulletin issue 2021-03 --number N --date D {PLACES} --release X --accept not_final"
            " --correction-of O",
            {**ISSUED, **AT, "release": "X", "accept": "not_final", "correction_of": "O"},
        ),
        (
            f"bulletin {PLACES} --release X issue 2021-03 --number N --date D",
            {**ISSUED, **AT, "release": "X"},
        ),
        ("reference init F", {"folder": "F"}),
        ("reference check F", {"folder": "F"}),
        (f"what-if {PLACES} --as-of M --json", {**AT, "as_of": "M", "json": True}),
        ("what-if --reference R", {"reference": "R", "json": False}),
        (
            f"propose --requirement 9.1 --year 2023 --total 60 {PLACES}",
            {**AT, **PROPOSED, "unit": "0.1", "among": ""},
        ),
        (
            "propose --requirement 9.1 --year 2023 --total 60 --unit 1 --among A --floor 1 --ceiling 9"
            " --change 30% --into F",
            {
                **PROPOSED,
                "unit": "1",
                "among": "A",
                "floor": "1",
                "ceiling": "9",
                "change": "30%",
                "into": "F",
            },
        ),
        (f"forget N --inbox I {PLACES}", {**AT, "name": "N", "inbox": "I"}),
        ("gather 51=A 52=B --home H", {"sources": ["51=A", "52=B"], "home": "H"}),
        ("status --home H --json --alert", {"home": "H", "json": True, "alert": True}),
        ("status", {"json": False, "alert": False}),
        (f"serve --inbox I {PLACES} --port 80", {**AT, "inbox": "I", "port": 80}),
        ("serve", {"port": 3000}),
    ],
)
def test_a_command_line_asks_for_what_it_says_and_no_more(line: str, options: dict[str, Any]) -> None:
    assert parsed(line) == options


def test_an_unknown_command_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["publish"])
    assert (stopped.value.code, "invalid choice" in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize(
    ("line", "lacking"),
    [
        ("", "COMMAND"),
        ("releases", "ACTION"),
        ("releases show", "ID"),
        ("releases diff A", "B"),
        ("releases restore", "ID"),
        ("reference", "ACTION"),
        ("reference check", "DIR"),
        ("what-if", "--reference"),
        ("explain 510300", "REQUIREMENT"),
        ("propose --year 2023 --total 60", "--requirement"),
        ("propose --requirement 9.1 --total 60", "--year"),
        ("propose --requirement 9.1 --year 2023", "--total"),
        ("forget", "NAME"),
        ("gather", "PROVINCE=HOME"),
        ("bulletin issue --number N --date D", "YYYY-MM"),
        ("bulletin issue 2021-03 --date D", "--number"),
        ("bulletin issue 2021-03 --number N", "--date"),
        ("bulletin check-template", "FILE"),
    ],
)
def test_what_a_command_cannot_do_without_is_asked_for(
    capsys: pytest.CaptureFixture[str], line: str, lacking: str
) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        cli.main(line.split())
    assert capsys.readouterr().err.splitlines()[-1].endswith(f"required: {lacking}")


def test_argparse_too_speaks_the_language_chosen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GONGHUI_LANG", "zh_CN")
    with pytest.raises(SystemExit, match=r"^2$"):
        cli.main(["releases"])
    assert "缺少以下参数" in capsys.readouterr().err


def test_a_language_that_there_is_not_is_refused_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("GONGHUI_LANG", "fr")
    assert cli.main(["reference", "init", str(tmp_path / "own")]) == 2
    assert capsys.readouterr().err == "GONGHUI_LANG is 'fr': write en or zh_CN\n"
    assert not (tmp_path / "own").exists()
    assert language_of("fr") is None


def test_what_nobody_foresaw_is_a_line_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(home: Home) -> NoReturn:
        raise ValueError("nobody foresaw this")

    monkeypatch.setattr(status, "status", fail)
    assert cli.main(["status", "--home", str(tmp_path)]) == 1
    first, *_ = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"unexpected ValueError at \S+: a fault of the program, report this line", first)


class _Left(BaseException):
    """The process would have ended here."""


@pytest.fixture
def stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process does not end at once: it says with which exit code it would have."""

    def leave(code: int) -> NoReturn:
        raise _Left(code)

    monkeypatch.setattr(os, "_exit", leave)


def kept_back(monkeypatch: pytest.MonkeyPatch) -> dict[str, BytesIO]:
    """What stdout and stderr have passed on, which from now on keep what they can."""
    files = {"stdout": BytesIO(), "stderr": BytesIO()}
    for name, file in files.items():
        monkeypatch.setattr(sys, name, TextIOWrapper(file, encoding="utf-8"))
    return files


@pytest.mark.usefixtures("stays")
def test_ctrl_c_ends_the_process_at_once_with_all_that_was_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(home: Home) -> NoReturn:
        sys.stderr.write("half a line")
        raise KeyboardInterrupt

    monkeypatch.setattr(status, "status", interrupted)
    written = kept_back(monkeypatch)
    with pytest.raises(_Left, match=r"^130$"):
        cli.main(["status", "--home", str(tmp_path)])
    assert written["stderr"].getvalue() == b"half a line"


@pytest.mark.usefixtures("stays")
def test_the_command_ends_at_once_with_all_that_was_said_and_what_libraries_do_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []

    def main(*, supervised: bool) -> int:
        done.append(f"main, supervised: {supervised}")
        sys.stdout.write("an answer")
        sys.stderr.write("a warning")
        return 7

    monkeypatch.setattr(cli, "main", main)
    monkeypatch.setattr(cli, "_open_standard_streams", lambda: done.append("streams"))
    monkeypatch.setattr(atexit, "_run_exitfuncs", lambda: done.append("the end"))
    written = kept_back(monkeypatch)
    with pytest.raises(_Left, match=r"^7$"):
        cli.run()
    assert done == ["streams", "main, supervised: True", "the end"]
    assert {name: file.getvalue() for name, file in written.items()} == {
        "stdout": b"an answer",
        "stderr": b"a warning",
    }


def open_files() -> set[int]:
    return {int(path.name) for path in Path("/proc/self/fd").iterdir()}


@pytest.mark.parametrize("closed", [(), (2,), (1, 2), (0, 1, 2)])
def test_where_streams_are_closed_what_is_said_goes_nowhere_and_into_no_file(
    monkeypatch: pytest.MonkeyPatch, closed: tuple[int, ...]
) -> None:
    kept = [os.dup(descriptor) for descriptor in range(3)]
    before, as_before = open_files(), {1: sys.stdout, 2: sys.stderr}
    try:
        for descriptor, name in zip(range(3), ("stdin", "stdout", "stderr"), strict=True):
            if descriptor in closed:
                os.close(descriptor)
                monkeypatch.setattr(sys, name, None)
        cli._open_standard_streams()
        after = open_files()
        nowhere = [os.fstat(each).st_rdev == Path(os.devnull).stat().st_rdev for each in closed]
        streams = {1: sys.stdout, 2: sys.stderr}
        stayed = [stream is as_before[each] for each, stream in streams.items() if each not in closed]
        numbers = {each: streams[each].fileno() for each in streams if each in closed}
        for each in numbers:
            print("答", file=streams[each])
            streams[each].close()
    finally:
        for descriptor, copy in enumerate(kept):
            os.dup2(copy, descriptor)
            os.close(copy)
    assert (after, nowhere) == (before, [True] * len(closed))
    assert False not in stayed, "a stream that is open is left alone"
    assert numbers == {each: each for each in closed if each}
