"""The as-of month of a refresh: given, or the last month that the landed exports cover."""

import csv
import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from orchestration.errors import UsageFault
from orchestration.language import _


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a month written as YYYY-MM; raises UsageFault for anything else."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
        if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) == 0:
            raise UsageFault(
                _("{text!r} is no month: write it as YYYY-MM, for example 2021-06").format(text=text)
            )
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """Take the month that `day` lies in."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """The date that stands for the month in the warehouse."""
        return date(self.year, self.month, 1)

    @property
    def following(self) -> Self:
        """The month after it."""
        year, month = divmod(self.year * 12 + self.month, 12)
        return type(self)(year, month + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def parse_months(text: str) -> list[Month]:
    """Read a month, or a range FIRST..LAST with both its ends, oldest first; raises UsageFault."""
    first, dots, last = text.partition("..")
    if dots and not (first and last):
        raise UsageFault(
            _("{text!r} is no range of months: write both its ends, for example 2020-03..2022-12").format(
                text=text
            )
        )
    months = [Month.parse(first)]
    if dots and (end := Month.parse(last)) < months[0]:
        raise UsageFault(
            _("{text} ends before it begins: write the earlier month first, {end}..{first}").format(
                text=text, end=end, first=first
            )
        )
    while dots and months[-1] < end:
        months.append(months[-1].following)
    return months


def last_ended_month(newest_export: date) -> Month:
    """Return the last month that had ended by the end of `newest_export` (contract §1, default as-of)."""
    days = monthrange(newest_export.year, newest_export.month)[1]
    if newest_export.day == days:
        return Month.of(newest_export)
    year, month = divmod(newest_export.year * 12 + newest_export.month - 2, 12)
    return Month(year, month + 1)


def first_assessed_month(requirements: Path) -> Month:
    """Return the month in which the first requirement takes effect: `effective_on` of a seed."""
    days = (re.split("[-/]", row["effective_on"]) for row in rows(requirements) if row["effective_on"])
    return Month.of(min(date(*map(int, day)) for day in days))


def sample_export_dates(landed_exports: Path) -> list[date]:
    """Return the export dates of the sample seeds, from `landed_exports.csv` beside them."""
    return [date.fromisoformat(row["export_date"]) for row in rows(landed_exports)]


def resolve(asked: Month | None, export_dates: Iterable[date], first: Month) -> Month:
    """Return the month to refresh as of: `asked`, else the default of contract §1.

    Raises UsageFault for a month before `first`, in which nothing was yet in force, and for one that none of
    `export_dates` reaches into.
    """
    newest = max(export_dates)
    month = asked or last_ended_month(newest)
    if month < first:
        whose = _("the month asked for") if asked else _("the last month that the landed exports cover")
        raise UsageFault(
            _(
                "{month}, {whose}, lies before {first}, when the regulation took effect: give a later "
                "month, for example --as-of {first}"
            ).format(month=month, whose=whose, first=first)
        )
    if newest <= month.first_day:
        raise UsageFault(
            _(
                "{month}, the month asked for, is one that no export reaches into: the newest is of "
                "{newest}; give an earlier month, for example --as-of {earlier}, or land newer "
                "exports"
            ).format(month=month, newest=newest, earlier=last_ended_month(newest))
        )
    return month


def rows(path: Path) -> Iterable[dict[str, str]]:
    """Yield the rows of a seed."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
