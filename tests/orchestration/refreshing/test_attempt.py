"""What is known of a refresh once it has ended, well or not, or was killed."""

import fcntl
import json
from datetime import datetime

import duckdb
import pytest

from orchestration.common.clock import BEIJING
from orchestration.common.files import write_json
from orchestration.common.lock import HomeBusy, hold
from orchestration.common.logs import logger
from orchestration.dbt_build import BuildFailed, NodeFailure
from orchestration.errors import RefreshDied, UsageFault
from orchestration.home import Home
from orchestration.landing import Fault, InputRefused, LandingFailed
from orchestration.operating import last_refresh
from orchestration.publishing.mirror.server import MirrorFailed
from orchestration.publishing.publish import PublishingRefused
from orchestration.reference import ReferenceFault, ReferenceRefused
from orchestration.refreshing.attempt import attempt
from orchestration.refreshing.failure import Failure

CANARY = "测试人甲乙丙"
NOT_UNIQUE = NodeFailure("one_row_per_org", "test", "Got 3 results, configured to fail if != 0")
FAILURES = [
    (UsageFault("no inbox at /inbox"), 2, "no inbox at /inbox"),
    (ReferenceRefused([ReferenceFault("thresholds.csv", 3, "bad")]), 2, "thresholds.csv:3: bad"),
    (InputRefused([Fault("shrunk", "办件_20210301", "fewer")]), 2, "shrunk\t办件_20210301\tfewer"),
    (LandingFailed("DuckDB failed with IOException"), 1, "DuckDB failed with IOException"),
    (BuildFailed("1 node", [NOT_UNIQUE]), 1, f"  {NOT_UNIQUE}"),
    (PublishingRefused("quality.release is missing"), 1, "quality.release is missing"),
    (MirrorFailed("release 1 is published, but"), 1, "release 1 is published, but"),
    (
        OSError(28, "No space left on device", "/home/build"),
        1,
        "the disk is full at /home/build: free some space",
    ),
    (OSError(122, "Disk quota exceeded"), 1, "the disk is full: free some space"),
    (OSError(27, "File too large"), 1, "the disk is full: free some space"),
    (
        OSError(13, "Permission denied", "/home/build"),
        1,
        "the system refused: /home/build: Permission denied",
    ),
    (OSError(13, "Permission denied"), 1, "the system refused: Permission denied"),
    (MemoryError(), 1, "memory ran out: give the refresh more"),
    (duckdb.IOException(CANARY), 1, "DuckDB failed with IOException"),
    (RuntimeError(CANARY), 1, "unexpected RuntimeError"),
    (RuntimeError("can't start new thread"), 1, "no thread could be started: memory ran out"),
    (KeyboardInterrupt(), 130, "interrupted; nothing was published"),
    (KeyError(CANARY), 1, "unexpected KeyError"),
]


def failing(home: Home, error: BaseException) -> None:
    with pytest.raises(type(error)), attempt(home):
        raise error


def kept(home: Home) -> last_refresh.LastRefresh:
    last = last_refresh.read(home)
    assert last is not None
    return last


def test_what_fails_after_the_release_is_the_last_word(home: Home) -> None:
    with attempt(home) as made:
        made.published()
        made.failed(MirrorFailed("release 1 is published, but its mirror stays as it was"))
    assert kept(home).exit_code == 1


@pytest.mark.parametrize(("error", "exit_code", "message"), FAILURES, ids=lambda part: type(part).__name__)
def test_a_failure_is_kept_with_its_exit_code_and_what_was_said(
    home: Home, error: BaseException, exit_code: int, message: str
) -> None:
    failing(home, error)
    assert kept(home).exit_code == exit_code
    assert any(message in line for line in kept(home).messages)
    assert [line for line in kept(home).messages if line not in home.log_file.read_text("utf-8")] == []


def test_the_text_of_an_unexpected_error_is_not_repeated_for_it_may_quote_a_cell(home: Home) -> None:
    failing(home, ValueError(f"could not convert {CANARY}"))
    assert [path for path in home.root.rglob("*.*") if CANARY in path.read_text("utf-8")] == []


