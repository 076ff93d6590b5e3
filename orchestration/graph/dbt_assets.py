"""The dbt project as assets: seeds and models in their rooms, data tests as asset checks."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration import dbt_build
from orchestration.common.watcher import LogWatcher
from orchestration.dbt_build import BuildFailed, NodeEnded
from orchestration.graph.check_words import described
from orchestration.graph.landed_assets import landed_key
from orchestration.graph.previews import Relation, table_metadata
from orchestration.graph.rooms import OWNERS
from orchestration.graph.run_request import RunRequest
from orchestration.home import Home
from orchestration.publishing.publish import PUBLISHED_SCHEMAS
from orchestration.refreshing.building import PROVED, build, build_part
from orchestration.refreshing.plan import Plan

Manifest = Mapping[str, Any]


class Rooms(DagsterDbtTranslator):
    """Names and places dbt's nodes by their schema, and ties each raw seed to what was landed."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Name it [schema, name], as a reader would in SQL."""
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Group by room, which is the schema."""
        return dbt_resource_props["schema"]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Show the YAML's description alone; Dagster would append the SQL."""
        return dbt_resource_props["description"]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Name who answers for the room."""
        return [OWNERS[dbt_resource_props["schema"]]]

    def get_asset_spec(self, manifest: Manifest, unique_id: str, project: Any) -> dg.AssetSpec:
        """Keep dbt's own dependencies, and tie a raw seed to the landed Parquet."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = self.get_resource_props(manifest, unique_id)
        if node["resource_type"] == "seed" and node["schema"] == "raw":
            return spec.replace_attributes(deps=[landed_key(node["name"])])
        return spec


def manifest_of(home: Home) -> Manifest:
    """Return dbt's manifest as a dict, every data test tied to one node and so an asset check, described."""
    manifest = deepcopy(dbt_build.parse(home).writable_manifest().to_dict(omit_none=False))
    depths = _depths(manifest["parent_map"])
    for node in manifest["nodes"].values():
        parents = node.get("depends_on", {}).get("nodes", [])
        if node["resource_type"] == "test" and not node.get("attached_node") and parents:
            # A test of several models runs once the last of them is built: it is that one's check.
            node["attached_node"] = max(parents, key=lambda parent: (depths[parent], parent))
        if node["resource_type"] == "test" and node["attached_node"]:
            # Where Dagster looks for what it says of a check.
            node["meta"] = {"description": described(node, manifest["nodes"][node["attached_node"]])}
    return manifest


def published_keys(manifest: Manifest) -> list[dg.AssetKey]:
    """Return the assets whose schemas are published."""
    nodes = (node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed"))
    return [Rooms().get_asset_key(node) for node in nodes if node["schema"] in PUBLISHED_SCHEMAS]


def build_dbt_assets(manifest: Manifest) -> dg.AssetsDefinition:
    """One operation that runs `dbt build` for the assets of `manifest`."""

    @dbt_assets(manifest=manifest, exclude=" ".join(PROVED), dagster_dbt_translator=Rooms(), name="build")
    def built(context: dg.AssetExecutionContext, run: RunRequest) -> Iterator[Any]:
        # dbt keeps the build file open until its end: only then can the published tables be looked into, and
        # what is built on them must be told after them.
        held: list[tuple[Relation, Any]] = []
        told: set[dg.AssetKey] = set()
        tables = {key for key, each in manifest["nodes"].items() if each["resource_type"] != "test"}
        failure = None
        with run.telling():
            try:
                for node in _nodes(context, manifest, run.plan):
                    relation = _relation(manifest, node)
                    if node.unique_id in tables:
                        told.add(dg.AssetKey(relation))
                    if held or relation[0] in PUBLISHED_SCHEMAS:
                        held += [(relation, event) for event in _events(context, manifest, node)]
                    else:
                        yield from _events(context, manifest, node)
            except BuildFailed as error:
                failure = error
            yield from _with_tables(run.request.home, held)
            if failure:  # once its failing checks are told
                raise failure
            kept = context.selected_asset_keys - told if not context.is_subset else ()
            for key in sorted(kept, key=dg.AssetKey.to_user_string):
                yield dg.MaterializeResult(key, metadata={"本次重算": False})

    return built


def _nodes(context: dg.AssetExecutionContext, manifest: Manifest, plan: Plan) -> Iterator[NodeEnded]:
    """Build as the command line does; of assets chosen by hand just those, and then there is no release."""
    if not context.is_subset:
        return build(plan, LogWatcher())
    params = get_updated_cli_invocation_params_for_context(
        context=context, manifest=manifest, dagster_dbt_translator=Rooms()
    )
    selection = [*params.selection_args]
    if params.indirect_selection:
        selection += ["--indirect-selection", params.indirect_selection]
    return build_part(plan, selection, LogWatcher())


def _relation(manifest: Manifest, node: NodeEnded) -> Relation:
    """The schema and name of the table that a node is, or tests."""
    node_props = manifest["nodes"][node.unique_id]
    table = manifest["nodes"].get(node_props.get("attached_node"), node_props)
    return table["schema"], table["alias"]


def _events(context: dg.AssetExecutionContext, manifest: Manifest, node: NodeEnded) -> Iterator[Any]:
    message = DbtCoreCliEventMessage(dict(node.event), {})
    for event in message.to_default_asset_events(manifest, Rooms(), context):
        if isinstance(event, dg.Output):
            event = event.with_metadata({"用时（秒）": round(node.seconds, 3)})
        yield event


def _with_tables(home: Home, held: list[tuple[Relation, Any]]) -> Iterator[Any]:
    """Add to each table's event how many rows it has, and the first of them."""
    published = {relation for relation, _ in held if relation[0] in PUBLISHED_SCHEMAS}
    tables = table_metadata(home.build_file, published)
    for relation, event in held:
        if isinstance(event, dg.Output):
            event = event.with_metadata({**event.metadata, **tables.get(relation, {})})
        yield event


def _depths(parent_map: Mapping[str, list[str]]) -> Mapping[str, int]:
    """How many steps each node lies behind those that need nothing."""
    depths: dict[str, int] = {}

    def depth(node: str) -> int:
        if node not in depths:
            depths[node] = 1 + max(map(depth, parent_map.get(node, [])), default=0)
        return depths[node]

    for node in parent_map:
        depth(node)
    return depths
