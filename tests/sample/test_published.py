"""What an analyst finds who opens the published file of the sample with nothing but DuckDB."""

import csv
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.landing import RAW_EXPORTS
from orchestration.maintaining.privacy import in_database
from orchestration.publishing.publish import PUBLISHED_SCHEMAS, publish
from tests.dbt_runs import CHECKOUT, Build, InProcess, run_dbt
from tests.publishing.small import RELEASE

ANALYSES = sorted((CHECKOUT / "analyses").glob("*.sql"))

# A code, and what may stand beside it to say what it means.
NAMES = {
    "org_code": "org_name",
    "department_code": "department_name",
    "local_org_code": "local_org_name",
    "target_unit_code": "target_unit_name",
    "module_code": "module_name",
    "requirement_id": "requirement_title",
    "status": "status_label",
    "reason": "reason_label",
    "export_name": "export_label",
}
# In its own dimension a requirement is called by its title; a reason to waive is written out.
NAMED_OTHERWISE = {("dim_requirements", "requirement_id"): "title", ("dim_waivers", "reason"): "reason"}


@pytest.fixture(scope="module")
def built(sample_build: Build, tmp_path_factory) -> Build:
    """The sample; in its artifacts, the analyses are compiled."""
    compiled = run_dbt(
        CHECKOUT / "dbt_project",
        tmp_path_factory.mktemp("compiled"),
        *("compile", "--quiet", "--select", "resource_type:analysis"),
    )
    assert compiled.returncode == 0, compiled.output[-4000:]
    return replace(sample_build, target=compiled.target)


@pytest.fixture(scope="module")
def published(manifest, sample_build: Build, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("warehouse") / "gonghui.duckdb"
    publish(sample_build.database, file, RELEASE)
    return file


@pytest.fixture(scope="module")
def analyst(published) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the published file and nothing else, which is called as dbt calls its build."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}' as build (read_only); use build")
        yield connection


def answer(built: Build, analyst: duckdb.DuckDBPyConnection, analysis: str) -> list[dict[str, Any]]:
    """The rows of an analysis, by column."""
    node = built.artifact("manifest")["nodes"][f"analysis.gonghui.{analysis}"]
    asked = analyst.execute(node["compiled_code"])
    names = [name for name, *_ in asked.description]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda path: path.stem)
def test_an_analysis_answers_from_the_published_file_alone(built, analyst, analysis) -> None:
    assert len(answer(built, analyst, analysis.stem)) > 0


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda path: path.stem)
def test_no_two_rows_of_an_answer_say_the_same(built, analyst, analysis) -> None:
    rows = [tuple(row.values()) for row in answer(built, analyst, analysis.stem)]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda path: path.stem)
def test_a_published_question_gives_what_its_analysis_gives(built, published, analyst, analysis) -> None:
    with duckdb.connect(published, read_only=True) as reader:
        [(sql,)] = reader.execute(
            "select sql from quality.questions where name = ?", [analysis.stem]
        ).fetchall()
        given = reader.execute(sql).fetchall()
    assert Counter(given) == Counter(tuple(row.values()) for row in answer(built, analyst, analysis.stem))


def test_every_question_is_published_with_its_title_and_how_to_read_the_answer(built, analyst) -> None:
    exposures = built.artifact("manifest")["exposures"]
    expected = {
        (
            path.stem,
            exposures[f"exposure.gonghui.{path.stem}"]["label"],
            path.read_text(encoding="utf-8").splitlines()[0].removeprefix("-- 谁问："),
        )
        for path in ANALYSES
    }
    published = analyst.execute("select name, title, asked_by, how_to_read from quality.questions").fetchall()
    assert {(name, title, asked_by) for name, title, asked_by, _ in published} == expected
    assert [
        name for name, _, _, how in published if re.search(r"--|怎么看|select ", how) or len(how) < 10
    ] == []


def test_an_export_that_never_arrived_is_not_said_to_be_in_time(built, analyst) -> None:
    rows = answer(built, analyst, "which_requirements_rest_on_old_data")
    assert {row["days_short"] for row in rows if row["exports"] == "channel_visits"} == {None}


def test_another_reading_tells_of_members_that_would_get_a_target(built, analyst) -> None:
    rows = answer(built, analyst, "what_would_pass_under_another_reading")
    split = [row["org_name"] for row in rows if row["option"] == "equal_split"]
    [(members,)] = analyst.execute(
        "select count(*) from indicators.dim_organizations where target_unit_code <> org_code"
    ).fetchall()
    assert len(split) == members


READINGS = {
    "in force": (),
    # 9.1 has two readings, which are turned one at a time.
    "by stock and average": ("cumulative_stock", "monthly_average"),
    "by equal split": ("equal_split",),
}


