"""What the graph shows of the documents: where each lies, of which release, and whether they are new."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.graph.bulletin_asset import bulletin
from orchestration.graph.run_request import RunRequest
from orchestration.home import HOME_VARIABLE, INBOX_VARIABLE, Home
from tests.bulletin.drafts.made import DOCUMENT, MONTH
from tests.publishing.small import RELEASE

Shown = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def shown(home: Home, written: list[str], monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Has the graph write the documents; returns what it then shows of them."""
    monkeypatch.setenv(HOME_VARIABLE, str(home.root))
    monkeypatch.delenv(INBOX_VARIABLE, raising=False)

    def run() -> list[dict[str, Any]]:
        night = dg.materialize([bulletin], resources={"run": RunRequest()})
        return [
            {name: value.value for name, value in made.metadata.items()}
            for made in night.asset_materializations_for_node("publishing__bulletin")
        ]

    return run


def test_where_each_document_lies_is_shown_and_whether_it_is_new(
    home: Home, release: Callable[..., Path], shown: Shown
) -> None:
    release(RELEASE)
    folder = home.bulletins / MONTH
    told = {
        "批次号": RELEASE.release_id,
        "截至月份": MONTH,
        "文件夹": str(folder),
        DOCUMENT: str(folder / DOCUMENT),
        "页面": str(folder / "site" / "index.html"),
    }
    assert shown() == [told | {"本次重写": True}]
    assert shown() == [told | {"本次重写": False}]


def test_nothing_is_shown_where_no_documents_are_to_be(
    release: Callable[..., Path], shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(RELEASE)
    monkeypatch.setenv("GONGHUI_BULLETIN_MONTHS", "0")
    assert shown() == []


def test_where_nothing_was_published_the_run_says_what_to_do(shown: Shown) -> None:
    with pytest.raises(dg.Failure, match="run gonghui refresh first"):
        shown()
