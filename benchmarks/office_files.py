"""The largest old workbook, open-document sheet and page, landed: `python -m benchmarks.office_files`.

注册用户 again (see workbook.py): as .xls the 65,535 rows that a sheet can hold, as .ods and as a page of
HTML the 1,048,575 of a full sheet of today. Each lands in a fresh process.
"""

import argparse
import csv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from xml.sax.saxutils import escape

from benchmarks import report
from benchmarks.measure import Run, python
from benchmarks.run import WORK, exports, fresh

TITLE = "Other files at their largest"
_SOURCE, _NAME = "注册用户_20230103.csv", "注册用户_20230103"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = "".join(
    f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {"office": "office", "table": "table", "text": "text"}.items()
)


def rows(source: Path, most: int) -> Iterator[list[str]]:
    """The header, and the first rows below it."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        yield from islice(csv.reader(file), most + 1)


def write_xls(source: Path, book: Path, most: int) -> None:
    """Write an old workbook of one sheet."""
    import xlwt

    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("注册用户")
    for place, cells in enumerate(rows(source, most)):
        for column, cell in enumerate(cells):
            sheet.write(place, column, cell)
    workbook.save(str(book))


def write_ods(source: Path, book: Path, most: int) -> None:
    """Write an open-document workbook of one sheet, row by row."""
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", _OPEN_DOCUMENT, zipfile.ZIP_STORED)
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        package.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{manifest}">'
            f'<m:file-entry m:full-path="/" m:media-type="{_OPEN_DOCUMENT}"/>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>',
        )
        with package.open("content.xml", "w", force_zip64=True) as content:
            content.write(
                f"<office:document-content{_SPACES}><office:body><office:spreadsheet>"
                '<table:table table:name="注册用户">'.encode()
            )
            for cells in rows(source, most):
                texts = (f"<text:p>{escape(cell)}</text:p>" for cell in cells)
                row = "".join(
                    f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
                    for text in texts
                )
                content.write(f"<table:table-row>{row}</table:table-row>".encode())
            content.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")


def write_html(source: Path, page: Path, most: int) -> None:
    """Write a page with one table, row by row."""
    with page.open("w", encoding="utf-8") as file:
        file.write('<html><head><meta charset="utf-8"></head><body><table>\n')
        for cells in rows(source, most):
            file.write(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>\n")
        file.write("</table></body></html>\n")


FILES: dict[str, tuple[Callable[[Path, Path, int], None], int]] = {
    ".xls": (write_xls, 65_535),
    ".ods": (write_ods, 1_048_575),
    ".html": (write_html, 1_048_575),
}
"""By extension who writes a file, and the most rows that it can hold below its header."""


def measure(source: Path, work: Path, rounds: int) -> dict[str, tuple[int, list[Run]]]:
    """Write each file, and land it by itself; returns its bytes and the runs."""
    found = {}
    for extension, (write, most) in FILES.items():
        inbox = fresh(work / "inbox")
        inbox.mkdir(parents=True)
        write(source, inbox / f"{_NAME}{extension}", most)
        runs = [
            python("-m", "benchmarks.alone", str(inbox), str(fresh(work / "home"))) for _ in range(rounds)
        ]
        found[extension] = ((inbox / f"{_NAME}{extension}").stat().st_size, runs)
        print(f"{extension}: {', '.join(f'{run.wall:.2f} s' for run in runs)}", flush=True)
    fresh(work)
    return found


def section(found: dict[str, tuple[int, Sequence[Run]]]) -> str:
    """Lay out the runs for RESULTS.md."""
    lines = [
        (
            extension,
            f"{FILES[extension][1]:,}",
            f"{size / 1e6:.0f}",
            f"{median(run.wall for run in runs):.2f}",
            f"{median(run.cpu for run in runs):.2f}",
            f"{max(run.peak_bytes for run in runs) / 2**20:.0f}",
        )
        for extension, (size, runs) in found.items()
    ]
    return "\n\n".join(
        [
            f"注册用户 in one file of one sheet or table, landed alone; {report.machine()}. Each in a fresh "
            "process, its imports included; medians, and the most memory. By "
            "`python -m benchmarks.office_files`.",
            report.table(("file", "rows", "MB", "wall s", "CPU s", "MiB"), lines),
        ]
    )


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--work", type=Path, default=WORK, help="exports and outputs (default var/bench)")
    options = parser.parse_args()
    work = options.work.resolve()
    text = section(measure(exports(work, 1) / _SOURCE, work / "office-files", options.rounds))
    report.write(TITLE, text)


if __name__ == "__main__":
    main()
