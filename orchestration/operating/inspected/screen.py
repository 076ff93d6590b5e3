"""What a check found as a screen that a clerk understands."""

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orchestration.landing import Fault, Inspection
from orchestration.landing.inspection import InspectedFile, InspectedPart, InspectedSnapshot, UnknownSpelling
from orchestration.language import _, listing, ngettext
from orchestration.operating.inspected.words import (
    REFUSALS,
    advice_words,
    fault_words,
    form_words,
    notice_words,
)

_GOOD, _BAD, _DOUBTFUL = "green", "bold red", "yellow"
_FIRST, _SPELLINGS_SHOWN = 3, 20
_NOTHING = "—"


def screen(found: Inspection, wrong: str | None) -> Group:
    """Return what `gonghui check` prints; `wrong` is what else would have a refresh refused."""
    return Group(
        *(part for one in found.snapshots for part in _snapshot(one)),
        *_passed_over(found),
        *_of_names(found),
        _totals(found),
        _verdict(found, wrong),
    )


def _snapshot(one: InspectedSnapshot) -> Iterator[RenderableType]:
    yield Text(
        _("{export}  snapshot of {day}").format(export=one.chinese, day=one.export_date), style="bold reverse"
    )
    for file in one.files:
        yield Text(file.name, style="bold")
        yield _grid(_file_lines(file))
    lines = list(_snapshot_lines(one))
    if lines:
        yield _grid(lines)
    yield Text()


def _file_lines(file: InspectedFile) -> Iterator[tuple[str, Text]]:
    yield _("file"), Text(form_words(file.form, file.extension))
    if file.fault:
        yield from _fault_lines(file.fault, None)
    for part in file.parts:
        yield from _part_lines(part)


def _part_lines(part: InspectedPart) -> Iterator[tuple[str, Text]]:
    if part.sheet is not None:
        yield _("sheet"), Text(part.sheet)
    yield _("header"), Text(_("row {row}").format(row=part.header_row))
    as_named = [column.header for column in part.columns if column.found_as == column.header]
    if as_named:
        yield _("columns as named"), Text(listing(as_named))
    for column in part.columns:
        if column.found_as not in (None, column.header):
            yield _("named otherwise"), Text(f"{column.header} ← “{column.found_as}”")
    if personal := [column.header for column in part.columns if not column.name and column.found_as]:
        told = _("{columns}: dropped while reading, never landed").format(columns=listing(personal))
        yield _("personal"), Text(told)
    rows = _("{read:,} rows read, {refused:,} refused").format(read=part.rows_read, refused=part.rows_refused)
    yield _("rows"), Text(rows)
    for one in part.refused:
        message = (
            _("{column}{why} ({reason}), {count:,} rows: data rows {rows} and more")
            if one.rows > _FIRST
            else _("{column}{why} ({reason}), {count:,} rows: data rows {rows}")
        )
        told = message.format(
            column=f"{one.header} " if one.header else "",
            why=_(REFUSALS[one.reason].why),
            reason=one.reason,
            count=one.rows,
            rows=listing(f"{number:,}" for number in one.numbers[:_FIRST]),
        )
        yield _("refused"), Text(told, style=_DOUBTFUL)


def _snapshot_lines(one: InspectedSnapshot) -> Iterator[tuple[str, Text]]:
    for each in one.unknown[:_SPELLINGS_SHOWN]:
        yield _("unknown spelling"), Text(_spelling(each), style=_DOUBTFUL)
    if (more := len(one.unknown) - _SPELLINGS_SHOWN) > 0:
        yield "", Text(_("{more} more unknown spellings, see --json").format(more=more), style=_DOUBTFUL)
    for fault in one.faults:
        if fault.file == one.label:
            yield from _fault_lines(fault, one)


def _spelling(each: UnknownSpelling) -> str:
    message = (
        _("{column} “{spelling}” {rows:,} rows, nearest is “{nearest}”")
        if each.nearest
        else _("{column} “{spelling}” {rows:,} rows")
    )
    return message.format(column=each.header, spelling=each.spelling, rows=each.rows, nearest=each.nearest)


def _fault_lines(fault: Fault, snapshot: InspectedSnapshot | None) -> Iterator[tuple[str, Text]]:
    told = _("{why} ({reason})").format(why=fault_words(fault, snapshot), reason=fault.reason)
    yield _("cannot land"), Text(told, style=_BAD)
    yield _("what to do"), Text(advice_words(fault))


def _passed_over(found: Inspection) -> Iterator[RenderableType]:
    lines: list[tuple[str, str]] = [
        (label, _("landed already, a refresh passes it over")) for label in found.landed
    ]
    lines += [(notice.file, notice_words(notice)) for notice in found.notices]
    if lines:
        yield Text(_("passed over, and to be noticed"), style="bold reverse")
        yield from (Text(_("  {file}: {why}").format(file=file, why=why)) for file, why in lines)
        yield Text()


def _of_names(found: Inspection) -> Iterator[RenderableType]:
    told = {fault for one in found.snapshots for fault in one.faults}
    faults = [fault for fault in found.faults if fault not in told]
    if faults:
        yield Text(_("names at fault"), style="bold reverse")
        for fault in faults:
            yield Text(fault.file, style="bold")
            yield _grid(_fault_lines(fault, None))
        yield Text()


def _totals(found: Inspection) -> RenderableType:
    if not found.snapshots:
        return Text(_("no export to read"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in (_("export"), _("snapshot")):
        table.add_column(heading, no_wrap=True)
    for heading in (_("files"), _("read"), _("can land"), _("refused")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(_("result"), no_wrap=True)
    for one in found.snapshots:
        counts = (one.rows_read, one.rows_landed, one.rows_rejected)
        table.add_row(
            one.chinese,
            one.export_date.isoformat(),
            str(len(one.files)),
            *(_NOTHING if rows is None else f"{rows:,}" for rows in counts),
            Text(_("cannot land"), style=_BAD) if one.faults else Text(_("can land"), style=_GOOD),
        )
    return Group(
        table,
        Text(
            _("Data rows are counted from the row below the header, blank rows and totals included."),
            style="dim",
        ),
    )


def _verdict(found: Inspection, wrong: str | None) -> RenderableType:
    if found.faults:
        return Text(
            ngettext(
                "{count} fault to be mended first: until then nothing in the folder lands.",
                "{count} faults to be mended first: until then nothing in the folder lands.",
                len(found.faults),
            ).format(count=len(found.faults)),
            style=_BAD,
        )
    if wrong is not None:
        return Text(_("The files are sound, but a refresh would be refused; why, is told below."), style=_BAD)
    return Text(_("All of it can land. This was a trial: nothing was landed."), style=_GOOD)


def _grid(lines: "Iterator[tuple[str, Text]] | list[tuple[str, Text]]") -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, style="cyan", min_width=14)
    table.add_column(overflow="fold")
    before = ""
    for label, told in lines:
        table.add_row(f"  {label}" if label != before else "", told)
        before = label
    return table
