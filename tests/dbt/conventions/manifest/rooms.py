"""Checks that dbt-bouncer does not bring: seeds have rooms too, and a declared key is what a test covers."""

from typing import Any

from dbt_bouncer.check_framework.decorator import check, fail
from dbt_bouncer.types import RegexPattern
from dbt_bouncer.utils import compile_pattern


@check
def check_lineage_permitted_upstream_seeds(
    model: Any, ctx: Any, *, upstream_path_pattern: RegexPattern
) -> None:
    """A model reads no seed but those whose path has `upstream_path_pattern` in it."""
    permitted = compile_pattern(upstream_path_pattern)
    paths = {seed.unique_id: seed.original_file_path for seed in ctx.seeds}
    strange = [
        paths[node] for node in model.depends_on.nodes if node in paths and not permitted.search(paths[node])
    ]
    if strange:
        fail(f"`{model.name}` reads seeds that its room must not know: {', '.join(strange)}.")


@check
def check_model_key_is_tested(model: Any, ctx: Any) -> None:
    """A declared primary key has a uniqueness test over the same columns."""
    keys = [set(each.columns) for each in model.constraints or [] if each.type == "primary_key"]
    tested = [_columns(test) for test in ctx.tests_by_attached_node.get(model.unique_id, [])]
    if any(key not in tested for key in keys):
        fail(f"`{model.name}` declares a primary key that no uniqueness test covers.")


def _columns(test: Any) -> set[str]:
    """The columns that a uniqueness test covers; none for any other test."""
    metadata = getattr(test, "test_metadata", None)
    match getattr(metadata, "name", None):
        case "unique":
            return {test.column_name}
        case "unique_combination":
            return set(metadata.kwargs["columns"])
        case _:
            return set()
