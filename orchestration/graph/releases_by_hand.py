"""Tells Dagster of releases of the command line: its freshness policy would miss what it did not make."""

import dagster as dg

from orchestration.common.lock import holder
from orchestration.graph.release_asset import RELEASE, RELEASE_ID, release_metadata
from orchestration.home import home_at
from orchestration.publishing.manifest import ManifestUnreadable, read_manifest
from orchestration.publishing.releases import in_force

SECONDS_BETWEEN_LOOKS = 60


@dg.sensor(
    name="releases_by_hand",
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="命令行发布的批次也记到发布资产上，是否过期才看得准",
)
def releases_by_hand(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Report the release in force as a materialization, unless the run that made it has."""
    home = home_at(None)
    at_work = holder(home.lock_file)
    if at_work and at_work.is_alive:
        return dg.SkipReason("正在刷新")
    release = in_force(home)
    if release is None or release.release_id == _known(context.instance):
        return dg.SkipReason("没有命令行发布的新批次")
    try:
        manifest = read_manifest(home.releases / release.release_id)
    except ManifestUnreadable as error:
        return dg.SkipReason(str(error))
    return dg.SensorResult(
        asset_events=[dg.AssetMaterialization(RELEASE, metadata=release_metadata(manifest))]
    )


def _known(instance: dg.DagsterInstance) -> object:
    event = instance.get_latest_materialization_event(RELEASE)
    made = event and event.asset_materialization
    told = made and made.metadata.get(RELEASE_ID)
    return told and told.value
