"""Beijing's time, by which the night, releases and logs go, wherever the machine stands."""

from datetime import datetime
from zoneinfo import ZoneInfo

TIME_ZONE = "Asia/Shanghai"
BEIJING = ZoneInfo(TIME_ZONE)


def now() -> datetime:
    """Return this second in Beijing, with its zone."""
    return datetime.now(BEIJING).replace(microsecond=0)
