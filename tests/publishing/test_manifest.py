"""What a release says of its own making: read as it was written, or a sentence; and the hash of its verdicts."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from orchestration.landing import LandedFile
from orchestration.publishing.manifest import (
    Manifest,
    ManifestUnreadable,
    SnapshotUsed,
    read_manifest,
    verdicts_sha256,
)
from orchestration.publishing.release import Release
from tests.publishing.small import INPUTS, RELEASE

SNAPSHOT = SnapshotUsed(
    "registered_users", date(2021, 3, 2), 105, 100, 5, (LandedFile("用户_20210302.csv", "3" * 64, 9),), ""
)


def test_all_that_a_manifest_tells_is_read_as_it_was_written(tmp_path: Path) -> None:
    told = Manifest(
        RELEASE,
        replace(INPUTS, exports=(SNAPSHOT,), office_seeds=("thresholds.csv",)),
        "4" * 40,
        {"PASS": 2, "FAIL": 1},
        "5" * 64,
        {"gonghui.duckdb": "6" * 64},
        warnings=("2 rows",),
        revised=("9.7 PASS → FAIL",),
        called_final_by=("20210201T020000-abcdef",),
    )
    told.write(tmp_path)
    read = read_manifest(tmp_path)
    assert (read, read.inputs.office_seeds) == (told, ("thresholds.csv",))


def test_whose_file_a_reference_seed_is_makes_no_other_input() -> None:
    assert replace(INPUTS, office_seeds=("thresholds.csv",)) == INPUTS


def test_a_manifest_is_for_people_too(tmp_path: Path) -> None:
    Manifest(RELEASE, INPUTS, None, {}, "", {}, warnings=("办件：2 行",)).write(tmp_path)
    assert '\n  "warnings": [\n    "办件：2 行"\n  ],\n' in (tmp_path / "manifest.json").read_text("utf-8")


def test_a_manifest_tells_what_lies_in_the_folder(release: Callable[[Release], Path]) -> None:
    manifest = read_manifest(release(RELEASE))
    assert manifest.verdict_counts == {"FAIL": 1, "IN_PROGRESS": 1, "NO_DATA": 1}
    assert manifest.files.keys() == {"gonghui.duckdb", "files/verdicts.parquet"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"release": {}}', "null", "\x00"])
def test_a_broken_manifest_is_a_sentence(release: Callable[[Release], Path], text: str) -> None:
    folder = release(RELEASE)
    (folder / "manifest.json").chmod(0o644)
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ManifestUnreadable, match=f"manifest.json of {RELEASE.release_id} is damaged"):
        read_manifest(folder)


def test_the_hash_of_the_verdicts_is_that_of_their_text(release: Callable[[Release], Path]) -> None:
    folder = release(RELEASE)
    with duckdb.connect(folder / "gonghui.duckdb", read_only=True) as connection:
        rows = connection.execute(
            "select columns(*)::varchar from compliance.fct_verdicts order by random()"
        ).fetchall()
        names = [column[0] for column in connection.execute("describe compliance.fct_verdicts").fetchall()]
        lines = ["\t".join("\\N" if cell is None else cell for cell in row) for row in rows]
    text = "\n".join(["\t".join(names), *sorted(lines)])
    assert len(lines) > 1
    assert read_manifest(folder).verdicts_sha256 == sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        "update compliance.fct_verdicts set reason = '' where reason is null",
        "alter table compliance.fct_verdicts rename gap to missing",
    ],
)
def test_other_verdicts_have_another_hash(
    release: Callable[[Release], Path], tmp_path: Path, change: str
) -> None:
    changed = Path(shutil.copyfile(release(RELEASE) / "gonghui.duckdb", tmp_path / "changed.duckdb"))
    before = verdicts_sha256(changed)
    with duckdb.connect(changed) as connection:
        connection.execute(change)
    assert verdicts_sha256(changed) != before
