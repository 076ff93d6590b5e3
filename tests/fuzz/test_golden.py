"""The oracle against the golden world: what an independent implementation landed and refused there."""

import csv
import os
from datetime import date
from pathlib import Path

from orchestration.home import CHECKOUT
from tests.fuzz.oracle import File, Org, Reference, Spelling, outcome
from tests.fuzz.oracle.names import decoded, passed_over
from tests.fuzz.readers import read

GOLDEN = CHECKOUT / "tests" / "golden"


def test_the_oracle_lands_and_refuses_the_rows_of_the_golden_world() -> None:
    found = outcome(_inbox(GOLDEN / "inbox"), _reference(GOLDEN / "reference"), date.today())
    assert isinstance(found, dict)
    landed = [
        (name, f"{one.day}", f"{one.rows_read}", f"{len(one.rows)}", f"{len(one.rejected)}")
        for name, one in sorted(found.items())
    ]
    assert landed == [tuple(row.values()) for row in _rows(GOLDEN / "expected" / "landed_exports.csv")]
    refused = sorted(
        (name, row.file, str(row.row), row.reason, row.org_code or "")
        for name, one in found.items()
        for row in one.rejected
    )
    assert refused == sorted(tuple(row.values()) for row in _rows(GOLDEN / "expected" / "rejected_rows.csv"))


def _inbox(folder: Path) -> dict[str, File]:
    names = {decoded(os.fsencode(path.name)): path for path in folder.iterdir() if path.is_file()}
    return {name: File(b"") if passed_over(name) else read(path) for name, path in names.items()}


def _reference(folder: Path) -> Reference:
    orgs = _rows(folder / "organizations.csv")
    modules = _rows(CHECKOUT / "seeds" / "reference" / "modules.csv")
    spellings = _rows(folder / "spellings.csv")
    return Reference(
        tuple(Org(row["org_code"], row["org_name"], row["short_name"], row["org_type"]) for row in orgs),
        tuple((row["module_code"], row["module_name"]) for row in modules),
        tuple(
            Spelling(row["export_name"], row["column_name"], row["value"], row["spelling"])
            for row in spellings
        ),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [*csv.DictReader(lines)]
