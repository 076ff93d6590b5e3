"""Beijing's time, by which all goes, wherever the machine stands."""

from datetime import UTC, datetime, timedelta

from orchestration.common import clock


def test_now_is_this_second_in_beijing() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert (now.microsecond, now.utcoffset()) == (0, timedelta(hours=8))
