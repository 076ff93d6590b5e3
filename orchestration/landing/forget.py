"""Drops the landed snapshot of one export: of a wrong file, or one that was named with a wrong date."""

from pathlib import Path

import duckdb

from orchestration.common import engine_faults
from orchestration.common.sql import literal
from orchestration.landing.exports import RAW_EXPORTS, Export
from orchestration.landing.home import (
    carry_over,
    in_force,
    landed_dir,
    put_in_force,
    refuse_gathered,
    workspace,
    write_manifest,
)
from orchestration.landing.outcome import LandedSnapshot, LandingFailed
from orchestration.landing.parquet import rows_of, write_parquet


def forget(home: Path, export: Export) -> LandedSnapshot | None:
    """Take the snapshot of `export` out of what is landed, and return it; None where none was.

    The caller holds the home. Raises UsageFault where that holds gathered provinces, LandingFailed; then, as
    after a crash, all stays as it was.
    """
    refuse_gathered(home)
    before = in_force(home)
    gone = before.pop(export.name, None)
    if gone is None:
        return None
    exports = {each.name for each in RAW_EXPORTS} - {export.name}
    with workspace(home) as work:
        generation = work / "generation"
        generation.mkdir()
        try:
            with duckdb.connect() as connection:
                for path in sorted(landed_dir(home).glob("*.parquet")):
                    if path.stem in exports:
                        carry_over(home, path.name, generation)
                        continue
                    # Its own file becomes an empty one; every other is a list over all exports.
                    kept = "false" if path.stem == export.name else f"export_name <> {literal(export.name)}"
                    query = f"FROM {rows_of(path)} WHERE {kept}"
                    write_parquet(connection, query, generation / path.name)
        except duckdb.Error as error:  # its text may quote a row
            raise LandingFailed(engine_faults.sentence(error)) from None
        write_manifest(home, generation, before.values(), {})
        put_in_force(home, generation)
    return gone
