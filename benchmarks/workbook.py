"""A full sheet of 注册用户 landed, beside python-calamine's reading of it: `python -m benchmarks.workbook`.

1,048,575 rows, the most that a sheet can hold below its header, as the platform's workbooks have them: text,
but for moments, which are date cells. Reader and landing run in turn, each in a fresh process.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.measure import Run, python
from benchmarks.run import WORK, exports, fresh

TITLE = "A workbook of 1,048,575 rows"
ROWS = 1_048_575
_SOURCE, _BOOK = "注册用户_20230103.csv", "注册用户_20230103.xlsx"
_MOMENTS = (5, 6, 7)


def write_book(source: Path, book: Path, rows: int = ROWS) -> None:
    """Write the first rows of a CSV of 注册用户 as a workbook, row by row."""
    import xlsxwriter

    book.parent.mkdir(parents=True, exist_ok=True)
    unfinished = book.with_suffix(".tmp")
    with (
        source.open(encoding="utf-8-sig", newline="") as file,
        xlsxwriter.Workbook(unfinished, {"constant_memory": True}) as workbook,
    ):
        sheet = workbook.add_worksheet("注册用户")
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        reader = csv.reader(file)
        sheet.write_row(0, 0, next(reader))
        for place, cells in enumerate(islice(reader, rows), 1):
            for column, cell in enumerate(cells):
                try:
                    if column not in _MOMENTS:
                        raise ValueError
                    sheet.write_datetime(place, column, datetime.fromisoformat(cell), moment)
                except ValueError:
                    sheet.write_string(place, column, cell)
    unfinished.rename(book)


def read(book: Path) -> None:
    """Do what python-calamine does with a sheet, and nothing else: every row, one after the other."""
    from python_calamine import CalamineWorkbook

    rows = sum(1 for _ in CalamineWorkbook.from_path(book).get_sheet_by_index(0).iter_rows())
    print(f"{rows:,} rows")


def measure(book: Path, work: Path, rounds: int) -> list[tuple[Run, Run]]:
    """Read and land the workbook in turn, the inbox holding it alone; returns the runs, reader first."""
    runs = []
    for number in range(rounds):
        reader = python("-m", "benchmarks.workbook", "--read", str(book))
        landing = python("-m", "benchmarks.alone", str(book.parent), str(fresh(work / "home")))
        runs.append((reader, landing))
        print(f"round {number + 1}: {reader.wall:.2f} s, {landing.wall:.2f} s", flush=True)
    return runs


def section(runs: Sequence[tuple[Run, Run]], size_bytes: int, rows: int = ROWS) -> str:
    """Lay out the runs for RESULTS.md."""
    lines = [
        (
            name,
            f"{median(run.wall for run in of_one):.2f}",
            f"{median(run.cpu for run in of_one):.2f}",
            f"{max(run.peak_bytes for run in of_one) / 2**20:.0f}",
            f"{max(run.foreign_cpu for run in of_one):.1f}",
        )
        for name, of_one in zip(
            ("python-calamine reads every row", "`orchestration.landing.land`"),
            zip(*runs, strict=True),
            strict=True,
        )
    ]
    wall, cpu = (
        median(part(landing) for _, landing in runs) / median(part(reader) for reader, _ in runs)
        for part in (lambda run: run.wall, lambda run: run.cpu)
    )
    return "\n\n".join(
        [
            f"{rows:,} rows of 注册用户 in one sheet, {size_bytes / 1e6:.0f} MB; {report.machine()}. Each in "
            f"a fresh process, its imports included; medians of {len(runs)} rounds in turn, the most memory "
            "and the most of others' CPU seconds. By `python -m benchmarks.workbook`.",
            report.table(("who", "wall s", "CPU s", "MiB", "others' CPU s"), lines),
            f"Landing takes {wall:.2f} × the wall time of the reader, {cpu:.2f} × its CPU time.",
        ]
    )


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=WORK, help="exports and outputs (default var/bench)")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.read)
        sys.exit()
    work = options.work.resolve()
    book = work / "workbook" / "inbox" / _BOOK
    if not book.exists():
        write_book(exports(work, 1) / _SOURCE, book)
    text = section(measure(book, work / "workbook", options.rounds), book.stat().st_size)
    fresh(work / "workbook" / "home")
    report.write(TITLE, text)


if __name__ == "__main__":
    main()
