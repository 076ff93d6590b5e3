"""Which releases are kept for their age or their month; what is none of ours is left alone."""

from datetime import datetime, timedelta

from orchestration.home import Home
from orchestration.publishing.pruning import Retention, kept_ids, prune
from orchestration.publishing.release import ID_FORMAT, Release
from tests.publishing.small import RELEASE

NOW = datetime(2021, 3, 31, 2)


def made(before_now: timedelta) -> Release:
    moment = NOW - before_now
    return Release(moment.strftime(ID_FORMAT), moment, RELEASE.as_of_month, is_sample=False)


def test_a_day_is_of_the_newest_to_its_last_moment() -> None:
    in_time, too_late = made(timedelta(days=7)), made(timedelta(days=7, microseconds=1))
    kept = kept_ids([in_time, too_late], Retention(days=7, months=0, bulletins=0), NOW)
    assert kept == {in_time.release_id}


def test_a_folder_that_is_no_release_is_left_alone(home: Home) -> None:
    for name in ("lost+found", "20210301T020000-000000"):
        (home.releases / name).mkdir(parents=True)
    assert prune(home, Retention(days=0, months=0, bulletins=0)) == ["20210301T020000-000000"]
    assert (home.releases / "lost+found").is_dir()
