"""Figures carry marks that say which cell they come from: none is lost, none reaches a reader."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orchestration.bulletin.tracing import (
    Given,
    Ledger,
    Numbering,
    Row,
    Rows,
    Source,
    Span,
    is_marked,
    printable,
    readable,
    unmarked,
)
from orchestration.bulletin.words import chinese


def row(**values: Any) -> Row:
    return Row("t", {"id": 1}, values)


def rows(*values: Mapping[str, Any]) -> Rows:
    return Rows(
        "t", {"month": "2021-06"}, [Row("t", {"id": place}, each) for place, each in enumerate(values)]
    )


GRID = rows(*({"a": a, "b": b} for a in (1, 2, None) for b in (1, 2, 3)))


@pytest.mark.parametrize(
    ("form", "values", "said"),
    [
        ("text", ("甲",), "甲"),
        ("clause", ("（一）制定计划。",), "制定计划"),
        ("count", (1_234,), "1,234"),
        ("wan", (-152_000,), "-15.2万"),
        ("size", (-1_234,), "1,234"),
        ("size_wan", (-152_000,), "15.2万"),
        ("percent", (0.5,), "50%"),
        ("points", (-0.035,), "3.5"),
        ("rate", (0.00619,), "0.0061"),
        ("per_thousand", ("职工人数", "人"), "每千名职工"),
        ("ratio", (104, 3), "34.66"),
        ("ratio_percent", (8, 23), "34.78%"),
        ("sum", (2, 3), "5"),
        ("sum", (2, None, 3), "5"),
        ("count", (None,), "—"),
        ("ratio", (1, None), "—"),
        ("day", (date(2021, 6, 1),), "2021年6月1日"),
        ("month", (date(2021, 6, 1),), "2021年6月"),
        ("month_end", (date(2021, 6, 1),), "2021年6月30日"),
        ("year", (date(2021, 6, 1),), "2021年"),
    ],
)
def test_a_figure_is_written_in_its_form(form: str, values: tuple[object, ...], said: str) -> None:
    columns = tuple(f"c{place}" for place in range(len(values)))
    of = row(**dict(zip(columns, values, strict=True)))
    assert readable(Ledger().figure(of, columns, form)) == said


def test_a_text_without_its_marks_knows_where_each_figure_stood_and_whence_it_came() -> None:
    ledger = Ledger()
    text = (
        f"附件{ledger.numbering(2, chinese)}：{ledger.given('川工办通〔2021〕3号', 'number')}，"
        f"{ledger.figure(row(n=34), 'n')}家中有{ledger.rows(GRID)}家。"
    )
    read, spans = unmarked(text)
    assert read == "附件二：川工办通〔2021〕3号，34家中有9家。"
    assert spans == [Span(2, "二", 0), Span(4, "川工办通〔2021〕3号", 1), Span(17, "34", 2), Span(22, "9", 3)]
    assert ledger.sources == [
        Numbering(2),
        Given("number"),
        Source("t", {"id": 1}, ("n",), "count"),
        Source("t", {"month": "2021-06"}, (), "rows"),
    ]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (Numbering(2), {"numbering": 2}),
        (Given("number"), {"given": "number"}),
        (
            Source(
                "t", {"month": date(2021, 6, 1), "of": ("a", "b"), "rate": Decimal("0.5")}, ("n",), "count"
            ),
            {
                "table": "t",
                "key": {"month": "2021-06-01", "of": ["a", "b"], "rate": 0.5},
                "column": ["n"],
                "form": "count",
            },
        ),
    ],
)
def test_the_record_says_whence_a_figure_came(source: Source | Numbering | Given, told: object) -> None:
    assert source.as_json() == told


def test_a_text_knows_whether_there_is_any_mark_in_it() -> None:
    marked = Ledger().figure(row(n=1), "n")
    assert [is_marked(each) for each in (marked, marked[0], marked[-1], readable(marked), "")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_a_figure_that_was_cut_in_two_is_left_as_it_is() -> None:
    half = Ledger().figure(row(n=12), "n")[:-2]
    assert unmarked(half) == (half, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("成都 市", "成都 市"),
        ("a\tb\nc\x00d\x1fe", "abcde"),
        ("a\x7fb\ufffec\uffffd", "abcd"),
        ("\ufdd07\ufdd1forged\ufdd2", "7forged"),
    ],
)
def test_names_from_outside_hold_neither_marks_nor_what_xml_cannot(text: str, said: str) -> None:
    assert printable(text) == said
    assert readable(Ledger().text(row(name=text), "name")) == said


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ({}, range(9)),
        ({"a": 1}, [0, 1, 2]),
        ({"a": 7}, []),
        ({"a": None}, [6, 7, 8]),
        ({"a": 1, "b": 2}, [1]),
        ({"b": 2, "a": 1}, [1]),
        ({"a": None, "b": 2}, [7]),
        ({"a": 7, "b": 2}, []),
        ({"b": (1, 3)}, [0, 2, 3, 5, 6, 8]),
        ({"b": (1, 3), "a": 2}, [3, 5]),
        ({"a": 2, "b": (1, 3)}, [3, 5]),
    ],
)
def test_rows_are_chosen_by_each_of_their_columns(key: dict[str, Any], found: list[int]) -> None:
    chosen = GRID.where(**key)
    assert [each.key["id"] for each in chosen] == [*found]
    assert chosen.key == {"month": "2021-06", **key}


def test_what_was_asked_of_rows_is_no_part_of_them() -> None:
    asked, fresh = rows({"a": 1}), rows({"a": 1})
    asked.where(a=1)
    assert (asked, repr(asked)) == (fresh, repr(fresh))
