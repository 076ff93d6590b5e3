"""The whole graph: inbox → landing → dbt → release, the job that refreshes it, and its night."""

import dagster as dg

from orchestration.common.clock import TIME_ZONE
from orchestration.common.settings import Settings
from orchestration.graph.bulletin_asset import bulletin
from orchestration.graph.consumers import consumers
from orchestration.graph.dbt_assets import Rooms, build_dbt_assets, manifest_of, published_keys
from orchestration.graph.housekeeping import housekeeping, nightly_housekeeping
from orchestration.graph.inbox_sensor import build_inbox_sensor
from orchestration.graph.landed_assets import landed_assets
from orchestration.graph.mirror_asset import mirror
from orchestration.graph.monthly_releases import build_monthly_releases
from orchestration.graph.release_asset import build_release_asset
from orchestration.graph.releases_by_hand import releases_by_hand
from orchestration.graph.run_request import RunRequest
from orchestration.graph.watch_sensor import home_watch
from orchestration.home import Home, home_at

REFRESH = "refresh"
BACKFILL = "backfill"


def build_definitions(home: Home) -> dg.Definitions:
    """Return the graph of the dbt project as it stands; its parse cache is kept in `home`.

    Raises UsageFault where GONGHUI_CRON is no schedule.
    """
    cron = Settings.read("cron").cron
    manifest = manifest_of(home)
    monthly = build_monthly_releases(landed_assets.keys)
    job = dg.define_asset_job(
        REFRESH,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(monthly),
        tags={"dagster/priority": "1"},  # before the months of a backfill
        description="刷新：入库、构建、校验、发布，一步不成则不发布；发布之后写成文书",
    )
    return dg.Definitions(
        assets=[
            landed_assets,
            build_dbt_assets(manifest),
            build_release_asset(published_keys(manifest)),
            mirror,
            bulletin,
            monthly,
            *consumers(manifest, Rooms().get_asset_key),
        ],
        jobs=[
            job,
            dg.define_asset_job(
                BACKFILL,
                selection=[monthly],
                description="按月回溯：为所选月份各做一个批次，不入库；除最新一个月外不换入发布文件",
            ),
            housekeeping,
        ],
        schedules=[
            dg.ScheduleDefinition(
                name="nightly_refresh",
                job=job,
                cron_schedule=cron,
                execution_timezone=TIME_ZONE,
                default_status=dg.DefaultScheduleStatus.RUNNING,
                description=f"按时刷新：{cron}，北京时间",
            ),
            nightly_housekeeping,
        ],
        sensors=[build_inbox_sensor(job), releases_by_hand, home_watch],
        # One process for the operations of a run: they share the home's lock, and each process costs seconds.
        executor=dg.in_process_executor,
        resources={"run": RunRequest()},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Build the graph when Dagster asks for it, so that importing this module parses nothing."""
    return build_definitions(home_at(None))