def test_an_unexpected_error_is_located_where_the_project_raised_it(home: Home) -> None:
    with pytest.raises(AttributeError) as raised, attempt(home):
        write_json(None, {})  # type: ignore[arg-type]
    ours = [each for each in raised.traceback if each.path.name == "files.py"]
    place = f"at orchestration/common/files.py:{ours[-1].lineno + 1}: a fault of the program"
    assert place in kept(home).messages[0]


def test_the_cause_of_a_wrapped_error_is_told() -> None:
    try:
        raise RuntimeError("step failed") from UsageFault("no inbox at /inbox")
    except RuntimeError as error:
        assert Failure.of(error) == Failure(2, ("no inbox at /inbox",))


def test_the_failing_checks_are_kept_by_name(home: Home) -> None:
    failing(home, BuildFailed("1 node", [NOT_UNIQUE]))
    assert kept(home).checks == ("test one_row_per_org",)


def test_only_the_first_error_of_a_refresh_counts(home: Home) -> None:
    with attempt(home) as made:
        told = [made.failed(UsageFault(each)).messages for each in ("first", "second")]
    assert kept(home).messages == ("first",)
    assert told == [("first",), ("second",)]


def test_a_success_is_kept_with_its_warnings(home: Home) -> None:
    with attempt(home) as made:
        logger.info("building")
        logger.warning("warning: dbt test found 2 rows")
        logger.error("did not reach")
        made.published()
    assert (kept(home).exit_code, kept(home).warnings) == (0, ("warning: dbt test found 2 rows",))


def test_a_run_of_a_part_of_the_graph_says_nothing_of_the_last_refresh(home: Home) -> None:
    failing(home, UsageFault("this one"))
    with attempt(home):
        pass
    assert kept(home).messages == ("this one",)


def test_a_refresh_that_finds_another_at_work_leaves_no_trace(home: Home) -> None:
    home.root.mkdir()
    with home.lock_file.open("w") as another:
        fcntl.flock(another, fcntl.LOCK_EX)
        with pytest.raises(HomeBusy, match="another refresh"), attempt(home):
            pytest.fail("two at work")
    assert not home.state.exists()


def test_a_refresh_that_died_is_told_of_and_what_it_left_is_cleared(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logger, "propagate", True)
    spilt = home.root / "build" / "gonghui.duckdb.spill"
    spilt.mkdir(parents=True)
    for pid in (1, 999999):
        home.lock_file.write_text(f"{pid}\n", encoding="ascii")
        with attempt(home):
            assert not spilt.exists()
        assert f"the last refresh (process {pid}) died" in caplog.text


def test_whoever_tells_of_a_death_has_it_kept_with_the_time_it_began(home: Home) -> None:
    began_at = datetime(2021, 3, 1, 2, tzinfo=BEIJING)
    home.root.mkdir()
    home.lock_file.write_text("999999\n", encoding="ascii")
    with attempt(home, of=999999, began_at=began_at) as made:
        made.failed(RefreshDied("it died"))
    assert (kept(home).began_at, kept(home).warnings) == (began_at, ())


def test_what_is_kept_can_be_read_by_any_program(home: Home) -> None:
    failing(home, UsageFault("no inbox"))
    content = json.loads((home.state / "last_refresh.json").read_text(encoding="utf-8"))
    assert (content["exit_code"], content["messages"]) == (2, ["no inbox"])
    assert content["began_at"].endswith("+08:00")


@pytest.mark.parametrize("damaged", ["", "[]", "{}", '{"began_at": 5}'])
def test_a_damaged_state_is_as_good_as_none(home: Home, damaged: str) -> None:
    home.state.mkdir(parents=True)
    (home.state / "last_refresh.json").write_text(damaged, encoding="utf-8")
    assert last_refresh.read(home) is None


def test_a_state_that_cannot_be_written_does_not_hide_the_failure(home: Home) -> None:
    with pytest.raises(UsageFault, match="no inbox"), attempt(home):
        home.state.write_text("a file where the folder is to be")
        raise UsageFault("no inbox")
    assert "cannot be kept" in home.log_file.read_text(encoding="utf-8")


def test_the_lock_is_free_after_a_failure(home: Home) -> None:
    failing(home, UsageFault("no inbox"))
    try:
        with hold(home.lock_file):
            pass
    except HomeBusy:
        pytest.fail("the home is still held")
