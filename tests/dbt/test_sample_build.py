"""The sample exports, built as a newcomer builds them."""

import csv
from pathlib import Path

from tests.dbt_runs import CHECKOUT, copy_project, run_dbt

STATUSES = {
    "PASS",
    "FAIL",
    "IN_PROGRESS",
    "NOT_APPLICABLE",
    "NO_TARGET",
    "THRESHOLD_UNSET",
    "MONITOR_ONLY",
    "NO_DATA",
}
PUBLISHED = ("compliance", "indicators", "quality")


def reference(seed: str) -> list[dict]:
    path = CHECKOUT / "seeds" / "reference" / f"{seed}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_model_and_test_succeeds_without_a_warning(sample_build):
    assert sample_build.returncode == 0, sample_build.output[-4000:]
    results = sample_build.artifact("run_results")["results"]
    assert [r["unique_id"] for r in results if r["status"] not in ("success", "pass", "no-op")] == []


def test_every_status_occurs(sample_build):
    assert {
        s for (s,) in sample_build.rows("select distinct status from compliance.fct_verdicts")
    } == STATUSES


def test_the_sample_covers_the_three_years(sample_build):
    months = sample_build.rows(
        "select min(as_of_month)::varchar, max(as_of_month)::varchar from compliance.fct_verdicts"
    )
    assert months == [("2020-03-01", "2022-12-01")]


def test_every_published_table_and_column_has_a_comment(sample_build):
    without = sample_build.rows(
        f"""
        select schema_name, table_name, null from duckdb_tables()
        where schema_name in {PUBLISHED} and comment is null
        union all
        select schema_name, table_name, column_name from duckdb_columns()
        where schema_name in {PUBLISHED} and comment is null
        """
    )
    assert without == []


def test_every_published_table_but_the_refused_rows_has_a_primary_key(sample_build):
    keyed = {
        name
        for (name,) in sample_build.rows(
            "select table_name from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        )
    }
    tables = {
        n
        for (n,) in sample_build.rows(
            f"select table_name from duckdb_tables() where schema_name in {PUBLISHED}"
        )
    }
    assert tables - keyed == {"rejected_rows"}


def test_every_clause_stands_word_for_word_in_the_regulation():
    regulation = (CHECKOUT / "docs" / "regulation" / "川工办字〔2020〕16号.txt").read_text(encoding="utf-8")
    condensed = "".join(regulation.split())
    missing = [c["clause_id"] for c in reference("clauses") if "".join(c["text"].split()) not in condensed]
    assert missing == []


def test_every_article_and_item_has_its_clause():
    clauses = {c["clause_id"] for c in reference("clauses")}
    articles = {str(n) for n in range(1, 15) if n != 7}  # the regulation has no Article 7
    items = {f"8.{n}" for n in range(1, 12)} | {f"9.{n}" for n in range(1, 9)}
    assert clauses == articles | items | {"annex.1", "annex.2"}


def test_every_item_of_articles_8_and_9_has_a_requirement():
    measured = {r["clause_id"] for r in reference("requirements")}
    assert {f"8.{n}" for n in range(1, 12)} | {f"9.{n}" for n in range(1, 9)} | {"4", "5"} == measured


def test_a_report_column_says_in_words_what_its_meta_says(sample_build):
    titles = {r["requirement_id"]: r["title"] for r in reference("requirements")}
    shows = {"value": "完成值", "target": "标准值", "gap": "差额", "status": "状态"}
    nodes = sample_build.artifact("manifest")["nodes"]
    differing = [
        name
        for report in ("rpt_local_bulletin", "rpt_department_assessment")
        for name, column in nodes[f"model.gonghui.{report}"]["columns"].items()
        if (meta := column["meta"])
        and not column["description"].startswith(
            f"{titles[meta['requirement_id']]}（{meta['requirement_id']}）：{shows[meta['shows']]}"
        )
    ]
    assert differing == []


def test_a_report_row_says_what_the_verdict_says(sample_build):
    told, judged = (
        set(sample_build.rows(query))
        for query in (
            """
            select
                org_code, as_of_month,
                certified_share_value, certified_share_target, certified_share_gap, certified_share_status
            from compliance.rpt_local_bulletin
            where certified_share_status is not null
            """,
            """
            select v.org_code, v.as_of_month, v.observed, v.threshold, v.gap, l.label
            from compliance.fct_verdicts as v
            left join reference.verdict_labels as l on v.status = l.code
            where v.requirement_id = '9.2'
            """,
        )
    )
    assert told and told ^ judged == set()


def test_raw_seed_types_are_those_that_landing_writes(sample_build):
    from orchestration.landing import RAW_EXPORTS

    types = {"integer": "BIGINT", "date": "DATE", "timestamp": "TIMESTAMP"}
    landed = {
        (export.name, column.name): types.get(column.type, "VARCHAR")
        for export in RAW_EXPORTS
        for column in export.columns
        if not column.personal
    }
    names = tuple(export.name for export in RAW_EXPORTS)
    seeded = {
        (table, column): data_type
        for table, column, data_type in sample_build.rows(
            "select table_name, column_name, data_type from duckdb_columns() "
            f"where schema_name = 'raw' and table_name in {names}"
        )
    }
    assert seeded == landed


def test_invented_organizations_are_marked_as_samples():
    unmarked = [
        o["org_code"]
        for o in reference("organizations")
        if "样例" in o["org_name"] and o["is_sample"] != "true"
    ]
    assert unmarked == []


def test_no_file_of_the_sample_is_large():
    large = [p.name for p in Path(CHECKOUT / "seeds" / "raw").glob("*.csv") if p.stat().st_size > 1_000_000]
    assert large == []


def test_a_checkout_may_lie_in_a_folder_that_is_called_like_a_partition_and_a_pattern(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "year=2030" / "[1]") / "dbt_project"
    decoy = copy_project(tmp_path / "year=2030" / "1")
    for seed in (decoy / "seeds" / "reference").glob("*.csv"):
        seed.write_text(seed.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    build = run_dbt(project, tmp_path, "seed", "--select", "registration_targets")
    years = build.rows("select distinct year from reference.registration_targets order by year")
    assert years == [(2020,), (2021,), (2022,)], build.output
