"""Few rows are worked on by one thread, many by as many as are set."""

import duckdb
import pytest

from orchestration.common.threads import FEW_ROWS, one_for_few_rows


@pytest.mark.parametrize(
    ("rows", "threads"), [([], 1), ([FEW_ROWS], 1), ([FEW_ROWS + 1], 3), ([FEW_ROWS + 1, 1], 3)]
)
def test_the_largest_table_says_how_many_threads(rows: list[int], threads: int) -> None:
    with duckdb.connect(config={"threads": 3}) as connection:
        connection.execute("attach ':memory:' as asked; attach ':memory:' as other")
        connection.execute(f"create table other.many as select range from range({FEW_ROWS + 1})")
        for number, many in enumerate(rows):
            connection.execute(f"create table asked.t{number} as select range from range({many})")
        one_for_few_rows(connection, "asked")
        assert connection.execute("select current_setting('threads')").fetchall() == [(threads,)]
