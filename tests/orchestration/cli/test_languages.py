"""What the commands show is in one language at a time, whichever is chosen: their own words, data apart."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from string import Formatter

import pytest

from orchestration.cli import main as cli
from orchestration.home import REFERENCE_SEEDS, Home
from orchestration.language import CHINESE, ENGLISH, chinese, current, speaking
from orchestration.maintaining import catalogue
from orchestration.operating import last_refresh
from orchestration.operating.status import status
from orchestration.publishing.releases import folders
from tests.commands import gonghui

CADRES = "干部ID,所属机构编码,姓名,手机号,录入日期,离任日期"
VARIABLES = ("GONGHUI_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

# {home}, {release}, {inbox}, {seeds} are those of the tests.
COMMANDS = [
    "status --home {home}",
    "status --home {empty}",
    "explain 510300 9.2 --home {home}",
    "explain 510300 9.1 --as-of 2021-03 --home {home}",
    "explain 自贡 9.2 --home {home}",
    "explain 510300 8.1 --home {home}",
    "explain 510300 9.2 --as-of 1999-01 --home {home}",
    "explain 510300 9.2 --home {empty}",
    "releases list --home {home}",
    "releases list --home {empty}",
    "releases show {release} --home {home}",
    "releases show nothing --home {home}",
    "releases diff {release} {release} --home {home}",
    "bulletin --release nothing --home {home}",
    "bulletin issue 2022-12 --number 1 --date 2023-01-05 --home {home}",
    "bulletin issue 2022-12 --number 川工办通〔2023〕1号 --date 2023-01-05 --home {home}",
    "bulletin check-template {inbox}/办件_20210302.csv",
    "check --inbox {inbox}",
    "check --inbox {empty}",
    "reference check {seeds}",
    "reference check {empty}/nowhere",
    "what-if --reference {seeds} --home {empty}",
    "forget nothing --home {home}",
    "forget 办件 --home {home}",
    "gather 51={home} --home {empty}",
    "gather 51={home} 51={empty} --home {empty}",
    "gather {home} --home {empty}",
    "gather 51={home} --home {home}",
    "propose --requirement 9.1 --year 2023 --total 100 --change 30% --home {home}",
    "propose --requirement 9.1 --year 2023 --total 100 --floor 9 --ceiling 8 --home {home}",
    "propose --requirement 9.7 --year 2023 --total 100 --home {home}",
    "propose --requirement 9.1 --year 2023 --total 100 --among village --home {home}",
    "propose --requirement 9.1 --year 2023 --total 1e9 --home {home}",
    "propose --requirement 9.1 --year 2022 --total 100 --into {empty}/proposal --home {home}",
    "refresh --as-of yesterday --home {empty}",
    "refresh --as-of 1999-01 --home {empty}",
    "refresh --inbox {empty}/nowhere --home {empty}",
    "refresh --inbox {inbox} --home {empty}",
    "refresh --reference {seeds} --home {empty}",
    "refresh --accept anything --home {empty}",
    "serve --port 0 --home {empty}",
    "",
    "status --unknown",
    "releases",
    "serve --port many",
    "refresh --log loud",
    *(f"{command} --help" for command in ("", "refresh", "check", "explain", "status", "serve", "forget")),
    *(
        f"{command} --help"
        for command in ("what-if", "releases", "releases diff", "reference", "propose", "gather")
    ),
    *(f"{command} --help" for command in ("bulletin", "bulletin issue")),
]


def parts(text: str) -> Iterator[str]:
    """What a message always says, between its placeholders."""
    for literal, *_ in Formatter().parse(text):
        yield from (part.strip(" :：,，;；.()（）“”\n") for part in re.split(r"%(?:\(\w+\))?[sr]", literal))


def own_words(language: str) -> set[str]:
    """What the program says in one language and not in the other: parts of its messages."""
    found = set()
    for message in catalogue.translated():
        if message.id:
            english = message.id if isinstance(message.id, tuple) else (message.id,)
            in_chinese = catalogue.texts_of(message)
            said, other = (english, in_chinese) if language == ENGLISH else (in_chinese, english)
            for text in said:
                found |= {part for part in parts(text) if not any(part in each for each in other)}
    if language == ENGLISH:
        return {part for part in found if " " in part and len(part) > 8}
    return {part for part in found if len(re.findall("[\u4e00-\u9fff]", part)) > 2} - words_of_data()


def words_of_data() -> set[str]:
    """What reference seeds say, too: labels of statuses and exports, for example."""
    text = "\n".join(path.read_text(encoding="utf-8-sig") for path in REFERENCE_SEEDS.glob("*.csv"))
    return {part for message in catalogue.translated() for each in catalogue.texts_of(message)
            for part in parts(each) if part in text}  # fmt: skip


OWN_WORDS = {language: own_words(language) for language in (ENGLISH, CHINESE)}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, sample_home: Home) -> dict[str, Path | str]:
    """A copy of the sample's home, an empty one; an inbox and reference seeds with faults of many kinds."""
    root = tmp_path_factory.mktemp("languages")
    home = Home(Path(shutil.copytree(sample_home.root, root / "home", symlinks=True)))
    inbox, seeds, empty = root / "inbox", root / "seeds", root / "empty"
    for folder in (inbox, inbox / "older", seeds, empty):
        folder.mkdir()
    rows = [f"G{number},510300,,,2021-01-0{number % 9 + 1}," for number in range(40)]
    rows += [
        "G40,nowhere,,,2021-01-01,",
        "G41,510300,,,someday,",
        "G1,510300,,,2021-01-05,",
        ",510300,,,2021-01-01,",
    ]
    files = {
        "工会干部_20210302.csv": "\n".join([CADRES, *rows, ""]),
        "工会干部_20210301.csv": "",
        "办件_20210302.csv": "办件编号,机构编码\n1,510300\n",
        "频道访问_20210302.csv": '机构编码,日期,访问量,访客数\n510300,"2021-01-01,3,4\n',
        "信息发布_20210302.pdf": "x",
        "信息发布_20210302.part": "x",
        "推广计划_20210230.csv": "",
        "推广计划.csv": "",
        "名册_20210302.csv": "",
    }
    for name, content in files.items():
        (inbox / name).write_text(content, encoding="utf-8")
    (inbox / "普惠服务_20210302.xlsx").write_bytes(b"PK\x03\x04")
    spoilt = (REFERENCE_SEEDS / "thresholds.csv").read_text(encoding="utf-8").replace("9.2,", "9.22,", 1)
    (seeds / "thresholds.csv").write_text(spoilt + "9.1,2021,2020,many,9.1\n", encoding="utf-8")
    (seeds / "unknown.csv").write_text("", encoding="utf-8")
    return {
        "home": home.root,
        "release": folders(home)[0].name,
        "inbox": inbox,
        "seeds": seeds,
        "empty": empty,
    }


