"""A proposal entered: rows of registration_targets.csv in a folder of reference seeds of its own."""

import csv
import shutil
from collections.abc import Mapping
from decimal import Decimal
from io import StringIO
from pathlib import Path

from orchestration.errors import UsageFault
from orchestration.language import _
from orchestration.reference import TABLES, ReferenceSeeds, check

_COLUMNS = ("target_unit_code", "year", "target_wan", "document")
[_TARGETS] = (table for table in TABLES if table.name == "registration_targets")
[_PRINTED] = (table for table in TABLES if table.name == "annex_totals")


def enter(seeds: ReferenceSeeds, folder: Path, year: int, figures: Mapping[str, Decimal]) -> Path:
    """Write the figures of a year, in 万 by unit, into `folder`; returns the file.

    The office's own files are copied there first, where they are not there yet: then `what-if` differs by the
    figures alone. An earlier proposal for the year gives way; `document` is left blank, to be filled in.
    Raises UsageFault where the folder is the office's own (the next refresh would judge by a
    proposal), where a paper has set the year, or nothing can be written; ReferenceRefused where the seeds
    there are refused.
    """
    if seeds.own and seeds.own.resolve() == folder.resolve():
        raise UsageFault(
            _(
                "{folder} is the folder of reference seeds in use, and the next refresh would judge by a "
                "proposal: name another folder"
            ).format(folder=folder)
        )
    if any(row["year"] == str(year) for row in seeds.read(_PRINTED).rows):
        raise UsageFault(
            _(
                "the figures of {year} are set by the annexes, no proposal takes their place: name another "
                "year, or leave out --into"
            ).format(year=year)
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in seeds.office_files():
            if seeds.own and not (folder / name).exists():
                shutil.copyfile(seeds.own / name, folder / name)
        there = ReferenceSeeds(folder, seeds.shipped)
        check(there)
        file = folder / _TARGETS.file
        # In one rename: a disk that is full leaves what was there.
        written = file.with_suffix(".new")
        written.write_text(_with(there, year, figures), encoding="utf-8")
        written.replace(file)
    except OSError as error:
        raise UsageFault(
            _("{folder} cannot be written in ({reason}): name another folder").format(
                folder=folder, reason=error.strerror
            )
        ) from None
    check(there)
    return file


def _with(seeds: ReferenceSeeds, year: int, figures: Mapping[str, Decimal]) -> str:
    """The file with the figures in the place of an earlier proposal for the year."""
    kept = []
    for row in seeds.read(_TARGETS).rows:
        if row["year"] != str(year):
            kept.append([row[column] for column in _COLUMNS])
        elif row["document"]:
            raise UsageFault(
                _(
                    "{file}:{line}: the figure of {unit} for {year} is set by “{document}”, no proposal "
                    "takes its place: delete these rows first, or name another folder"
                ).format(
                    file=_TARGETS.file,
                    line=row.line,
                    unit=row["target_unit_code"],
                    year=year,
                    document=row["document"],
                )
            )
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([*kept, *([code, year, f"{figure:f}", ""] for code, figure in figures.items())])
    return written.getvalue()
