"""The exports as one office spells them: which spelling holds where."""

from dataclasses import replace

import pytest

from orchestration.landing import Spelling, spelled
from tests.landing.office import EXPORTS
from tests.landing.test_spellings import SPELLED

MORE = {
    Spelling("", "", "", "报表"),
    Spelling("", "org_code", "A1", "816.0"),
    Spelling("", "status", "completed", "1.0"),
}
FOUND = {one.name: one for one in spelled(replace(SPELLED, spellings=SPELLED.spellings | MORE))}


def test_all_exports_are_there_in_their_order() -> None:
    assert [*FOUND] == [*EXPORTS]


def test_another_name_is_of_its_export_alone() -> None:
    assert {name: one.other_names for name, one in FOUND.items() if one.other_names} == {
        "workflow_items": ("工单",)
    }


@pytest.mark.parametrize(
    ("export", "column", "headers"),
    [
        ("workflow_items", "accepted_at", ("登记时间",)),
        ("workflow_items", "org_code", ("单位代码",)),
        ("cadres", "org_code", ("单位代码",)),
        ("workflow_items", "completed_at", ()),
        ("workflow_items", "module_code", ()),
    ],
)
def test_another_header_is_of_its_column(export: str, column: str, headers: tuple[str, ...]) -> None:
    assert FOUND[export].column(column).other_headers == headers


ORGS = [("0816", "510100"), ("816", "A1"), ("QT00", "QT00"), ("其他产业", "QT00"), ("甲市总工会(本级)", "A2")]


@pytest.mark.parametrize(
    ("export", "column", "words"),
    [
        ("cadres", "org_code", ORGS),
        ("workflow_items", "org_code", ORGS),
        ("workflow_items", "module_code", [("公文", "M1")]),
        ("workflow_items", "channel", [("窗口", "offline")]),
        ("new_members", "channel", []),
        ("workflow_items", "status", [("1.0", "completed"), ("已办结", "completed")]),
        ("activities", "status", []),
        ("cadres", "entered_on", []),
    ],
)
def test_another_word_is_of_its_code_or_of_what_the_column_may_say(
    export: str, column: str, words: list[tuple[str, str]]
) -> None:
    assert sorted(FOUND[export].column(column).other_words) == words


def test_personal_columns_stay_as_they_are() -> None:
    columns = [column for one in FOUND.values() for column in one.columns if column.personal]
    assert columns == [column for one in EXPORTS.values() for column in one.columns if column.personal]
