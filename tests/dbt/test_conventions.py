"""The dbt project keeps its conventions, and each convention notices when it is broken.

dbt-bouncer holds them, by conventions/dbt-bouncer.yml; here it is run over dbt's artifacts, whole and spoilt.
"""

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import sqlglot
import yaml
from dbt_bouncer import run_bouncer
from sqlglot import expressions as exp
from sqlglot.optimizer.scope import traverse_scope

from orchestration.explaining import explain
from orchestration.publishing.publish import PUBLISHED_SCHEMAS
from tests.dbt_runs import CHECKOUT, copy_project, run_dbt

CONVENTIONS = Path(__file__).parent / "conventions"
CONFIG = yaml.safe_load((CONVENTIONS / "dbt-bouncer.yml").read_text(encoding="utf-8"))
CATEGORIES = ("manifest_checks", "catalog_checks")

Artifact = dict[str, Any]
Broken = set[tuple[str, str]]
"""The conventions broken: the check, and the name of what breaks it."""


@pytest.fixture(scope="module")
def manifest_and_catalog(documented: Path) -> tuple[Artifact, Artifact]:
    manifest, catalog = (
        json.loads(documented.with_name(f"{name}.json").read_text()) for name in ("manifest", "catalog")
    )
    # dbt's own macros are most of it, and of no concern here.
    ours = {key: macro for key, macro in manifest["macros"].items() if macro["package_name"] == "gonghui"}
    return manifest | {"macros": ours}, catalog


@pytest.fixture
def artifacts(manifest_and_catalog) -> tuple[Artifact, Artifact]:
    """A copy to spoil."""
    return deepcopy(manifest_and_catalog)


@pytest.fixture
def broken(tmp_path, monkeypatch) -> Callable[..., Broken]:
    """Run dbt-bouncer over a manifest and a catalog."""
    monkeypatch.setenv("HOME", str(tmp_path))  # it keeps a cache of configurations there

    def run(artifacts: tuple[Artifact, Artifact], config: dict[str, Any] = CONFIG) -> Broken:
        for name, artifact in zip(("manifest", "catalog"), artifacts, strict=True):
            (tmp_path / f"{name}.json").write_text(json.dumps(artifact), encoding="utf-8")
        here = {"custom_checks_dir": str(CONVENTIONS), "dbt_artifacts_dir": str(tmp_path)}
        file, results = tmp_path / "dbt-bouncer.yml", tmp_path / "results.json"
        file.write_text(yaml.safe_dump(config | here), encoding="utf-8")
        run_bouncer(config_file=file, output_file=results)
        return {
            (result["check_run_id"].split(":")[0], result["unique_id"].split(".")[-1])
            for result in json.loads(results.read_text(encoding="utf-8"))
            if result["outcome"] != "success"
        }

    return run


def waivers() -> Iterator[tuple[str, str, str]]:
    """Each waiver: the category and name of its check, and the path that it lets pass."""
    for category in CATEGORIES:
        for check in CONFIG[category]:
            for path in check.get("exclude", []):
                yield category, check["name"], path


def test_the_project_keeps_its_conventions(artifacts, broken) -> None:
    assert broken(artifacts) == set()


def test_every_waiver_is_still_needed(artifacts, broken) -> None:
    unwaived = {
        category: [
            {key: value for key, value in check.items() if key != "exclude"} for check in CONFIG[category]
        ]
        for category in CATEGORIES
    }
    needed = {(name, spelled(resource)) for name, resource in broken(artifacts, unwaived)}
    assert {(name, spelled(Path(path.strip("^$")).name)) for _, name, path in waivers()} == needed


def spelled(name: str) -> str:
    """A model as its file is called, a materialization or a macro of an engine as the file that has it."""
    if name.startswith("spark__") or name.endswith("_spark"):
        return "spark"
    files = {"seed": "load_seed", "table": "create_table"}
    materialized = name.removeprefix("materialization_").removesuffix("_duckdb")
    return files.get(materialized, name.removesuffix(r"\.sql"))


# Tests of the tests: each of these spoils one thing, and one convention must notice.


def node(manifest: Artifact, name: str) -> Artifact:
    return next(
        each
        for key, each in manifest["nodes"].items()
        if key.split(".")[:3:2] in (["model", name], ["seed", name])
    )


