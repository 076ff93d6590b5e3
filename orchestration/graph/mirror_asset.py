"""The mirror in PostgreSQL as an asset: after the release, where GONGHUI_POSTGRES_URL names one."""

from collections.abc import Iterator

import dagster as dg

from orchestration.common.settings import Settings
from orchestration.graph.release_asset import RELEASE, RELEASE_ID
from orchestration.graph.rooms import OWNERS, PUBLISHING
from orchestration.graph.run_request import RunRequest
from orchestration.publishing.mirror.mirrored import mirrored
from orchestration.publishing.releases import in_force


@dg.asset(
    key=[PUBLISHING, "mirror"],
    deps=[RELEASE],
    group_name=PUBLISHING,
    kinds={"postgres"},
    owners=[OWNERS[PUBLISHING]],
    output_required=False,
    description="镜像：GONGHUI_POSTGRES_URL 指名一个 PostgreSQL 数据库时，把这一版在一个事务里整体换入；"
    "没有指名就什么也不做。数据库不可用时本步失败，已发布的文件不受影响，下一次刷新会补上",
)
def mirror(run: RunRequest) -> Iterator[dg.MaterializeResult]:
    """Yield nothing where there is no mirror: then the asset was not materialized."""
    with run.telling():
        mirrored(run.home)
    released = in_force(run.home)
    if Settings.read().postgres_url and released:
        yield dg.MaterializeResult(metadata={RELEASE_ID: released.release_id})
