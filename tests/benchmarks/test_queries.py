"""The ten queries answer on a small published warehouse; how fast is not tested."""

from benchmarks import queries
from benchmarks.queries import QUERIES, Timing
from orchestration.home import Home


def test_every_query_finds_rows(sample_home: Home) -> None:
    found = {one.query.name: one.rows for one in queries.timings(sample_home.root)}
    assert len(found) == len(QUERIES) == 10
    assert min(found.values()) > 0, found
    assert found["one organization's row"] == 1
    assert found["the cities ranked"] == 21


def test_the_section_names_what_is_slow() -> None:
    measured = [Timing(QUERIES[0], 1, 50.1, 60), Timing(QUERIES[1], 93, 50.0, 80)]
    text = queries.text(measured)
    assert "| one organization's row | a city's union | 1 | 50.1 | 60.0 |" in text
    assert text.endswith("Over it: one organization's row (50.1 ms).")
    assert queries.text(measured[1:]).endswith("All are within it.")
