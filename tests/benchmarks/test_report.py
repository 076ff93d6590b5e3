"""RESULTS.md is written section by section."""

from pathlib import Path

from benchmarks import report


def test_a_section_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    results = tmp_path / "RESULTS.md"
    report.write("Growth", "old\n\n| a |", results)
    report.write("S = 1", "one", results)
    report.write("S = 0.1", "tenth", results)
    report.write("Growth", "new", results)
    assert results.read_text(encoding="utf-8") == (
        "# Results\n\n## S = 0.1\n\ntenth\n\n## S = 1\n\none\n\n## Growth\n\nnew\n"
    )
