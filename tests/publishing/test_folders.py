"""Which releases a home has, which one of them is meant, and how the next one is called."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.common.clock import BEIJING
from orchestration.errors import UsageFault
from orchestration.home import Home
from orchestration.publishing import releases
from orchestration.publishing.release import ID_FORMAT, Release
from tests.publishing.small import RELEASE

A, B, C, D = (f"2021030{day}T020000-00000{day}" for day in (1, 2, 3, 4))
LISTED = "gonghui releases list lists them all"

There = Callable[..., list[Path]]


@pytest.fixture
def there(home: Home) -> There:
    """Have folders of releases, as yet with nothing in them."""

    def made(*names: str) -> list[Path]:
        for name in names:
            (home.releases / name).mkdir(parents=True)
        return [home.releases / name for name in names]

    return made


def test_a_home_in_which_nothing_was_published_has_no_releases(home: Home) -> None:
    assert releases.folders(home) == []


def test_releases_are_the_folders_that_are_not_hidden_the_newest_first(home: Home, there: There) -> None:
    there(B, C, A, f".new-{D}", f".old-{D}")
    (home.releases / "notes.txt").touch()
    assert [folder.name for folder in releases.folders(home)] == [C, B, A]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("20210302", B),
        ("2T020000-000002", B),
        (A, A),  # and not what somebody copied
        (f"{A}-copy", f"{A}-copy"),
        ("copy", f"{A}-copy"),
    ],
)
def test_a_release_is_known_by_its_id_or_the_beginning_or_the_end_of_it(
    home: Home, there: There, asked: str, meant: str
) -> None:
    there(A, f"{A}-copy", B)
    assert releases.find(home, asked) == home.releases / meant


@pytest.mark.parametrize(
    ("asked", "names", "sentence"),
    [
        ("2021", (A, B), f"“2021” may be 2 releases ({B}, {A}): write more of the id"),
        ("2021", (A, B, C), f"“2021” may be 3 releases ({C}, {B}, {A}): write more of the id"),
        ("2021", (A, B, C, D), f"“2021” may be 4 releases ({D}, {C}, {B} and more): write more of the id"),
        ("2020", (A, B), f"there is no release “2020”: the newest is {B}, {LISTED}"),
        ("", (A,), f"there is no release “”: the newest is {A}, {LISTED}"),
    ],
)
def test_what_is_not_the_name_of_one_release_is_a_sentence(
    home: Home, there: There, asked: str, names: tuple[str, ...], sentence: str
) -> None:
    there(*names)
    with pytest.raises(UsageFault) as refused:
        releases.find(home, asked)
    assert str(refused.value) == sentence


def test_where_there_is_no_release_none_can_be_meant(home: Home) -> None:
    with pytest.raises(UsageFault) as refused:
        releases.find(home, A)
    assert str(refused.value) == (f"{home.root} has no release yet: run gonghui refresh first, or say --home")


def test_ids_go_on_sorting_where_the_clock_was_set_back(
    home: Home, there: There, said: pytest.LogCaptureFixture
) -> None:
    there("20991231T235959-000000", "lost+found")
    following = releases.following(home, RELEASE.as_of_month, is_sample=False)
    assert following.release_id == "20991231T235959-000001"
    assert following.published_at.year < 2099
    assert said.messages == [
        f"the clock says {following.published_at}, which is before the newest release (2099-12-31 23:59:59): "
        "set it right; this release is named 20991231T235959-000001, so that it sorts behind that one"
    ]


def test_releases_of_one_second_are_no_clock_that_was_set_back(
    home: Home, there: There, said: pytest.LogCaptureFixture
) -> None:
    there(f"{datetime.now(BEIJING):{ID_FORMAT}}")
    releases.following(home, RELEASE.as_of_month, is_sample=False)
    assert said.messages == []


def test_a_release_is_published_at_a_whole_second() -> None:
    assert Release.now(RELEASE.as_of_month, is_sample=True).published_at.microsecond == 0
