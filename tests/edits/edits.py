"""Edits of the reference seeds as hands and spreadsheets make them: one row or cell of one file at a time."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from orchestration.reference.tables import TABLES, Table

Rows = list[list[str]]


@dataclass(frozen=True)
class Edit:
    """What became of one file; `column` is the one that was touched, blank where it was a whole row."""

    table: Table
    what: str
    line: int
    column: str
    rows: Rows
    """All its rows afterwards, the header first."""

    def __str__(self) -> str:
        touched = f" {self.column}" if self.column else ""
        row = ",".join(self.rows[min(self.line, len(self.rows)) - 1])
        return f"{self.table.file}:{self.line}:{touched} {self.what}: {row}"

    def write(self, folder: Path) -> None:
        """Write the file into `folder`, an office's own."""
        with (folder / self.table.file).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(self.rows)


def rows_of(path: Path) -> Rows:
    """Return the rows of a file, the header first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def read(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of every file of a folder, as the worlds have them."""
    files = {path.stem: rows_of(path) for path in sorted(folder.glob("*.csv"))}
    return {name: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]] for name, rows in files.items()}


def edits(folder: Path, rng: Random) -> Iterator[Edit]:
    """Yield edits without end, of all files alike and of every kind alike."""
    files = {table.name: rows_of(folder / table.file) for table in TABLES}
    edited = [table for table in TABLES if len(files[table.name]) > 1]
    while True:
        table = rng.choice(edited)
        yield _edited(table, files[table.name], rng)


def _edited(table: Table, shipped: Rows, rng: Random) -> Edit:
    rows = [list(row) for row in shipped]
    place = rng.randrange(1, len(rows))
    columns = range(len(rows[0]))
    column = rng.choice(columns)
    what = rng.choice(["delete", "duplicate", "move", "blank", "swap", "shift", *["retype"] * 6])
    if what == "delete":
        del rows[place]
    elif what == "duplicate":
        rows.insert(rng.randrange(1, len(rows)), list(rows[place]))
    elif what == "move":
        rows.insert(rng.randrange(1, len(rows)), rows.pop(place))
    elif what == "blank":
        rows[place][column] = ""
    elif what == "swap":
        other = rng.randrange(1, len(rows))
        rows[place][column], rows[other][column] = rows[other][column], rows[place][column]
    elif what == "shift":
        other = rng.choice(columns)
        rows[place][column], rows[place][other] = rows[place][other], rows[place][column]
    else:
        rows[place][column] = _retyped(rows[place][column], [row[column] for row in rows[1:]], rng)
    touched = "" if what in ("delete", "duplicate", "move", "shift") else rows[0][column]
    return Edit(table, what, place + 1, touched, rows)


def _retyped(cell: str, column: list[str], rng: Random) -> str:
    spoilt = [
        cell[:-1],
        cell + cell[-1:],
        f"{cell} ",
        cell.upper(),
        cell.replace("0", "O"),
        cell.replace("-", "/"),
        f"{cell}%",
        f"'{cell}",
        cell.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
        "\u200b" + cell,
        cell.removesuffix("0"),
        cell.replace("\n", " "),
        rng.choice(column),
        rng.choice(column),
        rng.choice(["true", "false", "0", "1", "2021", "2021-06-30", "QT00", "510100", "9.5", "无"]),
    ]
    digits = [place for place, mark in enumerate(cell) if mark.isdigit()]
    if digits:
        place = rng.choice(digits)
        spoilt += [cell[:place] + rng.choice("0123456789") + cell[place + 1 :]] * 4
    return rng.choice(spoilt)
