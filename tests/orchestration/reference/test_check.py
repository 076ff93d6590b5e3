"""Each rule of the reference seeds (contract §3): the shipped pass, a spoilt one is named with its line."""

import csv
import shutil

import pytest

from orchestration import reference
from orchestration.home import CHECKOUT, REFERENCE_SEEDS
from orchestration.reference import ReferenceRefused, ReferenceSeeds
from orchestration.reference.tables import TABLES
from tests.checkouts import Seeds


def faults(seeds: Seeds) -> list[str]:
    try:
        reference.check(ReferenceSeeds(shipped=seeds.folder))
    except ReferenceRefused as refused:
        return [str(fault) for fault in refused.faults]
    return []


def test_the_shipped_seeds_pass() -> None:
    assert reference.check(ReferenceSeeds()) == []


def test_the_invented_factors_of_the_sample_are_as_sound_as_an_office_s(seeds: Seeds) -> None:
    for name in ("factors", "factor_weights"):
        shutil.copyfile(CHECKOUT / "seeds" / "sample" / f"sample_{name}.csv", seeds.path(name))
    assert reference.check(ReferenceSeeds(shipped=seeds.folder)) == []


def test_every_shipped_seed_is_checked() -> None:
    assert {path.stem for path in REFERENCE_SEEDS.glob("*.csv")} == {table.name for table in TABLES}


