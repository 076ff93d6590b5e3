"""What a proposal rests on: units, factors and weights out of the published file."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from orchestration.common.sql import literal
from orchestration.errors import UsageFault
from orchestration.language import _, listing


@dataclass(frozen=True)
class Factor:
    """A factor that a requirement's standards are weighed by: its weight, and its value for each unit."""

    label: str
    weight: Fraction
    year: int
    values: Mapping[str, Decimal]

    def share(self, code: str) -> Fraction:
        """What of all units' together one has."""
        return Fraction(self.values[code]) / sum(map(Fraction, self.values.values()))


@dataclass(frozen=True)
class Unit:
    """A unit that a figure is given to, and its figure in 万 of the year before; None: none."""

    code: str
    name: str
    before: Decimal | None


@dataclass(frozen=True)
class Basis:
    """All that a proposal for a requirement and a year rests on; units in the order of organizations.csv."""

    release_id: str
    title: str
    units: tuple[Unit, ...]
    factors: tuple[Factor, ...]
    is_sample: bool

    def weight(self, code: str) -> Fraction:
        """The weighed share of a unit; those of all units add up to 1."""
        return sum((factor.weight * factor.share(code) for factor in self.factors), Fraction())


def read(published_file: Path, requirement: str, year: int, org_types: tuple[str, ...]) -> Basis:
    """Read what a proposal rests on; `org_types`: of these units alone, empty: of all.

    Raises UsageFault: nothing published, a requirement without figures in an annex, no weights,
    no unit of a type, a weighed factor that a unit lacks (each named, with its year).
    """
    if not published_file.exists():
        raise UsageFault(
            _("nothing is published at {file}: run gonghui refresh first, or say --home").format(
                file=published_file
            )
        )
    try:
        with duckdb.connect(published_file, read_only=True) as connection:
            return _Reader(connection).basis(requirement, year, org_types)
    except duckdb.Error as error:
        raise UsageFault(
            _("{file} cannot be read ({error}): run gonghui refresh once more").format(
                file=published_file, error=type(error).__name__
            )
        ) from None


class _Reader:
    """The questions put to one published file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self._connection = connection

    def basis(self, requirement: str, year: int, org_types: tuple[str, ...]) -> Basis:
        title = self._title(requirement)
        units = self._units(year, org_types)
        weights = self._rows(
            "select factor, factor_label, weight, is_sample from compliance.dim_factor_weights "
            f"where requirement_id = {literal(requirement)} order by weight desc, factor"
        )
        if not weights:
            raise UsageFault(
                _(
                    "{title} ({id}) has no weights of factors: write them into factor_weights.csv, where "
                    "they add up to 1, and run gonghui refresh"
                ).format(title=title, id=requirement)
            )
        [(release_id, of_sample)] = self._rows("select release_id, is_sample from quality.release")
        factors, missing, invented = [], [], False
        for factor, label, weight, is_sample in weights:
            found_year, values, found_sample = self._values(factor, year)
            lacking = [unit.name for unit in units if unit.code not in values]
            if lacking:
                when = found_year or _("{year} and before").format(year=year)
                told = _("{factor} ({year}) is not known of: {units}")
                missing.append(told.format(factor=label, year=when, units=listing(lacking)))
            invented = invented or is_sample or found_sample
            own = {unit.code: values[unit.code] for unit in units if unit.code in values}
            if not any(own.values()) and not lacking:
                told = _("{factor} ({year}) adds up to nought over all units: nothing is shared out by it")
                missing.append(told.format(factor=label, year=found_year))
            factors.append(Factor(label, Fraction(weight), found_year, own))
        if missing:
            told = _("write it into factors.csv and run gonghui refresh, or leave units out with --among")
            raise UsageFault(*missing, told)
        return Basis(release_id, title, units, tuple(factors), of_sample or invented)

    def _title(self, requirement: str) -> str:
        asked = self._rows("select requirement_id, title, target_source from compliance.dim_requirements")
        of_annexes = {code: title for code, title, source in asked if source == "annex"}
        if requirement not in of_annexes:
            told = _("“{requirement}” has no figures in an annex: figures can be proposed for {those}")
            those = listing(f"{code} {title}" for code, title in of_annexes.items())
            raise UsageFault(told.format(requirement=requirement, those=those))
        return of_annexes[requirement]

    def _units(self, year: int, org_types: tuple[str, ...]) -> tuple[Unit, ...]:
        rows = self._rows(
            f"""
            select orgs.org_code, orgs.org_name, orgs.org_type, targets.target_wan
            from indicators.dim_organizations as orgs
            left join compliance.dim_registration_targets as targets
                on orgs.org_code = targets.target_unit_code and targets.year = {year - 1}
            where
                orgs.target_unit_code = orgs.org_code and orgs.is_local
                and coalesce(orgs.opened_on <= date '{year}-12-31', true)
                and coalesce(orgs.closed_on >= date '{year}-01-01', true)
            order by orgs.org_order
            """
        )
        known = sorted({org_type for _, _, org_type, _ in rows})
        if strange := [each for each in org_types if each not in known]:
            told = _("--among: no unit is of the type “{types}”: there are {known}")
            raise UsageFault(told.format(types=listing(strange), known=listing(known)))
        return tuple(
            Unit(code, name, before)
            for code, name, org_type, before in rows
            if not org_types or org_type in org_types
        )

    def _values(self, factor: str, year: int) -> tuple[int, dict[str, Decimal], bool]:
        """The newest year known for `year`, the same for everybody; the values; whether one is invented."""
        rows = self._rows(
            f"""
            select year, target_unit_code, value, is_sample from indicators.fct_factors
            where factor = {literal(factor)} and year = (
                select max(year) from indicators.fct_factors
                where factor = {literal(factor)} and year <= {year}
            )
            """
        )
        values = {code: value for _, code, value, _ in rows}
        return max((row[0] for row in rows), default=0), values, any(row[3] for row in rows)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()
