"""A refresh is cut into its stages by the lines of its own log."""

from pathlib import Path

from benchmarks.measure import Run, slowest_nodes, stages


def test_the_log_of_a_refresh_tells_its_stages(refreshed: tuple[Run, Path]) -> None:
    run, home = refreshed
    log_file = home / "logs" / "refresh.log"
    names = [stage.name for stage in stages(run, log_file)]
    assert "landing 办件" in names
    assert names[-2:] == ["publishing", "last words and exit"]
    assert min(stage.seconds for stage in stages(run, log_file)) >= 0
    assert len(slowest_nodes(run, log_file, 5)) == 5
