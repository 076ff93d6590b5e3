"""What follows a swap: each step whatever becomes of the others; the release stands."""

from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.operating import last_refresh
from orchestration.publishing.mirror.server import MirrorFailed
from orchestration.refreshing import following
from orchestration.refreshing.attempt import attempt
from orchestration.refreshing.documents import DocumentsFailed
from orchestration.refreshing.following import StepsFailed, follow


def test_a_step_that_fails_keeps_no_other_from_being_taken(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mirrored(_: Home) -> None:
        raise MirrorFailed("its mirror stays as it was")

    def caught_up(_: Home, templates: Path | None) -> bool:
        raise DocumentsFailed(f"its documents are not there, by {templates}")

    monkeypatch.setattr(following, "mirrored", mirrored)
    monkeypatch.setattr(following, "caught_up", caught_up)
    with pytest.raises(StepsFailed, match="mirror") as failure:
        follow(home, Path("templates"))
    assert failure.value.lines == ("its mirror stays as it was", "its documents are not there, by templates")
    assert failure.value.exit_code == 1


def test_where_all_is_done_nothing_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    monkeypatch.setattr(following, "mirrored", lambda _: taken.append("mirror"))
    monkeypatch.setattr(following, "caught_up", lambda *_: taken.append("documents"))
    follow(home, None)
    assert taken == ["mirror", "documents"]


def test_what_interrupts_after_the_release_says_that_it_stands(home: Home) -> None:
    with pytest.raises(KeyboardInterrupt, match="at the keyboard"), attempt(home) as made:
        made.published()
        raise KeyboardInterrupt("at the keyboard")
    last = last_refresh.read(home)
    assert last and last.exit_code == 130
    assert last.messages == (
        "interrupted; the release is published, and stands; the next refresh does what is missing",
    )