def reads(reader: str, read: str) -> Callable[[Artifact, Artifact], None]:
    def spoil(manifest: Artifact, _: Artifact) -> None:
        node(manifest, reader)["depends_on"]["nodes"].append(node(manifest, read)["unique_id"])

    return spoil


def has(resource: str, **properties: Any) -> Callable[[Artifact, Artifact], None]:
    def spoil(manifest: Artifact, _: Artifact) -> None:
        found = manifest["exposures"].get(f"exposure.gonghui.{resource}") or node(manifest, resource)
        found.update(properties)

    return spoil


def loses_its_tests(model: str, *of_kind: str) -> Callable[[Artifact, Artifact], None]:
    def spoil(manifest: Artifact, _: Artifact) -> None:
        for each in manifest["nodes"].values():
            metadata = each.get("test_metadata") or {}
            if each.get("attached_node") == f"model.gonghui.{model}" and metadata.get("name") in of_kind:
                each["attached_node"] = None

    return spoil


def covers_a_part_of_its_key(manifest: Artifact, _: Artifact) -> None:
    [test] = [n for n in manifest["nodes"].values() if n["name"] == "fct_verdicts_grain_is_unique"]
    test["test_metadata"]["kwargs"]["columns"].remove("role")


def describes_no_column(manifest: Artifact, _: Artifact) -> None:
    node(manifest, "stg_articles")["columns"]["title"]["description"] = ""


def lists_no_column(name: str) -> Callable[[Artifact, Artifact], None]:
    def spoil(manifest: Artifact, _: Artifact) -> None:
        node(manifest, name)["columns"].pop("title")

    return spoil


def drops_its_contract(manifest: Artifact, _: Artifact) -> None:
    fct_verdicts = node(manifest, "fct_verdicts")
    fct_verdicts["contract"]["enforced"] = fct_verdicts["config"]["contract"]["enforced"] = False


def is_a_view(*names: str) -> Callable[[Artifact, Artifact], None]:
    def spoil(manifest: Artifact, _: Artifact) -> None:
        for name in names:
            node(manifest, name)["config"]["materialized"] = "view"

    return spoil


def is_used_by_none(name: str) -> Callable[[Artifact, Artifact], None]:
    def spoil(manifest: Artifact, _: Artifact) -> None:
        for each in [*manifest["nodes"].values(), *manifest["exposures"].values()]:
            parents = each.get("depends_on", {}).get("nodes", [])
            if f"model.gonghui.{name}" in parents and each["resource_type"] != "test":
                parents.remove(f"model.gonghui.{name}")

    return spoil


def has_a_macro_that_none_calls(manifest: Artifact, _: Artifact) -> None:
    idle = deepcopy(manifest["macros"]["macro.gonghui.judge"]) | {
        "name": "idle",
        "unique_id": "macro.gonghui.idle",
    }
    manifest["macros"]["macro.gonghui.idle"] = idle


