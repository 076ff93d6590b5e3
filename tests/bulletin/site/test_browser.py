"""The site as people open it: from the file system, without a network, by mouse and by keyboard."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
KINDS = (
    "index.html",
    "orgs/510300.html",
    "orgs/CY01.html",
    "orgs/QT00.html",
    "requirements/9.1.html",
    "requirements/9.2.html",
    "requirements/9.6.html",
    "data.html",
    "sheets.html",
    "sheets-city.html",
)
PHONE, LAPTOP, PROJECTOR = 360, 1280, 1920
# What is left of A4 beside the margins of site.css, in pixels of 1/96 inch.
PORTRAIT, LANDSCAPE = int(186 / 25.4 * 96), int(277 / 25.4 * 96)

Opened = Callable[..., Page]


def browser_there() -> str | None:
    """A Chromium or Chrome of this machine."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; where there is none, the tests say so, and in CI they fail."""
    program = browser_there()
    if program is None:
        said = f"no Chromium or Chrome here: looked for {', '.join(BROWSERS)} in PATH"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(said)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Browser, pages: Path) -> Iterator[Opened]:
    """Open a page of the sample's site; in the end it has asked for its own files alone, without a fault."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    faults: list[str] = []

    def page_of(name: str, width: int = LAPTOP, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("requestfailed", lambda request: faults.append(request.url))
        page.goto((pages / name).as_uri())
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert asked and [url for url in asked if not url.startswith(f"{pages.as_uri()}/")] == []
    assert faults == []


@pytest.mark.parametrize("width", [PHONE, LAPTOP, PROJECTOR])
@pytest.mark.parametrize("name", KINDS)
def test_a_page_opens_by_double_click_and_is_no_wider_than_the_screen(
    opened: Opened, name: str, width: int
) -> None:
    page = opened(name, width)
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "orgs/510300.html",
        "requirements/9.2.html",
        "data.html",
        "sheets.html",
        "sheets-industry.html",
    ],
)
def test_axe_finds_no_serious_fault(opened: Opened, name: str) -> None:
    found = Axe().run(opened(name), options={"preload": False}).response  # it would ask for files anew
    serious = [
        (violation["id"], node["html"])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    assert found["passes"] and serious == []


def column(page: Page, table: str, place: int) -> list[float]:
    """What the rows of the first group of a table are sorted by, blank cells left out."""
    values = page.locator(f"{table} tbody").first.locator(f"tr:not(.group) > :nth-child({place})")
    return [
        float(value) for value in values.evaluate_all("cells => cells.map(cell => cell.dataset.v)") if value
    ]


def test_a_click_on_a_column_sorts_it_and_another_one_the_other_way(opened: Opened) -> None:
    page = opened("index.html")
    header = page.locator("#t-local thead th").nth(3)
    header.get_by_role("button").click()
    downwards = column(page, "#t-local", 4)
    assert header.get_attribute("aria-sort") == "descending" and len(set(downwards)) > 1
    assert downwards == sorted(downwards, reverse=True)
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "ascending"
    assert column(page, "#t-local", 4) == sorted(downwards)
    assert page.locator("#t-local [aria-sort]").count() == 1


def test_a_column_sorts_by_keyboard(opened: Opened) -> None:
    page = opened("requirements/9.2.html")
    header = page.locator("#g-city thead th").first
    header.get_by_role("button").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    ranks = column(page, "#g-city table", 1)
    assert ranks == sorted(ranks, reverse=True) and ranks[0] > ranks[-1]


def test_names_sort_as_chinese_does(opened: Opened) -> None:
    page = opened("requirements/9.2.html")
    page.locator("#g-city thead th").nth(1).get_by_role("button").click()
    names = page.locator("#g-city tbody th").all_inner_texts()
    assert names[:3] == ["阿坝", "巴中", "成都"]


def test_the_overview_is_filtered_by_name_type_and_status(opened: Opened) -> None:
    page = opened("index.html")
    form = page.locator("form.filter").first
    shown = page.locator("#t-local tbody tr:not(.group):visible")
    everyone = shown.count()
    form.get_by_placeholder("名称或编码").fill("自贡")
    assert shown.locator("th").all_inner_texts() == ["自贡"]
    assert form.get_by_role("status").inner_text() == "共 1 家"
    form.get_by_role("button").click()
    page.wait_for_function(f"document.querySelector('form.filter output').textContent == '共 {everyone} 家'")
    form.get_by_label("类型").select_option("industry")
    assert (shown.count(), page.locator("#t-local tbody:visible").count()) == (3, 1)
    form.get_by_label("类型").select_option("")
    form.get_by_label("有此状态").select_option("PASS")
    with_it = page.locator("#t-local tbody tr:not(.group)").filter(has=page.locator("td.PASS"))
    assert 0 < shown.count() == with_it.count() < everyone


def test_a_number_leads_to_its_explanation(opened: Opened) -> None:
    page = opened("index.html")
    link = page.locator("#t-local tbody tr:not(.group) td a").nth(2)
    value = link.inner_text().split()[0]
    link.click()
    page.wait_for_url(re.compile(r"orgs/.*#r-"))
    target = page.locator(":target")
    assert target.locator("dd b").inner_text() == value
    assert target.bounding_box()["y"] < page.viewport_size["height"]  # type: ignore[index]
    assert "第九条" in target.locator("h3").inner_text()


def test_without_scripts_all_rows_are_there_and_nothing_that_does_not_work(
    opened: Opened, pages: Path
) -> None:
    page = opened("index.html", java_script_enabled=False)
    markup = (pages / "index.html").read_text("utf-8")
    assert (
        page.locator("#t-local tbody tr:visible").count()
        == markup.split('id="t-local"')[1].split("</table>")[0].count("<tr") - 1
    )
    assert page.locator("button:visible, input:visible, select:visible").count() == 0


def test_the_first_tab_skips_to_the_text(opened: Opened) -> None:
    page = opened("orgs/510300.html")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "跳到正文" and skip.bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("name", KINDS)
def test_on_paper_no_table_is_cut(opened: Opened, name: str) -> None:
    width = LANDSCAPE if name == "index.html" else PORTRAIT
    page = opened(name, width)
    page.emulate_media(media="print")
    cut = page.evaluate(
        """width => [...document.querySelectorAll("table, svg, h1, h2, .scroll")]
            .filter((each) => each.getClientRects().length && (
                each.getBoundingClientRect().right > width + 0.5
                || (each.clientWidth && each.scrollWidth > each.clientWidth + 1)
                || getComputedStyle(each).overflowX !== "visible" && each.tagName === "DIV"))
            .map((each) => `${each.tagName} ${each.textContent.trim().slice(0, 40)}`)""",
        width,
    )
    heads = page.evaluate(
        "[...document.querySelectorAll('thead')].map((head) => getComputedStyle(head).display)"
    )
    assert cut == [] and set(heads) <= {"table-header-group"}


def test_each_sheet_is_one_page(opened: Opened, pages: Path) -> None:
    for name in ("sheets-city.html", "sheets-industry.html"):
        page = opened(name)
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == page.locator("article.sheet").count() > 1
