"""Write the bundle anew out of the release in force: `python -m orchestration.superset bi/superset`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration import dbt_build
from orchestration.home import home_at
from orchestration.publishing.catalog import tables
from orchestration.superset.bundle import write_bundle


def main(arguments: Sequence[str]) -> None:
    """Write the bundle into the folder given; raises duckdb.IOException where nothing was published yet."""
    [folder] = arguments
    home = home_at(None)
    manifest = dbt_build.parse(home).writable_manifest().to_dict(omit_none=False)
    with duckdb.connect(home.published_file, read_only=True) as connection:
        write_bundle(tables(connection), manifest, Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
