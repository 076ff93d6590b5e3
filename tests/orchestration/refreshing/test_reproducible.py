"""The same data, rules and month give the same verdicts, to the byte, whatever built them."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from shutil import rmtree

import pytest

from orchestration import dbt_build
from orchestration.common.settings import THREADS_VARIABLE
from orchestration.common.watcher import Watcher
from orchestration.explaining.tell import difference
from orchestration.home import RAW_SEEDS, Home
from orchestration.landing import RAW_EXPORTS, Export
from orchestration.language import CHINESE, LANGUAGE_VARIABLE
from orchestration.publishing.manifest import Manifest, read_manifest
from orchestration.publishing.release import Release
from orchestration.publishing.releases import WAREHOUSE, folders, in_force
from orchestration.refreshing.refresh import refresh
from orchestration.refreshing.request import Request

OUTDATED = "20200101T020000-000000"
FIRST, LAST = "2020-11", "2020-12"


def export_as_files(export: Export, inbox: Path, order: Random) -> None:
    """Write the sample's rows of an export as two files of a snapshot, in an order of rows and files' own."""
    with (RAW_SEEDS / f"{export.name}.csv").open(encoding="utf-8", newline="") as seed:
        rows = list(csv.DictReader(seed))
    words = {column.name: {landed: word for word, landed in column.choices} for column in export.landed}
    order.shuffle(rows)
    parts = ["1", "2"]
    order.shuffle(parts)
    middle = len(rows) // 2
    for part, half in zip(parts, (rows[:middle], rows[middle:]), strict=True):
        path = inbox / f"{export.chinese}_20230103_{part}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(column.header for column in export.landed)
            for row in half:
                writer.writerow(
                    words[column.name].get(row[column.name], row[column.name]) for column in export.landed
                )


def inbox_in(folder: Path, seed: int) -> str:
    """An inbox of all exports, in the order of rows and files that `seed` gives."""
    inbox = folder / "inbox"
    inbox.mkdir()
    for export in RAW_EXPORTS:
        export_as_files(export, inbox, Random(seed))
    return str(inbox)


def released(home: Path, threads: int, months: str, inbox: str = "") -> list[Manifest]:
    """Refresh with so many threads; returns the manifests of the home's releases, the oldest first."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(THREADS_VARIABLE, str(threads))
        refresh(Request.of(str(home), inbox, months), Watcher())
    made = [folder for folder in folders(Home(home)) if folder.name != OUTDATED]
    return [read_manifest(folder) for folder in reversed(made)]


@pytest.fixture(scope="module", autouse=True)
def nothing_installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The first build of a home is dbt's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_build, "INSTALLED", Home(tmp_path_factory.mktemp("nothing")))
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("first") / "home"


@pytest.fixture(scope="module")
def parsed_before() -> int:
    return dbt_build._parsed.cache_info().misses


@pytest.fixture(scope="module")
def first(home: Path, parsed_before: int) -> list[Manifest]:
    return released(home, 1, f"{FIRST}..{LAST}", inbox_in(home.parent, seed=1))


@pytest.fixture(scope="module")
def seen(home: Path, first: list[Manifest]) -> Release | None:
    """What readers of the first home see after the range."""
    return in_force(Home(home))


@pytest.fixture(scope="module")
def parses(first: list[Manifest], parsed_before: int) -> int:
    """How often dbt has parsed the project for the range."""
    return dbt_build._parsed.cache_info().misses - parsed_before


@pytest.fixture(scope="module")
def otherwise(tmp_path_factory: pytest.TempPathFactory, parses: int) -> Manifest:
    """The same rows in another order, in other files, built by more threads."""
    folder = tmp_path_factory.mktemp("otherwise")
    [manifest] = released(folder / "home", 4, LAST, inbox_in(folder, seed=2))
    return manifest


@pytest.fixture(scope="module")
def again(home: Path, seen: Release) -> Manifest:
    """The first home once more, from nothing but what it has landed, by who reads Chinese."""
    rmtree(home / "releases")
    rmtree(home / "build")
    (home / "releases" / OUTDATED).mkdir(parents=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(LANGUAGE_VARIABLE, CHINESE)
        [manifest] = released(home, 2, LAST)
    return manifest


def test_verdicts_do_not_depend_on_threads_or_on_the_order_of_rows_and_files(
    first: list[Manifest], otherwise: Manifest
) -> None:
    assert otherwise.verdicts_sha256 == first[-1].verdicts_sha256


def test_other_files_are_other_inputs_all_the_same(first: list[Manifest], otherwise: Manifest) -> None:
    assert first[-1].inputs.exports != otherwise.inputs.exports


def test_what_is_built_twice_from_the_same_inputs_is_the_same(first: list[Manifest], again: Manifest) -> None:
    assert (again.inputs, again.verdicts_sha256) == (first[-1].inputs, first[-1].verdicts_sha256)


def test_the_parquet_files_are_the_same_to_the_byte_in_every_language(
    first: list[Manifest], again: Manifest
) -> None:
    before, after = (
        {name: digest for name, digest in manifest.files.items() if name != WAREHOUSE}
        for manifest in (first[-1], again)
    )
    assert after == before
    assert "parquet/compliance.fct_verdicts.parquet" in before


def test_a_range_makes_a_release_of_each_month(first: list[Manifest]) -> None:
    assert [f"{each.release.as_of_month:%Y-%m}" for each in first] == [FIRST, LAST]


def test_the_verdicts_of_each_month_are_its_own(first: list[Manifest]) -> None:
    assert first[0].verdicts_sha256 != first[1].verdicts_sha256


def test_of_a_range_readers_see_the_last_month_alone(first: list[Manifest], seen: Release) -> None:
    assert seen == first[-1].release


def test_a_range_lands_once(home: Path, first: list[Manifest]) -> None:
    assert [path.name for path in (home / "landed").iterdir() if path.name.isdigit()] == ["000001"]


def test_a_range_parses_the_project_once(parses: int) -> None:
    assert parses == 1


def test_the_manifest_names_files_and_rows_as_landed(first: list[Manifest]) -> None:
    [users] = [one for one in first[0].inputs.exports if one.export_name == "registered_users"]
    assert [file.name for file in users.files] == ["注册用户_20230103_1.csv", "注册用户_20230103_2.csv"]
    assert users.rows_read == users.rows_landed + users.rows_rejected > 0


def test_a_refresh_ends_by_removing_what_need_not_be_kept(home: Path, again: Manifest) -> None:
    assert [folder.name for folder in folders(Home(home))] == [again.release.release_id]


@pytest.fixture
def corrected(home: Path, again: Manifest, tmp_path: Path) -> Manifest:
    """The first home once more, after the office has corrected when articles were published."""
    for part in ("1", "2"):
        exported = (home.parent / "inbox" / f"信息发布_20230103_{part}.csv").read_text(encoding="utf-8")
        correction = exported.replace("2020-12-1", "2020-11-1")
        (tmp_path / f"信息发布_20230104_{part}.csv").write_text(correction, encoding="utf-8")
    return released(home, 2, LAST, str(tmp_path))[-1]


def test_a_correction_shows_what_it_moved_and_that_it_was_the_data(
    home: Path, again: Manifest, corrected: Manifest
) -> None:
    told = difference(Home(home), again.release.release_id, corrected.release.release_id).splitlines()
    assert told[1].startswith("  data 信息发布  2023-01-03, ")
    moved = [line for line in told if re.match(r"[89]\.", line)]
    assert {line.split()[0] for line in moved} <= {"8.9", "9.5", "9.5.month"}
    assert moved and all(line.endswith("  data 信息发布") for line in moved)
