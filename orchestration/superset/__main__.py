"""Write the bundle anew out of the release in force: `python -m orchestration.superset bi/superset`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration.home import home_at
from orchestration.publishing.catalog import tables
from orchestration.superset.bundle import write_bundle


def main(arguments: Sequence[str]) -> None:
    """Write the bundle into the folder given; where nothing was published yet, say so and exit with 2."""
    [folder] = map(Path, arguments)
    published_file = home_at(None).published_file
    if not published_file.exists():
        print(f"{published_file} is not there: run `gonghui refresh` first", file=sys.stderr)
        sys.exit(2)
    with duckdb.connect(published_file, read_only=True) as connection:
        write_bundle(tables(connection), folder)


if __name__ == "__main__":
    main(sys.argv[1:])