ADDED = [
    ("organizations", "510300,又一自贡,自贡,city,false,true,510300,,,,false", "org_code occur again after l"),
    ("organizations", "999,新,新,village,false,true,,,,,false", "org_type is 'village': expected one of"),
    ("organizations", "999,新,新,city,maybe,true,,,,,false", "is_department is 'maybe': expected true"),
    ("organizations", "999,新,新,city,false,true,510301,,,,false", "target_unit_code is '510301': expected"),
    ("organizations", "999,新,新,city,false,true,,2021.3.1,,,false", "channel_opened_on is '2021.3.1': expe"),
    ("organizations", "999,新,新,city,false,true,,2021-02-30,,,false", "channel_opened_on is '2021-02-30'"),
    ("organizations", "999,,新,city,false,true,,,,,false", "org_name is '': expected text on one line; it m"),
    ("organizations", "999,新,新,city,false,true,,", "the row has more or fewer cells than the header"),
    ("organizations", "999 ,新,新,city,false,true,,,,,false", "org_code is '999 ': expected no white space"),
    ("modules", "YW99,,新模块,private,true", "category is 'private': expected one of general, business"),
    ("modules", "YW99,documents,新模块,general,true", "module_key 'documents' stands on an earlier row to"),
    ("clauses", "9.1,第九条,（一）,重复", "clause_id occur again"),
    ("clauses", "9.99,第九条,（九）,", "text is '': expected text; it must not be blank"),
    ("requirements", "9.9,9.99,local,新,count,人,regulation,,,false,2020-03-20,", "clause_id is '9.99': exp"),
    ("requirements", "9.9,9.8,city,新,count,人,none,,,false,2020-03-20,", "role is 'city': expected one"),
    ("requirements", "9.9,9.8,local,新,share,人,none,,,false,2020-03-20,", "kind is 'share': expected one"),
    ("thresholds", "9.99,2020,,0.9,9.2", "requirement_id is '9.99': expected one that"),
    ("thresholds", "9.1,2020,,0.9,9.1", "9.1 takes its target from 'annex': remove the row"),
    ("registration_targets", "510100,20,5", "year is '20': expected a year from 2000 to 2099"),
    ("registration_targets", "510100,2020,5", "target_unit_code, year occur again"),
    ("registration_targets", "510199,2023,5", "target_unit_code is '510199': expected one that"),
    ("registration_targets", "510100,2023,0.0", "target_wan is '0.0': expected a number above 0"),
    ("registration_targets", "510100,2023,十", "target_wan is '十': expected a plain decimal number"),
    ("registration_targets", "510100,2023,0.00001", "target_wan is '0.00001': expected at most 4 decimals"),
    ("prescribed_quantities", "8.9,510100,2020,5,", "org_code is '510100': expected one whose is_departme"),
    ("prescribed_quantities", "8.9,SZ99,2020,5,", "org_code is 'SZ99': expected one that organizations.cs"),
    ("prescribed_quantities", "8.9,*,2020,-5,", "quantity is '-5': expected a number that is not"),
    ("prescribed_quantities", "8.9,*,2020,1.00001,", "quantity is '1.00001': expected at most 4 decimals"),
    ("prescribed_quantities", "9.7,*,2020,5,", "9.7 takes no prescribed quantity: expected one of 8.9, 8."),
    ("guidance", "510100,510300,,", "department_code is '510100': expected one whose is_department is true"),
    ("guidance", "SZ02,SZ03,,", "local_org_code is 'SZ03': expected one whose is_local is true"),
    ("guidance", "SZ02,510100,,", "SZ02 guides 510100 on the same days in line 2: end one"),
    ("readings", "9.1.basis,9.1,both,false,,,,", "option is 'both': expected one of annual_new, cumulative_"),
    ("measures", "new,payroll,新", "export_name is 'payroll': expected one of registered_users"),
    ("requirement_measures", "9.9,,,users_active,,to_date", "requirement_id is '9.9': expected one that"),
    ("requirement_sources", "8.5,9.99", "source_requirement_id is '9.99': expected one that"),
    ("annex_totals", "annex.3,,,5", "clause_id is 'annex.3': expected one that"),
    ("waivers", "510399,9.2,2021-01-01,2021-06-01,因,处,2029-12-31", "org_code is '510399': expecte"),
    ("waivers", "510300,9.9,2021-01-01,2021-06-01,因,处,2029-12-31", "requirement_id is '9.9': expe"),
    ("waivers", "510300,9.2,2021-01,2021-06-01,因,处,2029-12-31", "month_from is '2021-01': expecte"),
    ("waivers", "510300,9.2,2021-01-01,2021-06-30,因,处,2029-12-31", "month_to is '2021-06-30': exp"),
    ("waivers", "510300,9.2,2021-01-01,2021-13-01,因,处,2029-12-31", "month_to is '2021-13-01': exp"),
    ("waivers", "510300,9.2,2021-01-01,2021-06-01,,某处,2021-12-31", "reason is '': expected text; "),
    ("waivers", "510300,9.2,2021-01-01,2021-06-01,因,,2021-12-31", "approved_by is '': expected te"),
    ("waivers", "510300,9.2,2021-01-01,2021-06-01,理由,某处,", "expires_on is '': expected a date"),
    ("waivers", "510300,9.2,2021-06-01,2021-05-01,因,处,2029-12-31", "month_to is before month_from"),
    ("waivers", "510300,8.1,2021-01-01,2021-06-01,因,处,2029-12-31", "510300 is not judged on 8.1: "),
    ("waivers", "QT00,9.2,2021-01-01,2021-06-01,因,处,2029-12-31", "QT00 is not judged on 9.2: corr"),
    ("spellings", "visits,,,访问", "export_name is 'visits': expected one of registered_users"),
    ("spellings", ",,,访问", "another NAME needs export_name"),
    ("spellings", "articles,,,办件", "spelling '办件' means 'workflow_items' already"),
    ("spellings", "articles,colour,,颜色", "column_name is 'colour': expected a landed column of articles"),
    ("spellings", "articles,title,,发布时间", "spelling '发布时间' means 'published_at' already"),
    ("spellings", "articles,title,某稿,稿", "value is '某稿'"),
    ("spellings", ",status,finished,完成", "value is 'finished'"),
    ("spellings", ",channel,offline,平台", "spelling '平台' means 'platform' already"),
    ("spellings", ",org_code,510100,510300", "spelling '510300' means '510300' already"),
    ("spellings", ",org_code,QT99,其他", "value is 'QT99'"),
    ("spellings", ",org_code,510100,暂无", "spelling is '暂无', which counts as blank"),
    ("verdict_labels", "WAIVED,colour,豁免", "kind is 'colour': expected one of status, reason"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "message"), ADDED)
def test_a_row_that_breaks_a_rule_is_named_with_file_and_line(
    seeds: Seeds, name: str, row: str, message: str
) -> None:
    line = seeds.add(name, row)
    assert any(fault.startswith(f"{name}.csv:{line}: {message}") for fault in faults(seeds))


