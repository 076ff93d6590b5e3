"""Both workbooks of a published file: what they say of themselves, and what they follow from."""

from datetime import date, datetime
from pathlib import Path
from shutil import copyfile

import duckdb
import openpyxl
import pytest

from orchestration.bulletin import workbooks
from orchestration.bulletin.issue import Issue

NAMES = [
    "四川省工会网上工作平台监测评价_2022-12_样例数据.xlsx",
    "四川省工会网上工作平台监测评价_2022-12_明细_样例数据.xlsx",
]
ISSUE = Issue("川工办通〔2023〕3号", date(2023, 1, 12), corrects="川工办通〔2023〕1号", changes=("第一处。",))

Facts = dict[str, list[str]]


@pytest.fixture(scope="module")
def draft(published: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return workbooks.write(published, tmp_path_factory.mktemp("draft"))


@pytest.fixture(scope="module")
def issued(published: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return workbooks.write(published, tmp_path_factory.mktemp("issued"), ISSUE)


def facts(path: Path) -> Facts:
    """What the cover says under each name, until the list of sheets begins."""
    found: Facts = {}
    name = ""
    for first, second, *_ in openpyxl.load_workbook(path)["说明"].iter_rows(min_row=2, values_only=True):
        if second is None:
            return found
        name = first or name
        found.setdefault(name, []).append(second)
    return found


def heads(path: Path) -> set[str]:
    """What stands on the left above each page."""
    return {sheet.oddHeader.left.text for sheet in openpyxl.load_workbook(path)}


def test_there_are_two_named_for_their_month(draft: list[Path]) -> None:
    assert [path.name for path in draft] == NAMES
    assert sorted(path.name for path in draft[0].parent.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("number", [0, 1])
def test_a_draft_says_so_on_each_page_and_why_its_numbers_may_change(draft: list[Path], number: int) -> None:
    assert heads(draft[number]) == {"四川省工会网上工作平台监测评价（样例数据、草稿）"}
    said = facts(draft[number])
    assert said["截至"] == ["2022-12"]
    assert said["说明"][:2] == [
        "本件为草稿，未经审签，不得外传。",
        "本件数据为样例，数字均为虚构，不得作为工作依据。",
    ]
    assert "数据为发布批次20230105T020000-abcdef，" in said["说明"][-1]


@pytest.mark.parametrize("number", [0, 1])
def test_an_issued_one_has_its_number_its_date_and_what_it_corrects(issued: list[Path], number: int) -> None:
    assert heads(issued[number]) == {"四川省工会网上工作平台监测评价（样例数据）"}
    said = facts(issued[number])
    assert (said["文号"], said["成文日期"]) == ([ISSUE.number], ["2023年1月12日"])
    assert said["说明"][:2] == [
        "本件更正川工办通〔2023〕1号，内容不同之处以本件为准。更正如下：",
        "第一处。",
    ]


def test_numbers_that_are_not_final_are_named(published: Path, tmp_path: Path) -> None:
    file = copyfile(published, tmp_path / "gonghui.duckdb")
    with duckdb.connect(file) as connection:
        connection.execute("update compliance.fct_verdicts set is_final = false")
    said = ["".join(facts(path)["说明"]) for path in workbooks.write(file, tmp_path)]
    assert ["尚非定论" in each for each in said] == [True, True]


def test_equal_files_give_equal_workbooks(published: Path, draft: list[Path], tmp_path: Path) -> None:
    again = workbooks.write(published, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in draft]


@pytest.mark.parametrize("number", [0, 1])
def test_its_properties_are_its_title_and_month_not_the_clock(draft: list[Path], number: int) -> None:
    properties = openpyxl.load_workbook(draft[number]).properties
    assert (properties.title, properties.created) == (draft[number].stem, datetime(2022, 12, 1))
