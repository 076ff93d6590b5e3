"""The documentation is one page that shows its Chinese descriptions with neither server nor network."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from orchestration.maintaining import docs_site

REMOTE = re.compile(r"\s*(https?:)?//")


class Fetched(HTMLParser):
    """What a browser fetches to show a page: by address, and by the styles in it."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {"script": "src", "img": "src", "iframe": "src", "link": "href", "object": "data"}
        self.addresses += [value or "" for name, value in attrs if name == names.get(tag)]


@pytest.fixture(scope="module")
def page(documented: Path, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("docs") / "site" / "index.html"
    with pytest.MonkeyPatch.context() as generated_before:
        generated_before.setattr(docs_site, "generate", lambda _: documented)
        docs_site.main([str(path)])
    return path


@pytest.fixture(scope="module")
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_the_documentation_is_one_file(page: Path) -> None:
    assert [path.name for path in page.parent.iterdir()] == ["index.html"]


@pytest.mark.parametrize(
    "said",
    [
        "四川省工会网上工作平台监测评价",
        "从哪里看起",  # models/overview.md
        "评价结论：每月每个机构每项指标一行",  # a model
        "差额：还差多少才达标",  # a column
        "第十二条的通报",  # an exposure
        "注册用户：一行一个注册账号",  # a seed
    ],
)
def test_the_page_holds_the_chinese_descriptions(text: str, said: str) -> None:
    escaped = json.dumps(said)[1:-1]  # as the manifest in the page spells it
    assert said in text or escaped in text


def test_the_page_holds_the_lineage(text: str) -> None:
    assert re.search(r'"depends_on": \{[^}]*"nodes": \["model\.gonghui\.fct_verdicts"', text)


def test_what_a_page_would_fetch_is_seen() -> None:
    page = Fetched()
    page.feed('<script src="https://a.invalid/x.js"></script><link href="//b.invalid/y.css">')
    assert [bool(REMOTE.match(address)) for address in page.addresses] == [True, True]


def test_the_page_fetches_nothing_from_another_host(text: str) -> None:
    fetched = Fetched()
    fetched.feed(text)
    in_styles = re.findall(r"""(?:@import\s+|url\()["']?([^"')]+)""", text)
    assert [address for address in fetched.addresses + in_styles if REMOTE.match(address)] == []


def test_the_tracker_that_dbt_ships_in_the_page_is_off(text: str) -> None:
    assert '"send_anonymous_usage_stats": false' in text


def test_seeds_and_analyses_stand_in_folders_of_their_own(text: str) -> None:
    assert '"original_file_path": "../' not in text
    assert '"original_file_path": "seeds/raw/articles.csv"' in text


def test_a_project_that_cannot_be_documented_is_told_in_a_sentence(monkeypatch, tmp_path: Path) -> None:
    def fail(_: object) -> Path:
        raise docs_site.dbt_build.BuildFailed("build or audit failed in 1 dbt nodes")

    monkeypatch.setattr(docs_site, "generate", fail)
    with pytest.raises(SystemExit) as stopped:
        docs_site.main([str(tmp_path / "index.html")])
    assert stopped.value.code == "build or audit failed in 1 dbt nodes"
