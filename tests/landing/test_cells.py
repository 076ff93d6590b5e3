"""What a raw cell means before any type is known: white space, marks without width, full width, quotes."""

import sys

import pytest

from orchestration.landing.cells import WHITE_SPACE, code, half_width, is_blank, said


def test_white_space_is_what_python_strips() -> None:
    assert {char for char in map(chr, range(sys.maxunicode + 1)) if not char.strip()} == {*WHITE_SPACE}


@pytest.mark.parametrize(
    "mark", ["\u180e", "\u200b", "\u200f", "\u202a", "\u202e", "\u2060", "\u206f", "\ufeff"]
)
def test_marks_without_width_go_wherever_they_stand(mark: str) -> None:
    assert said(f"{mark}A{mark}1 {mark}") == "A1"


@pytest.mark.parametrize(
    "mark", ["\u180d", "\u180f", "\u200a", "\u2010", "\u2029", "\u202f", "\u205f", "\u2070", "\ufefe"]
)
def test_other_characters_between_others_stay(mark: str) -> None:
    assert said(f"A{mark}1") == f"A{mark}1"


def test_full_width_characters_that_have_a_twin_become_it() -> None:
    assert half_width("！０Ａ～\u3000 \uff00｟") == "!0A~  \uff00｟"


@pytest.mark.parametrize(
    ("cell", "means"),
    [
        ("A1", "A1"),
        ("\u3000Ａ 1\t", "A 1"),
        ('="00123"', "00123"),
        ("＝＂A＂", "A"),
        ('=" A1 "', "A1"),
        ('="a""b"', 'a"b'),
        ('=""', ""),
        ('="', '="'),
        ('="AB', '="AB'),
        ('ABC"', 'ABC"'),
        ("'00123", "00123"),
        ("'  A1", "A1"),
        ("''A1", "'A1"),
        ("510100.0", "510100.0"),
    ],
)
def test_a_cell_is_read_out_of_its_quotes(cell: str, means: str) -> None:
    assert said(cell) == means


@pytest.mark.parametrize(
    ("cell", "means"),
    [("510100.0", "510100"), ('="0816.00"', "0816"), ("1.5", "1.5"), ("A1.0", "A1.0"), ("1.0A", "1.0A")],
)
def test_a_code_that_is_a_number_is_its_digits_alone(cell: str, means: str) -> None:
    assert code(cell) == means


@pytest.mark.parametrize(
    ("cell", "blank"), [("", True), ("\u200b - \u3000", True), ("(NULL)", True), ("0", False), ("---", False)]
)
def test_a_cell_is_blank_that_holds_nothing_or_a_word_for_it(cell: str, blank: bool) -> None:
    assert is_blank(cell) is blank
