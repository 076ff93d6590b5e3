"""The site as files: every number where it belongs, every link to something, no data as markup."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from lxml import html

from orchestration.bulletin import site
from orchestration.explaining.explain import explain
from tests.bulletin.site.asking import Changed, Rows
from tests.dbt_runs import CHECKOUT

PAGE_AT_MOST = 300_000
SITE_AT_MOST = 15_000_000
SOURCES = CHECKOUT / "orchestration/bulletin/site"

# What `explain` says on lines of its own that the site says elsewhere, or in other words.
SAID_BY_THE_PAGE = ("机构", "存续", "指标", "截至", "条款", "适用口径", "依据")
CODE = re.compile(r"（[a-z0-9._]+）$")
RENAMED = {"进度": "展望", "未达标或进行中的指导对象": "指导对象", "状态": ""}


def document(path: Path) -> html.HtmlElement:
    """A page, parsed."""
    return html.document_fromstring(path.read_text(encoding="utf-8"))


def chosen(pages: Iterable[tuple[str, str]], *names: str) -> list[html.HtmlElement]:
    """Some of the pages that are rendered one after the other, parsed, in the order of their names here."""
    found: dict[str, html.HtmlElement] = {}
    for name, text in pages:
        if name in names:
            found[name] = html.document_fromstring(text)
        if len(found) == len(names):
            break
    return [found[name] for name in names]


def matrix_links(page: html.HtmlElement) -> list[html.HtmlElement]:
    """The links in the cells of the overview's matrices."""
    return page.xpath("//table[contains(@class,'matrix')]//tr[not(contains(@class,'group'))]/td/a")


def said(element: html.HtmlElement) -> str:
    """The text of an element without white space, which tells nothing in Chinese."""
    return "".join(element.text_content().split())


def squeezed(text: str) -> str:
    """Text as `said` has it, its dates as the pages have them."""
    spelled = re.sub(r"(\d{4})-0?(\d+)-0?(\d+)", r"\1年\2月\3日", text)
    return "".join(spelled.split())


def shown(numerator: int | None, denominator: int | None, unit: str, *, is_known: bool) -> str:
    """What a cell says of a verdict: shares in per cent, cut after two places."""
    if numerator is None or not is_known:
        return "—"
    if denominator is None:
        return f"{numerator:,}"
    percent = f"{numerator * 10_000 // denominator / 100:.2f}".rstrip("0").rstrip(".")
    assert unit == "比例"
    return f"{percent}%"


def test_every_org_and_requirement_has_its_page(pages: Path, rows: Rows) -> None:
    orgs = {f"{code}.html" for (code,) in rows("select org_code from indicators.dim_organizations")}
    titles = {f"{code}.html" for (code,) in rows("select requirement_id from compliance.dim_requirements")}
    assert {path.name for path in (pages / "orgs").iterdir()} == orgs
    assert {path.name for path in (pages / "requirements").iterdir()} == titles


def test_every_link_leads_to_something_in_the_folder_itself(pages: Path) -> None:
    parsed = {path: document(path) for path in pages.rglob("*.html")}
    anchors = {
        path: {element.get("id") for element in page.iter() if element.get("id")}
        for path, page in parsed.items()
    }
    broken, followed = set(), 0
    for path, page in parsed.items():
        for _, _, link, _ in page.iterlinks():
            if link == "data:,":  # no icon, and none asked for
                continue
            target, anchor = urldefrag(link)
            file = (path.parent / unquote(target)).resolve() if target else path
            is_inside = file.is_relative_to(pages) and not re.match(r"/|\w+:", target)
            if not is_inside or not file.is_file() or (anchor and anchor not in anchors[file]):
                broken.add(f"{path.relative_to(pages)}: {link}")
            followed += 1
    assert (broken, followed > 10_000) == (set(), True)


def test_no_id_stands_twice_on_a_page(pages: Path) -> None:
    ids = {
        path.name: Counter(element.get("id") for element in document(path).iter() if element.get("id"))
        for path in pages.rglob("*.html")
    }
    assert {
        (page, name) for page, found in ids.items() for name, times in found.items() if times > 1
    } == set()


def test_the_matrix_has_each_verdict_of_the_month_with_its_value_and_status(pages: Path, rows: Rows) -> None:
    verdicts = rows(
        """
        select org_code, requirement_id, numerator, denominator, unit, observed is not null, status_label
        from compliance.fct_verdicts where as_of_month = (select as_of_month from quality.release)
        """
    )
    expected = {
        (f"orgs/{org}.html#r-{requirement}", shown(*numbers, is_known=is_known), label)
        for org, requirement, *numbers, is_known, label in verdicts
    }
    links = (
        document(pages / "index.html").cssselect(".matrix tbody tr:not(.group) td a")
        if False
        else document(pages / "index.html").xpath(
            "//table[contains(@class,'matrix')]//tr[not(contains(@class,'group'))]/td/a"
        )
    )
    found = {(link.get("href"), link.text.strip(), link.find("small").text.split()[-1]) for link in links}
    assert found == expected and len(found) == len(verdicts)


