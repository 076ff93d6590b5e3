"""Where each reference seed comes from, the checkout or the office's own folder, and what stands in it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

from orchestration.common.files import sha256
from orchestration.home import REFERENCE_SEEDS
from orchestration.language import _, listing
from orchestration.reference.tables import TABLES, Column, Kind, Table


class Unreadable(Exception):
    """A seed of which no row can be read; `line` is where that shows."""

    def __init__(self, message: str, line: int = 1):
        self.line = line
        super().__init__(message)


@dataclass
class Row:
    """One row of a seed: its line, and the declared columns as text."""

    line: int
    cells: dict[str, str]
    sound: bool = True
    """No fault was found in its cells as yet."""

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass(frozen=True)
class Content:
    """What one file says: its rows but for blank ones, the header's line, the columns that nobody reads."""

    rows: list[Row]
    header_line: int
    unread: list[str]


@dataclass(frozen=True)
class ReferenceSeeds:
    """The reference seeds of one refresh: a file of the office stands in for its namesake (contract §1)."""

    own: Path | None = None
    """The office's folder; None: all is the checkout's."""
    shipped: Path = REFERENCE_SEEDS

    def path(self, table: Table) -> Path:
        """The file that is read for a table, whether it is there or not."""
        if self.own and (self.own / table.file).is_file():
            return self.own / table.file
        return self.shipped / table.file

    def strangers(self) -> list[str]:
        """The names of what the office's folder has as `.csv` and no table is read from, in order."""
        known = {table.file for table in TABLES}
        found = self.own.iterdir() if self.own else ()
        return sorted(path.name for path in found if path.suffix.lower() == ".csv" and path.name not in known)

    def digests(self) -> dict[str, str]:
        """The sha256 of each file that is read, by its name: equal digests, equal seeds."""
        return {path.name: sha256(path) for path in map(self.path, TABLES) if path.is_file()}

    def office_files(self) -> tuple[str, ...]:
        """The names of those that are read from the office's folder, in order."""
        paths = map(self.path, TABLES)
        return tuple(sorted(path.name for path in paths if path.parent == self.own))

    def read(self, table: Table) -> Content:
        """Read a table as it stands; a flag is in small letters, a column absent that may be is blank.

        Raises Unreadable.
        """
        records = _records(self._text(table))
        header_line, header = next(records, (1, []))
        names = [column.name for column in table.columns]
        absent = [each.name for each in table.columns if each.may_be_absent and each.name not in header]
        if missing := [name for name in names if header.count(name) != 1 and name not in absent]:
            raise Unreadable(
                _("the header must have each of these columns once: {columns}").format(
                    columns=listing(missing)
                ),
                header_line,
            )
        flags = [column.name for column in table.columns if column.kind is Kind.FLAG]
        rows = []
        for line, cells in records:
            # A row of another width keeps its cells: the codes that it defines stay known to the other files.
            found = dict(zip(header, [*cells, *[""] * len(header)], strict=False))
            row = Row(line, {name: found.get(name, "") for name in names}, len(cells) == len(header))
            row.cells.update({flag: row[flag].lower() for flag in flags})  # Excel writes TRUE
            rows.append(row)
        return Content(rows, header_line, [name for name in header if name and name not in names])

    def write(self, folder: Path) -> None:
        """Write all that was read, in one spelling, for dbt to load: what was checked is what is built.

        Expects seeds that `check` has passed. A file of each table in `folder`: UTF-8 with a header.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(column.name for column in table.columns)
                writer.writerows(
                    [canonical(column, row[column.name]) for column in table.columns]
                    for row in self.read(table).rows
                )

    def _text(self, table: Table) -> str:
        try:
            return self.path(table).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise Unreadable(_("the file is missing: restore it, every reference seed is needed")) from None
        except UnicodeDecodeError:
            raise Unreadable(_("the file is not UTF-8: save it again as CSV UTF-8")) from None


def canonical(column: Column, cell: str) -> str:
    """Return a sound cell in one spelling: dates as 2020-03-20, numbers without idle zeros."""
    if column.kind in (Kind.DAY, Kind.MONTH) and cell:
        return day(cell).isoformat()
    if column.kind is Kind.NUMBER and cell:
        number = format(Decimal(cell), "f")
        return number.rstrip("0").rstrip(".") if "." in number else number
    return cell


def day(cell: str) -> date:
    """Read a date as 2020-03-20 or, as Excel writes it, 2020/3/20; raises ValueError."""
    return date(*map(int, re.split("[-/]", cell)))


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each record, blank ones apart; a quoted cell may span several lines."""
    reader = csv.reader(StringIO(text), strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            _("not a CSV record: {error}; check the quotes from this line on").format(error=error), start
        ) from None
