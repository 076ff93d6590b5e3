"""Exports of 31 provinces, landed apart, gathered and built on Spark, are one world to the models."""

from pathlib import Path

import duckdb
import pytest

from orchestration import landing, reference
from orchestration.home import Home
from orchestration.publishing import releases
from tests.commands import gonghui
from tests.once import once
from tests.second_engine import provinces
from tests.second_engine.tables import compared


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Home]:
    """Of the same files: landed and built in one home by DuckDB; landed by province, then built on Spark."""
    return once(tmp_path_factory, "provinces", _homes)


def _homes(folder: Path) -> tuple[Home, Home]:
    one, gathered, own = folder / "one", folder / "gathered", folder / "reference"
    provinces.write_reference(own)
    provinces.write_inbox(folder / "inbox", *provinces.PROVINCES)
    ran = gonghui("refresh", "--home", one, "--inbox", folder / "inbox", "--reference", own)
    assert ran.exit_code == 0, ran.stderr
    codes = reference.codes_if_sound(reference.ReferenceSeeds(own))
    sources = []
    for each in provinces.PROVINCES:
        inbox, home = folder / f"inbox-{each.code}", folder / each.code
        provinces.write_inbox(inbox, each)
        landing.land(inbox, home, codes)
        sources.append(f"{each.code}={home}")
    for command in (
        ("gather", "--home", gathered, *sources),
        ("refresh", "--home", gathered, "--reference", own, "--engine", "spark"),
    ):
        ran = gonghui(*command)
        assert ran.exit_code == 0, ran.stderr
    return Home(one), Home(gathered)


def test_all_tables_are_equal_but_for_the_files_that_refused_rows_are_of(homes: tuple[Home, Home]) -> None:
    one, gathered = homes
    _, differing = compared(one.build_file, gathered.build_file)
    refused = len(refused_rows(one))
    assert differing == [
        f"quality.rejected_rows: {refused} rows of {side} alone" for side in ("one", "other")
    ]


def test_a_refused_row_is_of_a_file_of_its_province(homes: tuple[Home, Home]) -> None:
    one, gathered = homes
    by_province = [(f"{file.removesuffix('.csv')[-2:]}/{file}", row) for file, row in refused_rows(one)]
    assert sorted(by_province) == refused_rows(gathered)


def test_a_spelling_nobody_knows_is_listed(homes: tuple[Home, Home]) -> None:
    with duckdb.connect(homes[1].published_file, read_only=True) as connection:
        found = connection.execute("select distinct spelling from quality.unknown_spellings").fetchall()
    assert found == [(f"nowhere{provinces.FIRST}",)]


def test_the_hash_of_the_verdicts_is_the_same(homes: tuple[Home, Home]) -> None:
    one, gathered = (releases.read_sound(next(iter(releases.folders(home)))) for home in homes)
    assert one.verdicts_sha256 == gathered.verdicts_sha256


def test_each_province_is_in_the_verdicts(homes: tuple[Home, Home]) -> None:
    with duckdb.connect(homes[1].published_file, read_only=True) as connection:
        found = connection.execute(
            "select distinct org_code from compliance.fct_verdicts where numerator > 0"
        ).fetchall()
    assert {each.city for each in provinces.PROVINCES} <= {org_code for (org_code,) in found}


def refused_rows(home: Home) -> list[tuple[str, int]]:
    with duckdb.connect(home.published_file, read_only=True) as connection:
        return connection.execute(
            "select file_name, row_number from quality.rejected_rows order by all"
        ).fetchall()
