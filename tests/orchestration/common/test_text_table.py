"""Rows of text one below the other."""

import pytest

from orchestration.common.text_table import aligned


def test_the_cells_of_a_column_begin_at_one_place_however_wide_a_terminal_shows_them() -> None:
    assert aligned([("自贡", "", "1"), ("ab", "ＡＢ", "22"), ("", "c", "")]) == [
        "自贡        1",
        "ab    ＡＢ  22",
        "      c",
    ]


def test_rows_of_different_lengths_are_no_table() -> None:
    with pytest.raises(ValueError, match="shorter"):
        aligned([("a", "b"), ("c",)])
