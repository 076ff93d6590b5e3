"""What a refresh is asked for is checked before anything lands: seeds, months, settings and the engine."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from orchestration import spark
from orchestration.common.watcher import Watcher
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.reference import ReferenceSeeds
from orchestration.refreshing.request import Request, sure_faults
from tests.checkouts import Seeds


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that nobody has made yet, in a folder that is not there either."""
    return Home(tmp_path / "new" / "home")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An inbox in which nothing lies yet."""
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


def test_the_second_engine_is_demanded_where_it_is_asked_for_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def versions() -> Mapping[str, str]:
        raise PackageNotFoundError("pysail")

    monkeypatch.setattr(spark, "versions", versions)
    assert not Request.of(str(home.root)).on_spark
    assert not Request(home, None, ReferenceSeeds(), (None,), frozenset()).on_spark
    with pytest.raises(UsageFault, match=r"not installed \(pysail\)"):
        Request.of(str(home.root), on_spark=True)


def test_a_setting_that_is_none_is_told_before_anything_is_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGHUI_RELEASE_DAYS", "a few")
    with pytest.raises(UsageFault, match="GONGHUI_RELEASE_DAYS"):
        Request.of(str(home.root))


@pytest.mark.parametrize("month", ["2020-02", "2999-01"])
def test_a_month_that_the_sample_has_not_is_told(home: Home, month: str) -> None:
    with pytest.raises(UsageFault, match=month):
        Request.of(str(home.root), as_of=month).check()
    assert not home.root.exists()


def test_a_month_that_was_asked_for_is_told_at_once_and_one_that_follows_with_what_is_wrong_with_the_files(
    home: Home, empty: Path
) -> None:
    (empty / "工会干部_20200310.csv").touch()
    with pytest.raises(UsageFault, match="2020-02, the month asked for") as fault:
        Request.of(str(home.root), str(empty), as_of="2020-02").check()
    assert (len(fault.value.lines), home.root.exists()) == (1, False)
    with pytest.raises(UsageFault, match="2020-02, the last month that the landed exports cover") as fault:
        Request.of(str(home.root), str(empty)).check()
    assert fault.value.lines[0].startswith("unreadable\t工会干部_20200310.csv\t")
    assert [*home.root.iterdir()] == []


def test_an_inbox_of_which_no_file_has_a_name_is_told_of_by_landing(home: Home, empty: Path) -> None:
    (empty / "花名册.csv").touch()
    Request.of(str(home.root), str(empty), as_of="2999-01").check()


def test_what_landed_is_told(home: Home, inbox: Path) -> None:
    begun: list[str] = []
    landed = Request.of(str(home.root), str(inbox)).land(Watcher(), lambda: begun.append("begun"))
    assert ([*landed.landed], begun) == (["promotion_plans"], ["begun"])


@pytest.mark.parametrize(
    ("spelling", "reasons"), [("cadres,,,干部", {"unknown_export", "unreadable"}), ('"', {"unreadable"})]
)
def test_of_files_what_another_spelling_would_mend_is_no_sure_fault_where_spellings_are_none(
    empty: Path, tmp_path: Path, seeds: Seeds, spelling: str, reasons: set[str]
) -> None:
    (empty / "工会干部_20210302.csv").touch()
    (empty / "花名册_20210302.csv").write_text("x\n", encoding="utf-8")
    seeds.add("spellings", spelling)
    assert {fault.reason for fault in sure_faults(empty, ReferenceSeeds(seeds.folder), tmp_path)} == reasons
