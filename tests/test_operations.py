"""docs/operations.md agrees with the code, its commands do what they say, its units call what there is."""

import ast
import configparser
import csv
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from orchestration.cli import main as cli
from orchestration.common.settings import Settings
from orchestration.home import CHECKOUT, Home
from orchestration.landing import in_force
from orchestration.maintaining.catalogue import texts_of, translated
from orchestration.operating import alerts
from orchestration.publishing.release import read_release
from orchestration.reference import ReferenceSeeds
from orchestration.reference.office import begin
from tests.commands import gonghui

ENGLISH, CHINESE = CHECKOUT / "docs" / "operations.md", CHECKOUT / "docs" / "operations.zh-CN.md"
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in (ENGLISH, CHINESE)}
UNITS = sorted((CHECKOUT / "deploy").iterdir())

ERRORS = {
    *("UsageFault", "InboxNotFound", "FileRefused", "Fault", "ReferenceFault", "_Unreadable", "_unclosed"),
    *("LandingFailed", "BuildFailed", "PublishingRefused", "MirrorFailed", "RefreshDied", "HomeChanged"),
    *("DocumentsFailed", "IssuedUnreadable", "EngineFault"),
}
# What an error that none of ours raised is told as.
SAYING = {"failure.py", "engine_faults.py"}
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
TIMERS = [unit for unit in UNITS if unit.suffix == ".timer"]

both = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())


def rows(text: str) -> Iterator[list[str]]:
    """The cells of each row of each table."""
    for line in text.splitlines():
        if line.startswith("|") and not re.fullmatch(r"[|\s-]+", line):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def in_code(text: str) -> str:
    """All that stands in the first column of a table as code, a line each."""
    return "\n".join(code for first, *_ in rows(text) for code in re.findall(r"`([^`]+)`", first))


def settings_of_the_code() -> set[str]:
    files = [*(CHECKOUT / "orchestration").rglob("*.py"), CHECKOUT / "dbt_project" / "profiles.yml"]
    return {name for file in files for name in re.findall(r"\bGONGHUI_[A-Z_]+\b", file.read_text("utf-8"))}


def settings_of(text: str) -> dict[str, str]:
    table = text[text.rindex("\n## ") :]
    return {first.strip("`"): default for first, default, _ in rows(table) if first.startswith("`")}


@both
def test_every_setting_of_the_code_is_listed_and_no_other(text: str) -> None:
    assert settings_of(text).keys() == settings_of_the_code()


# None is that of the threads, one per core of the machine, and of what is not set: no hook, no mirror.
DEFAULTS = {
    each.metadata["variable"]: each.metadata["default"]
    for each in fields(Settings)
    if each.metadata["default"] != "" and not callable(each.metadata["default"])
}


@both
@pytest.mark.parametrize(("variable", "default"), DEFAULTS.items(), ids=DEFAULTS.keys())
def test_the_default_listed_is_that_of_the_code(text: str, variable: str, default: object) -> None:
    assert settings_of(text)[variable] == f"`{default}`"


def literals(said: ast.AST) -> list[str]:
    """The constant parts of what is said, each by itself."""
    parts = [node.value for node in ast.walk(said) if isinstance(node, ast.Constant)]
    return [part for part in parts if isinstance(part, str)]


def constant_parts(message: str) -> list[str]:
    """What a message always says, between its placeholders."""
    return [literal for literal, *_ in Formatter().parse(message)]


CATALOGUE = {message.id: texts_of(message)[0] for message in translated() if isinstance(message.id, str)}
TOLD = {
    "operations.md": lambda message: message,
    "operations.zh-CN.md": lambda message: CATALOGUE.get(message, message),
}


def messages() -> set[str]:
    """Of each error and warning that can reach whoever runs the command, what it says longest."""
    found = set()
    for file in (CHECKOUT / "orchestration").rglob("*.py"):
        if file.parent.name == "maintaining":  # commands of make, for those who change the rules
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call)
            is_error = is_call and getattr(node.func, "id", "") in ERRORS
            is_warning = is_call and getattr(node.func, "attr", "") == "warning"
            if is_error or is_warning or (file.name in SAYING and isinstance(node, ast.Return)):
                longest = max(literals(node), key=len, default="")
                if " " in longest.strip():
                    found.add(longest.strip())
    return found


def test_the_messages_of_the_code_are_found() -> None:
    assert len(messages()) > 90


@pytest.mark.parametrize("page", TEXTS)
def test_each_message_has_a_row_as_it_reads_in_the_page_s_language(page: str) -> None:
    sentences = (max(constant_parts(TOLD[page](message)), key=len).strip() for message in messages())
    assert [sentence for sentence in sorted(sentences) if sentence not in TEXTS[page]] == [], "say what to do"


def refusals() -> set[str]:
    """The reasons that files and rows can be refused for."""
    with (CHECKOUT / "tests/golden/expected/rejected_rows.csv").open(encoding="utf-8", newline="") as file:
        of_rows = {row["reason"] for row in csv.DictReader(file)}
    calls = (
        node
        for file in (CHECKOUT / "orchestration" / "landing").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("FileRefused", "Fault")
    )
    return of_rows | {literals(call)[0] for call in calls if literals(call)}


