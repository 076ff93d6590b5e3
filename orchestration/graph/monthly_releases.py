"""Releases as of earlier months, one partition each: what was landed is built anew, nothing is landed."""

from collections.abc import Iterable
from dataclasses import replace

import dagster as dg

from orchestration.common.as_of import Month
from orchestration.common.clock import TIME_ZONE
from orchestration.common.watcher import LogWatcher
from orchestration.graph.release_asset import release_metadata
from orchestration.graph.rooms import OWNERS, PUBLISHING
from orchestration.graph.run_request import RunRequest
from orchestration.refreshing.following import follow
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.refresh import made, publish, tidy
from orchestration.refreshing.request import Request


def build_monthly_releases(exports: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the asset of a release per month, made of the landed `exports`: what a backfill fills.

    A month's run writes HOME/releases/<release_id>/. Readers go on seeing the release in force, unless the
    month is the one that a refresh would build: the last that the landed exports cover.
    """
    first = Request.of().first_month

    @dg.asset(
        key=[PUBLISHING, "monthly_release"],
        deps=list(exports),
        group_name=PUBLISHING,
        kinds={"duckdb"},
        owners=[OWNERS[PUBLISHING]],
        partitions_def=dg.MonthlyPartitionsDefinition(str(first), timezone=TIME_ZONE, fmt="%Y-%m"),
        description="按月回溯：以已入库的数据重算所选月份，各成一个批次，不再入库；只有最新一个月会换入发布文件",
    )
    def monthly_release(context: dg.AssetExecutionContext, run: RunRequest) -> dg.MaterializeResult:
        with run.telling():
            asked = Month.parse(context.partition_key)
            replace(run.request, inbox=None, months=(asked,)).check()
            newest, plan = Plan.all_of(replace(run.request, months=(None, asked)))
            manifest = made(plan, LogWatcher())
            is_newest = plan.month == newest.month
            if is_newest:
                publish(run.home, manifest.release)
                run.attempt.published()
                follow(run.home, run.request.templates)
            else:
                tidy(run.home)
        return dg.MaterializeResult(metadata={**release_metadata(manifest), "已换入发布文件": is_newest})

    return monthly_release
