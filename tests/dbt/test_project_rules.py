"""Rules of the house that hold for the SQL itself."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import expressions as exp

from tests.dbt_runs import CHECKOUT, Build, InProcess, copy_project, run_dbt

PROJECT = CHECKOUT / "dbt_project"
SQL_FILES = sorted(
    [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("macros/*.sql"), *PROJECT.glob("tests/**/*.sql")]
)


@pytest.fixture(scope="module")
def compiled(manifest: dict[str, Any]) -> dict[str, exp.Expression]:
    """Every model's compiled SQL, parsed."""
    return {
        node["name"]: sqlglot.parse_one(node["compiled_code"], dialect="duckdb")
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }


def test_every_case_has_an_else(compiled):
    without = [
        f"{name}: {case.sql(dialect='duckdb')[:80]}"
        for name, tree in compiled.items()
        for case in tree.find_all(exp.Case)
        if case.args.get("default") is None
    ]
    assert without == []


def test_every_distinct_says_why():
    silent = [
        f"{path.name}:{number}"
        for path in SQL_FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\bselect distinct\b", line) and "--" not in line
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a year", r"\b20[12]\d\b"),
        ("a threshold", r"0\.[3-9]\b|>=? *(50|10)\b"),
        ("a module", r"'(TY|YW)\d\d'|external_meetings|petitions"),
        ("an organization", r"'(SZ|ZS|CY|QT)\d\d'|'51\d{4}'"),
        ("the clock", r"current_date|current_timestamp|\bnow\(\)|random\("),
        ("a cast by ::", r"::"),
    ],
)
def test_no_model_or_macro_spells(what, pattern):
    files = [p for p in SQL_FILES if "models" in p.parts or "macros" in p.parts]
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "syntax", [r"\bqualify\b", r"\bexclude\b", r"generate_series", r"union all by name", r"//"]
)
def test_engine_specific_syntax_stays_in_portable_sql_and_the_loading_of_files(syntax):
    elsewhere = [
        f"{path.name}:{number}"
        for path in SQL_FILES
        if path.name not in ("portable.sql", "load_seed.sql")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(syntax, line)
    ]
    assert elsewhere == []


@pytest.fixture(scope="module")
def raw(tmp_path_factory) -> Build:
    """Two raw seeds written anew, loaded by dbt: the columns of one in another order, the other lacks one."""
    folder = tmp_path_factory.mktemp("raw")
    seeds = copy_project(folder) / "seeds" / "raw"
    (seeds / "new_members.csv").write_text(
        'channel,joined_on,org_code,member_id\nplatform,2021-02-03,510300,"M,1"\noffline,2021-03-04,510100,M2\n',
        encoding="utf-8",
    )
    (seeds / "new_unions.csv").write_text("union_id,org_code,union_name,channel\n", encoding="utf-8")
    return run_dbt(folder / "dbt_project", folder, "seed", "--select", "new_members", "new_unions")


def test_a_raw_csv_with_its_columns_in_another_order_loads_right(raw: Build):
    assert raw.rows(
        "select member_id, org_code, joined_on::varchar, channel from raw.new_members order by 1"
    ) == [
        ("M,1", "510300", "2021-02-03", "platform"),
        ("M2", "510100", "2021-03-04", "offline"),
    ]


def test_a_raw_csv_without_a_column_fails_by_its_name(raw: Build):
    assert raw.returncode == 1
    assert 'does not have a column named "founded_on"' in raw.output


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """The reference seeds, to be edited."""
    return Path(shutil.copytree(CHECKOUT / "seeds" / "reference", tmp_path / "reference"))


def test_a_reference_seed_loads_as_editors_and_spreadsheets_leave_it(
    dbt: InProcess, reference: Path, tmp_path: Path
):
    (reference / "readings.csv").write_bytes(
        "\ufeffreading_id,clause_id,option,is_active,rationale,decided_on\n"
        "r,9.1,one,TRUE,理由,2020/3/5\r\n,,,,,\r\nr,9.1,two,false,,\n".encode()
    )
    build = loaded(dbt, reference, tmp_path, "readings")
    assert build.rows(
        "select option, is_active, decided_on::varchar from reference.readings order by option"
    ) == [
        ("one", True, "2020-03-05"),
        ("two", False, None),
    ]