def test_where_a_number_leads_the_number_stands(pages: Path) -> None:
    links = matrix_links(document(pages / "index.html"))
    numbers = {link.get("href"): link.text.strip() for link in links}
    told = {
        f"orgs/{path.name}#{section.get('id')}": section.xpath("string(.//dl/dd[1]/b)")
        for path in (pages / "orgs").iterdir()
        for section in document(path).xpath("//section[@class='req']")
    }
    assert len(numbers) > 1000 and told == numbers


@pytest.mark.usefixtures("chinese")  # the page itself was written while English was spoken
def test_an_org_s_page_says_what_explain_says(pages: Path, published: Path, rows: Rows) -> None:
    verdicts = rows(
        """
        select org_code, requirement_id from (
            select
                *,
                row_number() over (partition by status, kind, period order by gap, org_code) as place
            from compliance.fct_verdicts inner join compliance.dim_requirements using (requirement_id)
            where as_of_month = (select as_of_month from quality.release)
        ) where place = 1 order by all
        """
    )
    orgs = {org: document(pages / f"orgs/{org}.html") for org, _ in verdicts}
    missing = []
    for org, requirement in verdicts:
        text = said(orgs[org].get_element_by_id(f"r-{requirement}"))
        for line in explain(published, org, requirement, "").splitlines():
            what, colon, told = line.strip().partition("：")
            if what in SAID_BY_THE_PAGE or not colon or told == "—":
                continue
            wanted = told.split()[-1] if what == "状态" else told.removesuffix("，尚非定论")
            name = CODE.sub("", RENAMED.get(what, what))
            if squeezed(wanted) not in text or squeezed(name) not in text:
                missing.append((org, requirement, line))
    assert len(verdicts) > 15 and missing == []


def test_an_org_s_page_quotes_the_clause_and_the_readings_in_force(pages: Path, rows: Rows) -> None:
    requirements = rows(
        """
        select requirement_id, r.clause_text, rationale from compliance.dim_requirements as r
        left join compliance.dim_readings as d on r.clause_id = d.clause_id and d.is_active
        where role = 'local'
        """
    )
    page = document(pages / "orgs/510300.html")
    texts = {section.get("id"): said(section) for section in page.xpath("//section[@class='req']")}
    missing = [
        (requirement, text)
        for requirement, *told in requirements
        for text in filter(None, told)
        if squeezed(text) not in texts[f"r-{requirement}"]
    ]
    assert requirements and missing == []


def test_a_reading_that_is_not_active_is_not_told(pages: Path, rows: Rows) -> None:
    unused = rows("select rationale from compliance.dim_readings where not is_active")
    text = said(document(pages / "orgs/510300.html"))
    assert unused and [told for (told,) in unused if squeezed(told) in text] == []


def test_shares_are_cut_and_not_rounded(changed: Changed) -> None:
    [page] = chosen(
        changed(
            """
            update compliance.fct_verdicts set numerator = 89999, denominator = 100000, observed = 0.89999
            where org_code = '510100' and requirement_id = '9.2'
            """
        ),
        "index.html",
    )
    [cell] = page.xpath("//td/a[@href='orgs/510100.html#r-9.2']")
    assert cell.text == "89.99%"


def test_an_average_a_month_is_told_and_compared_in_articles(changed: Changed) -> None:
    overview, page = chosen(
        changed(
            """
            update compliance.fct_verdicts set unit = '篇', numerator = 1043, denominator = 30,
                observed = 1043 / 30, threshold = 50 where requirement_id = '9.5'
            """
        ),
        "index.html",
        "requirements/9.5.html",
    )
    matrix = overview.xpath("//table[.//th/a[@href='requirements/9.5.html']]")[0]
    [cell] = matrix.xpath(".//td/a[@href='orgs/510100.html#r-9.5']")
    assert cell.text == "34.76"
    [heading] = matrix.xpath(".//th[a[@href='requirements/9.5.html']]")
    assert "（篇）" in heading.text_content()
    assert "标准2020年起：50篇" in said(page.body)


