"""Who reads what is published, as the last assets of the graph: dbt's exposures, which Dagster never runs."""

from collections.abc import Callable, Mapping
from typing import Any

import dagster as dg

GROUP = "consumers"


def consumers(
    manifest: Mapping[str, Any], key_of: Callable[[Mapping[str, Any]], dg.AssetKey]
) -> list[dg.AssetSpec]:
    """Return an external asset per exposure of `manifest`; `key_of` names the dbt node that one reads."""
    nodes = manifest["nodes"]
    return [
        dg.AssetSpec(
            dg.AssetKey([GROUP, exposure["name"]]),
            deps=[key_of(nodes[node]) for node in exposure["depends_on"]["nodes"]],
            description=f"{exposure['label']}：{exposure['description']}",
            group_name=GROUP,
            kinds={exposure["type"]},
            owners=[f"team:{exposure['owner']['name']}"],
            metadata={"网址": dg.MetadataValue.url(exposure["url"])} if exposure["url"] else {},
        )
        for exposure in manifest["exposures"].values()
    ]
