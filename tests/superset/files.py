"""The committed bundle, read: its files by name, and by UUID."""

from collections.abc import Mapping
from typing import Any

import yaml

from tests.dbt_runs import CHECKOUT

BUNDLE = CHECKOUT / "bi" / "superset"

File = Mapping[str, Any]

FILES: dict[str, File] = {
    path.relative_to(BUNDLE).as_posix(): yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(BUNDLE.rglob("*.yaml"))
}


def those(folder: str) -> dict[str, File]:
    """The files of one kind by UUID."""
    return {content["uuid"]: content for name, content in FILES.items() if name.startswith(f"{folder}/")}


DATABASES, DATASETS, CHARTS = those("databases"), those("datasets"), those("charts")
[DASHBOARD] = those("dashboards").values()
FILTERS: list[File] = DASHBOARD["metadata"]["native_filter_configuration"]
