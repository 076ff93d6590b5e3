"""The publishing room as an asset: the release, which needs every published table."""

from collections.abc import Iterable
from typing import Any

import dagster as dg

from orchestration.graph.rooms import OWNERS, PUBLISHING
from orchestration.graph.run_request import RunRequest
from orchestration.operating.freshness import release_max_age
from orchestration.publishing.manifest import Manifest
from orchestration.refreshing.refresh import publish
from orchestration.refreshing.refresh import release as make_release

RELEASE = dg.AssetKey([PUBLISHING, "release"])
RELEASE_ID = "批次号"


def build_release_asset(tables: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the asset that publishes what the assets `tables` built."""

    @dg.asset(
        key=RELEASE,
        deps=list(tables),
        group_name=PUBLISHING,
        kinds={"duckdb"},
        owners=[OWNERS[PUBLISHING]],
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=release_max_age()),
        description="发布：全部校验通过后，把对外各库连同注释与约束整体换入发布文件；有一项校验不通过则不发布",
    )
    def release(run: RunRequest) -> dg.MaterializeResult:
        with run.telling():
            manifest = make_release(run.plan)
            publish(run.home, manifest.release)
        run.attempt.published()
        return dg.MaterializeResult(metadata=release_metadata(manifest))

    return release


def release_metadata(manifest: Manifest) -> dict[str, Any]:
    """What Dagster shows of a release."""
    release = manifest.release
    return {
        RELEASE_ID: release.release_id,
        "截至月份": f"{release.as_of_month:%Y-%m}",
        "样例数据": release.is_sample,
        **{f"{status} 条数": count for status, count in manifest.verdict_counts.items()},
        "结论校验值": manifest.verdicts_sha256,
    }
