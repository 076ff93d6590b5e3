"""What a release follows from: from the same inputs as of the same month the same tables follow."""

import os
import platform
import subprocess
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

from orchestration import landing, spark
from orchestration.common import as_of
from orchestration.common.code import code_of_checkout
from orchestration.common.files import sha256
from orchestration.home import CHECKOUT, RAW_SEEDS, Home
from orchestration.landing import LandedFile
from orchestration.publishing.manifest import Inputs, SnapshotUsed
from orchestration.reference import ReferenceSeeds

_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "pandas", "python-calamine")


def inputs_of(home: Home, seeds: ReferenceSeeds, *, on_spark: bool) -> Inputs:
    """Return the inputs of a release built now in `home`: what it has landed, or else the sample.

    `on_spark`: the second engine runs the models, and its packages have a say, too.
    """
    landed = tuple(_landed(home))
    exports = landed or tuple(_sample())
    lists = [] if landed else _sample_lists(exports)
    return Inputs(
        exports=exports,
        reference_seeds=seeds.digests(),
        office_seeds=seeds.office_files(),
        code=code_of_checkout(lists),
        packages={
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
            **(spark.versions() if on_spark else {}),
        },
    )


def commit_of_checkout() -> str | None:
    """Return the git commit that the checkout is at; None where it is no repository, or git is not there."""
    # A folder above it that happens to be a repository knows nothing of this code.
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(CHECKOUT.parent)}
    try:
        found = subprocess.run(
            ["git", "-C", str(CHECKOUT), "rev-parse", "HEAD"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return found.stdout.strip() if found.returncode == 0 else None


def _landed(home: Home) -> Iterator[SnapshotUsed]:
    for snapshot in landing.in_force(home.root).values():
        yield SnapshotUsed(
            snapshot.export_name,
            snapshot.export_date,
            snapshot.rows_read,
            snapshot.rows_landed,
            snapshot.rows_rejected,
            tuple(sorted(snapshot.files, key=lambda file: file.name)),
            snapshot.codes_digest,
        )


def _sample() -> Iterator[SnapshotUsed]:
    for row in as_of.rows(RAW_SEEDS / "landed_exports.csv"):
        path = RAW_SEEDS / f"{row['export_name']}.csv"
        read, landed, rejected = (int(row[name]) for name in ("rows_read", "rows_landed", "rows_rejected"))
        file = LandedFile(path.name, sha256(path), path.stat().st_size)
        yield SnapshotUsed(
            row["export_name"], date.fromisoformat(row["export_date"]), read, landed, rejected, (file,), ""
        )


def _sample_lists(exports: tuple[SnapshotUsed, ...]) -> list[Path]:
    """The sample's files that are no export's: which landed, and which rows were refused."""
    used = {file.name for export in exports for file in export.files}
    return [path for path in sorted(RAW_SEEDS.glob("*.csv")) if path.name not in used]
