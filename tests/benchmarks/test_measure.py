"""A refresh is cut into its stages by the lines of its own log."""

from pathlib import Path

from benchmarks.measure import python, slowest_nodes, stages


def test_the_log_of_a_refresh_tells_its_stages(inbox: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    arguments = ("refresh", "--inbox", str(inbox), "--home", str(home))
    run = python("-m", "orchestration.cli.main", *arguments, watch=home / "landed" / ".work")
    log_file = home / "logs" / "refresh.log"
    names = [stage.name for stage in stages(run, log_file)]
    assert "landing 办件" in names
    assert names[-2:] == ["publishing", "last words and exit"]
    assert min(stage.seconds for stage in stages(run, log_file)) >= 0
    assert len(slowest_nodes(run, log_file, 5)) == 5
