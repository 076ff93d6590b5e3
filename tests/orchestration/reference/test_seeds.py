"""Where each reference seed comes from, and that dbt loads what was checked (contract §1, §3)."""

import csv
from pathlib import Path

import duckdb
import pytest

from orchestration import reference
from orchestration.home import REFERENCE_SEEDS
from orchestration.landing import KnownCodes, Spelling
from orchestration.reference import (
    ReferenceRefused,
    ReferenceSeeds,
    codes_if_sound,
    known_codes,
    spellings_at_least,
)
from orchestration.reference.office import EDITED, begin, own_seeds, templates_of
from orchestration.reference.seeds import Row, Unreadable, canonical
from orchestration.reference.spellings import names_of_codes
from orchestration.reference.tables import TABLES, Column, Kind
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
    assert {"YW01", "YW99"} <= codes.modules and "510100" in codes.orgs


def test_exports_may_name_every_org_but_the_target_groups() -> None:
    codes = known_codes(ReferenceSeeds())
    assert codes.groups == {"QT00"}
    assert {"QT00", "QT01"} & codes.orgs == {"QT01"}


def test_no_code_is_known_of_seeds_that_are_refused(tmp_path: Path) -> None:
    assert codes_if_sound(ReferenceSeeds()) == known_codes(ReferenceSeeds())
    assert codes_if_sound(own(tmp_path, organisations="org_code\n")) == KnownCodes(frozenset(), frozenset())


def test_spellings_are_known_whatever_else_is_refused(tmp_path: Path) -> None:
    spellings = "export_name,column_name,value,spelling\narticles,,,信息\n"
    found = spellings_at_least(own(tmp_path, modules="", spellings=spellings))
    assert found == KnownCodes(
        frozenset(), frozenset(), spellings=frozenset({Spelling("articles", "", "", "信息")})
    )
    assert spellings_at_least(own(tmp_path, spellings="")) is None


@pytest.mark.parametrize(("text", "line"), [("", 1), ("\n\nmodule_code\n", 3)])
def test_what_a_header_lacks_is_told_where_it_stands(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(Unreadable, match=r"each of these columns once: .*module_key") as told:
        own(tmp_path, modules=text).read(BY_NAME["modules"])
    assert told.value.line == line


def test_a_column_that_may_be_absent_stands_there_once(tmp_path: Path) -> None:
    guidance = "department_code,local_org_code,valid_to,valid_to\nSZ02,510100,,\n"
    with pytest.raises(Unreadable, match=r"each of these columns once: valid_to$"):
        own(tmp_path, guidance=guidance).read(BY_NAME["guidance"])


def test_a_column_without_a_name_is_not_told_of(tmp_path: Path) -> None:
    seeds = own(tmp_path, guidance="department_code,,local_org_code,note\nSZ02,,510100,\n")
    assert seeds.read(BY_NAME["guidance"]).unread == ["note"]


def test_what_was_checked_may_be_written_anew(tmp_path: Path) -> None:
    folder = tmp_path / "of" / "a build"
    ReferenceSeeds().write(folder)
    own(tmp_path, prescribed_quantities=QUANTITIES).write(folder)
    assert (folder / "prescribed_quantities.csv").read_text(encoding="utf-8") == QUANTITIES


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


NAMED = [
    ([("1", "甲工会", "甲"), ("2", "乙工会", "乙")], {"甲工会": "1", "甲": "1", "乙工会": "2", "乙": "2"}),
    ([("1", "甲工会", "甲"), ("2", "乙工会", "甲")], {"甲工会": "1", "乙工会": "2"}),
    ([("1", "甲工会", ""), ("2", "", "乙")], {"甲工会": "1", "乙": "2"}),
    ([("1", "甲工会", "2"), ("2", "1", "乙")], {"甲工会": "1", "乙": "2"}),
    ([("1", "工会", "甲"), ("2", "工会", "工会")], {"甲": "1"}),
]


@pytest.mark.parametrize(("orgs", "means"), NAMED)
def test_a_name_means_one_code_or_none(orgs: list[tuple[str, str, str]], means: dict[str, str]) -> None:
    columns = ("org_code", "org_name", "short_name")
    rows = [Row(2, dict(zip(columns, org, strict=True))) for org in orgs]
    assert names_of_codes(rows, []) == {Spelling("", "org_code", each, name) for name, each in means.items()}


CELLS = [
    (Kind.NUMBER, "060.00", "60"),
    (Kind.NUMBER, "0.30", "0.3"),
    (Kind.NUMBER, "100", "100"),
    (Kind.NUMBER, "", ""),
    (Kind.DAY, "2020/3/1", "2020-03-01"),
    (Kind.MONTH, "2020/3/1", "2020-03-01"),
    (Kind.DAY, "", ""),
    (Kind.TEXT, "1.0", "1.0"),
]


@pytest.mark.parametrize(("kind", "cell", "written"), CELLS)
def test_a_cell_has_one_spelling(kind: Kind, cell: str, written: str) -> None:
    assert canonical(Column("cell", kind, may_be_blank=True), cell) == written


def test_without_a_folder_of_the_office_all_is_the_checkout_s() -> None:
    assert own_seeds(None) == ReferenceSeeds()


def test_what_was_copied_and_what_was_there_is_named(tmp_path: Path) -> None:
    edited = [table.file for table in EDITED]
    assert begin(tmp_path / "own") == (edited, [])
    (tmp_path / "own" / "readings.csv").unlink()
    assert begin(tmp_path / "own") == (["readings.csv"], [name for name in edited if name != "readings.csv"])


def test_templates_are_the_office_s_where_it_has_a_folder_of_them(tmp_path: Path) -> None:
    assert templates_of(ReferenceSeeds()) is None
    assert templates_of(ReferenceSeeds(tmp_path)) is None
    (tmp_path / "templates").mkdir()
    assert templates_of(own_seeds(tmp_path)) == tmp_path / "templates"
