"""The as-of month: given, or the last month that had ended by the newest export (contract §1)."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.common import as_of
from orchestration.common.as_of import Month, last_ended_month, parse_months, resolve
from orchestration.errors import UsageFault
from orchestration.home import REFERENCE_SEEDS

FIRST = Month(2020, 3)


@pytest.mark.parametrize(
    ("newest", "month"),
    [
        (date(2021, 3, 2), "2021-02"),
        (date(2021, 2, 28), "2021-02"),
        (date(2021, 2, 27), "2021-01"),
        (date(2020, 2, 28), "2020-01"),
        (date(2020, 2, 29), "2020-02"),
        (date(2021, 1, 1), "2020-12"),
        (date(2020, 12, 31), "2020-12"),
        (date(9999, 12, 31), "9999-12"),
    ],
)
def test_an_export_covers_the_month_that_ends_on_its_day(newest: date, month: str) -> None:
    assert str(last_ended_month(newest)) == month


def test_the_newest_export_decides() -> None:
    assert resolve(None, [date(2020, 5, 1), date(2021, 3, 2), date(2020, 9, 9)], FIRST) == Month(2021, 2)


def test_a_month_asked_for_goes_before_what_exports_cover() -> None:
    assert resolve(Month(2021, 3), [date(2021, 3, 2)], FIRST) == Month(2021, 3)


def test_the_first_month_can_be_asked_for() -> None:
    assert resolve(FIRST, [date(2021, 3, 2)], FIRST) == FIRST


@pytest.mark.parametrize("asked", [Month(2021, 3), Month(2032, 2)])
def test_a_month_that_no_export_reaches_into_is_refused(asked: Month) -> None:
    with pytest.raises(UsageFault, match=f"{asked}, .* no export reaches into: .*--as-of 2021-02"):
        resolve(asked, [date(2021, 3, 1), date(2020, 12, 31)], FIRST)


@pytest.mark.parametrize(("asked", "newest"), [(Month(2020, 2), date(2021, 3, 2)), (None, date(2020, 3, 30))])
def test_a_month_before_the_regulation_is_refused(asked: Month | None, newest: date) -> None:
    with pytest.raises(UsageFault, match="--as-of 2020-03"):
        resolve(asked, [newest], FIRST)


def test_the_first_month_is_the_one_in_which_the_regulation_took_effect() -> None:
    assert as_of.first_assessed_month(REFERENCE_SEEDS / "requirements.csv") == FIRST


@pytest.mark.parametrize(
    "text", ["2021-13", "2021-00", "2021-6", "202106", "2021-06-01", "0000-01", "June", "２０２１-06"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(UsageFault, match="write it as YYYY-MM"):
        Month.parse(text)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2020-03", ["2020-03"]),
        ("2020-11..2021-02", ["2020-11", "2020-12", "2021-01", "2021-02"]),
        ("2021-06..2021-06", ["2021-06"]),
    ],
)
def test_a_range_of_months_has_both_its_ends(text: str, months: list[str]) -> None:
    assert [str(month) for month in parse_months(text)] == months


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2020-03..", "'2020-03..' is no range of months: write both its ends"),
        ("..2020-03", "'..2020-03' is no range of months: write both its ends"),
        ("2020-03...2020-05", "'.2020-05' is no month"),
        ("2020-03..2020-13", "'2020-13' is no month"),
        ("2020-03..2020-05..2020-06", "'2020-05..2020-06' is no month"),
        ("2020-05..2020-03", "ends before it begins: write the earlier month first, 2020-03..2020-05"),
    ],
)
def test_what_is_no_range_is_refused_with_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(UsageFault, match=sentence):
        parse_months(text)


@pytest.mark.parametrize("text", ["0001-01", "2021-12"])
def test_a_month_is_read_as_it_is_written(text: str) -> None:
    assert str(Month.parse(text)) == text


def test_a_month_stands_in_the_warehouse_as_its_first_day() -> None:
    assert Month(2021, 12).first_day == date(2021, 12, 1)


@pytest.mark.parametrize(
    ("asked", "whose"), [(Month(2020, 2), "month asked for"), (None, "last month that the landed exports")]
)
def test_a_refused_month_is_told_with_whose_it_is(asked: Month | None, whose: str) -> None:
    with pytest.raises(UsageFault, match=f"2020-02, the {whose}"):
        resolve(asked, [date(2020, 3, 30)], FIRST)


def test_the_dates_of_the_sample_are_those_beside_it(tmp_path: Path) -> None:
    beside = tmp_path / "landed_exports.csv"
    beside.write_text("export_name,export_date\ncadres,2023-01-03\narticles,2023-01-04\n", encoding="utf-8")
    assert as_of.sample_export_dates(beside) == [date(2023, 1, 3), date(2023, 1, 4)]
