"""How the spellings of a moment are read, each by itself: zones, and days that stand for none."""

from datetime import datetime

import duckdb
import pytest

from orchestration.landing import moments


def read(text: str, *, may_be_blank: bool = False) -> datetime | None:
    query = f"SELECT {moments.parts('text')} AS parts FROM (SELECT '{text}' AS text)"
    found = duckdb.sql(f"SELECT {moments.instant('parts', may_be_blank=may_be_blank)} FROM ({query})")
    [(moment,)] = found.fetchall()
    return moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-03-05", datetime(2020, 3, 5)),
        ("2020-03-05 09:08:07", datetime(2020, 3, 5, 9, 8, 7)),
        ("2020-03-05T01:08:07Z", datetime(2020, 3, 5, 9, 8, 7)),
        ("2020-03-05T09:08:07+08:00", datetime(2020, 3, 5, 9, 8, 7)),
        ("2020-03-05 20:00-0530", datetime(2020, 3, 6, 9, 30)),
        ("2020-03-05 14:00+14", datetime(2020, 3, 5, 8)),
        ("2020-03-05 14:00+15", None),
        ("2020-03-05 14:00-14:59", datetime(2020, 3, 6, 12, 59)),
        ("2020-03-05 14:00-08:60", None),
        ("2020年3月5日 下午3:05", datetime(2020, 3, 5, 15, 5)),
        ("20200230", None),
        ("2020-03-05 25:00", None),
        ("0000-00-00", None),
    ],
)
def test_a_moment_is_beijings(text: str, moment: datetime | None) -> None:
    assert read(text) == moment


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("0000-00-00 00:00:00", True),
        ("9999-12-31", True),
        ("1900-01-01 08:05", True),
        ("1900-01-02", False),
        ("1899-12-31 23:59", False),
        ("9998-12-31 23:59", False),
    ],
)
def test_a_day_that_never_is_stands_for_none_where_there_may_be_none(text: str, never: bool) -> None:
    is_never = moments.is_never(f"TIMESTAMP '{read(text, may_be_blank=True)}'")
    assert duckdb.sql(f"SELECT {is_never}").fetchall() == [(never,)]
