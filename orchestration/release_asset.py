"""The publishing room as an asset: the release, which needs every published table."""

from collections.abc import Iterable

import dagster as dg

from orchestration.freshness import release_max_age
from orchestration.publishing.release import verdict_counts
from orchestration.refresh import published
from orchestration.rooms import OWNERS
from orchestration.run_request import RunRequest

_ROOM = "publishing"


def build_release_asset(tables: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the asset that publishes what the assets `tables` built."""

    @dg.asset(
        key=["publishing", "release"],
        deps=list(tables),
        group_name=_ROOM,
        kinds={"duckdb"},
        owners=[OWNERS[_ROOM]],
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=release_max_age()),
        description="发布：全部校验通过后，把对外各库连同注释与约束整体换入发布文件；有一项校验不通过则不发布",
    )
    def release(run: RunRequest) -> dg.MaterializeResult:
        with run.telling():
            new = published(run.request)
        run.attempt.succeeded()
        return dg.MaterializeResult(
            metadata={
                "批次号": new.release_id,
                "截止月份": f"{new.as_of_month:%Y-%m}",
                "样例数据": new.is_sample,
                **verdict_counts(run.request.home.published_file),
            }
        )

    return release
