"""Numbers and lists in words: nothing is rounded up, nothing longer than a sentence bears."""

from datetime import date
from decimal import Decimal

import pytest

from orchestration.bulletin import words


@pytest.mark.parametrize(
    ("numerator", "denominator", "said"),
    [
        (89_999, 100_000, "89.99%"),
        (9, 10, "90%"),
        (999_999, 1_000_000, "99.99%"),
        (0, 7, "0%"),
        (1, 3, "33.33%"),
        (7, 7, "100%"),
        (10**15 - 1, 10**15, "99.99%"),
    ],
)
def test_a_share_is_cut_and_never_rounded_up(numerator: int, denominator: int, said: str) -> None:
    assert words.ratio(numerator, denominator, is_share=True) == said


def test_a_quotient_that_is_no_share_has_no_per_cent() -> None:
    assert words.ratio(1_000, 3, is_share=False) == "333.33"


@pytest.mark.parametrize(
    ("share", "said"), [(0.59, "59%"), (0.899999, "89.99%"), (Decimal("0.9000"), "90%"), (1.0, "100%")]
)
def test_a_share_as_stored_reads_as_it_was_measured(share: float | Decimal, said: str) -> None:
    assert words.percent(share) == said


@pytest.mark.parametrize(("change", "said"), [(-0.03459, "3.45"), (0.1, "10"), (-0.00001, "0"), (0.25, "25")])
def test_points_have_no_sign_and_are_cut_towards_zero(change: float, said: str) -> None:
    assert words.points(change) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (10_000, "1万"),
        (199_999, "19.99万"),
        (152_000, "15.2万"),
        (Decimal("200000.0000"), "20万"),
        (123_456_789, "12,345.67万"),
    ],
)
def test_large_numbers_stand_in_wan_as_the_annexes_have_them(number: int | Decimal, said: str) -> None:
    assert words.wan(number) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(1_234_567, "1,234,567"), (3.339, "3.33"), (17.0, "17"), (Decimal("50.0000"), "50"), (-5, "-5")],
)
def test_counts_stand_in_thousands(number: float | Decimal, said: str) -> None:
    assert words.count(number) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(0.00619, "0.0061"), (12.5, "12.5"), (Decimal("1234.56789"), "1,234.5678"), (0.00001, "0"), (30, "30")],
)
def test_so_many_for_a_thousand_are_cut_after_four_places(number: float | Decimal, said: str) -> None:
    assert words.rate(number) == said


@pytest.mark.parametrize(
    ("label", "unit", "said"),
    [("职工人数", "人", "每千名职工"), ("地区生产总值", "亿元", "每千亿元地区生产总值")],
)
def test_a_thousand_of_a_factor_is_named_after_its_heads_or_its_unit(
    label: str, unit: str, said: str
) -> None:
    assert words.per_thousand(label, unit) == said


def test_a_fall_is_told_without_its_sign() -> None:
    assert words.size(-1_234) == "1,234"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "零"),
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1_001, "一千零一"),
        (1_010, "一千零一十"),
        (9_999, "九千九百九十九"),
    ],
)
def test_chinese_numerals(number: int, said: str) -> None:
    assert words.chinese(number) == said


@pytest.mark.parametrize("number", [-1, 10_000])
def test_a_number_without_chinese_numerals_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="not between 0 and 9999"):
        words.chinese(number)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["甲"], "甲"),
        (["甲", "乙"], "甲、乙"),
        (["甲", "乙", "丙"], "甲、乙、丙"),
        (list("甲乙丙丁"), "甲、乙、丙等"),
    ],
)
def test_a_list_of_names_is_no_longer_than_a_sentence_bears(names: list[str], said: str) -> None:
    assert words.listed(names, at_most=3) == said


def test_dates() -> None:
    assert words.day(date(2022, 3, 5)) == "2022年3月5日"
    assert words.month(date(2022, 12, 1)) == "2022年12月"
    assert words.month_end(date(2024, 2, 1)) == "2024年2月29日"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("（一）平台注册用户数量达到数量（见附件）；", "平台注册用户数量达到数量（见附件）"),
        ("(五) 每月不少于 50 篇。", "每月不少于50篇"),
        ("第五条 工作内容：数量。", "工作内容：数量"),
        ("（十一）制定计划。", "制定计划"),
    ],
)
def test_a_clause_reads_on_without_its_number(text: str, said: str) -> None:
    assert words.clause(text) == said


@pytest.mark.parametrize(
    ("clauses", "said"), [([], ""), (["", "甲"], "甲。"), (["甲", "", "乙"], "甲，乙。")]
)
def test_a_sentence_leaves_out_what_is_blank(clauses: list[str], said: str) -> None:
    assert words.sentence(clauses) == said
