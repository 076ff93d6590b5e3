"""The catalogue says in Chinese all that the source says, and nothing that is told is written past it."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message

from orchestration.home import CHECKOUT
from orchestration.maintaining import catalogue

CALLS = {"_", "N_", "ngettext"}

InLanguage = Callable[[ast.Module], list[ast.Constant]]

# Rooms and files whose Chinese is no program's word to who runs it, and why.
CHINESE_BY_NATURE = {
    "bulletin": "documents and site, which are Chinese; what is told of templates is in the catalogue",
    "graph": "Dagster's descriptions, which are Chinese",
    "superset": "the dashboard, which is Chinese",
    "maintaining": "pages and templates that are Chinese",
    "publishing/catalog.py": "the marks between parts of a comment",
    "bulletin/workbooks/writer.py": "the workbook, which is Chinese",
    "bulletin/cells.py": "the workbook",
    "bulletin/workbooks/pages.py": "the workbook",
    "bulletin/workbooks/tables.py": "the workbook",
    "publishing/release.py": "comments of a published table",
    "publishing/revised.py": "comments of a published table",
    "landing/cells.py": "what exports say for nothing, and for totals",
    "landing/checks.py": "the full-width characters of exports",
    "landing/exports.py": "names and headers of the exports",
    "landing/inbox.py": "names of files: how a date is spelled, and an example",
    "landing/moments.py": "how a date is spelled",
    "operating/inspected/report.py": "a workbook for who sent the export: Chinese, whatever is spoken here",
    "reference/rules/requirements.py": "the unit of a share, as the seed has it",
    "explaining/verdict_changes.py": "the sentences of a document",
    "explaining/difference.py": "the sentences of a document",
    "refreshing/issue.py": "a number as the standard has it, and a sentence of a document",
    "refreshing/revised.py": "what joins causes in a published table",
    "cli/main.py": "the regulation's number, and the name of an export as an example",
    "cli/bulletin_commands.py": "a document's number, as an example",
    "operating/inspected/words.py": "the name of a file, as an example",
    "landing/header.py": "what joins headers of exports",
    "landing/run.py": "what joins names of exports",
}
# Rooms and files whose English is not said to who runs it, and why.
ENGLISH_BY_NATURE = {
    "maintaining": "commands of make, for those who change the rules",
    "spark.py": "warnings of Spark that are kept from the terminal",
    "landing/csv_file.py": "a line of the log file",
    "landing/calamine_process.py": "a script of its own, what fails in it",
    "operating/inspected/words.py": "what to look for in a fault's English",
    "publishing/mirror/privileges.py": "SQL",
}
# Of words that stand in a row: a sentence has one of the first, SQL one of the others.
IN_A_ROW = re.compile("[a-z]{2,} [a-z]{2,}")
ENGLISH = re.compile(r"\b(the|is|are|was|no|not|it|of|in|to|with|cannot|expected|has|have|its)\b")
SQL = re.compile(
    r"\b(select|where|join|then|insert|create|lock|grant|comment on|schema|delete|having|not null)\b|[=_]"
)
# What is called with a text for those who look for a mistake in the program.
UNSAID = {"detail", "ValueError", "RuntimeError", "DamagedWorkbook"}
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff01-\uff60]")


def files() -> list[Path]:
    return sorted((CHECKOUT / "orchestration").rglob("*.py"))


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def name_of(file: Path) -> str:
    return file.relative_to(CHECKOUT / "orchestration").as_posix()


@pytest.fixture(scope="module")
def translated() -> Catalog:
    return catalogue.translated()


def pairs(translated: Catalog) -> Iterator[tuple[Message, str, str]]:
    """Each message, what it says in English, plural and singular, and in Chinese."""
    for message in translated:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            for english in ids:
                for text in catalogue.texts_of(message):
                    yield message, english, text


def test_every_message_of_the_source_is_in_the_catalogue_and_no_other(translated: Catalog) -> None:
    said, known = (
        {message.id for message in each if message.id} for each in (catalogue.gathered(), translated)
    )
    assert (said - known, known - said) == (set(), set()), "make catalogue"


def test_every_message_is_translated_and_none_by_guess(translated: Catalog) -> None:
    lacking = [english for message, english, text in pairs(translated) if not text.strip() or message.fuzzy]
    assert lacking == []


def test_what_is_compiled_is_what_is_written(translated: Catalog) -> None:
    with catalogue.CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    read = [
        compiled.ngettext(*message.id, 2) if isinstance(message.id, tuple) else compiled.gettext(english)
        for message, english, _ in pairs(translated)
    ]
    assert read == [text for _, _, text in pairs(translated)], "make catalogue"


def test_an_installed_package_has_the_catalogue() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["orchestration"]
    packed = {path for pattern in patterns for path in (CHECKOUT / "orchestration").glob(pattern)}
    assert catalogue.CATALOGUE.with_suffix(".mo") in packed


def placeholders(text: str) -> Counter[str]:
    """What is filled in, with its conversion and format, how often apart."""
    named = {
        f"{name}!{conversion}:{spec}"
        for _, name, spec, conversion in Formatter().parse(text)
        if name is not None
    }
    return Counter([*named, *re.findall(r"%(?:\(\w+\))?[sr]", text)])


def test_a_translation_has_the_placeholders_of_its_message(translated: Catalog) -> None:
    others = [
        english for _, english, text in pairs(translated) if placeholders(english) != placeholders(text)
    ]
    assert others == []


def test_what_has_other_placeholders_is_noticed() -> None:
    assert placeholders("{a} {b:,}") != placeholders("{a} {b}") != placeholders("{b} {c}")
    assert placeholders("%(a)s") != placeholders("%(b)s")


def test_a_translation_begins_and_ends_with_the_blanks_of_its_message(translated: Catalog) -> None:
    """A line below another is indented in every language; where one is put together, blanks may go."""
    indented = [
        english
        for _, english, text in pairs(translated)
        if english.startswith("  ") and len(english) - len(english.lstrip()) != len(text) - len(text.lstrip())
    ]
    assert indented == []


def calls() -> Iterator[tuple[str, ast.Call]]:
    """What is marked for the catalogue."""
    for file in files():
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                yield f"{name_of(file)}:{node.lineno}", node


def test_what_is_marked_is_gathered() -> None:
    """What is marked within an f-string, say, Babel does not see before Python 3.12."""
    gathered = {text for message in catalogue.gathered() for text in (message.id or ()) if message.id}
    gathered |= {message.id for message in catalogue.gathered()}
    unseen = [
        place
        for place, call in calls()
        for text in call.args
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value not in gathered
    ]
    assert unseen == []


def test_what_is_marked_is_plain_text_with_named_placeholders() -> None:
    """An f-string, or a text put together, is in no catalogue; a place alone tells a translator nothing."""
    put_together = [
        place for place, call in calls() for text in call.args if isinstance(text, ast.JoinedStr | ast.BinOp)
    ]
    unnamed = [
        place
        for place, call in calls()
        for text in call.args
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
        for _, name, _, _ in Formatter().parse(text.value)
        if name is not None and not name.isidentifier()
    ]
    assert (put_together, unnamed, len(list(calls())) > 500) == ([], [], True)


def texts(module: ast.Module) -> Iterator[ast.Constant]:
    """The texts of a file that are no docstrings."""
    docs = {
        id(statement.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


def in_chinese(module: ast.Module) -> list[ast.Constant]:
    return [text for text in texts(module) if CHINESE.search(text.value)]


def unmarked(node: ast.AST) -> Iterator[ast.Constant]:
    """The texts that `_` and its like do not say, but for those that nobody is told."""
    if isinstance(node, ast.Call) and {*ast.unparse(node.func).split(".")} & (CALLS | UNSAID):
        return
    if isinstance(node, ast.Constant):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from unmarked(child)


def in_english(module: ast.Module) -> list[ast.Constant]:
    of_the_module = set(texts(module))
    return [
        text
        for text in unmarked(module)
        if text in of_the_module
        and IN_A_ROW.search(text.value)
        and ENGLISH.search(text.value)
        and not SQL.search(text.value)
    ]


def exempt(file: Path, exceptions: Mapping[str, str]) -> str:
    """The exception that a file falls under; its room where none."""
    name = name_of(file)
    return name if name in exceptions else name.split("/")[0]


def past_the_catalogue(in_language: InLanguage, exceptions: Mapping[str, str]) -> list[str]:
    return [
        f"{name_of(file)}:{text.lineno}"
        for file in files()
        if exempt(file, exceptions) not in exceptions
        for text in in_language(tree(file))
    ]


def test_no_text_of_the_source_is_chinese_but_what_is_so_by_nature() -> None:
    assert past_the_catalogue(in_chinese, CHINESE_BY_NATURE) == []


def test_no_english_sentence_of_the_source_is_unmarked_but_what_nobody_is_told() -> None:
    assert past_the_catalogue(in_english, ENGLISH_BY_NATURE) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("raise UsageFault(f'{name} is not there: add its row')", 1),
        ("message = 'the file is empty'", 1),
        ("add_argument('--home', help='what holds everything written to it')", 1),
        ("raise UsageFault(_('{name} is not there').format(name=name))", 0),
        ("logs.detail.info(f'{name} is in the mirror')", 0),
        ("execute('delete from those in the table')", 0),
    ],
)
def test_a_sentence_that_is_unmarked_is_found(source: str, found: int) -> None:
    assert len(in_english(ast.parse(source))) == found


@pytest.mark.parametrize(
    ("in_language", "exceptions"), [(in_chinese, CHINESE_BY_NATURE), (in_english, ENGLISH_BY_NATURE)]
)
def test_each_exception_is_needed(in_language: InLanguage, exceptions: Mapping[str, str]) -> None:
    needed = {exempt(file, exceptions) for file in files() if in_language(tree(file))}
    assert exceptions.keys() - needed == set()
