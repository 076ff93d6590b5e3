"""Edits of the reference seeds that would publish other verdicts, or none, without a word (contract §3)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from _pytest.mark import ParameterSet

from orchestration import reference
from orchestration.reference import ReferenceRefused, ReferenceSeeds
from tests.checkouts import Seeds


@dataclass(frozen=True)
class Edit:
    """`old` becomes `new` where it first stands in a file; with a blank `old`, `new` is a row added."""

    name: str
    old: str
    new: str

    def make(self, seeds: Seeds) -> None:
        """Make it in a copy of the seeds."""
        if not self.old:
            seeds.add(self.name, self.new)
        elif self.new:
            seeds.edit(self.name, self.old, self.new)
        else:
            seeds.remove(self.name, self.old)


def told(seeds: Seeds) -> tuple[list[str], list[str]]:
    """Check the seeds; returns the faults, or else the warnings, as they are told."""
    try:
        return [], list(map(str, reference.check(ReferenceSeeds(shipped=seeds.folder))))
    except ReferenceRefused as refused:
        return list(map(str, refused.faults)), []


CASES = yaml.safe_load(Path(__file__).with_name("edits.yml").read_text(encoding="utf-8"))


def cases(group: str) -> list[ParameterSet]:
    """The cases of edits.yml, each with its edits and what is told of them."""
    return [
        pytest.param([Edit(*edit) for edit in case["edits"]] * case.get("times", 1), case["told"], id=name)
        for name, case in CASES[group].items()
    ]


@pytest.mark.parametrize(("edits", "fault"), cases("refused"))
def test_it_is_refused_with_file_and_line(seeds: Seeds, edits: list[Edit], fault: str) -> None:
    for edit in edits:
        edit.make(seeds)
    faults, _ = told(seeds)
    assert any(each.startswith(fault) for each in faults), faults


@pytest.mark.parametrize(("edits", "warning"), cases("warned"))
def test_it_passes_and_is_told(seeds: Seeds, edits: list[Edit], warning: str) -> None:
    for edit in edits:
        edit.make(seeds)
    faults, warnings = told(seeds)
    assert faults == []
    assert any(each.startswith(warning) for each in warnings), warnings


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("2020-03-20", "2020/3/20"),
        lambda text: text.replace("true", "TRUE").replace("false", "FALSE"),
        lambda text: text.replace(",60\n", ",60.00\n"),
        lambda text: text + "\n,,,\n\n",
    ],
    ids=["bom", "crlf", "slashes", "capitals", "zeros", "blank_rows"],
)
def test_what_a_spreadsheet_does_to_a_file_is_neither_refused_nor_told(
    seeds: Seeds, change: Callable[[str], str]
) -> None:
    for path in seeds.folder.glob("*.csv"):
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")
    assert told(seeds) == ([], [])


def settle(seeds: Seeds, *periods: tuple[str, str, str]) -> tuple[list[str], list[str]]:
    """Have options of 9.5.year in force, each from a day to a day; the other readings stay as they are."""
    header, *rows = seeds.lines("readings")
    options = {"every_month", "monthly_average"} - {option for option, _, _ in periods}
    mine = [f"9.5.year,9.5,{option},true,,,{first},{last}" for option, first, last in periods]
    mine += [f"9.5.year,9.5,{option},false,,,," for option in options]
    seeds.write("readings", [header, *(row for row in rows if not row.startswith("9.5.year")), *mine])
    return told(seeds)


def test_a_reading_may_change_from_one_month_to_the_next(seeds: Seeds) -> None:
    periods = [
        ("every_month", "", "2020-12-31"),
        ("monthly_average", "2021-01-01", "2021-12-31"),
        ("every_month", "2022-01-01", ""),
    ]
    assert settle(seeds, *periods)[0] == []


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        (("", "2020-12-30"), ("2021-01-01", ""), "9.5.year has no active option at the end of 2020-12"),
        (("", ""), ("2021-01-01", ""), "9.5.year has a second active option, monthly_average, beside"),
    ],
)
def test_in_every_month_one_option_is_in_force(
    seeds: Seeds, first: tuple[str, str], second: tuple[str, str], fault: str
) -> None:
    faults, _ = settle(seeds, ("every_month", *first), ("monthly_average", *second))
    assert [each.split(": ", 1)[1][: len(fault)] for each in faults] == [fault]


def test_a_reading_settled_without_an_alternative_has_one_option(seeds: Seeds) -> None:
    seeds.add("readings", "9.6.visits,9.6,page_views,true,只记访问量,2026-11-28,,")
    assert told(seeds)[0] == []
    line = seeds.add("readings", "9.6.visits,9.6,visitors,false,,,,")
    expected = "option is 'visitors': expected page_views, as the reading was settled without an alternative"
    assert told(seeds)[0] == [f"readings.csv:{line}: {expected}"]


def test_guidance_may_pause(seeds: Seeds) -> None:
    seeds.edit("guidance", "SZ02,510100,,", "SZ02,510100,,2020-12-31")
    seeds.add("guidance", "SZ02,510100,2021-02-01,")
    assert told(seeds) == ([], [])


SPELLED = [
    ("registered_users,,,会员注册信息", ""),
    ("registered_users,org_code,,单位代码", ""),
    ("workflow_items,status,completed,已办结", ""),
    (",org_code,510100,SC-CD", ""),
    (",module_code,YW01,B01", ""),
    (",org_code,510100,成都", ""),
    ("workflow_items,status,completed,在办", "spelling '在办' means 'open' already"),
    (
        "workflow_items,status,done,办好",
        "value is 'done': expected a listed value of status, or a code of the seeds",
    ),
    ("workflow_items,state,open,办着", "column_name is 'state': expected a landed column of workflow_items"),
    ("workflow_items,user_id,,用户", "column_name is 'user_id': expected a landed column of workflow_items"),
    ("payroll,,,工资", "export_name is 'payroll': expected one of registered_users"),
    (",,,工资", "another NAME needs export_name, and no value"),
    ("articles,,completed,工资", "another NAME needs export_name, and no value"),
    ("articles,,,办件", "spelling '办件' means 'workflow_items' already"),
    ("registered_users,user_id,,手机号", "spelling '手机号' means '手机号' already"),
    ("registered_users,user_id,,所属 机构编码", "spelling '所属 机构编码' means 'org_code' already"),
    (",org_code,510100,自贡市总工会", "spelling '自贡市总工会' means '510300' already"),
    (",org_code,510100,510300", "spelling '510300' means '510300' already"),
    (",org_code,510100,510300.0", "spelling '510300.0' means '510300' already"),
    (",org_code,510100,510100.0", ""),
    (",colour,,颜色", "column_name is 'colour': expected a landed column of any export"),
    (
        ",org_code,510199,某市",
        "value is '510199': expected a listed value of org_code, or a code of the seeds",
    ),
    (",module_code,YW01,困难帮扶", "spelling '困难帮扶' means 'YW02' already"),
]


@pytest.mark.parametrize(("row", "fault"), SPELLED)
def test_a_spelling_means_one_thing(seeds: Seeds, row: str, fault: str) -> None:
    line = seeds.add("spellings", row)
    faults, _ = told(seeds)
    assert [each[: len(f"spellings.csv:{line}: {fault}")] for each in faults] == (
        [f"spellings.csv:{line}: {fault}"] if fault else []
    )


def test_of_two_spellings_that_disagree_the_second_is_named(seeds: Seeds) -> None:
    seeds.add("spellings", ",org_code,510100,蓉")
    second = seeds.add("spellings", "articles,org_code,510300,蓉")
    expected = "spelling '蓉' means '510100' already: a spelling means one thing, keep one"
    assert told(seeds)[0] == [f"spellings.csv:{second}: {expected}"]
