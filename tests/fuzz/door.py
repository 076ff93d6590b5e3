"""The one place where the fuzz knocks at landing: what it makes of files, in the oracle's terms."""

import os
from pathlib import Path
from typing import Any

import duckdb

from orchestration import landing
from tests.fuzz.oracle import Fault, File, Landed, Outcome, Reference, Rejected

Said = tuple[str, ...]
"""All that landing said: notices, and faults with their messages."""


def known_codes(reference: Reference) -> landing.KnownCodes:
    """The reference seeds as landing is given them."""
    spelled = [landing.Spelling(s.export, s.column, s.value, s.spelling) for s in reference.spellings]
    short_names = [org.short_name for org in reference.orgs]
    for org in reference.orgs:
        names = [org.name] + [org.short_name] * (short_names.count(org.short_name) == 1)
        spelled += [landing.Spelling("", "org_code", org.code, name) for name in names]
    spelled += [landing.Spelling("", "module_code", code, name) for code, name in reference.modules]
    groups = frozenset(org.code for org in reference.orgs if org.type == "target_group")
    return landing.KnownCodes(
        orgs=frozenset(org.code for org in reference.orgs) - groups,
        modules=frozenset(code for code, _ in reference.modules),
        groups=groups,
        spellings=frozenset(spelled),
    )


def land(
    files: dict[str, File],
    folder: Path,
    reference: Reference,
    accept: frozenset[str] = frozenset(),
) -> tuple[Outcome | list[Fault], Said]:
    """What landing makes of an inbox of these files, in the home and inbox that lie in `folder`."""
    inbox, home = folder / "inbox", folder / "home"
    inbox.mkdir(exist_ok=True)
    for path in inbox.iterdir():
        path.unlink()
    for name, file in files.items():
        (inbox / name).write_bytes(file.content)
    try:
        result = landing.land(inbox, home, known_codes(reference), accept)
    except landing.InputRefused as refused:
        return sorted(Fault(fault.file, fault.reason) for fault in refused.faults), (str(refused),)
    return {name: _landed(home, name, one) for name, one in result.in_force.items()}, result.notices


def _landed(home: Path, name: str, one: landing.LandedSnapshot) -> Landed:
    rows = query(f"select * from '{landing.landed_dir(home)}/{name}.parquet'")
    rejected = query(
        "select file_name, row_number, reason, sheet_name, column_name, org_code"
        f" from '{landing.landed_dir(home)}/rejected_rows.parquet' where export_name = '{name}'"
    )
    unknown = query(
        "select column_name, spelling, rows"
        f" from '{landing.landed_dir(home)}/unknown_spellings.parquet' where export_name = '{name}'"
    )
    assert (one.rows_read, one.rows_landed) == (len(rows) + len(rejected), len(rows))
    assert one.rows_rejected == len(rejected)
    return Landed(
        one.export_date,
        rows,
        [
            Rejected(file, row, why, sheet, frozenset([column]), org)
            for file, row, why, sheet, column, org in rejected
        ],
        {(column, spelling): count for column, spelling, count in unknown},
    )


def query(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def written(home: Path) -> str:
    """All that lies under a home, as text: tables cell by cell, other files as they are."""
    parts = []
    for path in sorted(home.rglob("*")):
        parts.append(str(path))
        if path.suffix == ".parquet":
            parts.append(repr(query(f"select * from '{path}'")))
        elif path.is_file():
            parts.append(path.read_bytes().decode("utf-8", "replace"))
    return os.linesep.join(parts)
