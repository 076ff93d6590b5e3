"""Small counts of petitions and aid cases stay hidden from whoever adds and subtracts what is published.

Random small worlds go through the models' own SQL; then the attacker sees what `fct_module_rates` shows, and
the totals that the verdicts publish (contract §4).
"""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import duckdb
import pytest

from tests.dbt_runs import CHECKOUT
from tests.privacy.attacker import Cell, Total, pinned, solved

MEASURES = ("items", "platform_items", "platform_items_completed")
MODELS = (
    "int_requirement_modules",
    "int_module_items_year_to_date",
    "int_module_items_withheld",
    "fct_module_rates",
)
MONTHS = ["2020-11-01", "2020-12-01", "2021-01-01", "2021-02-01", "2021-03-01", "2021-04-01", "2021-05-01"]
ROLES = {"D": (True, False), "L": (False, True), "B": (True, True), "N": (False, False)}
WORLDS = 10


def seed(name: str) -> list[dict[str, str]]:
    with (CHECKOUT / "seeds" / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REQUIREMENTS = {row["requirement_id"]: row for row in seed("requirements")}
MEASURED = {
    row["requirement_id"]: {row["numerator_measure"], row["denominator_measure"]}
    for row in seed("requirement_measures")
    if row["numerator_measure"] in MEASURES
}


@dataclass(frozen=True)
class World:
    """Modules, limits, and what the models make of random counts: what is true, what is shown."""

    modules: dict[str, dict[str, str]]
    limits: dict[str, int]
    true: dict[tuple[str, str, str], dict[str, int]]
    """By org, month and module, the counts by measure."""
    shown: dict[tuple[str, str, str], dict[str, int | None]]

    @cached_property
    def orgs(self) -> list[str]:
        return sorted({org for org, _, _ in self.true})

    def totals(self, org: str, month: str) -> Iterator[tuple[set[str], str, int]]:
        """What the verdicts of an org publish: the modules, the measure and their sum."""
        roles = dict(zip(("department", "local"), ROLES[org[0]], strict=True))
        for requirement_id, measures in MEASURED.items():
            requirement = REQUIREMENTS[requirement_id]
            modules = {code for code, module in self.modules.items() if counts(requirement, module)}
            if roles[requirement["role"]] and modules:
                for measure in measures:
                    yield modules, measure, sum(self.true[org, month, code][measure] for code in modules)


def counts(requirement: dict[str, str], module: dict[str, str]) -> bool:
    if requirement["module_key"]:
        return requirement["module_key"] == module["module_key"]
    tracked = requirement["completion_only"] == "false" or module["tracks_completion"] == "true"
    return requirement["module_category"] == module["category"] and tracked


@pytest.fixture(scope="module")
def compiled(manifest) -> dict[str, str]:
    """The models' SQL, over tables called as they are."""
    return {name: manifest["nodes"][f"model.gonghui.{name}"]["compiled_code"] for name in MODELS}


@pytest.fixture(scope="module", params=range(WORLDS))
def world(request, compiled) -> World:
    rng = random.Random(request.param)
    modules = {row["module_code"]: row for row in seed("modules")}
    if request.param:  # the first world has the modules as they are
        for module in modules.values():
            if rng.random() < 0.2:
                module["tracks_completion"] = rng.choice(["true", "false"])
    limits = {row["module_code"]: int(row["withheld_below"]) for row in seed("small_count_limits")}
    if request.param > 1:
        limits = {code: rng.choice([2, 3, 5]) for code in rng.sample(sorted(modules), 4)} | {"GONE": 5}
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as build; use build")
        tables(connection, rng, modules, limits)
        for name, sql in compiled.items():
            schema = "indicators" if name.startswith("fct") else "intermediate"
            connection.execute(f"create table {schema}.{name} as {sql}")
        select = f"select org_code, as_of_month::varchar, module_code, {', '.join(MEASURES)} from "
        true, shown = (
            {
                (org, month, code): dict(zip(MEASURES, values, strict=True))
                for org, month, code, *values in rows
            }
            for rows in (
                connection.execute(select + table).fetchall()
                for table in ("intermediate.int_module_items_year_to_date", "indicators.fct_module_rates")
            )
        )
    return World(modules, limits, true, shown)


def tables(
    connection: duckdb.DuckDBPyConnection,
    rng: random.Random,
    modules: dict[str, dict[str, str]],
    limits: dict[str, int],
) -> None:
    for schema in ("raw", "reference", "intermediate", "indicators"):
        connection.execute(f"create schema {schema}")
    connection.execute(
        "create table raw.landed_exports as select 'workflow_items' as export_name;"
        "create table intermediate.int_open_organizations (as_of_month date, org_code varchar, "
        "org_name varchar, org_type varchar, is_department boolean, is_local boolean);"
        "create table reference.modules (module_code varchar, module_key varchar, module_name varchar, "
        "category varchar, tracks_completion boolean);"
        "create table reference.small_count_limits (module_code varchar, withheld_below decimal(18, 4));"
        "create table intermediate.int_as_of_months (as_of_month date, year_start date);"
        "create table intermediate.int_workflow_items_by_month (org_code varchar, module_code varchar, "
        "month date, items bigint, platform_items bigint, platform_items_completed bigint);"
        "create table reference.requirements as select * from read_csv("
        f"'{CHECKOUT / 'seeds' / 'reference' / 'requirements.csv'}', all_varchar = true, nullstr = '');"
        "alter table reference.requirements alter completion_only type boolean"
    )
    orgs = [f"{role}{number}" for role in ROLES for number in range(5)]
    insert(
        connection,
        "intermediate.int_open_organizations",
        [(month, o, o, "city", *ROLES[o[0]]) for month in MONTHS for o in orgs],
    )
    insert(
        connection,
        "reference.modules",
        [tuple(value or None for value in module.values()) for module in modules.values()],
    )
    insert(connection, "reference.small_count_limits", list(limits.items()))
    insert(connection, "intermediate.int_as_of_months", [(m, f"{m[:4]}-01-01") for m in MONTHS])
    flows = []
    for org in orgs:
        busy = rng.choice([0.3, 1, 4])
        for code in modules:
            opened = 0
            for month in MONTHS:
                if month.endswith("01-01"):
                    opened = 0  # a completion counts in the year of its acceptance alone
                platform = round(rng.expovariate(1 / busy))
                opened += platform
                completed = rng.randint(0, opened)
                opened -= completed
                flows.append((org, code, month, platform + rng.randint(0, 2), platform, completed))
    insert(connection, "intermediate.int_workflow_items_by_month", flows)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    values = ", ".join("(" + ", ".join("null" if v is None else f"'{v}'" for v in row) + ")" for row in rows)
    connection.execute(f"insert into {table} values {values}")


def test_no_small_count_is_shown(world: World) -> None:
    shown = [
        key
        for key, counts in world.shown.items()
        for count in counts.values()
        if count is not None and count < world.limits.get(key[2], 0)
    ]
    assert shown == []


def test_what_is_shown_is_true(world: World) -> None:
    shown = {key: counts for key, counts in world.shown.items() if set(counts.values()) != {None}}
    assert shown != {}
    assert [key for key, counts in shown.items() if counts != world.true[key]] == []


def test_what_is_withheld_only_shrinks_within_a_year(world: World) -> None:
    withheld = {key for key, counts in world.shown.items() if counts["items"] is None}
    returning = [
        (org, month, code)
        for org, month, code in withheld
        if month[5:7] not in ("01", "11") and (org, previous(month), code) not in withheld
    ]
    assert returning == []


def previous(month: str) -> str:
    return MONTHS[MONTHS.index(month) - 1]


def recovered_by_differences(world: World) -> list[tuple[str, str, str, str]]:
    return [
        (org, seen.months[cell[0]], cell[1], measure)
        for org in world.orgs
        for seen in years(world, org)
        for measure in MEASURES
        for cell in solved(seen.unknown[measure], seen.totals[measure], seen.shown[measure])
        if not seen.is_given_away(cell, measure)
    ]


def test_no_withheld_count_is_a_difference_of_what_is_published(world: World) -> None:
    assert recovered_by_differences(world) == []


def test_to_withhold_the_small_counts_alone_would_give_them_away(world: World) -> None:
    small_alone = {
        key: dict.fromkeys(MEASURES)
        if counts["platform_items_completed"] < world.limits.get(key[2], 0)
        else counts
        for key, counts in world.true.items()
    }
    assert recovered_by_differences(replace(world, shown=small_alone)) != []


def test_no_small_count_is_the_only_one_that_fits(world: World) -> None:
    recovered = []
    for org in world.orgs:
        for seen in years(world, org):
            for measure, cells in pinned(seen.unknown, seen.totals, seen.shown).items():
                for month, code in cells:
                    count = world.true[org, seen.months[month], code][measure]
                    is_small = count < world.limits.get(code, 0)
                    if is_small and not seen.is_given_away((month, code), measure):
                        recovered.append((org, seen.months[month], code, measure))
    assert recovered == []


@dataclass(frozen=True)
class Seen:
    """What is published of one org and year, as the attacker has it."""

    months: list[str]
    shown: dict[str, dict[Cell, int]]
    unknown: dict[str, set[Cell]]
    totals: dict[str, list[Total]]
    exhausted: set[Cell]

    def is_given_away(self, cell: Cell, measure: str) -> bool:
        """Whether the contract's own verdicts leave nothing to withhold it by.

        It has a verdict of its own (8.4.petitions), or its total has no row left that is shown.
        """
        alone = any(cells == frozenset({cell}) for cells, _ in self.totals[measure])
        return alone or cell in self.exhausted


def years(world: World, org: str) -> Iterator[Seen]:
    for year in ("2020", "2021"):
        months = [month for month in MONTHS if month.startswith(year)]
        shown, unknown = ({measure: {} for measure in MEASURES} for _ in range(2))
        totals = defaultdict(list)
        exhausted = set()
        for number, month in enumerate(months):
            for code in world.modules:
                for measure, count in world.shown[org, month, code].items():
                    (unknown if count is None else shown)[measure][number, code] = count
            told = [modules for modules, _, _ in world.totals(org, month)]
            alone = {code for modules in told if len(modules) == 1 for code in modules}
            for code, module in world.modules.items():
                kin = {
                    other
                    for other, its in world.modules.items()
                    if (its["category"], its["tracks_completion"])
                    == (module["category"], module["tracks_completion"])
                } - alone
                if all(world.shown[org, month, other]["items"] is None for other in kin):
                    exhausted.add((number, code))
            for modules, measure, total in world.totals(org, month):
                totals[measure].append((frozenset((number, code) for code in modules), total))
        yield Seen(months, shown, {m: set(cells) for m, cells in unknown.items()}, totals, exhausted)


def test_the_attacker_solves_what_can_be_solved() -> None:
    a, b, c = (0, "a"), (0, "b"), (0, "c")
    totals = [(frozenset({a, b, c}), 9), (frozenset({b}), 2), (frozenset({c}), 3)]
    assert solved({a, b}, totals, {c: 3}) == {a, b}
    assert solved({a, b}, totals[:1], {c: 3}) == set()


def test_the_attacker_knows_that_no_count_falls() -> None:
    early, late, other = (0, "a"), (1, "a"), (0, "b")
    seen = {"items": {late: 0}}
    assert pinned({"items": {early, other}}, {"items": [(frozenset({early, other}), 4)]}, seen) == {
        "items": {early, other}
    }
