"""What is named after a code or a name gets a file name that every system takes."""

import pytest

from orchestration.bulletin.file_names import readable, stems


def test_files_are_named_safely_and_apart() -> None:
    named = stems(["SZ01", "sz01", "../x", "成都", "a b", "A" * 300, "a" * 300])
    assert list(named.values()) == [
        "SZ01",
        "sz01_",
        "..~2fx",
        "~6210~90fd",
        "a~20b",
        "A" * 60,
        f"{'a' * 60}_",
    ]


@pytest.mark.parametrize(("name", "called"), [("a/b:\x07某", "ab某"), ("很长的" * 40, "很长的" * 20)])
def test_a_name_is_called_by_what_a_file_may_be(name: str, called: str) -> None:
    assert readable(name) == called
