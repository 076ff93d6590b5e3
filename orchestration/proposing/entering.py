"""A proposal entered: rows of registration_targets.csv in a folder of reference seeds of its own."""

import csv
import shutil
from collections.abc import Mapping
from decimal import Decimal
from io import StringIO
from pathlib import Path

from orchestration.errors import UsageFault
from orchestration.reference import TABLES, ReferenceSeeds, check

_COLUMNS = ("target_unit_code", "year", "target_wan", "document")
[_TARGETS] = (table for table in TABLES if table.name == "registration_targets")
[_PRINTED] = (table for table in TABLES if table.name == "annex_totals")


def enter(seeds: ReferenceSeeds, folder: Path, year: int, figures: Mapping[str, Decimal]) -> Path:
    """Write the figures of a year, in 万 by unit, into `folder`; returns the file.

    The office's own files are copied there first, where they are not there yet: then `what-if` differs by the
    figures alone. An earlier proposal for the year gives way; `document` is left blank, to be filled in.
    Raises UsageFault, in Chinese, where the folder is the office's own (the next refresh would judge by a
    proposal), where a paper has set the year, or nothing can be written; ReferenceRefused where the seeds
    there are refused.
    """
    if seeds.own and seeds.own.resolve() == folder.resolve():
        raise UsageFault(f"{folder} 是正在使用的参考数据文件夹：下次刷新就会按建议评价，请另写一个文件夹")
    if any(row["year"] == str(year) for row in seeds.read(_PRINTED).rows):
        raise UsageFault(f"{year} 年的数已由附件规定，建议不能代替：请另选年度，或不写 --into")
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
        raise UsageFault(f"{folder} 写不进去（{error.strerror}）：请另选文件夹") from None
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
                f"{_TARGETS.file}:{row.line}: {row['target_unit_code']} {year} 年的数已由“{row['document']}”"
                "规定，建议不能代替：请先删去这些行，或另写一个文件夹"
            )
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([*kept, *([code, year, f"{figure:f}", ""] for code, figure in figures.items())])
    return written.getvalue()