# 25 in the last year, 35 in all.
FIGURES = {
    "2020": {"target_wan": "0.0005"},
    "2021": {"target_wan": "0.0005"},
    "2022": {"target_wan": "0.0025"},
}


@pytest.fixture(scope="module")
def under_readings(dbt: InProcess, tmp_path_factory) -> dict[str, Build]:
    """The sample built under each of READINGS, with annex figures so small that some meet them."""
    builds = {}
    for name, options in READINGS.items():
        folder = tmp_path_factory.mktemp("reading")
        reference = Path(shutil.copytree(CHECKOUT / "seeds" / "reference", folder / "reference"))
        edit(
            reference / "registration_targets.csv", lambda rows: [row | FIGURES[row["year"]] for row in rows]
        )
        edit(reference / "readings.csv", partial(turned, options=options))
        build = dbt.build(
            folder,
            *("--select", "+fct_verdicts", *DIMENSIONS, "--exclude", "resource_type:test"),
            variables={"reference_dir": str(reference)},
        )
        assert build.returncode == 0, build.output[-4000:]
        builds[name] = build
    return builds


DIMENSIONS = ("+dim_readings", "+dim_organizations", "+dim_registration_targets")

Rows = list[dict[str, str]]


def turned(rows: Rows, options: tuple[str, ...]) -> Rows:
    """The readings with these options in force in the place of their alternatives."""
    readings = {row["reading_id"] for row in rows if row["option"] in options}
    return [
        row | {"is_active": str(row["option"] in options).lower()} if row["reading_id"] in readings else row
        for row in rows
    ]


def edit(seed: Path, change: Callable[[Rows], Rows]) -> None:
    with seed.open(encoding="utf-8", newline="") as file:
        rows = change(list(csv.DictReader(file)))
    with seed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("option", "reading", "requirement"),
    [
        ("cumulative_stock", "by stock and average", "9.1"),
        ("monthly_average", "by stock and average", "9.5"),
        ("equal_split", "by equal split", "9.1"),
    ],
)
def test_another_reading_tells_what_a_build_under_it_does(
    built, under_readings, option, reading, requirement
) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{under_readings['in force'].database}' as build (read_only); use build")
        told = {
            row["org_name"]: (row["would_meet"], row["would_count"], row["would_ask_for"])
            for row in answer(built, connection, "what_would_pass_under_another_reading")
            if row["option"] == option
        }
    verdicts = (
        "select org_name, status, numerator, threshold * coalesce(denominator, 1) "
        "from compliance.fct_verdicts "
        f"where as_of_month = date '2022-12-01' and requirement_id = '{requirement}'"
    )
    statuses = {org: status for org, status, *_ in under_readings["in force"].rows(verdicts)}
    changed = {
        org: (status == "PASS", numerator, asked)
        for org, status, numerator, asked in under_readings[reading].rows(verdicts)
        if status in ("PASS", "FAIL") and status != statuses[org]
    }
    assert changed != {}
    assert told == changed


def test_no_reading_gives_a_target_to_a_year_that_has_none(built, published, tmp_path) -> None:
    later = shutil.copy(published, tmp_path)
    Path(later).chmod(0o600)
    with duckdb.connect() as analyst:
        analyst.execute(f"attach '{later}' as build; use build")
        analyst.execute("update compliance.fct_verdicts set as_of_month = as_of_month + interval 3 year")
        rows = answer(built, analyst, "what_would_pass_under_another_reading")
    assert {row["reading_id"] for row in rows} == {"9.5.year"}


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda path: path.stem)
def test_an_analysis_says_who_asks_and_how_to_read_the_answer(analysis) -> None:
    first, second, *_ = analysis.read_text(encoding="utf-8").splitlines()
    assert (first[:6], second[:7]) == ("-- 谁问：", "-- 怎么看：")


def test_the_office_asks_at_least_ten_questions() -> None:
    assert len(ANALYSES) >= 10


def published_tables(analyst: duckdb.DuckDBPyConnection) -> dict[str, dict[str, tuple[str, str]]]:
    """By table, with its schema, and column: the type and the comment."""
    tables: dict[str, dict[str, tuple[str, str]]] = {}
    for schema, table, column, data_type, comment in analyst.execute(
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() "
        "where database_name = 'build'"
    ).fetchall():
        tables.setdefault(f"{schema}.{table}", {})[column] = (data_type, comment)
    return tables


def test_a_newcomer_is_told_of_every_table(analyst) -> None:
    told = {name for (name,) in analyst.execute("select table_name from quality.start_here").fetchall()}
    assert told == published_tables(analyst).keys()