@pytest.mark.parametrize(
    ("spoil", "check", "resource"),
    [
        (has("stg_articles", name="articles_staged"), "check_model_names", "stg_articles"),
        (has("int_cadres_by_month", name="cadres"), "check_model_names", "int_cadres_by_month"),
        (has("bridge_guidance", name="int_guidance"), "check_model_names", "bridge_guidance"),
        (has("int_verdicts_rolled_up", name="fct_rolled_up"), "check_model_names", "int_verdicts_rolled_up"),
        (has("rpt_local_bulletin", name="bulletin"), "check_model_names", "rpt_local_bulletin"),
        (has("quality__rejected_rows", name="rejected"), "check_model_names", "quality__rejected_rows"),
        (
            has("quality__rejected_rows", alias="quality__rejected_rows"),
            "check_model_alias",
            "quality__rejected_rows",
        ),
        (reads("stg_articles", "stg_cadres"), "check_lineage_permitted_upstream_models", "stg_articles"),
        (
            reads("int_as_of_months", "fct_module_rates"),
            "check_lineage_permitted_upstream_models",
            "int_as_of_months",
        ),
        (
            reads("fct_module_rates", "stg_articles"),
            "check_lineage_permitted_upstream_models",
            "fct_module_rates",
        ),
        (
            reads("fct_module_rates", "fct_verdicts"),
            "check_lineage_permitted_upstream_models",
            "fct_module_rates",
        ),
        (
            reads("int_registration_targets", "stg_articles"),
            "check_lineage_permitted_upstream_models",
            "int_registration_targets",
        ),
        (reads("dim_readings", "stg_articles"), "check_lineage_permitted_upstream_models", "dim_readings"),
        (reads("stg_articles", "modules"), "check_lineage_permitted_upstream_seeds", "stg_articles"),
        (
            reads("int_cadres_by_month", "cadres"),
            "check_lineage_permitted_upstream_seeds",
            "int_cadres_by_month",
        ),
        (
            reads("fct_indicator_values", "thresholds"),
            "check_lineage_permitted_upstream_seeds",
            "fct_indicator_values",
        ),
        (
            reads("int_measures_by_month", "registration_targets"),
            "check_lineage_permitted_upstream_seeds",
            "int_measures_by_month",
        ),
        (
            reads("dim_organizations", "prescribed_quantities"),
            "check_lineage_permitted_upstream_seeds",
            "dim_organizations",
        ),
        (
            reads("int_verdicts_rolled_up", "articles"),
            "check_lineage_permitted_upstream_seeds",
            "int_verdicts_rolled_up",
        ),
        (reads("fct_verdicts", "workflow_items"), "check_lineage_permitted_upstream_seeds", "fct_verdicts"),
        (
            reads("quality__landed_exports", "articles"),
            "check_lineage_permitted_upstream_seeds",
            "quality__landed_exports",
        ),
        (
            has("dim_readings", raw_code="select * from reference.readings"),
            "check_model_hard_coded_references",
            "dim_readings",
        ),
        (
            has("dim_readings", depends_on={"macros": [], "nodes": []}),
            "check_model_has_no_upstream_dependencies",
            "dim_readings",
        ),
        (
            reads("int_articles_by_month", "articles"),
            "check_model_does_not_rejoin_upstream_concepts",
            "int_articles_by_month",
        ),
        (
            is_a_view("int_articles_by_month", "int_measures_by_month"),
            "check_model_max_chained_views",
            "fct_indicator_values",
        ),
        (
            is_used_by_none("int_registration_targets"),
            "check_model_min_downstream_models",
            "int_registration_targets",
        ),
        (has_a_macro_that_none_calls, "check_macro_is_used", "idle"),
        (
            has("int_as_of_months", description="评价月份。"),
            "check_model_description_contains_regexp_pattern",
            "int_as_of_months",
        ),
        (describes_no_column, "check_model_column_description_populated", "stg_articles"),
        (lists_no_column("stg_articles"), "check_columns_are_all_documented", "stg_articles"),
        (lists_no_column("articles"), "check_seed_columns_are_all_documented", "articles"),
        (has("articles", description=""), "check_seed_description_populated", "articles"),
        (loses_its_tests("stg_articles", "unique"), "check_model_has_unique_test", "stg_articles"),
        (
            loses_its_tests("fct_verdicts", "unique_combination"),
            "check_model_has_unique_test",
            "fct_verdicts",
        ),
        (covers_a_part_of_its_key, "check_model_key_is_tested", "fct_verdicts"),
        (drops_its_contract, "check_model_has_contracts_enforced", "fct_verdicts"),
        (has("fct_verdicts", access="private"), "check_model_access", "fct_verdicts"),
        (has("stg_articles", access="public"), "check_model_access", "stg_articles"),
        (is_used_by_none("fct_module_rates"), "check_model_has_exposure", "fct_module_rates"),
        (
            has("local_bulletin", depends_on={"macros": [], "nodes": []}),
            "check_exposure_based_on_model",
            "local_bulletin",
        ),
        (is_a_view("rpt_local_bulletin"), "check_exposure_based_on_view", "local_bulletin"),
        (has("local_bulletin", description=""), "check_exposure_description_populated", "local_bulletin"),
        (has("local_bulletin", owner={"name": "办公室"}), "check_exposure_has_owner", "local_bulletin"),
        (
            has("dim_readings", patch_path="gonghui://models/judging/_judging__models.yml"),
            "check_model_documented_in_same_directory",
            "dim_readings",
        ),
        (
            has("dim_readings", original_file_path="models/marts/dim_readings.sql"),
            "check_model_directories",
            "dim_readings",
        ),
    ],
)
def test_a_broken_convention_is_noticed(artifacts, broken, spoil, check, resource) -> None:
    spoil(*artifacts)
    assert (check, resource) in broken(artifacts)


