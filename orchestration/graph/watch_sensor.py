"""Alerts out of the daemon what no refresh can tell: that none has run, or one was killed."""

import dagster as dg

from orchestration.errors import UsageFault
from orchestration.home import home_at
from orchestration.language import N_, _, listing
from orchestration.operating.status import alert_faults

SECONDS_BETWEEN_LOOKS = 15 * 60


@dg.sensor(
    name="home_watch",
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="监控：发布陈旧、刷新失败或被杀时告警，同 gonghui status --alert；从不启动运行",
)
def home_watch() -> dg.SkipReason:
    """Look at GONGHUI_HOME, and call the alert hooks for what is wrong with it."""
    try:
        faults = alert_faults(home_at(None)).faults
    except UsageFault as fault:
        return dg.SkipReason(str(fault))
    told = listing((f"{each.event}: {each.messages[0]}" for each in faults), N_("; ")) or _("well")
    return dg.SkipReason(f"{told}")