def test_every_first_query_runs_and_shows_something(analyst) -> None:
    rows = analyst.execute("select table_name, example from quality.start_here").fetchall()
    empty = {table for table, example in rows if not analyst.execute(example).fetchall()}
    # The ledger is shipped empty, the sample has no unknown spelling, and a first release revises nothing.
    assert empty == {"compliance.dim_waivers", "quality.unknown_spellings", "quality.revised_verdicts"}


def test_every_code_has_a_name_beside_it(analyst) -> None:
    nameless = [
        f"{table}.{column}"
        for table, columns in published_tables(analyst).items()
        for column in columns.keys() & NAMES.keys()
        if NAMED_OTHERWISE.get((table.split(".")[1], column), NAMES[column]) not in columns
    ]
    assert nameless == []


def test_every_comment_begins_in_chinese(analyst) -> None:
    comments = [
        (f"{table}.{column}", comment)
        for table, columns in published_tables(analyst).items()
        for column, (_, comment) in columns.items()
    ] + analyst.execute(
        "select table_name, comment from duckdb_tables() where database_name = 'build'"
    ).fetchall()
    assert [name for name, comment in comments if not re.match(r"[\u4e00-\u9fff]", comment or "")] == []


def test_days_and_months_are_dates(analyst) -> None:
    strange = [
        f"{table}.{column} {data_type}"
        for table, columns in published_tables(analyst).items()
        for column, (data_type, _) in columns.items()
        if re.search(r"(_on|(?<!_in)_month|_date|^month_\w+)$", column) and data_type != "DATE"
    ]
    assert strange == []


def test_cities_stand_as_the_annex_has_them_and_clauses_by_number(published) -> None:
    with (CHECKOUT / "seeds" / "reference" / "registration_targets.csv").open(encoding="utf-8") as file:
        annex = list(dict.fromkeys(row["target_unit_code"] for row in csv.DictReader(file)))
    with duckdb.connect(published, read_only=True) as reader:
        cities = reader.execute(
            "select org_code from compliance.rpt_local_bulletin "
            "where org_type = 'city' and as_of_month = date '2022-12-01'"
        ).fetchall()
        clauses = reader.execute(
            "select requirement_id from compliance.fct_verdicts where as_of_month = date '2022-12-01' "
            "and org_code = 'CY01' and role = 'department'"
        ).fetchall()
    assert [code for (code,) in cities] == [code for code in annex if code.startswith("51")]
    assert [code for (code,) in clauses] == [
        *("4.business_usage", "4.business_completion", "8.1"),
        *("8.2.external_meetings", "8.2.internal_meetings"),
        *("8.3.documents", "8.3.notices", "8.3.information_reports"),
        *("8.4.documents", "8.4.proposals", "8.4.petitions"),
        *("8.5", "8.6", "8.7", "8.8", "8.9", "8.10.benefits", "8.10.activities", "8.11"),
    ]


def test_a_share_is_a_decimal_and_says_so(analyst) -> None:
    shares = analyst.execute("""
        select min(observed), max(observed), max(threshold) from compliance.fct_verdicts where unit = '比例'
    """).fetchone()
    assert (shares[0] >= 0, shares[1] <= 1, shares[2] <= 1) == (True, True, True)


def test_every_share_of_a_report_says_that_it_is_a_decimal(analyst) -> None:
    shares = {
        title
        for (title,) in analyst.execute(
            "select format('{}（{}）', title, requirement_id) from compliance.dim_requirements "
            "where unit = '比例'"
        ).fetchall()
    }
    silent = [
        f"{table}.{column}"
        for table, columns in published_tables(analyst).items()
        for column, (_, comment) in columns.items()
        if column.endswith(("_value", "_target"))
        and comment.split("：")[0] in shares
        and "小数，0.9 即 90%" not in comment
    ]
    assert silent == []


def test_an_export_is_labelled_as_its_files_are_called(built) -> None:
    labels = dict(built.rows("select code, label from reference.quality_labels where kind = 'export'"))
    assert labels == {export.name: export.chinese for export in RAW_EXPORTS}


def test_every_reason_to_refuse_a_row_is_labelled(analyst) -> None:
    unlabelled = (
        "select count(*) from quality.rejected_rows where reason_label is null or export_label is null"
    )
    assert analyst.execute(unlabelled).fetchone() == (0,)


def test_nothing_published_looks_personal(published) -> None:
    assert in_database(published) == []


def test_only_the_published_schemas_are_there(analyst) -> None:
    assert {name.split(".")[0] for name in published_tables(analyst)} == set(PUBLISHED_SCHEMAS)
