"""Where each reference seed comes from, and that dbt loads what was checked (contract §1, §3)."""

import csv
from pathlib import Path

import duckdb
import pytest

from orchestration import reference
from orchestration.home import REFERENCE_SEEDS
from orchestration.reference import ReferenceRefused, ReferenceSeeds, known_codes
from orchestration.reference.tables import TABLES
from orchestration.reference.transcription import PATH, text_of
from tests.checkouts import Seeds

BY_NAME = {table.name: table for table in TABLES}


def own(folder: Path, **files: str) -> ReferenceSeeds:
    """A folder of an office with these files, over the checkout's."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return ReferenceSeeds(folder)


QUANTITIES = "requirement_id,org_code,year,quantity,document\n8.9,*,2021,24,川工办〔2021〕1号\n"


def test_a_file_of_the_office_stands_in_for_its_namesake(tmp_path: Path) -> None:
    seeds = own(tmp_path, prescribed_quantities=QUANTITIES)
    assert reference.check(seeds) == []
    assert [row["quantity"] for row in seeds.read(BY_NAME["prescribed_quantities"]).rows] == ["24"]
    assert seeds.path(BY_NAME["modules"]) == REFERENCE_SEEDS / "modules.csv"


def test_only_the_digest_of_what_the_office_has_differs(tmp_path: Path) -> None:
    shipped, mine = ReferenceSeeds().digests(), own(tmp_path, prescribed_quantities=QUANTITIES).digests()
    assert {name for name in shipped if shipped[name] != mine[name]} == {"prescribed_quantities.csv"}
    assert shipped.keys() == mine.keys() == {table.file for table in TABLES}


def test_the_files_of_the_office_are_named(tmp_path: Path) -> None:
    assert own(tmp_path, prescribed_quantities=QUANTITIES).office_files() == ("prescribed_quantities.csv",)
    assert ReferenceSeeds().office_files() == ()


def test_a_csv_that_is_no_reference_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReferenceRefused) as refused:
        reference.check(own(tmp_path, organisations="org_code\n"))
    expected = "organisations.csv:1: no reference seed has this name: correct it, or move the file elsewhere"
    assert str(refused.value) == expected


def test_what_is_no_csv_may_lie_there(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "说明.txt").write_text("办公室的参考数据", encoding="utf-8")
    assert reference.check(ReferenceSeeds(tmp_path)) == []


def test_codes_are_those_of_the_office(tmp_path: Path) -> None:
    modules = (REFERENCE_SEEDS / "modules.csv").read_text(encoding="utf-8")
    codes = known_codes(own(tmp_path, modules=modules + "YW99,,新模块,business,true\n"))
    assert "YW99" in codes.modules and "510100" in codes.orgs


@pytest.mark.parametrize(("full", "means"), [("同名工会", []), ("别名工会", ["510300"])])
def test_a_short_name_means_its_org_unless_another_or_two_are_called_so_in_full(
    tmp_path: Path, full: str, means: list[str]
) -> None:
    organizations = (REFERENCE_SEEDS / "organizations.csv").read_text(encoding="utf-8")
    for name in ("成都市总工会", "攀枝花市总工会"):
        organizations = organizations.replace(name, full)
    organizations = organizations.replace("自贡市总工会,自贡,", "自贡市总工会,同名工会,")
    spelled = known_codes(own(tmp_path, organizations=organizations)).spellings
    assert [each.value for each in spelled if each.spelling == "同名工会"] == means


def test_what_is_written_for_dbt_is_in_one_spelling(tmp_path: Path) -> None:
    organizations = "\ufeff" + (REFERENCE_SEEDS / "organizations.csv").read_text(encoding="utf-8")
    organizations = organizations.replace("510100,,,,false", "510100,2021/3/1,,,FALSE").replace("\n", "\r\n")
    targets = (REFERENCE_SEEDS / "registration_targets.csv").read_text(encoding="utf-8")
    seeds = own(
        tmp_path, organizations=organizations, registration_targets=targets.replace(",60\n", ",060.00\n")
    )
    reference.check(seeds)
    seeds.write(tmp_path / "written")
    lines = (tmp_path / "written" / "organizations.csv").read_bytes().decode().split("\n")
    assert "510100,成都市总工会,成都,city,false,true,510100,2021-03-01,,,false" in lines
    assert "510100,2020,60," in (tmp_path / "written" / "registration_targets.csv").read_text("utf-8").split(
        "\n"
    )
    written = ReferenceSeeds(shipped=tmp_path / "written")
    assert reference.check(written) == []


def test_dbt_s_reader_finds_the_cells_that_were_written(seeds: Seeds, tmp_path: Path) -> None:
    """Marks that a reader might take for its own: quotes, #, line breaks, separators, a null's name."""
    for number, cell in enumerate(['say ""so""', "# no comment", "two\nlines", "a;b|c\td", "NULL", "\\"]):
        seeds.add("clause_answers", f'9.{number},第九条,"{cell}"')
        seeds.add("prescribed_quantities", f'8.9,*,20{30 + number},24,"{cell.splitlines()[0]}"')
    source = ReferenceSeeds(shipped=seeds.folder)
    reference.check(source)
    source.write(tmp_path / "written")
    for table in TABLES:
        names = [column.name for column in table.columns]
        with (tmp_path / "written" / table.file).open(encoding="utf-8", newline="") as file:
            written = [[cell or None for cell in row] for row in csv.reader(file)]
        assert written == [names, *loaded(tmp_path / "written" / table.file, names)], table.name
        assert len(written) == len(source.read(table).rows) + 1, table.name


def loaded(path: Path, names: list[str]) -> list[list[str | None]]:
    """The rows as the seed materialization reads them."""
    sql = (
        f"select {', '.join(names)} from read_csv('{path}', header = true, all_varchar = true, delim = ',', "
    )
    sql += "quote = '\"', escape = '\"', nullstr = '', strict_mode = false)"
    return [list(row) for row in duckdb.sql(sql).fetchall()]


def test_a_file_without_a_column_that_may_be_absent_is_not_told_to_have_changed_it(tmp_path: Path) -> None:
    shipped = (REFERENCE_SEEDS / "requirements.csv").read_text(encoding="utf-8")
    without = "".join(f"{line.rpartition(',')[0]}\n" for line in shipped.splitlines())
    assert reference.check(own(tmp_path, requirements=without)) == []


def test_the_transcription_is_that_of_the_shipped_seeds() -> None:
    assert PATH.read_text(encoding="utf-8") == text_of(ReferenceSeeds()), "run make clauses"