EDITED = [
    (
        "thresholds",
        "9.2,2021,2021,0.6",
        "9.2,2021,2021,60",
        "threshold is '60': 9.2 is a share, expected 0 to 1",
    ),
    (
        "thresholds",
        "9.2,2021,2021,0.6",
        "9.2,2021,2021,-0.6",
        "threshold is '-0.6': expected a number that is not",
    ),
    (
        "thresholds",
        "9.2,2021,2021,0.6",
        "9.2,2021,2021,0.60001",
        "threshold is '0.60001': expected at most 4",
    ),
    ("thresholds", "9.2,2021,2021", "9.2,2020,2021", "9.2 overlaps an earlier row in 2020"),
    ("thresholds", "9.2,2020,2020", "9.2,2021,2020", "9.2 ends in 2020, before it begins in 2021"),
    ("thresholds", "9.2,2022,,", "9.2,2023,,", "9.2 has a gap: no row covers 2022"),
    ("thresholds", "9.2,2022,,", "9.2,2022,2022,", "9.2 ends in 2022: leave year_to of its last row blank"),
    ("thresholds", "9.7,2020,", "9.7,2021,", "9.7 begins in 2021: expected 2020 or earlier"),
    ("thresholds", "9.7,2020,,10,9.7", "9.7,2020,,10,9.99", "clause_id is '9.99': expected one that"),
    ("readings", "cumulative_stock,false", "cumulative_stock,true", "9.1.basis has a second active option"),
    ("readings", "annual_new,true", "annual_new,false", "9.1.basis has no active option"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), EDITED)
def test_an_edit_that_breaks_a_rule_is_named_with_file_and_line(
    seeds: Seeds, name: str, old: str, new: str, message: str
) -> None:
    line = seeds.edit(name, old, new)
    assert [fault[: len(f"{name}.csv:{line}: {message}")] for fault in faults(seeds)] == [
        f"{name}.csv:{line}: {message}"
    ]


ACCEPTED = [
    ("thresholds", "9.2,2021,2021,0.6", "9.2,2021,2021,0.6000"),
    ("thresholds", "9.2,2020,2020,0.3", "9.2,2019,2020,0"),
    ("thresholds", "9.7,2020,,10,", "9.7,2020,,100000,"),
    ("organizations", "city,false,true,510300", "city,FALSE,TRUE,510300"),
]


@pytest.mark.parametrize(("name", "old", "new"), ACCEPTED)
def test_another_spelling_of_a_sound_value_passes(seeds: Seeds, name: str, old: str, new: str) -> None:
    seeds.edit(name, old, new)
    assert faults(seeds) == []


def test_the_other_reading_can_be_chosen(seeds: Seeds) -> None:
    seeds.edit("readings", "annual_new,true", "annual_new,false")
    seeds.edit("readings", "cumulative_stock,false", "cumulative_stock,true")
    assert faults(seeds) == []


def test_a_quantity_can_be_prescribed(seeds: Seeds) -> None:
    seeds.add("prescribed_quantities", "8.9,*,2021,24,川工办〔2021〕1号")
    assert faults(seeds) == []


WAIVER = "510300,9.2,2021/1/1,2021-06-01,机构合并,领导小组办公室,2021-12-31"


def test_a_verdict_can_be_waived(seeds: Seeds) -> None:
    seeds.add("waivers", WAIVER)
    seeds.add("waivers", "QT00,9.1,2021-01-01,2021-06-01,机构合并,领导小组办公室,2021-12-31")
    seeds.add("waivers", "510300,9.2,2021-07-01,2021-07-01,机构合并,领导小组办公室,2021-12-31")
    assert faults(seeds) == []


@pytest.mark.parametrize("month", ["2021-01-01", "2021-06-01"])
def test_a_verdict_is_waived_once(seeds: Seeds, month: str) -> None:
    line = seeds.add("waivers", WAIVER)
    second = seeds.add("waivers", f"510300,9.2,{month},2021-09-01,又一理由,领导小组办公室,2021-12-31")
    assert [fault.split(" in ")[0] for fault in faults(seeds)] == [
        f"waivers.csv:{second}: 510300 has another waiver of 9.2"
    ], f"beside line {line}"


def test_a_byte_order_mark_is_no_fault(seeds: Seeds) -> None:
    path = seeds.path("thresholds")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert faults(seeds) == []


def test_columns_may_stand_in_any_order(seeds: Seeds) -> None:
    seeds.write("prescribed_quantities", ["document,year,org_code,requirement_id,quantity", ",2021,*,8.9,24"])
    assert faults(seeds) == []