FILE = re.compile(r"\S+\.(?:xlsx|docx|parquet)\b")


@pytest.fixture
def shown(
    places: dict[str, Path | str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str, str], str]:
    """What a command shows in a language, on stdout and stderr."""

    def show(command: str, language: str) -> str:
        monkeypatch.setenv("GONGHUI_LANG", language)
        monkeypatch.setenv("COLUMNS", "10000")
        with suppress(SystemExit):
            cli.main([word.format(**places) for word in command.split()])
        told = capsys.readouterr()
        text = told.out + told.err
        for place in places.values():  # whose names are the test's
            text = text.replace(str(place), "PLACE")
        return " ".join(FILE.sub("", text).split())

    return show


@pytest.mark.parametrize("command", COMMANDS)
def test_an_english_screen_has_no_chinese_words_of_the_program(
    shown: Callable[[str, str], str], command: str
) -> None:
    screen = shown(command, ENGLISH)
    assert screen
    assert sorted(part for part in OWN_WORDS[CHINESE] if part in screen) == []


# What a Chinese screen quotes: the command line itself, an engine, an operating system.
QUOTED = re.compile(r"gonghui( [a-z-]+)+|unexpected end of data|No such file or directory|exit code")
SENTENCE = re.compile(r"\b[a-z]+(?: [a-z]+){2,}\b")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_chinese_screen_has_no_english_sentences(shown: Callable[[str, str], str], command: str) -> None:
    screen = shown(command, CHINESE)
    assert re.search("[\u4e00-\u9fff]", screen)
    assert sorted(part for part in OWN_WORDS[ENGLISH] if part in screen) == []
    assert SENTENCE.findall(QUOTED.sub("", screen)) == []


@pytest.mark.parametrize(
    ("named", "language"),
    [
        ("zh_CN.UTF-8", CHINESE),
        ("zh_CN", CHINESE),
        ("zh", CHINESE),
        ("en_US.UTF-8", ENGLISH),
        ("C", ENGLISH),
        ("POSIX", ENGLISH),
        ("C.UTF-8", ENGLISH),
        ("", ENGLISH),
        ("fr_FR.UTF-8", ENGLISH),
        ("fr:zh_CN:en", CHINESE),
        ("en_GB:zh_CN", ENGLISH),
    ],
)
@pytest.mark.parametrize("variable", VARIABLES)
def test_a_language_is_chosen_as_gettext_does(
    monkeypatch: pytest.MonkeyPatch, variable: str, named: str, language: str
) -> None:
    for each in VARIABLES:
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(variable, named)
    assert current() == language


def test_the_setting_goes_before_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, variable in enumerate(VARIABLES):
        for earlier in VARIABLES[:place]:
            monkeypatch.delenv(earlier, raising=False)
        monkeypatch.setenv(variable, "zh_CN")
        for later in VARIABLES[place + 1 :]:
            monkeypatch.setenv(later, "en")
        assert current() == CHINESE, variable
    assert VARIABLES[0] == "GONGHUI_LANG"


def test_a_process_of_its_own_speaks_what_the_locale_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("GONGHUI_LANG")
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "需要处理：" in gonghui("status", "--home", tmp_path).stdout


def test_what_is_kept_is_english_and_told_again_in_any_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A night's refresh speaks English, and who looks in the morning reads Chinese; the log is English."""
    home = Home(tmp_path)
    monkeypatch.setenv("GONGHUI_LANG", "zh_CN")
    cli.main(["refresh", "--inbox", str(tmp_path / "nowhere"), "--home", str(home.root)])
    assert "没有收件箱" in capsys.readouterr().err
    log = home.log_file.read_text(encoding="utf-8")
    kept = last_refresh._file(home).read_text(encoding="utf-8")
    assert ("no inbox at" in log, "没有收件箱" in log) == (True, False)
    assert f'"messages": [\n    "no inbox at {tmp_path}' in kept
    [message] = status(home).faults[0].messages
    assert (str(message)[:5], chinese(message)[:5]) == ("没有收件箱", "没有收件箱")
    with speaking(ENGLISH):
        [message] = status(home).faults[0].messages
        assert str(message).startswith("no inbox at")
        assert chinese(message).startswith("没有收件箱")


def test_json_is_the_same_in_every_language(
    places: dict[str, Path | str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for language in (ENGLISH, CHINESE):
        monkeypatch.setenv("GONGHUI_LANG", language)
        cli.main(["check", "--inbox", str(places["inbox"]), "--json"])
        cli.main(["releases", "show", str(places["release"]), "--home", str(places["home"]), "--json"])
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
