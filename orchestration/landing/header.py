"""Finds the header row among the first rows of a file or sheet (contract §2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from orchestration.landing.cells import WHITE_SPACE, ZERO_WIDTH, said
from orchestration.landing.exports import Column, Export
from orchestration.landing.outcome import FileRefused, HeaderMiss
from orchestration.language import N_, _, listing

ROWS_SEARCHED = 11

# A cell that strayed far to the right makes a file thousands of columns wide; DuckDB takes 0.7 MB for each.
_MOST_COLUMNS = 256

# As half_width leaves them; a remark may have one more in it.
_BRACKETS = ("()", "[]", "{}", "<>", "【】", "〔〕", "〖〗", "「」", "『』", "《》", "〈〉")
_REMARK = re.compile(
    "|".join(
        rf"{opened}(?:[^{opened}{closed}]|{opened}[^{opened}{closed}]*{closed})*{closed}$"
        for opened, closed in (map(re.escape, pair) for pair in _BRACKETS)
    )
)
_UNSEEN = str.maketrans("", "", ZERO_WIDTH)
_NOT_COMPARED = str.maketrans("", "", f"{WHITE_SPACE}{ZERO_WIDTH}*")

# A cell told to the office as what stands in the place of a header: none that may be a person's number.
_TELLABLE = re.compile(r"(?!.*[0-9]{5}).{1,30}")


@dataclass(frozen=True)
class Header:
    """A header row: its index, landed column name -> cell index, and how many cells it has.

    `titles`: a column's header, of personal ones too -> what stands there.
    """

    row: int
    positions: dict[str, int]
    most: int
    titles: dict[str, str]


@dataclass(frozen=True)
class NoHeader:
    """Why there is none, how many columns the row that came closest has, and whether it came close (half)."""

    message: str
    present: int
    came_close: bool
    miss: HeaderMiss


def compared(cell: str) -> str:
    """A header cell as it is compared: half-width, in one case, without blanks, `*`, remarks at the end."""
    text = said(cell).casefold().translate(_NOT_COMPARED)
    while (shorter := _REMARK.sub("", text)) not in (text, ""):
        text = shorter
    return text


@dataclass(frozen=True)
class _Fit:
    """Where the columns stand in one row, by header, personal ones too; what is missing, what is twice."""

    places: dict[str, int]
    missing: list[Column]
    twice: list[Column]


def find_header(export: Export, rows: Sequence[Sequence[str]]) -> Header | NoHeader:
    """The first of the first 11 rows that has every column of the export once (contract §2).

    Extra columns are allowed, personal ones may be absent but not stand twice. Raises FileRefused(unreadable)
    where the row has more cells than any export.
    """
    best = _Fit({}, list(export.landed), [])
    cells: Sequence[str] = ()
    for index, row in enumerate(rows[:ROWS_SEARCHED]):
        fit = _fit(export, row)
        if not fit.missing and not fit.twice:
            if len(row) > _MOST_COLUMNS:
                raise FileRefused(
                    "unreadable",
                    _(
                        "expected at most {most} columns; it has {count}: delete what stands far to "
                        "the right, and save it again"
                    ).format(most=_MOST_COLUMNS, count=len(row)),
                )
            positions = {column.name: fit.places[column.header] for column in export.landed}
            titles = {header: _title(row[place]) for header, place in fit.places.items()}
            return Header(index, positions, len(row), titles)
        if len(fit.missing) < len(best.missing):
            best, cells = fit, row
    present = len(export.landed) - len(best.missing)
    miss = _miss(best, cells)
    message = _explain(export, miss, any_column=bool(best.places))
    return NoHeader(message, present, 2 * present >= len(export.landed), miss)


def _title(cell: str) -> str:
    """A cell of the header as it is seen, on one line; without its remark if that may say a number."""
    title = " ".join(cell.translate(_UNSEEN).split())
    return title if _TELLABLE.fullmatch(title) else compared(cell)


def _fit(export: Export, row: Sequence[str]) -> _Fit:
    exact: dict[str, list[int]] = {}
    loose: dict[str, list[int]] = {}
    for place, cell in enumerate(row):
        exact.setdefault(cell.strip(), []).append(place)
        loose.setdefault(compared(cell), []).append(place)
    places: dict[str, int] = {}
    missing: list[Column] = []
    twice: list[Column] = []
    for column in export.columns:
        found = _places(column, exact, loose)
        if len(found) > 1:
            twice.append(column)
        if found:
            places[column.header] = found[0]
        elif not column.personal:
            missing.append(column)
    return _Fit(places, missing, twice)


def _places(column: Column, exact: dict[str, list[int]], loose: dict[str, list[int]]) -> list[int]:
    """Where a column stands in a row: where several cells fit, the exact one counts, its own header first."""
    others = [place for header in column.other_headers for place in exact.get(header.strip(), [])]
    spelled = dict.fromkeys(map(compared, (column.header, *column.other_headers)))
    fitting = [place for header in spelled for place in loose.get(header, [])]
    return exact.get(column.header) or others or fitting


def _miss(fit: _Fit, cells: Sequence[str]) -> HeaderMiss:
    free: list[str] = []
    if fit.places:  # else it is no header at all, and the cells may be a person's
        found = [compared(cell) for place, cell in enumerate(cells) if place not in fit.places.values()]
        free = [cell for cell in dict.fromkeys(found) if _TELLABLE.fullmatch(cell)]
    nearest = [
        (column.header, near[0])
        for column in fit.missing
        if (near := get_close_matches(compared(column.header), free, cutoff=0.4))
    ]
    missing, twice = (tuple(column.header for column in columns) for columns in (fit.missing, fit.twice))
    return HeaderMiss(missing, twice, tuple(nearest), tuple(free))


def _explain(export: Export, miss: HeaderMiss, *, any_column: bool) -> str:
    faults = []
    if miss.missing:
        faults.append(_("missing: {columns}").format(columns="、".join(miss.missing)))
        if miss.nearest:
            faults.append(
                _("nearest: {cells}").format(
                    cells=listing(
                        _("{cell} for {column}").format(cell=cell, column=header)
                        for header, cell in miss.nearest
                    )
                )
            )
        if miss.others:
            faults.append(_("without a column: {cells}").format(cells="、".join(miss.others[:10])))
        elif any_column:
            faults.append(_("nothing stands in their place"))
    if miss.twice:
        faults.append(_("standing twice: {columns}").format(columns="、".join(miss.twice)))
    return _("expected one row among the first {rows} with every column of {export} once; {faults}").format(
        rows=ROWS_SEARCHED, export=export.chinese, faults=listing(faults, N_("; "))
    )