def test_a_row_whose_code_begins_like_a_comment_is_loaded(dbt: InProcess, reference: Path, tmp_path: Path):
    columns = "org_code,requirement_id,month_from,month_to,reason,approved_by,expires_on"
    rest = "9.2,2021-01-01,2021-12-01,机构合并,领导小组,2099-12-31"
    (reference / "waivers.csv").write_text(f"{columns}\n900300,{rest}\n#1,{rest}\n", encoding="utf-8")
    build = loaded(dbt, reference, tmp_path, "waivers")
    assert build.rows("select org_code from reference.waivers order by 1") == [("#1",), ("900300",)]


def loaded(dbt: InProcess, reference: Path, folder: Path, seed: str) -> Build:
    """A build of one reference seed alone."""
    selection = ("--select", seed, "--resource-type", "seed")
    build = dbt.build(folder, *selection, variables={"reference_dir": str(reference)})
    assert build.returncode == 0, build.output[-2000:]
    return build


def test_an_org_that_the_office_removes_stops_nothing(dbt: InProcess, reference: Path, tmp_path: Path):
    for name in ("organizations", "guidance"):
        seed = reference / f"{name}.csv"
        lines = seed.read_text(encoding="utf-8").splitlines()
        seed.write_text("\n".join(line for line in lines if "QT02" not in line), encoding="utf-8")
    build = dbt.build(tmp_path, variables={"reference_dir": str(reference)})
    assert build.returncode == 0, build.output[-3000:]
    assert [*build.warnings] == ["relationships_int_measures_by_month_org_code__org_code__ref_organizations_"]


def test_a_requirement_that_the_office_adds_is_rows_in_the_seeds(
    dbt: InProcess, reference: Path, tmp_path: Path
):
    for name, row in (
        ("requirements", "9.7.more,9.7,local,普惠服务数量（加码）,count,个,regulation,,,false,2021-05-31,"),
        ("thresholds", "9.7.more,2021,,20,9.7"),
        ("requirement_measures", "9.7.more,,,benefit_services,,year_to_date"),
    ):
        with (reference / f"{name}.csv").open("a", encoding="utf-8") as seed:
            seed.write(row + "\n")
    build = dbt.build(tmp_path, variables={"reference_dir": str(reference)})
    assert build.returncode == 0, build.output[-3000:]
    assert build.warnings.keys() == {
        "reports_show_every_requirement",
        "requirements_are_in_force_from_the_day_of_issue",
        "clause_9_7_sets_the_threshold",
    }
    assert build.rows(
        "select min(as_of_month)::varchar, min(threshold)::integer, max(threshold)::integer "
        "from compliance.fct_verdicts where requirement_id = '9.7.more'"
    ) == [("2021-05-01", 20, 20)]


def test_a_reference_seed_from_before_a_column_was_added_loads(
    dbt: InProcess, reference: Path, tmp_path: Path
):
    (reference / "guidance.csv").write_text("department_code,local_org_code\nSZ02,510100\n", "utf-8")
    build = loaded(dbt, reference, tmp_path, "guidance")
    assert build.rows("select * from reference.guidance") == [("SZ02", "510100", None, None)]


def test_a_wrong_annex_figure_is_noticed_by_the_control_totals(
    dbt: InProcess, reference: Path, tmp_path: Path
):
    targets = reference / "registration_targets.csv"
    targets.write_text(
        targets.read_text(encoding="utf-8").replace("510100,2020,60", "510100,2020,61"), encoding="utf-8"
    )
    selection = ("--select", "annex_totals_match", "annex_totals", "registration_targets")
    build = dbt.build(tmp_path, *selection, variables={"reference_dir": str(reference)})
    assert build.warnings == {"annex_totals_match": 3}