def test_names_are_text_wherever_they_stand(changed: Changed) -> None:
    name = """<script>alert(1)</script><b id="x">&amp;"'"""
    pages = changed(
        f"update indicators.dim_organizations set org_name = $${name}$$, short_name = $${name}$$",
        f"update compliance.dim_requirements set title = $${name}$$",
        f"update quality.rejected_rows set file_name = $${name}$$",
        f"insert into quality.unknown_spellings values ('articles', '信息发布', 'title', $${name}$$, 3)",
    )
    parsed = {page: html.document_fromstring(text) for page, text in pages}
    scripts = {script.get("src") for page in parsed.values() for script in page.iter("script")}
    assert scripts == {"site.js", "../site.js"}
    assert [path for path, page in parsed.items() if page.xpath("//*[@id='x']")] == []
    assert parsed["data.html"].text_content().count(name) > 1
    assert parsed["orgs/510100.html"].xpath("string(//h1)").startswith(name)


@pytest.mark.usefixtures("chinese")
def test_the_same_release_makes_the_same_bytes_in_every_language(
    pages: Path, published: Path, tmp_path: Path
) -> None:
    again = site.write(published, tmp_path / "again").parent

    def contents(folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }

    assert contents(again) == contents(pages)


def test_pages_and_site_stay_small(pages: Path) -> None:
    sizes = {str(path.relative_to(pages)): path.stat().st_size for path in pages.rglob("*") if path.is_file()}
    assert {name: size for name, size in sizes.items() if size >= PAGE_AT_MOST} == {}
    assert 0 < sum(sizes.values()) < SITE_AT_MOST


def test_every_org_with_verdicts_has_one_sheet(pages: Path, rows: Rows) -> None:
    judged = rows(
        """
        select distinct org_name from compliance.fct_verdicts
        where as_of_month = (select as_of_month from quality.release)
        """
    )
    headings = [
        said(heading)
        for path in pages.glob("sheets-*.html")
        for heading in document(path).xpath("//article/h2")
    ]
    assert Counter(headings) == Counter(name for (name,) in judged)


def test_sample_data_and_drafts_are_marked_on_every_page(pages: Path) -> None:
    marks = {tuple(map(said, document(path).xpath("//header//b"))) for path in pages.rglob("*.html")}
    assert marks == {("草稿", "样例数据")}


def test_real_data_are_no_sample(changed: Changed) -> None:
    [page] = chosen(changed("update quality.release set is_sample = false"), "index.html")
    assert [said(mark) for mark in page.xpath("//header//b")] == ["草稿"] and "样例数据" not in said(page)


def test_unions_are_compared_by_a_thousand_workers(pages: Path, rows: Rows) -> None:
    [(city, rate, rank)] = rows(
        """
        select org_code, per_thousand, rank_per_thousand from compliance.fct_rankings_per_thousand
        where as_of_month = (select as_of_month from quality.release)
            and org_code = '510300' and requirement_id = '9.7'
        """
    )
    page = document(pages / "requirements" / "9.7.html")
    [row] = page.xpath(f"//section[@id='g-city']//tr[th/a[contains(@href,'{city}')]]")
    cut, place = (said(cell) for cell in row.xpath("td")[-2:])
    assert (cut, place) == (f"{int(rate * 10_000) / 10_000}", f"{rank}")
    assert "因素为虚构样例" in said(page)


def test_standards_stand_beside_their_factors(pages: Path, rows: Rows) -> None:
    findings = rows(
        """
        select finding from compliance.rpt_standards_review
        where year = (select year(as_of_month) from quality.release) and requirement_id = '9.1'
        """
    )
    shown = [
        said(cell)
        for cell in document(pages / "requirements" / "9.1.html").xpath(
            "//section[@id='standards']//tbody/tr/td[last()]"
        )
    ]
    assert Counter(shown) == Counter("".join(finding.split()) for (finding,) in findings)


def test_where_no_factor_is_known_nothing_is_compared(changed: Changed) -> None:
    [page] = chosen(
        changed(
            "delete from compliance.fct_rankings_per_thousand",
            """
            update compliance.rpt_standards_review
            set weighted_share = null, standard_per_thousand_workers = null
            """,
        ),
        "requirements/9.1.html",
    )
    assert "每千名" not in said(page) and "第六条" not in said(page)


def test_a_release_from_before_the_factors_has_its_pages(changed: Changed) -> None:
    [page] = chosen(
        changed(
            "drop table compliance.fct_rankings_per_thousand", "drop table compliance.rpt_standards_review"
        ),
        "requirements/9.1.html",
    )
    assert "每千名" not in said(page) and "注册用户数量" in said(page)