def test_a_file_that_is_not_utf8_is_named(seeds: Seeds) -> None:
    seeds.path("modules").write_bytes("module_code,模块".encode("gb18030"))
    assert faults(seeds)[0] == "modules.csv:1: the file is not UTF-8: save it again as CSV UTF-8"


def test_a_missing_file_is_named(seeds: Seeds) -> None:
    seeds.path("guidance").unlink()
    assert faults(seeds) == [
        "guidance.csv:1: the file is missing: restore it, every reference seed is needed"
    ]


def test_a_missing_column_is_named(seeds: Seeds) -> None:
    seeds.write("guidance", ["department_code,org", "SZ02,510100"])
    assert faults(seeds) == [
        "guidance.csv:1: the header must have each of these columns once: local_org_code"
    ]


@pytest.mark.parametrize("name", ["organizations", "guidance", "readings"])
def test_a_file_from_before_a_column_was_added_passes(seeds: Seeds, name: str) -> None:
    dated = ("opened_on", "closed_on", "valid_from", "valid_to")
    rows = list(csv.reader(seeds.lines(name)))
    kept = [number for number, column in enumerate(rows[0]) if column not in dated]
    assert len(kept) == len(rows[0]) - 2
    seeds.write(name, [",".join(row[number] for number in kept) for row in rows])
    assert faults(seeds) == []


def test_a_quote_never_closed_is_named_with_its_line(seeds: Seeds) -> None:
    line = seeds.add("guidance", 'SZ02,"510100')
    assert faults(seeds)[0].startswith(f"guidance.csv:{line}: not a CSV record")


def test_lines_are_counted_through_cells_that_hold_several(seeds: Seeds) -> None:
    seeds.add("clauses", '9.8,第九条,（八）,"两行\n文字"')
    line = len(seeds.lines("clauses"))
    seeds.add("clauses", "9.99,第九条,（九）,")
    assert [fault.split(": ")[0] for fault in faults(seeds)] == [
        f"clauses.csv:{line - 1}",
        f"clauses.csv:{line + 1}",
    ]


def test_a_requirement_without_threshold_is_named(seeds: Seeds) -> None:
    seeds.remove("thresholds", "9.8,")
    assert faults(seeds) == ["thresholds.csv:1: 9.8 has no row: add one from 2020 on"]


def test_a_reading_without_one_of_its_options_is_named(seeds: Seeds) -> None:
    seeds.remove("readings", "9.5.year,9.5,monthly_average")
    assert faults(seeds) == [
        "readings.csv:1: 9.5.year has no row for option monthly_average: add it, with is_active true or false"
    ]


@pytest.mark.parametrize(
    ("row", "spoilt", "fault"),
    [
        ("9.7,2020,,10,9.7", "9.7,2020,,0.9,9.7", "9.7 is a count, expected 1 or more"),
        ("8.1,2020,,1,8.1", "8.1,2020,,100,8.1", "8.1 is a share, expected 0 to 1"),
    ],
)
def test_a_threshold_outside_its_unit_is_named(seeds: Seeds, row: str, spoilt: str, fault: str) -> None:
    seeds.edit("thresholds", row, spoilt)
    [only] = faults(seeds)
    assert only.startswith("thresholds.csv:") and fault in only


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("guidance", ",,,"),
        ("registration_targets", "510100,2023,5"),
        ("organizations", "511200,某市总工会,某市,city,false,true,,2021/3/1,,,false"),
        ("prescribed_quantities", "8.9,*,2021,24,"),
    ],
)
def test_what_a_spreadsheet_leaves_is_no_fault(seeds: Seeds, name: str, row: str) -> None:
    seeds.add(name, row)
    assert faults(seeds) == []


def test_all_faults_of_all_files_are_told_at_once(seeds: Seeds) -> None:
    seeds.edit("thresholds", "9.2,2021,2021,0.6", "9.2,2021,2021,60")
    seeds.add("guidance", "SZ02,999999,,")
    seeds.path("modules").unlink()
    assert [fault.split(":")[0] for fault in faults(seeds)] == [
        "guidance.csv",
        "modules.csv",
        "thresholds.csv",
    ]


@pytest.mark.parametrize("name", ["line", "sound", "note"])
def test_a_column_of_the_office_s_own_may_have_any_name(seeds: Seeds, name: str) -> None:
    header, *rows = seeds.lines("clauses")
    seeds.write("clauses", [f"{header},{name}", *(f"{row},x" for row in rows)])
    assert faults(seeds) == []
