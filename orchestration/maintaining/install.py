"""The last step of `make install`: what a refresh would have dbt do first in each new home, done once.

The project is parsed, and built out of the sample: as it lies in the checkout, and as if it had landed. What
dbt runs for that is what a refresh runs again (refreshing/recorded.py).
"""

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orchestration import dbt_build
from orchestration.common.sql import identifier, literal
from orchestration.common.watcher import Watcher
from orchestration.errors import KnownFault
from orchestration.home import Home
from orchestration.reference.office import own_seeds
from orchestration.refreshing import recorded
from orchestration.refreshing.building import build
from orchestration.refreshing.plan import Plan
from orchestration.refreshing.request import Request


def install() -> None:
    """Have dbt parse and build the project, and keep what it did; raises KnownFault where it cannot.

    Nothing where that was done for the code as it is.
    """
    if all(recorded.kept(dbt_build.INSTALLED, is_landed=each, in_parts=()) for each in (False, True)):
        return
    dbt_build.parse(dbt_build.INSTALLED)
    shutil.rmtree(dbt_build.INSTALLED.dbt_recorded, ignore_errors=True)
    with TemporaryDirectory() as folder:
        home = Home(Path(folder).resolve())
        [sample] = Plan.all_of(Request(home, None, own_seeds(None), (None,), frozenset()))
        _built(sample)
        _built(replace(sample, landed_dir=_as_landed(home)))
        shutil.copytree(home.dbt_recorded, dbt_build.INSTALLED.dbt_recorded, dirs_exist_ok=True)


def _built(plan: Plan) -> None:
    for _node in build(plan, Watcher()):
        pass


def _as_landed(home: Home) -> str:
    """Write the sample that was built as landing would; returns the folder."""
    folder = home.root / "landed"
    folder.mkdir()
    with duckdb.connect(home.build_file, read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall()
        for (table,) in tables:
            file = literal(str(folder / f"{table}.parquet"))
            connection.execute(f"copy {identifier('raw', table)} to {file} (format parquet)")
    return str(folder)


if __name__ == "__main__":
    try:
        install()
    except KnownFault as fault:  # the environment is there all the same, for whoever mends it
        print(fault, file=sys.stderr)