def test_the_reasons_of_the_contract_are_all_found() -> None:
    assert len(refusals()) == 15


@both
@pytest.mark.parametrize("reason", sorted(refusals()))
def test_each_reason_of_a_refusal_has_a_row(text: str, reason: str) -> None:
    assert reason in in_code(text).splitlines()


@both
@pytest.mark.parametrize("event", get_args(alerts.Event))
def test_each_event_of_an_alert_has_a_row(text: str, event: str) -> None:
    assert event in in_code(text).splitlines()


def test_both_languages_have_the_same_rows() -> None:
    """Those of messages apart, each of which stands there in its page's language."""
    english, chinese = ([*rows(text)] for text in TEXTS.values())
    assert [len(row) for row in english] == [len(row) for row in chinese]
    pairs = [
        (one, other)
        for row, translated_row in zip(english, chinese, strict=True)
        for one, other in zip(
            *(re.findall("`([^`]+)`", cells[0]) for cells in (row, translated_row)), strict=True
        )
    ]
    assert [(one, other) for one, other in pairs if one != other and not re.search("[一-龥]", other)] == []


def test_both_languages_have_the_same_commands() -> None:
    english, chinese = (re.findall(r"```sh.*?```", text, re.DOTALL) for text in TEXTS.values())
    without_comments = [re.sub(r" +#.*", "", "\n".join(blocks)) for blocks in (english, chinese)]
    assert without_comments[0] == without_comments[1]


@both
def test_every_link_leads_somewhere(text: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert links and [link for link in links if not (ENGLISH.parent / link).exists()] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_has_only_places_that_the_page_names(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    assert set(re.findall(r"@[A-Z]+@", text)) <= set(in_code(TEXTS[ENGLISH.name]).splitlines())
    assert set(re.findall(r"GONGHUI_[A-Z_]+", text)) <= settings_of_the_code()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_calls_a_command_that_there_is(unit: Path) -> None:
    sections = configparser.ConfigParser(strict=False, interpolation=None)
    sections.optionxform = str
    sections.read(unit, encoding="utf-8")
    program, *arguments = shlex.split(sections["Service"]["ExecStart"])
    assert program == "@CHECKOUT@/.venv/bin/gonghui"
    assert cli._parser().parse_args(arguments).run


@pytest.mark.parametrize("unit", TIMERS, ids=lambda unit: unit.name)
def test_a_timer_starts_a_service_that_there_is(unit: Path) -> None:
    assert unit.with_suffix(".service") in UNITS


def commands(name: str) -> str:
    [block] = re.findall(rf"```sh {name}\n(.*?)```", TEXTS[ENGLISH.name], re.DOTALL)
    return block.replace(".venv/bin/", f"{Path(sys.executable).parent}/")


def run_commands(name: str, home: Home, backup: Path) -> str:
    places = os.environ | {"GONGHUI_HOME": str(home.root), "BACKUP": str(backup)}
    shell = ["bash", "-euc", commands(name)]
    ran = subprocess.run(shell, cwd=CHECKOUT, env=places, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout + ran.stderr


def test_a_home_comes_back_from_its_backup(tmp_path: Path) -> None:
    home, inbox, backup = Home(tmp_path / "home"), tmp_path / "inbox", tmp_path / "backup.tgz"
    inbox.mkdir()
    cadres = "干部ID,所属机构编码,录入日期,离任日期\nG1,510300,2020-03-25,\n"
    (inbox / "工会干部_20200331.csv").write_text(cadres, encoding="utf-8")
    assert gonghui("refresh", "--home", home.root, "--inbox", inbox).exit_code == 0
    before, landed, published = (
        read_release(home.published_file),
        in_force(home.root),
        home.published_file.read_bytes(),
    )
    run_commands("backup", home, backup)
    home.root.rename(tmp_path / "destroyed")

    said = run_commands("restore", home, backup)

    assert before is not None
    assert f"nothing new since release {before.release_id}" in said
    assert in_force(home.root) == landed != {}
    kept = home.releases / before.release_id / "gonghui.duckdb"
    assert kept.read_bytes() == published, "the release of before is still to be had"
    after = read_release(home.published_file)
    assert after is not None
    assert (after.as_of_month, after.is_sample) == (before.as_of_month, False)


def test_each_recipe_leaves_sound_reference_seeds_and_does_something(tmp_path: Path) -> None:
    own = tmp_path / "own"
    places = os.environ | {
        "GONGHUI_REFERENCE": str(own),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    begin(own)
    recipes = re.findall(r"```sh recipe\n(.*?)```", TEXTS[ENGLISH.name], re.DOTALL)
    assert len(recipes) == 5
    for recipe in recipes:
        before = ReferenceSeeds(own).digests()
        ran = subprocess.run(
            ["bash", "-euc", recipe], env=places, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, recipe + ran.stderr
        after = ReferenceSeeds(own).digests()
        named = set(re.findall(r"\w+\.csv", recipe))
        assert {name for name in after if after[name] != before[name]} == named, recipe
    orgs = (own / "organizations.csv").read_text(encoding="utf-8")
    assert "企业集团（公司）工会样例" not in orgs
    assert "510300,自贡市总工会,自贡,city,false,true,510300,2022-06-15," in orgs