# What a manifest of names cannot show.


def test_every_statement_reads_only_what_it_refs(manifest_and_catalog) -> None:
    manifest, _ = manifest_and_catalog
    strange = {
        each["name"]: unknown
        for each in manifest["nodes"].values()
        if each.get("compiled_code") and (unknown := tables_read(each) - tables_refed(each, manifest))
    }
    assert strange == {}


def tables_read(statement: Artifact) -> set[str]:
    tree = sqlglot.parse_one(statement["compiled_code"], dialect="duckdb")
    sources = [source for scope in traverse_scope(tree) for source in scope.sources.values()]
    tables = [source for source in sources if isinstance(source, exp.Table)]
    return {".".join(f'"{part}"' for part in (table.catalog, table.db, table.name)) for table in tables}


def tables_refed(statement: Artifact, manifest: Artifact) -> set[str]:
    return {manifest["nodes"][parent]["relation_name"] for parent in statement["depends_on"]["nodes"]}


def test_each_analysis_is_an_exposure_that_reads_what_its_file_reads(manifest_and_catalog) -> None:
    manifest, _ = manifest_and_catalog
    analyses = {n["name"]: n for n in manifest["nodes"].values() if n["resource_type"] == "analysis"}
    exposures = {e["name"]: e for e in manifest["exposures"].values() if e["type"] == "analysis"}
    assert parents(exposures) == parents(analyses)


def test_the_exposure_of_explain_is_what_its_sql_reads(manifest_and_catalog) -> None:
    manifest, _ = manifest_and_catalog
    exposed = manifest["exposures"]["exposure.gonghui.gonghui_explain"]["depends_on"]["nodes"]
    aliases = {f"{manifest['nodes'][n]['schema']}.{manifest['nodes'][n]['alias']}" for n in exposed}
    schemas = "|".join(PUBLISHED_SCHEMAS)
    read = set(
        re.findall(
            rf"\b(?:from |join |_of_verdict\(\")((?:{schemas})\.\w+)", Path(explain.__file__).read_text()
        )
    )
    assert aliases == read - {"quality.release"}  # written by publishing, not by dbt


@pytest.mark.parametrize(
    "consumer", ["published_warehouse", "postgres_mirror", "parquet_files", "excel_workbook"]
)
def test_who_takes_all_that_is_published_is_exposed_to_all_of_it(manifest_and_catalog, consumer) -> None:
    manifest, _ = manifest_and_catalog
    exposed = manifest["exposures"][f"exposure.gonghui.{consumer}"]["depends_on"]["nodes"]
    models = (each for each in manifest["nodes"].values() if each["resource_type"] == "model")
    assert set(exposed) == {each["unique_id"] for each in models if each["schema"] in PUBLISHED_SCHEMAS}


def parents(nodes: dict[str, Artifact]) -> dict[str, set[str]]:
    return {name: set(each["depends_on"]["nodes"]) for name, each in nodes.items()}


DEPRECATIONS_ARE_ERRORS = ("--no-partial-parse", "--warn-error-options", '{"error": ["Deprecations"]}')


def test_the_project_uses_nothing_that_dbt_deprecates(tmp_path) -> None:
    parsed = run_dbt(CHECKOUT / "dbt_project", tmp_path, "parse", *DEPRECATIONS_ARE_ERRORS)
    assert parsed.returncode == 0, parsed.output[-4000:]


def test_something_deprecated_is_noticed(tmp_path) -> None:
    project = copy_project(tmp_path) / "dbt_project"
    macro = project / "macros" / "judge.sql"
    macro.write_text(macro.read_text("utf-8") + "{% endmacro %}\n", encoding="utf-8")
    parsed = run_dbt(project, tmp_path, "parse", *DEPRECATIONS_ARE_ERRORS)
    assert (parsed.returncode, "UnexpectedJinjaBlockDeprecation" in parsed.output) == (2, True), parsed.output
