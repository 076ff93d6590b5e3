"""The mutants of the reference seeds: every value that an office could mistype, moved by its least step."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.mutation.literals import REFERENCE

Row = dict[str, str]


@dataclass(frozen=True)
class SeedMutant:
    """One change of one row (switching a reading changes two); `update` does it in the warehouse."""

    seed: str
    line: int
    original: str
    mutated: str
    update: str

    @property
    def file(self) -> str:
        """The seed's file."""
        return f"seeds/reference/{self.seed}.csv"


def enumerate_mutants(folder: Path = REFERENCE) -> list[SeedMutant]:
    """All seed mutants, in the order of the files' lines."""
    kinds = {row["requirement_id"]: row["kind"] for _, row in _rows(folder, "requirements")}
    return [
        *_column(folder, "thresholds", THRESHOLD_KEY, "threshold", lambda row: _steps(row, kinds)),
        *_column(folder, "thresholds", THRESHOLD_KEY, "year_from", lambda row: _years(row["year_from"])),
        *_column(folder, "thresholds", THRESHOLD_KEY, "year_to", _year_to),
        *_column(
            folder, "registration_targets", TARGET_KEY, "target_wan", lambda row: _figure(row["target_wan"])
        ),
        *_column(folder, "registration_targets", TARGET_KEY, "year", lambda row: _years(row["year"])),
        *_column(folder, "annex_totals", TOTAL_KEY, "total_wan", lambda row: _figure(row["total_wan"])),
        *_column(folder, "requirements", ("requirement_id",), "effective_on", _days),
        *_column(folder, "readings", ("reading_id", "option"), "is_active", _flag),
        *_switches(folder),
    ]


THRESHOLD_KEY = ("requirement_id", "year_from")
TARGET_KEY = ("target_unit_code", "year")
TOTAL_KEY = ("clause_id", "target_unit_code", "year")


def _rows(folder: Path, seed: str) -> Iterator[tuple[int, Row]]:
    with (folder / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, row


def _column(
    folder: Path, seed: str, key: tuple[str, ...], column: str, values: Callable[[Row], Iterator[str]]
) -> Iterator[SeedMutant]:
    for line, row in _rows(folder, seed):
        where = " and ".join(f"{name} is not distinct from {_sql(row[name])}" for name in key)
        for value in dict.fromkeys(values(row)):
            yield SeedMutant(
                seed=seed,
                line=line,
                original=f"{' '.join(row[name] for name in key)}: {column} {row[column] or 'blank'}",
                mutated=f"{column} {value or 'blank'}",
                update=f"update reference.{seed} set {column} = {_sql(value)} where {where}",
            )


def _sql(value: str) -> str:
    return "'" + value.replace("'", "''") + "'" if value else "null"


def _steps(row: Row, kinds: dict[str, str]) -> Iterator[str]:
    """A share moves by one hundredth, a count by one."""
    unit = Decimal(1) if kinds[row["requirement_id"]] == "count" else Decimal("0.01")
    yield from (str(Decimal(row["threshold"]) + sign * unit) for sign in (1, -1))


def _figure(printed: str) -> Iterator[str]:
    """A printed figure moves by one, and by one in its last decimal."""
    value = Decimal(printed)
    for unit in (Decimal(1), Decimal(1).scaleb(value.as_tuple().exponent)):
        yield from (str(value + unit), str(value - unit))


def _years(year: str) -> Iterator[str]:
    yield from (str(int(year) + 1), str(int(year) - 1))


def _year_to(row: Row) -> Iterator[str]:
    """A last year moves by one or is left open; an open end is closed with its first year."""
    yield from (*_years(row["year_to"]), "") if row["year_to"] else (row["year_from"],)


def _days(row: Row) -> Iterator[str]:
    day = date.fromisoformat(row["effective_on"])
    for sign in (1, -1):
        yield from map(str, (day.replace(day=day.day + sign), day.replace(month=day.month + sign)))
        yield str(day.replace(year=day.year + sign))


def _flag(row: Row) -> Iterator[str]:
    yield "false" if row["is_active"] == "true" else "true"


def _switches(folder: Path) -> Iterator[SeedMutant]:
    """Each reading with another of its options in force."""
    rows = list(_rows(folder, "readings"))
    for line, row in rows:
        if row["is_active"] == "true":
            continue
        reading, option = row["reading_id"], row["option"]
        yield SeedMutant(
            seed="readings",
            line=line,
            original=f"{reading}: another option in force",
            mutated=f"{option} in force",
            update=f"update reference.readings set is_active = (option = {_sql(option)}) "
            f"where reading_id = {_sql(reading)}",
        )
