"""The whole graph: inbox → landing → dbt → release, the job that refreshes it, and its night."""

import dagster as dg

from orchestration.dbt_assets import build_dbt_assets, manifest_of, published_keys
from orchestration.home import Home, home_at
from orchestration.landed_assets import landed_assets
from orchestration.release_asset import build_release_asset
from orchestration.run_request import RunRequest, say_what_failed

REFRESH = "refresh"


def build_definitions(home: Home) -> dg.Definitions:
    """Return the graph of the dbt project as it stands; its parse cache is kept in `home`."""
    manifest = manifest_of(home)
    # One process for the three operations: they share the home's lock, and each process more costs seconds.
    job = dg.define_asset_job(
        REFRESH,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        hooks={say_what_failed},
        description="刷新：入库、构建、校验、发布，一步不成则不发布",
    )
    return dg.Definitions(
        assets=[landed_assets, build_dbt_assets(manifest), build_release_asset(published_keys(manifest))],
        jobs=[job],
        schedules=[
            dg.ScheduleDefinition(
                name="nightly_refresh",
                job=job,
                cron_schedule="0 2 * * *",
                execution_timezone="Asia/Shanghai",
                default_status=dg.DefaultScheduleStatus.RUNNING,
                description="每日北京时间02:00刷新",
            )
        ],
        resources={"run": RunRequest()},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Build the graph when Dagster asks for it, so that importing this module parses nothing."""
    return build_definitions(home_at(None))