def test_the_overview_warns_of_what_makes_its_numbers_less_than_certain(changed: Changed) -> None:
    overview, data = chosen(
        changed(
            "delete from quality.landed_exports where export_name = 'cadres'",
            "update quality.landed_exports set export_date = '2022-12-31' where export_name = 'articles'",
            "insert into quality.unknown_spellings values ('articles', '信息发布', 'org_code', '成都会', 3)",
            """
            insert into quality.revised_verdicts
            select as_of_month, org_code, org_name, role, requirement_id, requirement_title,
                'PASS', '达标', status, status_label, 1, numerator, 2, denominator, 'R1', '数据 办件'
            from compliance.fct_verdicts where org_code = '510100' and as_of_month = '2022-11-01'
            """,
        ),
        "index.html",
        "data.html",
    )
    warnings = " ".join(map(said, overview.xpath("//ul[@class='warnings']/li")))
    wanted = [
        "样例数据",
        "条结论尚非定论",
        "从未入库：工会干部、频道访问",
        "导出早于月末，本月不全：信息发布",
        "退回8行",
        "1种写法无人认识",
        "12条定论已改判",
    ]
    assert [text for text in wanted if text not in warnings] == []
    told = said(data)
    assert [text for text in ("成都会", "月末当天×不全", "R1数据办件") if text not in told] == []


def test_a_list_that_grows_with_the_data_says_what_it_leaves_out(changed: Changed) -> None:
    [page] = chosen(
        changed(
            """
            insert into quality.unknown_spellings
            select 'articles', '信息发布', 'org_code', 'spelling ' || n, 3 from range(1000) as numbers(n)
            """
        ),
        "data.html",
    )
    assert len(page.xpath("//section[@id='unknown']//tbody/tr")) == 300
    assert "另有700条" in said(page.get_element_by_id("unknown"))


OLDER_MONTHS = "as_of_month < (select as_of_month from quality.release)"


@pytest.mark.parametrize(
    ("statement", "page", "told"),
    [
        ("delete from quality.rejected_rows", "data.html", "没有退回的行"),
        ("delete from indicators.fct_user_totals", "data.html", "没有数字"),
        ("delete from compliance.fct_rankings", "index.html", "没有上月可比"),
        (f"delete from compliance.fct_verdicts where {OLDER_MONTHS}", "index.html", "没有上月可比"),
        ("update compliance.fct_verdicts set observed = null", "orgs/510100.html", "各月都没有数字"),
    ],
)
def test_what_is_empty_says_so(changed: Changed, statement: str, page: str, told: str) -> None:
    assert told in said(*chosen(changed(statement), page))


def test_a_release_without_verdicts_has_pages_that_say_so(changed: Changed) -> None:
    tables = ("verdicts", "trends", "rankings", "outlook", "requirement_totals")
    wanted = ("index.html", "orgs/510100.html", "requirements/9.1.html", "sheets.html")
    pages = chosen(changed(*(f"delete from compliance.fct_{table}" for table in tables)), *wanted)
    assert [
        name for name, page in zip(wanted, pages, strict=True) if "本月没有评价结论" not in said(page)
    ] == []


def test_a_waived_verdict_says_who_waived_it_and_until_when(changed: Changed) -> None:
    overview, org = chosen(
        changed(
            """
            insert into compliance.dim_waivers
            select org_code, org_name, requirement_id, requirement_title, as_of_month, as_of_month,
                '机构合并', '领导小组办公室', date '2023-12-31'
            from compliance.fct_verdicts
            where org_code = '510300' and requirement_id = '9.2' and as_of_month = '2022-12-01'
            """,
            """
            update compliance.fct_verdicts set is_waived = true
            where org_code = '510300' and requirement_id = '9.2' and as_of_month = '2022-12-01'
            """,
        ),
        "index.html",
        "orgs/510300.html",
    )
    told = "豁免机构合并（领导小组办公室批准，有效至2023年12月31日）；状态照算，不因豁免而变"
    assert told in said(org.get_element_by_id("r-9.2"))
    assert "1条结论本月豁免" in said(overview)


def test_what_the_site_is_made_of_names_no_requirement() -> None:
    files = [path for path in SOURCES.rglob("*") if path.suffix in (".py", ".html", ".js")]
    literals = [
        (path.name, found)
        for path in files
        for found in re.findall(r"""["'#][459]\.\d[\w.]*|["'#]8\.\d[\w.]*""", path.read_text("utf-8"))
    ]
    assert files and literals == []


def test_an_installed_package_has_templates_and_assets() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["orchestration.bulletin.site"]
    packed = {path for pattern in patterns for path in SOURCES.glob(pattern)}
    assert packed == {path for path in SOURCES.rglob("*") if path.suffix in (".html", ".css", ".js")}
