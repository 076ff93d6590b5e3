"""CHANGELOG.md: each section says what it does to verdicts."""

import re
from datetime import date

from tests.dbt_runs import CHECKOUT


def sections() -> dict[str, str]:
    """The text under each heading of the second level."""
    parts = re.split(
        r"^## (.+)$", (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_newest_stands_on_top() -> None:
    top, *dated = sections()
    assert top == "Unreleased" and dated
    assert dated == sorted(dated, key=date.fromisoformat, reverse=True)


def test_each_section_says_what_it_does_to_verdicts() -> None:
    line = re.compile(r"^\*\*Verdicts\*\*: \S.*$", flags=re.MULTILINE)
    assert [name for name, text in sections().items() if len(line.findall(text)) != 1] == []
