"""What is written of the site's measurements is what was measured."""

from pathlib import Path

from benchmarks.measure import Run
from benchmarks.site import section


def test_the_section_has_the_sizes_of_the_folder_and_the_medians_of_the_runs(tmp_path: Path) -> None:
    (tmp_path / "orgs").mkdir()
    (tmp_path / "index.html").write_bytes(b"x" * 250_000)
    (tmp_path / "orgs" / "a.html").write_bytes(b"x" * 1_750_000)
    runs = [Run(0, wall, wall / 2, 3 * 2**20, (), foreign_cpu=0.5) for wall in (1.0, 2.0, 6.0)]
    assert section(runs, tmp_path).endswith("| 2 files | 2.0 | 1750 | 2.00 | 1.00 | 3 | 0.5 |")
