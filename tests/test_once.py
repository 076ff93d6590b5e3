"""What a test session makes once is made whole, by one worker, and anew in the next session."""

from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path

import pytest

from tests.longest import LONGEST_FIRST
from tests.once import once


class Session:
    """A session's temporary folder, as pytest names it to a worker."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._folder = folder / f"popen-{worker}"
        self._folder.mkdir()

    def getbasetemp(self) -> Path:
        return self._folder


def counted(folder: Path) -> Path:
    """Make a file, and note beside the folders of the session that it was made."""
    with (folder.parents[1] / "made").open("a", encoding="utf-8") as made:
        made.write("once\n")
    (folder / "file").write_text("whole", encoding="utf-8")
    return folder / "file"


def ask(session: Session) -> Path:
    return once(session, "name", counted)  # type: ignore[arg-type]


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")


@pytest.mark.usefixtures("worker")
def test_workers_share_what_one_of_them_has_made(tmp_path: Path) -> None:
    sessions = [Session(tmp_path, worker) for worker in ("gw0", "gw1", "gw2")]
    with Pool(3, context=get_context("spawn")) as workers:
        [path] = {*workers.map(ask, sessions, chunksize=1)}
    assert path.read_text(encoding="utf-8") == "whole"
    assert (tmp_path / "made").read_text(encoding="utf-8") == "once\n"


@pytest.mark.usefixtures("worker")
def test_what_could_not_be_made_is_made_from_nothing_by_the_next_who_asks(tmp_path: Path) -> None:
    session = Session(tmp_path, "gw0")

    def fails(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        once(session, "name", fails)  # type: ignore[arg-type]
    assert [path.name for path in ask(session).parent.iterdir()] == ["file"]


def test_another_session_makes_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    first, second = (ask(Session(tmp_path, name)) for name in ("first", "second"))
    assert first != second


def test_the_files_that_are_handed_out_first_are_there() -> None:
    assert [name for name in LONGEST_FIRST if not (Path(__file__).parent / name).exists()] == []
