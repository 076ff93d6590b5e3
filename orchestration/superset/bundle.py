"""The bundle as a tree of YAML files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from orchestration.publishing.catalog import Table
from orchestration.superset.charts import CHARTS, chart_file
from orchestration.superset.dashboard import SLUG, dashboard
from orchestration.superset.datasets import DATABASE, database, dataset
from orchestration.superset.metrics import DbtManifest, semantic_metrics


def bundle(published: Sequence[Table], manifest: DbtManifest) -> Mapping[str, Mapping[str, Any]]:
    """Return the content of each file of the bundle, by its path in there, for the tables `published`.

    What is counted over them, dbt's `manifest` says.
    """
    metrics = semantic_metrics(manifest)
    # Superset asks for a time; what does not change has none of its own.
    metadata = {"version": "1.0.0", "type": "Dashboard", "timestamp": "2020-03-20T00:00:00+00:00"}
    return {
        "metadata.yaml": metadata,
        f"databases/{DATABASE}.yaml": database(),
        **{
            f"datasets/{DATABASE}/{table}.yaml": dataset(table, metrics.get(str(table), ()))
            for table in published
        },
        **{f"charts/{name}.yaml": chart_file(chart) for name, chart in CHARTS.items()},
        f"dashboards/{SLUG}.yaml": dashboard(),
    }


def write_bundle(published: Sequence[Table], manifest: DbtManifest, folder: Path) -> None:
    """Write the bundle into `folder`, in the place of what was there; equal tables give equal files."""
    for stale in folder.rglob("*.yaml"):
        stale.unlink()
    for name, content in bundle(published, manifest).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100), encoding="utf-8"
        )
